"""Renewals counted by hand: gaps, other units, children, states; who is reminded of what."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from members.access import Viewer
from members.models import Member, Notice
from policies.models import Policy
from policies.selectors import expiries
from policies.selectors.expiries import GRACE, Asked
from tests import builders
from tests.reports import builders as make

START, END = date(2018, 3, 1), date(2019, 3, 1)  # the day after the last day of cover
TODAY = date(2019, 4, 1)
YEAR = Asked(2019)
ALL = Viewer.system()


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Four persons and two children whose covers end on 2019-02-28, at a unit of a street."""
    monkeypatch.setattr("core.clock.today", lambda: TODAY)
    street = builders.union("TT", kind="STREET", name="天坛街道总工会")
    unit = builders.union("TT001", street, name="天坛饭店工会", contact_name="钱多")
    other = builders.union("DHS001", name="花市小学工会")
    people = [builders.member(unit, name=f"甲{n}") for n in range(4)]
    kids = [make.child("大明"), make.child("小明")]
    make.batch(unit, "INPALW", [(one, 1) for one in people], accepted_on=START)
    make.batch(unit, "CHILD", [(people[0], 1)] * 2, accepted_on=START, children=kids)
    return {"street": street, "unit": unit, "other": other, "people": people, "kids": kids}


def again(world: dict[str, Any], person: int, *, gap: int = 0, **fields: Any) -> Any:
    """A next cover of the allowance for one of the people, `gap` days after the last ended."""
    fields = {"unit": world["unit"], "family": "INPALW", "status": "EFFECTIVE", **fields}
    accepted = None if fields["status"] in ("DRAFT", "SUBMITTED") else END
    return make.batch(
        fields["unit"], fields["family"], [(world["people"][person], 1)], accepted_on=accepted,
        status=fields["status"], starts_on=END + timedelta(days=gap),
    )  # fmt: skip


def cell(asked: Asked = YEAR, viewer: Viewer = ALL) -> tuple[int, int]:
    whole = expiries.calendar(viewer, asked)[1]
    return whole.total.expiring, whole.total.renewed


def test_a_cover_is_renewed_within_sixty_days_by_whatever_unit(world: dict[str, Any]) -> None:
    assert cell() == (6, 0)
    again(world, 0)
    again(world, 1, gap=GRACE, unit=world["other"])
    again(world, 2, gap=GRACE + 1)
    assert cell() == (6, 2)
    # by month and plan: all of it in February
    months, whole = expiries.calendar(ALL, YEAR)
    assert [month.total.expiring for month in months] == [0, 6] + [0] * 10
    assert (whole.cells["INPALW"].expiring, whole.cells["INPALW"].renewed) == (4, 2)
    assert (whole.cells["CHILD"].expiring, whole.cells["CHILD"].renewed) == (2, 0)
    assert cell(Asked(2019, month=2, family="CHILD")) == (2, 0)
    assert cell(Asked(2019, month=3)) == (0, 0)


@pytest.mark.parametrize(
    ("status", "counts"), [("DRAFT", 0), ("SUBMITTED", 1), ("ACCEPTED", 1), ("PAID", 1)]
)
def test_a_renewal_is_handed_in(world: dict[str, Any], status: str, counts: int) -> None:
    again(world, 0, status=status)
    assert cell() == (6, counts)


def test_what_is_no_renewal(world: dict[str, Any]) -> None:
    again(world, 0, family="INPMED")  # another plan
    made = again(world, 1)
    Policy.objects.filter(batch=made).update(withdrawn_on=END)
    assert cell() == (6, 0)


def test_a_child_is_the_insured_of_its_own_cover(world: dict[str, Any]) -> None:
    make.batch(
        world["unit"], "CHILD", [(world["people"][0], 1)], accepted_on=END,
        children=[world["kids"][1]],
    )  # fmt: skip
    assert cell(Asked(2019, family="CHILD")) == (2, 1)
    left = expiries.lapsing_persons(ALL, Asked(2019, family="CHILD"))
    assert [row.child.name for row in left if row.child] == ["大明"]


def test_units_and_what_they_have_left(world: dict[str, Any]) -> None:
    again(world, 0)
    Member.objects.filter(pk=world["people"][1].pk).update(status="RETIRED")
    (line,) = expiries.lapsing_units(ALL, YEAR)
    assert (line.code, line.total.expiring, line.total.renewed, line.total.open) == (
        "TT001", 6, 1, 5,
    )  # fmt: skip
    assert line.in_service == 4
    assert sorted(part[1:] for part in line.parts) == [
        (date(2019, 2, 28), 2), (date(2019, 2, 28), 3),
    ]  # fmt: skip


def test_each_sees_his_own(world: dict[str, Any]) -> None:
    assert cell(viewer=builders.viewer_as("agent", world["unit"])) == (6, 0)
    assert cell(viewer=builders.viewer_as("coordinator", world["street"])) == (6, 0)
    assert cell(viewer=builders.viewer_as("agent", world["other"])) == (0, 0)


def client_of(role: str, union: Any = None) -> Client:
    return builders.client_for(builders.user(role, union))


def test_the_pages_and_the_reminder(world: dict[str, Any]) -> None:
    clerk = client_of("enrolment")
    again(world, 0)
    page = clerk.get(reverse("policies:renewal-calendar")).content.decode()
    assert "16.67%" in page
    units = reverse("policies:renewal-units") + "?year=2019"
    assert "天坛饭店工会" in clerk.get(units).content.decode()
    urge = reverse("policies:renewal-urge") + "?year=2019"
    assert clerk.post(urge, {"pk": [world["other"].pk]}).status_code == 404
    clerk.post(urge, {"pk": [world["unit"].pk]})
    notice = Notice.objects.get()
    assert notice.about == "renewal:2019"
    assert notice.units.get().note == ("未续保5人次：2019-02-28到期住院津贴3人、子女意外2人。")
    assert "2019-04-01" in clerk.get(units).content.decode()
    clerk.post(urge, {"all": "filter"})
    assert Notice.objects.count() == 1  # once a day


def test_the_list_of_persons_has_no_numbers(world: dict[str, Any]) -> None:
    answer = client_of("enrolment").get(reverse("policies:renewal-export") + "?year=2019")
    book = load_workbook(BytesIO(answer.content))
    rows = list(book.worksheets[0].values)
    assert rows[0][:4] == ("单位编号", "单位名称", "活动", "会员姓名")
    assert len(rows) == 7
    assert {row[3] for row in rows[1:]} == {"甲0", "甲1", "甲2", "甲3"}


def test_the_number_of_units_costs_no_queries(
    world: dict[str, Any], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        unit = builders.union(f"TT1{number}", world["street"])
        make.batch(unit, "CI", [(builders.member(unit), 1)], accepted_on=START)
    with django_assert_max_num_queries(3):
        assert len(expiries.lapsing_units(ALL, YEAR)) == 6
    with django_assert_max_num_queries(2):
        expiries.calendar(ALL, YEAR)
