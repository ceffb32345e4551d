from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Payment, Payout
from claims.selectors.payouts import lines_of, payment_list, visible_payouts
from claims.services import casework, payouts
from claims.services.moves import OutOfReach, OwnWork
from core.errors import RuleViolation
from core.models import AuditEvent
from ledger.models import Entry, Posting
from tests import builders
from tests.claims import builders as make

pytestmark = pytest.mark.django_db


def _books():
    rows = Posting.objects.order_by("pk").values_list(
        "entry__key", "account__code", "debit", "credit"
    )
    return list(rows)


def test_a_payout_owes_the_money_and_its_confirmation_pays_it():
    made = make.payout()
    due, amount = f"payout:{made.pk}:due", Decimal("1800.00")
    assert (made.number[:7], made.status, made.amount) == ("FF2018-", "DRAFT", amount)
    assert _books() == [(due, "1221", amount, 0), (due, "2241", 0, amount)]
    make.paid(made)
    made.refresh_from_db()
    payment = made.payments.get()
    assert (made.status, made.paid_on, made.reference) == ("PAID", make.DAY, "北京银行0001")
    assert (payment.status, payment.paid_on) == ("PAID", make.DAY)
    assert payment.claim is not None
    assert (payment.claim.status, payment.claim.paid_on) == ("PAID", make.DAY)
    paid = f"payout:{made.pk}:paid"
    assert _books()[2:] == [(paid, "2241", amount, 0), (paid, "1221", 0, amount)]


def _unchanged(act, refusal: type[RuleViolation]) -> str:
    before = _state()
    with pytest.raises(refusal) as raised:
        act()
    assert _state() == before
    return str(raised.value)


def _state():
    return (
        list(Payout.objects.values().order_by("pk")),
        list(Payment.objects.values().order_by("pk")),
        Entry.objects.count(),
        AuditEvent.objects.count(),
    )


def test_the_maker_does_not_confirm():
    both = builders.user("finance")
    made = make.payout(by=builders.viewer(both))
    both.grants.update(role="approver")  # both at once is refused; one after the other happens
    _unchanged(
        lambda: payouts.pay(
            payout_id=made.pk,
            paid_on=make.DAY,
            reference="1",
            by=builders.viewer(both),
            on=make.DAY,
        ),
        OwnWork,
    )


@pytest.mark.parametrize(
    ("paid_on", "reference"),
    [(make.DAY, " "), (make.DAY - timedelta(1), "1"), (make.DAY + timedelta(1), "1")],
)
def test_the_bank_proves_the_payment(paid_on, reference):
    made = make.payout()
    _unchanged(
        lambda: payouts.pay(
            payout_id=made.pk, paid_on=paid_on, reference=reference,
            by=builders.viewer_as("approver"), on=make.DAY,
        ),
        payouts.ReferenceMissing,
    )  # fmt: skip


def test_a_second_confirmation_says_who_was_faster():
    made = make.paid()
    said = _unchanged(lambda: make.paid(made), payouts.PayoutMoved)
    assert made.number in said


def test_a_paid_payout_is_not_cancelled():
    made = make.paid()
    _unchanged(
        lambda: payouts.cancel(
            payout_id=made.pk, reason="x", by=builders.viewer_as("finance"), on=make.DAY
        ),
        payouts.PayoutMoved,
    )


def test_a_claim_is_in_one_payout_only():
    claim = make.approved()
    make.payout(claim)
    _unchanged(lambda: make.payout(claim), payouts.AlreadyInPayout)


def test_a_cancelled_payout_gives_its_claims_free_and_its_money_back():
    claim = make.approved()
    first, finance = make.payout(claim), builders.viewer_as("finance")
    payouts.cancel(payout_id=first.pk, reason="重做", by=finance, on=make.DAY)
    claim.refresh_from_db()
    assert claim.status == "APPROVED"
    assert sum(debit - credit for _key, code, debit, credit in _books() if code == "2241") == 0
    assert make.payout(claim, by=finance).payments.count() == 1


@pytest.mark.parametrize(
    "role", ["agent", "reviewer", "approver", "coordinator", "leader", "admin"]
)
def test_who_may_make_a_payout(role):
    claim = make.approved()
    viewer = builders.viewer_as(role)
    _unchanged(lambda: make.payout(claim, by=viewer), OutOfReach)


@pytest.mark.parametrize("role", ["agent", "reviewer", "finance", "coordinator", "leader"])
def test_who_may_confirm_a_payout(role):
    made, viewer = make.payout(), builders.viewer_as(role)
    _unchanged(
        lambda: payouts.pay(
            payout_id=made.pk, paid_on=make.DAY, reference="1", by=viewer, on=make.DAY
        ),
        OutOfReach,
    )


def test_a_street_sees_its_own_lines_of_a_payout():
    street, other = builders.union(kind="STREET"), builders.union(kind="STREET")
    own = make.approved(make.filed(builders.member(builders.union(parent=street))))
    made = make.payout(own, make.approved(make.filed(builders.member(other))))
    here = builders.viewer_as("coordinator", street)
    elsewhere = builders.viewer_as("coordinator", builders.union(kind="STREET"))
    assert [line.claim for line in lines_of(here, made)] == [own]
    assert visible_payouts(here).get() == made
    assert not visible_payouts(elsewhere).exists()


def test_the_list_of_payments():
    claim = make.approved()
    make.payout(claim)
    viewer = builders.viewer_as("finance")
    payment = Payment.objects.get()
    row = {"payment": payment.number, "claim": claim.number, "amount": "1800.00",
           "status": "PENDING"}  # fmt: skip
    assert payment_list(viewer, unpaid=True) == [row]
    make.paid(payment.payout)
    assert payment_list(viewer, unpaid=True) == []
    assert payment_list(viewer, unpaid=False) == [row | {"status": "PAID"}]


def test_paying_takes_as_many_queries_for_nine_claims_as_for_two():
    counts = []
    for number in (2, 9):
        union = builders.union()
        claims = [make.approved(make.filed(builders.member(union))) for _ in range(number)]
        made, approver = make.payout(*claims), builders.viewer_as("approver")
        with CaptureQueriesContext(connection) as seen:
            payouts.pay(
                payout_id=made.pk, paid_on=date(2018, 6, 1), reference="1", by=approver, on=make.DAY
            )
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_refused_claim_is_never_paid():
    claim = make.filed()
    casework.refuse(
        claim_ids=[claim.pk], reason="x", by=builders.viewer_as("reviewer"), on=make.DAY
    )
    _unchanged(lambda: make.payout(claim), casework.CannotMove)
