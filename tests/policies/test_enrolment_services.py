"""What units and the district do with batches: the acts, and refusals that change nothing."""

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent
from ledger.models import Entry, Posting
from members.access import Viewer
from members.models import Guardian, Organisation
from members.services import children
from members.states import Relation
from policies.models import EnrolmentBatch, Policy
from policies.services import enrolment
from policies.services.enrolment import (
    ConsentIncomplete,
    ConsentMissing,
    EmptyBatch,
    LinesGone,
    NotOpen,
    OpenTwin,
    ReasonMissing,
    SamePerson,
    SumsDiffer,
)
from policies.services.locking import BatchesGone, CannotMove, NoBatches
from policies.states import BATCH_MOVES, BatchStatus
from tests import builders
from tests.policies.builders import (
    TODAY,
    batch,
    clerk,
    imported,
    line,
    person,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Organisation:
    return builders.union()


@pytest.fixture
def agent(unit: Organisation) -> Viewer:
    return builders.viewer_as("agent", unit)


def state(made: EnrolmentBatch) -> tuple[Any, ...]:
    """All that a refusal must leave alone."""
    made.refresh_from_db()
    return (
        made.status,
        made.amount,
        list(made.policies.values_list("pk", "withdrawn_on", "consent_on").order_by("pk")),
        AuditEvent.objects.count(),
        Entry.objects.count(),
    )


def test_a_batch_goes_its_way(unit: Organisation, agent: Viewer) -> None:
    made = batch(unit, persons=2)
    assert enrolment.submit(batch_ids=[made.pk], by=agent, on=TODAY) == 1
    made.refresh_from_db()
    assert (made.status, made.submitted_on, made.submitted_by_id) == (
        "SUBMITTED",
        TODAY,
        agent.user_id,
    )
    officer = clerk()
    assert enrolment.accept(batch_ids=[made.pk], by=officer, on=TODAY) == 1
    made.refresh_from_db()
    assert (made.status, made.accepted_by_id) == ("ACCEPTED", officer.user_id)
    entry = Entry.objects.get(key=f"batch:{made.pk}")
    lines = entry.postings.values_list("account__code", "debit", "credit")
    assert set(lines) == {
        ("1122", Decimal("120.00"), Decimal("0.00")),
        ("2202", Decimal("0.00"), Decimal("120.00")),
    }
    trail = AuditEvent.objects.filter(subject=f"batch:{made.pk}").order_by("pk")
    assert [row.action for row in trail] == ["batch.fill", "batch.submit", "batch.accept"]


def test_a_returned_batch_comes_back(unit: Organisation, agent: Viewer) -> None:
    made = submitted(unit)
    enrolment.return_to_unit(batch_ids=[made.pk], reason=" 姓名有误 ", by=clerk(), on=TODAY)
    made.refresh_from_db()
    assert (made.status, made.return_reason) == ("RETURNED", "姓名有误")
    imported([line(unit, person(unit))])
    made.refresh_from_db()
    assert made.person_count == 2
    enrolment.submit(batch_ids=[made.pk], by=agent, on=TODAY)
    made.refresh_from_db()
    assert (made.status, made.return_reason) == ("SUBMITTED", "")


def test_a_withdrawn_batch_covers_nobody(unit: Organisation, agent: Viewer) -> None:
    made = submitted(unit)
    enrolment.withdraw(batch_ids=[made.pk], by=agent, on=TODAY)
    made.refresh_from_db()
    assert made.status == "WITHDRAWN"
    assert not made.policies.filter(withdrawn_on__isnull=True).exists()


def test_lines_are_taken_out_of_an_open_batch(unit: Organisation, agent: Viewer) -> None:
    made = batch(unit, persons=3)
    wrong = made.policies.order_by("pk").values_list("pk", flat=True)[:2]
    assert enrolment.remove_lines(batch_id=made.pk, policy_ids=list(wrong), by=agent, on=TODAY) == 2
    made.refresh_from_db()
    assert (made.person_count, made.shares, made.amount) == (1, 1, Decimal("60.00"))


def test_consent_opens_the_way_for_children(unit: Organisation, agent: Viewer) -> None:
    who = person(unit)
    number = builders.document_number(born_on=date(2010, 1, 1))
    row = line(unit, who, "CHILD", 子女姓名="张小", 子女证件号码=number, 关系="父子")
    made = EnrolmentBatch.objects.get(pk=imported([row]).summary["batch_ids"][0])
    enrolment.submit(batch_ids=[made.pk], by=agent, on=TODAY)
    before = state(made)
    with pytest.raises(ConsentMissing):
        enrolment.accept(batch_ids=[made.pk], by=clerk(), on=TODAY)
    with pytest.raises(ConsentIncomplete):
        enrolment.record_consents(
            batch_ids=[made.pk], consent_on=date(2018, 3, 2), consent_form="A", by=agent, on=TODAY
        )
    assert state(made) == before
    marked = enrolment.record_consents(
        batch_ids=[made.pk], consent_on=TODAY, consent_form="2018版", by=agent, on=TODAY
    )
    assert marked == 1
    policy = made.policies.get()
    assert (policy.consent_on, policy.consent_form) == (TODAY, "2018版")
    assert Guardian.objects.get(child=policy.child).relation == "FATHER"
    enrolment.accept(batch_ids=[made.pk], by=clerk(), on=TODAY)
    with pytest.raises(NotOpen):
        enrolment.record_consents(
            batch_ids=[made.pk], consent_on=TODAY, consent_form="B", by=agent, on=TODAY
        )


def test_a_consent_taken_back_closes_the_way(unit: Organisation, agent: Viewer) -> None:
    who = person(unit)
    number = builders.document_number(born_on=date(2010, 1, 1))
    row = line(unit, who, "CHILD", 子女姓名="张小", 子女证件号码=number, 关系="父子")
    made = EnrolmentBatch.objects.get(pk=imported([row]).summary["batch_ids"][0])
    enrolment.record_consents(
        batch_ids=[made.pk], consent_on=TODAY, consent_form="A", by=agent, on=TODAY
    )
    link = Guardian.objects.get(member=who[0])
    children.withdraw(guardian_id=link.pk, member_id=link.member_id, by=agent, on=TODAY)
    enrolment.submit(batch_ids=[made.pk], by=agent, on=TODAY)
    with pytest.raises(ConsentMissing):
        enrolment.accept(batch_ids=[made.pk], by=clerk(), on=TODAY)
    children.consent(
        member_id=link.member_id, name="张小", number=number, relation=Relation.FATHER,
        consent_on=TODAY, consent_form="B", by=agent, on=TODAY,
    )  # fmt: skip
    enrolment.accept(batch_ids=[made.pk], by=clerk(), on=TODAY)


def test_who_submitted_does_not_accept(unit: Organisation) -> None:
    officer = clerk()
    made = batch(unit)
    enrolment.submit(batch_ids=[made.pk], by=officer, on=TODAY)
    before = state(made)
    with pytest.raises(SamePerson):
        enrolment.accept(batch_ids=[made.pk], by=officer, on=TODAY)
    assert state(made) == before


def test_an_empty_batch_is_not_submitted(unit: Organisation, agent: Viewer) -> None:
    made = batch(unit)
    keys = list(made.policies.values_list("pk", flat=True))
    enrolment.remove_lines(batch_id=made.pk, policy_ids=keys, by=agent, on=TODAY)
    before = state(made)
    with pytest.raises(EmptyBatch):
        enrolment.submit(batch_ids=[made.pk], by=agent, on=TODAY)
    assert state(made) == before


def test_lines_must_add_up(unit: Organisation, agent: Viewer) -> None:
    made = submitted(unit)
    EnrolmentBatch.objects.filter(pk=made.pk).update(amount=Decimal("61.00"))
    with pytest.raises(SumsDiffer):
        enrolment.accept(batch_ids=[made.pk], by=clerk(), on=TODAY)
    assert not Entry.objects.exists()


def test_a_return_needs_a_reason(unit: Organisation) -> None:
    made = submitted(unit)
    before = state(made)
    with pytest.raises(ReasonMissing):
        enrolment.return_to_unit(batch_ids=[made.pk], reason="  ", by=clerk(), on=TODAY)
    assert state(made) == before


def test_a_return_does_not_meet_an_open_twin(unit: Organisation) -> None:
    made = submitted(unit)
    twin = batch(unit)
    before = state(made)
    with pytest.raises(OpenTwin, match=twin.number):
        enrolment.return_to_unit(batch_ids=[made.pk], reason="错", by=clerk(), on=TODAY)
    assert state(made) == before


def test_two_batches_of_one_slot_cannot_both_be_returned(unit: Organisation) -> None:
    first, second = submitted(unit), submitted(unit)
    with pytest.raises(OpenTwin):
        enrolment.return_to_unit(batch_ids=[first.pk, second.pk], reason="错", by=clerk(), on=TODAY)
    assert state(first)[0] == state(second)[0] == "SUBMITTED"


def test_lines_of_another_batch_are_not_removed(unit: Organisation, agent: Viewer) -> None:
    made, other = batch(unit), batch(unit, plan="INPMED")
    before = state(made), state(other)
    for keys in ([other.policies.get().pk], []):
        with pytest.raises(LinesGone):
            enrolment.remove_lines(batch_id=made.pk, policy_ids=keys, by=agent, on=TODAY)
    assert (state(made), state(other)) == before


def test_lines_stay_after_submission(unit: Organisation, agent: Viewer) -> None:
    made = submitted(unit)
    keys = [made.policies.get().pk]
    before = state(made)
    with pytest.raises(NotOpen):
        enrolment.remove_lines(batch_id=made.pk, policy_ids=keys, by=agent, on=TODAY)
    assert state(made) == before


def test_another_units_batch_is_not_there(unit: Organisation, agent: Viewer) -> None:
    own, foreign = batch(unit), batch(builders.union())
    before = state(own), state(foreign)
    with pytest.raises(BatchesGone):
        enrolment.submit(batch_ids=[own.pk, foreign.pk], by=agent, on=TODAY)
    with pytest.raises(BatchesGone):
        enrolment.accept(batch_ids=[own.pk], by=agent, on=TODAY)
    with pytest.raises(NoBatches):
        enrolment.submit(batch_ids=[], by=agent, on=TODAY)
    assert (state(own), state(foreign)) == before


ACTS = {
    BatchStatus.SUBMITTED: lambda key: enrolment.submit(batch_ids=[key], by=_system(), on=TODAY),
    BatchStatus.RETURNED: lambda key: enrolment.return_to_unit(
        batch_ids=[key], reason="错", by=_system(), on=TODAY
    ),
    BatchStatus.ACCEPTED: lambda key: enrolment.accept(batch_ids=[key], by=_system(), on=TODAY),
    BatchStatus.WITHDRAWN: lambda key: enrolment.withdraw(batch_ids=[key], by=_system(), on=TODAY),
}


def _system() -> Viewer:
    return Viewer.system()


PAIRS = [
    (start, to)
    for start, to in product(BatchStatus, ACTS)
    # from paid back to accepted leads the reversal of a receipt, not an acceptance
    if to not in BATCH_MOVES[start] or (start, to) == (BatchStatus.PAID, BatchStatus.ACCEPTED)
]


@pytest.mark.parametrize(("start", "to"), PAIRS)
def test_no_other_moves(unit: Organisation, start: BatchStatus, to: BatchStatus) -> None:
    made = batch(unit)
    is_accepted = start in (BatchStatus.ACCEPTED, BatchStatus.PAID, BatchStatus.EFFECTIVE)
    EnrolmentBatch.objects.filter(pk=made.pk).update(
        status=start, accepted_on=TODAY if is_accepted else None, checked_on=TODAY
    )
    before = state(made)
    with pytest.raises(CannotMove):
        ACTS[to](made.pk)
    assert state(made) == before


def test_accepting_many_takes_no_more_queries(unit: Organisation) -> None:
    few = [submitted(builders.union()).pk for _ in range(2)]
    many = [submitted(builders.union()).pk for _ in range(9)]
    officer = clerk()
    with CaptureQueriesContext(connection) as for_few:
        enrolment.accept(batch_ids=few, by=officer, on=TODAY)
    with CaptureQueriesContext(connection) as for_many:
        enrolment.accept(batch_ids=many, by=officer, on=TODAY)
    assert len(for_few) == len(for_many)
    assert Posting.objects.count() == 22
    assert Policy.objects.count() == 11
