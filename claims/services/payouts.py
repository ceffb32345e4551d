"""Payouts: batches of payments to members' cards, made by one person and confirmed by another."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from claims.models import Claim, Payment, Payout, ReimbursementQuarter
from claims.selectors.payouts import visible_payouts
from claims.selectors.reimbursement import visible_quarters
from claims.selectors.timeline import last_event
from claims.services.moves import OutOfReach, OwnWork, check_moves, locked
from claims.states import (
    PAYOUT_MOVES,
    QUARTER_MOVES,
    ClaimStatus,
    PaymentStatus,
    PayoutKind,
    PayoutStatus,
    QuarterStatus,
)
from core import audit
from core.errors import RuleViolation
from core.money import ZERO
from core.numbering import next_number
from ledger import services as ledger
from members.access import Viewer
from members.permissions import Permission
from members.selectors import district

FUND, PAYABLE = "1221", "2241"  # due from the Beijing office, due to members

# one payment for each approved claim, numbered by union and name
PAY_CLAIMS = """
INSERT INTO claims_payment
    (payout_id, number, organisation_id, member_id, claim_id, amount, status)
SELECT %(payout)s, %(number)s || '-' || lpad(
           (row_number() OVER (ORDER BY o.path, m.sort_key, c.id))::text, 5, '0'),
       c.organisation_id, c.member_id, c.id, c.amount, 'PENDING'
FROM claims_claim c
JOIN members_member m ON m.id = c.member_id
JOIN members_organisation o ON o.id = c.organisation_id
WHERE c.id = ANY(%(claims)s)
"""
# one payment for each member who gets something for the quarter
PAY_QUARTER = """
INSERT INTO claims_payment
    (payout_id, number, organisation_id, member_id, reimbursement_id, amount, status)
SELECT %(payout)s, %(number)s || '-' || lpad(
           (row_number() OVER (ORDER BY o.path, m.sort_key, r.id))::text, 5, '0'),
       r.organisation_id, r.member_id, r.id, r.pay, 'PENDING'
FROM claims_reimbursement r
JOIN members_member m ON m.id = r.member_id
JOIN members_organisation o ON o.id = r.organisation_id
WHERE r.year = %(year)s AND r.quarter = %(quarter)s AND r.pay > 0
"""


class PayoutMoved(RuleViolation):
    """The payout is not in a state from which the act leads on; mostly somebody was faster."""


class NothingToPay(RuleViolation):
    """A payout without a payment says nothing to the bank."""


class AlreadyInPayout(RuleViolation):
    """One payment per claim, for ever: the claim stands in another payout."""


class QuarterNotApproved(RuleViolation):
    """Only an approved quarter is paid out."""


class ReferenceMissing(RuleViolation):
    """The bank's reference proves that the money has left."""


@transaction.atomic(durable=True)
def make_claim_payout(*, claim_ids: Iterable[int], by: Viewer, on: date) -> Payout:
    """Put approved claims into a payout, one payment each; the money is owed to the members now.

    Raises OutOfReach, CannotMove, AlreadyInPayout.
    """
    claims = locked(claim_ids, by, Permission.PAYOUT_MAKE)
    check_moves(claims, ClaimStatus.PAID)
    ids = [claim.pk for claim in claims]
    taken = Payment.objects.filter(
        claim__in=ids, status__in=(PaymentStatus.PENDING, PaymentStatus.PAID)
    ).values_list("claim__number", "payout__number")[:1]
    for number, other in taken:
        raise AlreadyInPayout(
            _("Claim %(claim)s stands in payout %(payout)s already; it is not paid twice.")
            % {"claim": number, "payout": other}
        )
    amount = sum((claim.amount or ZERO for claim in claims), ZERO)
    payout = _new(PayoutKind.CLAIMS, by=by, on=on, count=len(claims), amount=amount)
    _insert(PAY_CLAIMS, payout, claims=ids)
    _owe(payout, by=by, on=on)
    return payout


