"""Two real connections on one record: one effect, and the second person reads who was faster."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier, Event
from time import sleep

import pytest
from django.db import connections, transaction

from claims.models import Claim, Payment, Payout
from claims.services import casework, payouts
from claims.services.assessing import assess_claims
from claims.services.history import lock_people
from core.errors import RuleViolation
from ledger.models import Entry
from tests import builders
from tests.claims import builders as make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed"),
    pytest.mark.slow,
]


def _together(*acts):
    """Run the acts at the same moment, each on a connection of its own; returns what they said."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(timeout=10)
            act()
        except RuleViolation as refusal:
            return str(refusal)
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts), key=lambda said: said != "done")


def test_two_confirm_one_payout_and_it_is_paid_once():
    made = make.payout()
    viewers = [builders.viewer_as("approver") for _ in range(4)]
    said = _together(
        *(
            lambda by=by: payouts.pay(
                payout_id=made.pk, paid_on=make.DAY, reference="1", by=by, on=make.DAY
            )
            for by in viewers
        )
    )
    assert said[0] == "done"
    assert all(made.number in sentence for sentence in said[1:])
    assert Entry.objects.filter(key=f"payout:{made.pk}:paid").count() == 1
    assert Payment.objects.filter(status="PAID").count() == 1


def test_two_put_one_claim_into_payouts_and_it_stands_in_one():
    claim = make.approved()
    viewers = [builders.viewer_as("finance") for _ in range(3)]
    said = _together(
        *(
            lambda by=by: payouts.make_claim_payout(claim_ids=[claim.pk], by=by, on=make.DAY)
            for by in viewers
        )
    )
    assert [sentence == "done" for sentence in said] == [True, False, False]
    assert (Payout.objects.count(), Payment.objects.count()) == (1, 1)


def test_one_approves_while_the_other_refuses_and_one_of_them_wins():
    claim = make.reviewed()
    one, other = builders.viewer_as("approver"), builders.viewer_as("approver")
    said = _together(
        lambda: casework.approve(claim_ids=[claim.pk], by=one, on=make.DAY),
        lambda: casework.refuse(claim_ids=[claim.pk], reason="x", by=other, on=make.DAY),
    )
    assert said[0] == "done"
    assert claim.number in said[1]
    claim.refresh_from_db()
    assert claim.status in ("APPROVED", "REFUSED")


def test_two_reviews_of_one_persons_stays_see_each_other():
    member = builders.member(builders.union())
    first, second = make.filed(member), make.filed(member, event_on=date(2018, 5, 20))
    one, other = builders.viewer_as("reviewer"), builders.viewer_as("reviewer")
    said = _together(
        lambda: casework.review(claim_ids=[first.pk], by=one, on=make.DAY),
        lambda: casework.review(claim_ids=[second.pk], by=other, on=make.DAY),
    )
    assert said == ["done", "done"]
    amounts = Claim.objects.order_by("amount").values_list("amount", flat=True)
    assert [str(amount) for amount in amounts] == ["1800.00", "1825.00"]


def _approve_while_the_amount_changes():
    """An approval that waits while the claim is assessed anew from a corrected amount."""
    claim = make.reviewed()
    approver, locked = builders.viewer_as("approver"), Event()

    def change():
        with transaction.atomic():
            lock_people([claim])
            locked.set()
            sleep(0.3)  # the approval waits at the lock by now
            Claim.objects.filter(pk=claim.pk).update(self_pay_1=Decimal("5300.00"))
            assess_claims(claim_ids=[claim.pk])

    def approve():
        locked.wait(timeout=10)
        seen = {claim.pk: claim.version}
        casework.approve(claim_ids=[claim.pk], by=approver, on=make.DAY, seen=seen)

    said = _together(change, approve)
    before = claim.amount
    claim.refresh_from_db()
    assert claim.amount != before
    return claim, said


def test_an_amount_that_changes_under_the_approval_is_not_approved():
    claim, said = _approve_while_the_amount_changes()
    assert claim.status == "REVIEWED"
    assert claim.number in said[1]


def test_without_the_check_of_the_edition_an_unseen_amount_would_be_approved(monkeypatch):
    monkeypatch.setattr(casework, "check_seen", lambda claims, seen: None)
    claim, said = _approve_while_the_amount_changes()
    assert (claim.status, said) == ("APPROVED", ["done", "done"])
