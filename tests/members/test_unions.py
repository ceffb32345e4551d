"""Unions founded, renamed, counted, moved, merged, closed; papers keep the name of their time."""

from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import AuditEvent
from members import rules, selectors
from members.access import Viewer
from members.models import Contact, FormerName, Organisation, RoleGrant, StaffCount
from members.services import organisations as acts
from members.states import OrganisationKind
from tests import builders
from tests.members.builders import brought_in, codes, directory, roster

ON = date(2018, 6, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def street() -> Organisation:
    return builders.union("JT01", kind="STREET", name="天坛街道总工会")


@pytest.fixture
def other_street() -> Organisation:
    return builders.union("JT02", kind="STREET", name="东花市街道总工会")


@pytest.fixture
def unit(street: Organisation) -> Organisation:
    return builders.union("JT0101", parent=street, name="天坛饭店工会")


@pytest.fixture
def clerk() -> Viewer:
    return builders.viewer_as("enrolment")


def again(union: Organisation) -> Organisation:
    return Organisation.objects.get(pk=union.pk)


@pytest.mark.parametrize(
    ("kind", "above", "may"),
    [("STREET", "DISTRICT", True), ("SECTOR", "DISTRICT", True), ("GROUP", "DISTRICT", True),
     ("GRASSROOTS", "DISTRICT", True), ("GROUP", "STREET", True), ("GROUP", "GROUP", True),
     ("GRASSROOTS", "GRASSROOTS", True), ("STREET", "SECTOR", False), ("STREET", "STREET", False),
     ("GROUP", "GRASSROOTS", False), ("DISTRICT", "DISTRICT", False)],
)  # fmt: skip
def test_what_may_stand_under_what(kind: str, above: str, may: bool) -> None:
    assert rules.may_stand_under(kind, above) is may
    assert kind in OrganisationKind.values


def test_a_union_is_founded_below_another(street: Organisation, clerk: Viewer) -> None:
    made = acts.found(
        parent_id=street.pk, code="JT0199", name="新工会", kind="GRASSROOTS", by=clerk, on=ON
    )
    assert again(made).path == f"{street.path}{made.pk:04d}/"
    with pytest.raises(acts.CodeTaken):
        acts.found(parent_id=street.pk, code="JT0199", name="另一个", kind="GROUP", by=clerk, on=ON)
    with pytest.raises(acts.WrongPlace):
        acts.found(parent_id=street.pk, code="X1", name="街道", kind="STREET", by=clerk, on=ON)
    assert not Organisation.objects.filter(name__in=("另一个", "街道")).exists()


def test_a_renaming_leaves_the_old_name_to_its_time(unit: Organisation, clerk: Viewer) -> None:
    acts.rename(union_id=unit.pk, name="天坛酒店工会", from_on=date(2018, 3, 1), by=clerk, on=ON)
    acts.rename(union_id=unit.pk, name="天坛宾馆工会", from_on=date(2018, 5, 1), by=clerk, on=ON)
    union = again(unit)
    days = {date(2017, 12, 31): "天坛饭店工会", date(2018, 2, 28): "天坛饭店工会",
            date(2018, 3, 1): "天坛酒店工会", date(2018, 4, 30): "天坛酒店工会",
            date(2018, 5, 1): "天坛宾馆工会", date(2020, 1, 1): "天坛宾馆工会"}  # fmt: skip
    assert {day: selectors.name_on(union, day) for day in days} == days
    with pytest.raises(acts.NameOverlaps):
        acts.rename(union_id=unit.pk, name="早了", from_on=date(2018, 4, 1), by=clerk, on=ON)
    with pytest.raises(acts.NameOverlaps):
        acts.rename(union_id=unit.pk, name="晚了", from_on=date(2018, 6, 2), by=clerk, on=ON)
    acts.undo_rename(union_id=unit.pk, by=clerk, on=ON)
    assert again(unit).name == "天坛酒店工会"


def test_a_correction_makes_no_history(unit: Organisation, clerk: Viewer) -> None:
    acts.rename(union_id=unit.pk, name="天坛大饭店工会", from_on=None, by=clerk, on=ON)
    assert selectors.name_on(again(unit), date(2000, 1, 1)) == "天坛大饭店工会"
    assert not FormerName.objects.exists()
    event = AuditEvent.objects.get(action="union.correct_name")
    assert (event.details["before"], event.details["name"]) == ("天坛饭店工会", "天坛大饭店工会")


def test_the_directory_renames_counts_and_moves(
    unit: Organisation, other_street: Organisation, tmp_path: Path
) -> None:
    row = {"单位编号": "JT0101", "单位名称": "天坛酒店工会", "单位类型": "基层",
           "上级单位编号": "JT02", "职工人数": 120, "女职工人数": 50}  # fmt: skip
    result = brought_in("unions", directory(row), tmp_path)
    assert (result.updated, result.bad_rows) == (1, 0)
    union = again(unit)
    assert union.path.startswith(other_street.path)
    assert selectors.name_on(union, date(2018, 2, 28)) == "天坛饭店工会"  # imported on 2018-03-01
    assert selectors.name_on(union, date(2018, 3, 1)) == "天坛酒店工会"
    count = StaffCount.objects.get(organisation=union)
    assert (count.year, count.staff_count, count.female_staff_count) == (2018, 120, 50)
    assert brought_in("unions", directory(row), tmp_path).unchanged == 1
    assert FormerName.objects.count() == StaffCount.objects.count() == 1


def test_staff_is_counted_by_year(unit: Organisation, clerk: Viewer) -> None:
    for year, staff in ((2018, 120), (2017, 100)):
        acts.count_staff(union_id=unit.pk, year=year, staff=staff, women=40, by=clerk, on=ON)
    assert again(unit).staff_count == 120  # the latest year, whenever it was written
    with pytest.raises(acts.TooManyWomen):
        acts.count_staff(union_id=unit.pk, year=2018, staff=10, women=11, by=clerk, on=ON)
    acts.count_staff(union_id=unit.pk, year=2018, staff=130, women=None, by=clerk, on=ON)
    years = [(year.year, year.staff, year.women) for year in selectors.years_of(unit)]
    assert years == [(2018, 130, None), (2017, 100, 40)]


def test_a_subtree_moves_in_one_act(
    street: Organisation, other_street: Organisation, unit: Organisation, clerk: Viewer
) -> None:
    below = builders.union("JT010101", parent=unit)
    member = builders.member(below)
    acts.move(union_id=unit.pk, parent_id=other_street.pk, by=clerk, on=ON)
    assert again(below).path == f"{other_street.path}{unit.pk:04d}/{below.pk:04d}/"
    there = builders.viewer_as("coordinator", other_street)
    here = builders.viewer_as("coordinator", street)
    assert selectors.visible_members(there).filter(pk=member.pk).exists()
    assert not selectors.visible_members(here).exists()
    acts.move(union_id=unit.pk, parent_id=street.pk, by=clerk, on=ON)  # and back
    assert again(below).path.startswith(street.path)


def test_nobody_stands_below_himself(unit: Organisation, clerk: Viewer) -> None:
    below = builders.union("JT010101", parent=unit)
    for target in (unit, below):
        with pytest.raises(acts.WrongPlace):
            acts.move(union_id=unit.pk, parent_id=target.pk, by=clerk, on=ON)
    assert again(unit).parent_id == unit.parent_id


def test_one_union_goes_up_in_another(
    unit: Organisation, street: Organisation, clerk: Viewer
) -> None:
    into = builders.union("JT0102", parent=street, name="天坛公园工会")
    below, member = builders.union("JT010101", parent=unit), builders.member(unit)
    agent = builders.user("agent", unit)
    both = builders.user("agent", unit)
    RoleGrant.objects.create(user=both, role="agent", organisation=into)
    acts.merge(union_id=unit.pk, into_id=into.pk, by=clerk, on=ON)
    member.refresh_from_db()
    old = again(unit)
    assert (member.organisation_id, again(below).parent_id) == (into.pk, into.pk)
    assert (old.closed_on, old.merged_into_id) == (ON, into.pk)
    assert old.path.startswith(into.path)  # who answers for the successor sees the old papers
    held = RoleGrant.objects.filter(user__in=(agent, both)).values_list("user", "organisation")
    assert sorted(held) == sorted([(agent.pk, into.pk), (both.pk, into.pk)])
    with pytest.raises(acts.IsClosed):
        acts.edit(union_id=unit.pk, values={"contact_name": "甲"}, by=clerk, on=ON)


def test_a_union_in_use_is_not_closed(unit: Organisation, clerk: Viewer, tmp_path: Path) -> None:
    member = builders.member(unit)
    with pytest.raises(acts.StillInUse):
        acts.close(union_id=unit.pk, reason="注销", by=clerk, on=ON)
    member.status = "RETIRED"
    member.save()
    acts.close(union_id=unit.pk, reason="注销", by=clerk, on=ON)
    row = {"单位编号": "JT0101", "姓名": "王五", "证件号码": builders.document_number()}
    result = brought_in("members", roster(row), tmp_path)
    assert codes(result) == [(2, "单位编号", "UNKNOWN_UNION")]
    acts.reopen(union_id=unit.pk, by=clerk, on=ON)
    assert brought_in("members", roster(row), tmp_path).created == 1


def test_closed_unions_are_shown_when_asked_for(unit: Organisation, clerk: Viewer) -> None:
    acts.close(union_id=unit.pk, reason="注销", by=clerk, on=ON)
    client = builders.client_for(builders.user("enrolment"))

    def listed(**query: str) -> set[str]:
        page = client.get(reverse("members:organisation-list"), query).context["page"]
        return {union.code for union in page}

    assert "JT0101" not in listed()
    assert listed(closed="1") == {"JT0101"}
    assert {"JT01", "JT0101"} <= listed(closed="all")


def test_a_coordinator_edits_but_does_not_reshape(street: Organisation, unit: Organisation) -> None:
    by = builders.viewer_as("coordinator", street)
    acts.edit(union_id=unit.pk, values={"contact_name": "赵六", "contact_phone": "65120000"},
              by=by, on=ON)  # fmt: skip
    assert selectors.contact_phone(again(unit)) == "65120000"
    with pytest.raises(Organisation.DoesNotExist):
        acts.close(union_id=unit.pk, reason="注销", by=by, on=ON)
    with pytest.raises(Organisation.DoesNotExist):
        acts.edit(union_id=builders.union("X").pk, values={}, by=by, on=ON)


def test_contacts_come_and_go(unit: Organisation, clerk: Viewer) -> None:
    made = acts.add_contact(union_id=unit.pk, name="孙八", post="工会主席", phone="65123456",
                            email="s@example.cn", by=clerk, on=ON)  # fmt: skip
    assert selectors.phone_of(Contact.objects.get(pk=made.pk)) == "65123456"
    acts.remove_contact(union_id=unit.pk, contact_id=made.pk, by=clerk, on=ON)
    assert not Contact.objects.exists()


def test_what_the_database_refuses(unit: Organisation) -> None:
    StaffCount.objects.create(organisation=unit, year=2018, staff_count=3)
    FormerName.objects.create(organisation=unit, name="甲", until_on=ON)
    broken = {
        "staff_count_once_a_year": lambda: StaffCount.objects.create(
            organisation=unit, year=2018, staff_count=4
        ),
        "staff_count_women_within_staff": lambda: StaffCount.objects.create(
            organisation=unit, year=2017, staff_count=4, female_staff_count=5
        ),
        "staff_count_year_is_ours": lambda: StaffCount.objects.create(
            organisation=unit, year=1800, staff_count=4
        ),
        "former_name_once_a_day": lambda: FormerName.objects.create(
            organisation=unit, name="乙", until_on=ON
        ),
        "organisation_merged_is_closed": lambda: Organisation.objects.filter(pk=unit.pk).update(
            merged_into=unit
        ),
    }
    for name, act in broken.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            act()