@transaction.atomic(durable=True)
def make_quarter_payout(*, quarter_id: int, by: Viewer, on: date) -> Payout:
    """Put everybody who gets something for an approved quarter into one payout.

    Raises OutOfReach, QuarterNotApproved, AlreadyInPayout, NothingToPay.
    """
    quarter = _locked_quarter(quarter_id, by, Permission.PAYOUT_MAKE)
    if quarter.status != QuarterStatus.APPROVED:
        raise QuarterNotApproved(
            _("Quarter %(quarter)s is “%(status)s”; only an approved quarter is paid out.")
            % {"quarter": quarter, "status": quarter.get_status_display()}
        )
    for number in _open_payouts(quarter):
        raise AlreadyInPayout(
            _("Payout %(number)s pays this quarter already; nothing was made twice.")
            % {"number": number}
        )
    if not quarter.person_times:
        raise NothingToPay(_("Nobody gets anything for this quarter."))
    payout = _new(
        PayoutKind.REIMBURSEMENT,
        by=by,
        on=on,
        count=quarter.person_times,
        amount=quarter.amount,
        quarter=quarter,
    )
    _insert(PAY_QUARTER, payout, year=quarter.year, quarter=quarter.quarter)
    _owe(payout, by=by, on=on)
    audit.record(
        action="quarter.payout",
        subject=f"quarter:{quarter}",
        by_id=by.user_id,
        note=payout.number,
    )
    return payout


def _open_payouts(quarter: ReimbursementQuarter) -> list[str]:
    live = Payout.objects.filter(quarter=quarter).exclude(status=PayoutStatus.CANCELLED)
    return list(live.values_list("number", flat=True)[:1])


def _new(
    kind: PayoutKind,
    *,
    by: Viewer,
    on: date,
    count: int,
    amount: Decimal,
    quarter: ReimbursementQuarter | None = None,
) -> Payout:
    return Payout.objects.create(
        number=next_number("FF", on.year),
        kind=kind,
        quarter=quarter,
        payment_count=count,
        amount=amount,
        made_on=on,
        made_by_id=by.user_id,
    )


def _insert(statement: str, payout: Payout, **parameters: int | list[int]) -> None:
    """Make the payments; their count and sum are those that the payout promises."""
    with connection.cursor() as cursor:
        known: dict[str, Any] = {"payout": payout.pk, "number": payout.number}
        cursor.execute(statement, known | parameters)
        made = cursor.rowcount
    paid = payout.payments.aggregate(total=Sum("amount"))["total"]
    if (made, paid) != (payout.payment_count, payout.amount):
        raise ValueError(f"{payout.number}: {made} payments of {paid}, not {payout.amount}")


def _owe(payout: Payout, *, by: Viewer, on: date) -> None:
    union = district()
    ledger.post(
        key=f"payout:{payout.pk}:due",
        posted_on=on,
        memo=f"应付互助金 {payout.number}",
        organisation_id=union.pk,
        lines=[(FUND, payout.amount, ZERO), (PAYABLE, ZERO, payout.amount)],
    )
    audit.record(
        action="payout.make",
        subject=f"payout:{payout.pk}",
        by_id=by.user_id,
        path=union.path,
        number=payout.number,
        amount=str(payout.amount),
        payments=payout.payment_count,
    )


@transaction.atomic(durable=True)
def pay(*, payout_id: int, paid_on: date, reference: str, by: Viewer, on: date) -> Payout:
    """Confirm that the bank has paid, as another person than the maker; once, whoever asks.

    `paid_on`: the bank's day, not before the payout was made nor after `on`. `reference`: the
    bank's own. Raises OutOfReach, OwnWork, PayoutMoved, ReferenceMissing.
    """
    payout = _locked_payout(payout_id, by, Permission.PAYOUT_CONFIRM)
    _check_payout_move(payout, PayoutStatus.PAID)
    if by.user_id is not None and payout.made_by_id == by.user_id:
        raise OwnWork(_("You made this payout; another person has to confirm it."))
    if not reference.strip():
        raise ReferenceMissing(_("Fill in the bank's reference."))
    if not payout.made_on <= paid_on <= on:
        raise ReferenceMissing(_("The day of payment lies between the making and today."))
    if payout.kind == PayoutKind.CLAIMS:
        _pay_claims(payout, paid_on, by)
    else:
        _pay_quarter(payout, paid_on, by)
    payout.payments.filter(status=PaymentStatus.PENDING).update(
        status=PaymentStatus.PAID, paid_on=paid_on
    )
    payout.status, payout.paid_on, payout.paid_by_id = PayoutStatus.PAID, paid_on, by.user_id
    payout.reference = reference.strip()[:60]
    payout.save(update_fields=["status", "paid_on", "paid_by", "reference"])
    _book_payment(payout, by)
    return payout


