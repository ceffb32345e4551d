"""Blank spots: who has which gap, in which order, and what is done next."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from core.periods import Period
from members.access import Viewer
from members.models import Notice
from members.services import notices
from reports.rules import Gap, Standing, Step, gap_of, next_step
from reports.selectors.blank import Blank, blank_spots
from reports.selectors.scope import Window
from tests import builders
from tests.reports import builders as make
from tests.reports.world import a_year

DAY = date(2019, 6, 30)
WHOLE = Standing(due=5, enrolled=5, plans_missing=0, has_agent=True, reminded=False, read=False)


@pytest.mark.parametrize(
    ("changed", "gap"),
    [
        ({}, None),
        ({"due": 0, "enrolled": 0, "plans_missing": 6}, None),
        ({"enrolled": 0}, Gap.NONE),
        ({"enrolled": 4, "plans_missing": 3}, Gap.PART),
        ({"plans_missing": 1}, Gap.PLANS),
        ({"enrolled": 6}, None),
    ],
)
def test_gaps(changed: dict[str, Any], gap: Gap | None) -> None:
    assert gap_of(replace(WHOLE, **changed)) == gap


@pytest.mark.parametrize(
    ("gap", "changed", "step"),
    [
        (Gap.NONE, {"has_agent": False}, Step.ACCOUNT),
        (Gap.NONE, {}, Step.REMIND),
        (Gap.NONE, {"reminded": True}, Step.CALL),
        (Gap.NONE, {"reminded": True, "read": True}, Step.VISIT),
        (Gap.PART, {}, Step.REMIND),
        (Gap.PART, {"reminded": True, "read": True}, Step.ADD),
        (Gap.PLANS, {}, Step.OFFER),
        (Gap.PLANS, {"has_agent": False}, Step.ACCOUNT),
    ],
)
def test_steps(gap: Gap, changed: dict[str, Any], step: Step) -> None:
    assert next_step(gap, replace(WHOLE, **changed)) == step


@pytest.fixture
def year(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """tt1: 3 of 3 members insured, 2 plans; tt2: none of 2; dhs1: 3 of 3; dhs2: 1 of 5."""
    monkeypatch.setattr("core.clock.today", lambda: DAY)
    world = a_year()
    world["dhs2"] = builders.union("DHS002", world["dhs"], name="花市医院工会")
    people = [builders.member(world["dhs2"], name=f"丁{n}") for n in range(5)]
    make.batch(world["dhs2"], "CI", [(people[0], 1)], accepted_on=date(2018, 9, 1))
    return world


def spots(viewer: Viewer | None = None) -> dict[str, Blank]:
    found = blank_spots(viewer or Viewer.system(), Window(Period(2018), DAY))
    assert [spot.rank for spot in found] == list(range(1, len(found) + 1))
    return {spot.line.code: spot for spot in found}


def test_order_and_figures(year: dict[str, Any]) -> None:
    found = spots()
    assert [(code, spot.gap, spot.missing) for code, spot in found.items()] == [
        ("DHS002", Gap.PART, 4), ("TT002", Gap.NONE, 2), ("DHS001", Gap.PLANS, 0),
        ("TT001", Gap.PLANS, 0),
    ]  # fmt: skip
    assert [str(family) for family in found["TT001"].never] == ["INPMED", "FEM", "ACC", "CHILD"]
    # a batch that was handed in counts although it is not in force, a draft does not
    assert "ACC" not in found["TT002"].never
    assert "FEM" in found["DHS001"].never


def test_each_sees_his_own(year: dict[str, Any]) -> None:
    coordinator = builders.viewer_as("coordinator", year["tt"])
    assert set(spots(coordinator)) == {"TT001", "TT002"}


def test_from_the_list_to_the_reminder(year: dict[str, Any]) -> None:
    agent = builders.user("agent", year["dhs2"])
    clerk = builders.client_for(builders.user("enrolment"))
    assert spots()["DHS002"].step is Step.REMIND
    assert spots()["TT002"].step is Step.ACCOUNT
    page = clerk.get(reverse("reports:blank-list") + "?year=2018&gap=part").content.decode()
    assert "花市医院工会" in page
    assert "天坛公园工会" not in page
    clerk.post(reverse("reports:blank-urge") + "?year=2018", {"pk": [year["dhs2"].pk]})
    notice = Notice.objects.get()
    note = notice.units.get().note
    assert note == (
        "在职会员5人，已参保1人；尚有4人没有任何保障；"
        "从未参加：住院医疗、住院津贴、女工特疾、职工意外、子女意外。"
    )
    assert spots()["DHS002"].step is Step.CALL
    notices.read(notice_id=notice.pk, by=builders.viewer(agent), on=DAY)
    assert spots()["DHS002"].step is Step.ADD
    clerk.post(reverse("reports:blank-urge") + "?year=2018", {"pk": [year["dhs2"].pk]})
    assert Notice.objects.count() == 1  # once a day


def test_a_street_does_not_remind_another(year: dict[str, Any]) -> None:
    coordinator = builders.client_for(builders.user("coordinator", year["tt"]))
    urge = reverse("reports:blank-urge") + "?year=2018"
    assert coordinator.post(urge, {"pk": [year["dhs2"].pk]}).status_code == 404
    coordinator.post(urge, {"all": "filter"})
    assert set(Notice.objects.get().units.values_list("organisation__code", flat=True)) == {
        "TT001", "TT002",
    }  # fmt: skip


def test_workbook(year: dict[str, Any]) -> None:
    clerk = builders.client_for(builders.user("enrolment"))
    answer = clerk.get(reverse("reports:blank-export") + "?year=2018&plan=CHILD")
    rows = list(load_workbook(BytesIO(answer.content)).worksheets[0].values)
    assert [row[1] for row in rows[1:]] == ["DHS002", "TT002", "TT001"]
    assert rows[1][11] == "确定代办员"


def test_the_number_of_units_costs_no_queries(
    year: dict[str, Any], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        builders.member(builders.union(f"TT9{number}", year["tt"]))
    with django_assert_max_num_queries(12):
        assert len(spots()) == 8
