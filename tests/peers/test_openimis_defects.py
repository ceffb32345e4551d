"""Defects that were reproduced in openIMIS, each as a test that it does not exist here.

The number in a test's name is that of the list of defects.
"""

from datetime import date
from decimal import Decimal

import pytest

from claims.selectors.claims import visible_claims
from claims.services import casework
from core.errors import RuleViolation
from ledger.models import Posting
from members.models import Child, Guardian, Member
from members.permissions import Role
from members.selectors import visible_members, visible_organisations
from members.services import children, people
from members.services.people import Person
from members.states import Relation
from policies.models import EnrolmentBatch
from policies.selectors import visible_batches, visible_policies
from policies.services import enrolment
from policies.states import BatchStatus
from tests import builders
from tests.claims import builders as claims
from tests.claims.rules.builders import answer, answers, catalogue_with, claim, policy, stay
from tests.policies.builders import TODAY, batch

pytestmark = pytest.mark.django_db


def test_01_a_claim_of_several_items_pays_their_sum_once() -> None:
    """There 2 items and 2 services were approved at twice what was claimed: a join of the two."""
    event = claim("ACC", "2018-06-01", disability_grade=5, living_days=10, hospital_days=10)
    paid = answer([policy("ACC-2017")], event)
    assert len(paid.items) > 1
    assert paid.amount == sum(paid.items.values())


def test_02_a_cover_answers_from_its_first_day_whenever_it_was_typed_in() -> None:
    """There the day of recording counted, so yesterday's stay was not covered."""
    member = builders.member(builders.union())
    claims.cover(member, starts_on=date(2018, 1, 1))  # typed in at this moment
    made = claims.filed(member, event_on=date(2018, 5, 2))
    assert (made.decision, made.codes) == ("payable", [])


def test_03_what_pays_once_does_not_pay_a_second_and_a_third_time() -> None:
    """There three claims passed a limit of one, and two of one day crashed."""
    one = claim("CI", "2018-06-01", stage="full", illness="C50")
    first, second, third = answers([policy("CI-2018-1Y")], one, one, one)
    assert (first.decision, second.decision, third.decision) == ("payable", "refused", "refused")
    assert "COVER_ENDED" in second.codes
    assert "COVER_ENDED" in third.codes


def test_06_the_fen_reach_the_claim_the_payment_and_the_ledger() -> None:
    """There 99.90 was approved and 99.00 counted against the ceiling."""
    made = claims.payout(claims.approved(claims.filed(self_pay_1="4300.15")))
    payment = made.payments.get()
    assert payment.claim is not None
    assert payment.claim.amount == payment.amount == Decimal("1800.09")
    legs = Posting.objects.filter(entry__key__startswith=f"payout:{made.pk}:")
    assert {leg.debit + leg.credit for leg in legs} == {Decimal("1800.09")}


def test_08_the_same_stay_twice_is_refused_the_second_time() -> None:
    """There both were approved: the check was commented out."""
    member = builders.member(builders.union())
    claims.approved(claims.filed(member))
    again = claims.filed(member)
    assert (again.decision, str(again.amount)) == ("refused", "0.00")
    assert "DUPLICATE_STAY" in again.codes


def test_10_a_claim_that_is_refused_carries_nothing_and_is_never_paid() -> None:
    """There 200 stayed approved after the only line had been rejected."""
    made = claims.filed()
    assert made.amount
    casework.refuse(
        claim_ids=[made.pk], reason="非住院", by=builders.viewer_as("reviewer"), on=claims.DAY
    )
    made.refresh_from_db()
    assert (made.status, str(made.amount), made.items) == ("REFUSED", "0.00", {})
    with pytest.raises(RuleViolation):
        claims.payout(made)


def test_12_an_exclusion_of_others_does_not_lift_the_ceiling() -> None:
    """There an exclusion for adults was applied to a child, and the ceiling left out."""
    terms = catalogue_with({"INPMED-2018.benefit.cap_per_term": "100.00"})
    excluded_elsewhere = ["psychiatric_illness"]  # by INPALW alone
    facts = stay("2018-05-02", "2018-05-12", "4300.00", causes=excluded_elsewhere)
    paid = answer([policy()], facts, terms=terms)
    assert (paid.codes, str(paid.amount)) == ((), "100.00")


def test_13_a_cover_of_several_shares_counts_each_of_them() -> None:
    """There a policy of four members was counted as one."""
    event = claim("CI", "2018-06-01", stage="full", illness="C50")
    one, three = (answer([policy("CI-2018-1Y", shares=shares)], event) for shares in (1, 3))
    assert (one.amount > 0, three.amount) == (True, 3 * one.amount)


def test_07_a_number_in_use_is_refused_and_its_holder_unchanged() -> None:
    """There a second person with a number in use changed the record of the first."""
    union, number = builders.union("A01"), builders.document_number()
    held = builders.member(union, number=number)
    before = Member.objects.values().get(pk=held.pk)
    with pytest.raises(people.AlreadyRegistered):
        people.register(
            union_code="A01", person=Person("李四", "RESIDENT", number),
            by=builders.viewer_as(Role.AGENT, union), on=TODAY,
        )  # fmt: skip
    assert Member.objects.values().get() == before


def test_09_an_unused_batch_can_be_withdrawn() -> None:
    """There no policy could be deleted: each was said to be used in claims."""
    union = builders.union("A01")
    made = batch(union)
    enrolment.withdraw(batch_ids=[made.pk], by=builders.viewer_as(Role.AGENT, union), on=TODAY)
    assert EnrolmentBatch.objects.get(pk=made.pk).status == BatchStatus.WITHDRAWN
    assert not made.policies.filter(withdrawn_on__isnull=True).exists()


def test_14_a_foreign_clerk_lists_nothing() -> None:
    """There a district's clerk saw all 500,286 policies of the country."""
    batch(builders.union("A01"))
    stranger = builders.viewer_as(Role.AGENT, builders.union("B01"))
    for rows in (
        visible_members(stranger), visible_policies(stranger), visible_batches(stranger),
        visible_claims(stranger),
    ):  # fmt: skip
        assert rows.count() == 0
    assert visible_organisations(stranger).count() == 1  # its own


def test_15_a_wrong_child_stores_nothing_at_all() -> None:
    """There a person whose family was wrong was stored nevertheless, without the family."""
    union = builders.union("A01")
    member = builders.member(union)
    adult = builders.document_number(born_on=date(1990, 1, 1))
    with pytest.raises(children.WrongChild):
        children.consent(
            member_id=member.pk, name="张小", number=adult, relation=Relation.FATHER,
            consent_on=TODAY, consent_form="A", by=builders.viewer_as(Role.AGENT, union), on=TODAY,
        )  # fmt: skip
    assert not Child.objects.exists()
    assert not Guardian.objects.exists()