def _pay_claims(payout: Payout, paid_on: date, by: Viewer) -> None:
    claims = list(
        Claim.objects.filter(payments__payout=payout)
        .select_related("organisation")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    check_moves(claims, ClaimStatus.PAID)
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(
        status=ClaimStatus.PAID, paid_on=paid_on, version=F("version") + 1
    )
    audit.record_many(
        (
            audit.Act(
                "claim.pay",
                f"claim:{claim.pk}",
                claim.organisation.path,
                {"number": claim.number, "amount": str(claim.amount), "note": payout.number},
            )
            for claim in claims
        ),
        by_id=by.user_id,
    )


def _pay_quarter(payout: Payout, paid_on: date, by: Viewer) -> None:
    quarter = ReimbursementQuarter.objects.select_for_update().get(payouts=payout)
    if QuarterStatus.PAID not in QUARTER_MOVES[QuarterStatus(quarter.status)]:
        raise PayoutMoved(_("The quarter is not approved; nothing was paid."))
    quarter.status, quarter.paid_on = QuarterStatus.PAID, paid_on
    quarter.save(update_fields=["status", "paid_on"])
    audit.record(
        action="quarter.pay",
        subject=f"quarter:{quarter}",
        by_id=by.user_id,
        note=payout.number,
    )


def _book_payment(payout: Payout, by: Viewer) -> None:
    union = district()
    ledger.post(
        key=f"payout:{payout.pk}:paid",
        posted_on=payout.paid_on or payout.made_on,
        memo=f"发放互助金 {payout.number}",
        organisation_id=union.pk,
        # the Beijing office pays the members' cards itself: no money passes the agency's bank
        lines=[(PAYABLE, payout.amount, ZERO), (FUND, ZERO, payout.amount)],
    )
    audit.record(
        action="payout.pay",
        subject=f"payout:{payout.pk}",
        by_id=by.user_id,
        path=union.path,
        number=payout.number,
        amount=str(payout.amount),
        note=payout.reference,
    )


@transaction.atomic(durable=True)
def cancel(*, payout_id: int, reason: str, by: Viewer, on: date) -> Payout:
    """Give up a payout that has not been paid: its claims or its quarter can be paid by another.

    Raises OutOfReach, PayoutMoved.
    """
    payout = _locked_payout(payout_id, by, Permission.PAYOUT_MAKE)
    _check_payout_move(payout, PayoutStatus.CANCELLED)
    payout.payments.update(status=PaymentStatus.CANCELLED)
    payout.status = PayoutStatus.CANCELLED
    payout.save(update_fields=["status"])
    ledger.reverse(
        key=f"payout:{payout.pk}:due", posted_on=on, memo=f"作废发放批次 {payout.number}"
    )
    audit.record(
        action="payout.cancel",
        subject=f"payout:{payout.pk}",
        by_id=by.user_id,
        number=payout.number,
        why=reason,
    )
    return payout


def _locked_payout(payout_id: int, by: Viewer, permission: Permission) -> Payout:
    rows = visible_payouts(by, permission).select_for_update(of=("self",))
    payout = rows.filter(pk=payout_id).first()
    if payout is None:
        raise OutOfReach(_("The payout was not found; it may lie outside your scope."))
    return payout


def _check_payout_move(payout: Payout, to: PayoutStatus) -> None:
    if to in PAYOUT_MOVES[PayoutStatus(payout.status)]:
        return
    raise PayoutMoved(
        _("Payout %(number)s is “%(status)s” already (%(who)s); nothing was done twice.")
        % {
            "number": payout.number,
            "status": payout.get_status_display(),
            "who": last_event(f"payout:{payout.pk}"),
        }
    )


def _locked_quarter(quarter_id: int, by: Viewer, permission: Permission) -> ReimbursementQuarter:
    rows = visible_quarters(by, permission).select_for_update(of=("self",))
    quarter = rows.filter(pk=quarter_id).first()
    if quarter is None:
        raise OutOfReach(_("The quarter was not found; it may lie outside your scope."))
    return quarter
