"""Defects that were reproduced in openIMIS, each as a test that it does not exist here.

The number in a test's name is that of the list of defects.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from claims.models import Claim, Payment
from claims.selectors.claims import visible_claims
from claims.services import casework, payouts
from claims.services.moves import CannotMove
from members.models import Child, Guardian, Member
from members.permissions import Role
from members.selectors import visible_members, visible_organisations
from members.services import children, people
from members.services.people import Person
from members.states import Relation
from policies import plans
from policies.models import EnrolmentBatch
from policies.selectors import visible_batches, visible_policies
from policies.selectors.groups import group_of
from policies.services import enrolment
from policies.states import BatchStatus
from tests import builders
from tests.claims import builders as make
from tests.policies.builders import TODAY, batch

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("papers", [1, 2, 5])
def test_01_what_is_paid_does_not_grow_with_the_rows_beside_it(papers: int) -> None:
    """There two items and two services were approved at twice their sum: rows were multiplied."""
    scans = make.papers() * papers
    for _claim in range(3):
        make.approved(make.filed(builders.member(builders.union()), scans=scans))
    found = visible_claims(builders.viewer_as(Role.REVIEWER)).filter(papers__isnull=False)
    assert found.count() == 12 * papers  # the join has as many rows
    paid = make.payout(*Claim.objects.order_by("pk"))
    assert (paid.payment_count, paid.amount) == (3, 3 * Decimal("1800.00"))


def test_02_a_cover_that_was_typed_today_answers_for_last_week() -> None:
    """There the day on which the row was recorded counted, not the day of cover."""
    member = builders.member(builders.union("A01"))
    cover = make.cover(member, starts_on=date(2018, 1, 1))
    claim = make.filed(member, event_on=date(2018, 5, 30), days=2, with_cover=False)
    assert (claim.policy_id, claim.decision) == (cover.pk, "payable")


def test_03_a_limit_holds_for_claims_of_one_day_too() -> None:
    """There the second of one day crashed and the third passed: a stay is paid once here."""
    member = builders.member(builders.union("A01"))
    first = make.reviewed(make.filed(member, hospital_code="H11010100001", hospital_level=3))
    for _time in range(2):
        again = make.filed(member, hospital_code="H11010100001", hospital_level=3)
        assert again.decision == "refused"
        assert "DUPLICATE_STAY" in again.codes
    assert first.decision == "payable"


def test_06_every_fen_of_an_amount_is_kept() -> None:
    """There 99.90 was counted as 99.00 in the ceiling's account."""
    claim = make.filed(self_pay_1="1466.33")
    assert claim.amount == Decimal("99.80")  # (1466.33 - 1300) x 0.6 = 99.798
    term = make.reviewed(claim)
    assert term.amount == Decimal("99.80")


def test_08_the_same_illness_twice_is_seen_and_named() -> None:
    """There the check of repeated claims was commented out and both were approved."""
    member = builders.member(builders.union("A01"))
    make.cover(member, "CI")
    facts: dict[str, Any] = {
        "family": "CI", "illness": "甲状腺癌", "stage": "full",
        "scans": make.papers(*plans.terms_of(code="CI-2018-1Y").documents),
    }  # fmt: skip
    first = make.reviewed(make.filed(member, event_on=date(2018, 5, 20), **facts))
    again = make.filed(member, event_on=date(2018, 5, 28), **facts)
    assert "ILLNESS_ALREADY_PAID" in again.codes
    assert any(first.number in str(step["values"]) for step in again.steps)


def test_10_a_refused_claim_is_worth_nothing() -> None:
    """There a claim whose only line was rejected was approved with its whole sum."""
    claim = make.filed()
    casework.refuse(
        claim_ids=[claim.pk], reason="不属于保障范围", by=builders.viewer_as("reviewer"),
        on=make.DAY,
    )  # fmt: skip
    claim.refresh_from_db()
    assert (claim.status, claim.amount, claim.items) == ("REFUSED", Decimal("0.00"), {})
    with pytest.raises(CannotMove):
        payouts.make_claim_payout(
            claim_ids=[claim.pk], by=builders.viewer_as("finance"), on=make.DAY
        )
    assert not Payment.objects.exists()


def test_12_a_cap_holds_for_a_child_as_for_an_adult() -> None:
    """There an exclusion for adults was applied to a child and the cap was skipped."""
    parent = builders.member(builders.union("A01"))
    child = make.child_of(parent)
    make.cover(parent, "CHILD", child=child)
    claim = make.filed(
        parent, family="CHILD", child_id=child.pk, hospital_days=3660, living_days=3660,
        with_cover=False, scans=[],
    )  # fmt: skip
    terms = plans.terms_of(code="CHILD-2018")
    tier = terms.benefit.tiers[0]  # type: ignore[union-attr]
    assert claim.amount is not None
    assert terms.benefit.max_days_per_term == 180  # type: ignore[union-attr]
    assert claim.amount == 180 * (tier.living_per_day + tier.hospital_per_day)


def test_13_people_are_counted_not_their_policies() -> None:
    """There a ceiling for four members of one policy counted one policy."""
    union = builders.union("A01", staff_count=40)
    made = batch(union, persons=4, plan="ACC", 档次="T50")
    assert made.person_count == 4
    group = group_of(made)
    assert group is not None
    assert (group.persons, group.staff) == (4, 40)


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
