"""The board of the unions: figures as plain SQL counts them, scope, search, order, workbook."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from core.models import AuditEvent
from core.periods import Period
from members.access import Viewer
from members.models import Member
from policies.models import EnrolmentBatch
from reports.definitions.base import plain
from reports.selectors.board import board
from reports.selectors.scope import Window
from tests import builders
from tests.reports import builders as make
from tests.reports.test_golden import rows
from tests.reports.world import a_year

DAY = date(2019, 6, 30)
QUERIES = 14  # eleven, and three statements that keep the moment of the session


@pytest.fixture
def year(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr("core.clock.today", lambda: DAY)
    world = a_year()
    EnrolmentBatch.objects.exclude(status="DRAFT").update(submitted_on=F("starts_on"))
    return world


def shown(client: Client, query: str = "") -> list[str]:
    response = client.get(reverse("reports:unit-board") + query)
    assert response.status_code == 200
    return [line.code for line in response.context["page"]]


@pytest.mark.parametrize("in_year", [2017, 2018, 2019])
def test_every_figure_is_that_of_plain_sql(year: dict[str, Any], in_year: int) -> None:
    # one person, two unions of the street and two streets: once in each, once above
    also = [(year["a"][0], 1), (year["c"][0], 1)]
    make.batch(year["tt2"], "INPMED", also, accepted_on=date(2018, 9, 1))
    Member.objects.filter(pk=year["b"][1].pk).update(status="LEFT")
    lines = board(Viewer.system(), Window(Period(in_year), DAY))
    assert {line.code for line in lines} >= {"TT", "TT001", "TT002", "DHS", "DHS001"}
    for line in lines:
        (golden,) = rows("unit_board", union=line.code, year=in_year, as_of=DAY)
        assert {key: plain(getattr(line, key)) for key in golden} == golden, line.code


def test_a_closed_union_is_no_line_but_counts_above(year: dict[str, Any]) -> None:
    closed = year["tt2"]
    type(closed).objects.filter(pk=closed.pk).update(closed_on=date(2019, 1, 1))
    lines = {line.code: line for line in board(Viewer.system(), Window(Period(2018), DAY))}
    assert "TT002" not in lines
    assert [child.code for child in lines["TT"].children] == ["TT001"]
    (golden,) = rows("unit_board", union="TT", year=2018, as_of=DAY)
    assert {key: plain(getattr(lines["TT"], key)) for key in golden} == golden


def test_each_sees_his_own_subtrees(year: dict[str, Any]) -> None:
    coordinator = builders.user("coordinator", year["tt"])
    assert shown(builders.client_for(coordinator)) == ["TT", "TT001", "TT002"]
    coordinator.grants.create(role="coordinator", organisation=year["dhs1"])
    assert shown(builders.client_for(coordinator)) == ["DHS001", "TT", "TT001", "TT002"]
    foreign = f"?under={year['dhs'].pk}"
    assert shown(builders.client_for(builders.user("agent", year["tt1"])), foreign) == ["TT001"]


def test_search_and_order(year: dict[str, Any]) -> None:
    client = builders.client_for(builders.user("leader"))
    assert shown(client, f"?year=2018&under={year['tt'].pk}") == ["TT", "TT001", "TT002"]
    assert shown(client, "?year=2018&q=花市小学") == ["DHS001"]
    assert shown(client, "?year=2018&kind=STREET&sort=-premium") == ["TT", "DHS"]
    by_rate = shown(client, "?year=2018&kind=GRASSROOTS&sort=loss")
    assert by_rate[0] == "DHS001"  # 500 paid on 322
    assert by_rate[-1] == "TT002"  # nothing in force: no ratio, at the end in either order
    EnrolmentBatch.objects.filter(organisation=year["tt2"]).update(starts_on=date(2019, 1, 1))
    assert shown(client, "?year=2018&kind=GRASSROOTS&late=1") == ["TT002"]
    assert shown(client, "?year=2019&kind=GRASSROOTS&late=1") == ["DHS001", "TT001"]


def test_the_number_of_queries_is_that_of_one_union(
    year: dict[str, Any], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = builders.client_for(builders.user("leader"))
    shown(client)  # what is read once per process
    for number in range(30):
        builders.union(f"TT9{number:02}", year["tt"], name=f"天坛第{number}工会")
    with django_assert_max_num_queries(QUERIES):
        assert len(shown(client, "?year=2018&size=50")) > 30


def test_figures_lead_to_their_rows_as_far_as_these_may_be_seen(year: dict[str, Any]) -> None:
    address = reverse("reports:unit-board") + "?year=2018"
    text = builders.client_for(builders.user("enrolment")).get(address).content.decode()
    people = reverse("members:member-list") + "?union=TT&status=IN_SERVICE"
    assert people.replace("&", "&amp;") in text
    listed = builders.client_for(builders.user("enrolment")).get(people)
    lines = {line.code: line for line in board(Viewer.system(), Window(Period(2018), DAY))}
    assert listed.context["page"].paginator.count == lines["TT"].due
    text = builders.client_for(builders.user("leader")).get(address).content.decode()
    assert reverse("members:member-list") not in text


def test_the_workbook_holds_what_is_filtered_and_is_written_down(year: dict[str, Any]) -> None:
    client = builders.client_for(builders.user("coordinator", year["tt"]))
    answer = client.post(reverse("reports:board-export") + "?year=2018&kind=GRASSROOTS&sort=-code")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet["A"]][1:] == ["TT002", "TT001"]
    event = AuditEvent.objects.get(action="board.export")
    assert event.details == {"period": "2018", "count": 2, "searched": "kind, year"}
