"""The station above the unit, shares of a contribution, what unions give, the last day."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from core.models import AuditEvent
from members.models import Organisation
from policies import selectors
from policies.models import FundingPart, Subsidy
from policies.selectors.funding import shares_of, subsidies_in
from policies.services import enrolment, funding, targets
from policies.services.enrolment import SamePerson
from policies.services.funding import SplitDiffers, SplitTooLate, SubsidyMalformed
from policies.services.locking import BatchesGone, CannotMove
from policies.states import Funder
from tests import builders
from tests.policies.builders import (
    START,
    TODAY,
    accepted,
    batch,
    clerk,
    imported,
    line,
    person,
    submitted,
    subsidy,
)

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def street() -> Organisation:
    return builders.union("JT01", kind="STREET", name="天坛街道总工会")


@pytest.fixture
def unit(street: Organisation) -> Organisation:
    return builders.union("JT0101", parent=street, name="天坛饭店工会")


# ---- the station


def test_the_street_looks_first_and_the_district_decides(
    street: Organisation, unit: Organisation
) -> None:
    made, coordinator = submitted(unit), builders.viewer_as("coordinator", street)
    assert enrolment.check(batch_ids=[made.pk], by=coordinator, on=TODAY) == 1
    made.refresh_from_db()
    assert (made.status, made.checked_on, made.checked_by_id) == (
        "CHECKED", TODAY, coordinator.user_id,
    )  # fmt: skip
    enrolment.accept(batch_ids=[made.pk], by=clerk(), on=TODAY)
    trail = AuditEvent.objects.filter(subject=f"batch:{made.pk}").order_by("pk")
    assert [row.action for row in trail] == [
        "batch.fill", "batch.submit", "batch.check", "batch.accept",
    ]  # fmt: skip


def test_the_district_need_not_wait(unit: Organisation) -> None:
    made = submitted(unit)
    enrolment.accept(batch_ids=[made.pk], by=clerk(), on=TODAY)
    made.refresh_from_db()
    assert (made.status, made.checked_on) == ("ACCEPTED", None)


def test_the_street_returns_and_a_new_check_is_due(
    street: Organisation, unit: Organisation
) -> None:
    made, coordinator = submitted(unit), builders.viewer_as("coordinator", street)
    enrolment.check(batch_ids=[made.pk], by=coordinator, on=TODAY)
    enrolment.return_to_unit(batch_ids=[made.pk], reason="少两人", by=coordinator, on=TODAY)
    enrolment.submit(batch_ids=[made.pk], by=builders.viewer_as("agent", unit), on=TODAY)
    made.refresh_from_db()
    assert (made.status, made.checked_on, made.checked_by_id) == ("SUBMITTED", None, None)


def test_another_street_does_not_look(unit: Organisation) -> None:
    made, other = submitted(unit), builders.union("JT02", kind="STREET", name="东花市街道总工会")
    with pytest.raises(BatchesGone):
        enrolment.check(batch_ids=[made.pk], by=builders.viewer_as("coordinator", other), on=TODAY)


def test_only_what_was_handed_in_is_looked_at(street: Organisation, unit: Organisation) -> None:
    coordinator = builders.viewer_as("coordinator", street)
    with pytest.raises(CannotMove):
        enrolment.check(batch_ids=[batch(unit).pk], by=coordinator, on=TODAY)


def test_nobody_looks_through_his_own(street: Organisation, unit: Organisation) -> None:
    made, coordinator = submitted(unit), builders.viewer_as("coordinator", street)
    type(made).objects.filter(pk=made.pk).update(submitted_by_id=coordinator.user_id)
    with pytest.raises(SamePerson):
        enrolment.check(batch_ids=[made.pk], by=coordinator, on=TODAY)


def test_the_button_and_the_work_of_a_coordinator(street: Organisation, unit: Organisation) -> None:
    made = submitted(unit)
    client = builders.client_for(builders.user("coordinator", street))
    page = client.get(reverse("policies:batch-detail", args=[made.pk])).content.decode()
    assert reverse("policies:batch-check") in page
    assert "status=SUBMITTED" in client.get("/").content.decode()
    client.post(reverse("policies:batch-check"), {"pk": made.pk, "back": made.pk})
    made.refresh_from_db()
    assert made.status == "CHECKED"
    desk = builders.client_for(builders.user("enrolment"))
    found = desk.get(reverse("policies:batch-list"), {"status": "UNDECIDED"})
    assert made.number in found.content.decode()


# ---- shares


def test_without_shares_the_lines_say_who_pays(unit: Organisation) -> None:
    imported([
        line(unit, person(unit)), line(unit, person(unit, name="李四"), 出资方="个人"),
        line(unit, person(unit, name="王五"), 出资方="个人"),
    ])  # fmt: skip
    made = unit.batches.get()
    said = [(share.funder.value, share.amount) for share in shares_of(made)]
    assert said == [("MEMBER", D("120.00")), ("UNION", D("60.00"))]


def test_shares_sum_to_the_fen(unit: Organisation) -> None:
    made, agent = batch(unit, persons=2), builders.viewer_as("agent", unit)
    shares = {Funder.UNION: D("80.01"), Funder.MEMBER: D("39.99")}
    funding.split(batch_id=made.pk, shares=shares, by=agent, on=TODAY)
    assert {share.funder: share.amount for share in shares_of(made)} == shares
    with pytest.raises(SplitDiffers, match=r"120\.01"):
        funding.split(
            batch_id=made.pk, shares=shares | {Funder.MEMBER: D("40.00")}, by=agent, on=TODAY
        )
    funding.split(batch_id=made.pk, shares={}, by=agent, on=TODAY)
    assert [share.funder for share in shares_of(made)] == [Funder.UNION]


def test_shares_that_a_new_line_made_wrong_stop_the_batch(unit: Organisation) -> None:
    made, agent = batch(unit), builders.viewer_as("agent", unit)
    funding.split(batch_id=made.pk, shares={Funder.UNION: D(60)}, by=agent, on=TODAY)
    imported([line(unit, person(unit, name="李四"))])
    with pytest.raises(SplitDiffers, match=made.number):
        enrolment.submit(batch_ids=[made.pk], by=agent, on=TODAY)


def test_an_accepted_batch_is_not_split(unit: Organisation) -> None:
    made = accepted(unit)
    with pytest.raises(SplitTooLate):
        funding.split(
            batch_id=made.pk, shares={Funder.UNION: made.amount}, on=TODAY,
            by=builders.viewer_as("agent", unit),
        )  # fmt: skip
    assert not FundingPart.objects.exists()


# ---- what unions give a head


def test_a_standard_beside_what_was_recorded(street: Organisation, unit: Organisation) -> None:
    subsidy(street, per_head="150.00", year=2015)
    subsidy(street, per_head="200.00")
    imported([line(unit, person(unit), 出资方="上级补助"), line(unit, person(unit, name="李四"))])
    made = unit.batches.get()
    agent, officer = builders.viewer_as("agent", unit), clerk()
    enrolment.submit(batch_ids=[made.pk], by=agent, on=TODAY)
    enrolment.accept(batch_ids=[made.pk], by=officer, on=TODAY)
    (row,) = subsidies_in(officer, 2018)
    assert (row.persons, row.standard, row.recorded) == (2, D("400.00"), D("60.00"))
    assert row.difference == D("-340.00")
    (before,) = subsidies_in(officer, 2016)
    assert (before.subsidy.per_head, before.persons) == (D("150.00"), 0)
    assert subsidies_in(builders.viewer_as("coordinator", builders.union("JT09")), 2018) == []


def test_shares_of_a_batch_count_as_recorded(street: Organisation, unit: Organisation) -> None:
    subsidy(street)
    made, agent = batch(unit), builders.viewer_as("agent", unit)
    shares = {Funder.SUBSIDY: D(50), Funder.MEMBER: D(10)}
    funding.split(batch_id=made.pk, shares=shares, by=agent, on=TODAY)
    enrolment.submit(batch_ids=[made.pk], by=agent, on=TODAY)
    enrolment.accept(batch_ids=[made.pk], by=clerk(), on=TODAY)
    (row,) = subsidies_in(clerk(), 2018)
    assert row.recorded == D("50.00")


def test_only_the_district_keeps_standards(street: Organisation) -> None:
    given = subsidy(street)
    coordinator = builders.viewer_as("coordinator", street)
    with pytest.raises(SubsidyMalformed):
        funding.remove_subsidy(subsidy_id=given.pk, by=coordinator, on=TODAY)
    desk = builders.client_for(builders.user("enrolment"))
    address = reverse("policies:subsidy-list")
    wrong = {"union": "NOSUCH", "from_year": 2018, "per_head": "200", "basis": "x"}
    assert desk.post(address, wrong).status_code == 422
    desk.post(address, wrong | {"union": "JT01"})
    assert Subsidy.objects.filter(organisation=street).count() == 2
    desk.post(reverse("policies:subsidy-remove", args=[given.pk]))
    assert [row.from_year for row in Subsidy.objects.all()] == [2018]


# ---- the last day of the season


def test_the_agent_reads_the_last_day(unit: Organisation) -> None:
    until = date(2018, 12, 20)
    targets.set_target(year=2018, amount=D(1000), enrol_until=until, by=clerk(), on=TODAY)
    assert selectors.enrol_until(2018) == until
    targets.set_target(year=2018, amount=D(1200), by=clerk(), on=TODAY)
    assert selectors.enrol_until(2018) == until
    page = builders.client_for(builders.user("agent", unit)).get("/").content.decode()
    assert "2018-12-20" in page
    board = builders.client_for(builders.user("enrolment")).get(reverse("policies:season-board"))
    assert "2018-12-20" in board.content.decode()
    assert until > START
