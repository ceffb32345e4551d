"""Payouts and their payments, cut down to the viewer."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from claims.models import Payment, Payout
from claims.states import PaymentStatus
from core.money import ZERO
from members.access import Viewer, visible
from members.permissions import Permission
from members.selectors.people import masked_card

NOT_PAID = (PaymentStatus.PENDING, PaymentStatus.RETURNED)


def visible_payments(
    viewer: Viewer, permission: Permission = Permission.PAYOUT_VIEW
) -> QuerySet[Payment]:
    """The payments of unions in whose subtree the viewer holds the right."""
    return visible(Payment.objects.all(), viewer, path="organisation__path", permission=permission)


def visible_payouts(
    viewer: Viewer, permission: Permission = Permission.PAYOUT_VIEW
) -> QuerySet[Payout]:
    """The payouts with a payment that the viewer sees; with a right to act only the district's."""
    if viewer.holds_in_district(permission):
        return Payout.objects.all()
    if permission != Permission.PAYOUT_VIEW:
        return Payout.objects.none()
    return Payout.objects.filter(pk__in=visible_payments(viewer).values("payout_id"))


def listed_payouts(viewer: Viewer) -> QuerySet[Payout]:
    """The payouts as a list shows them: count and sum are of the lines that the viewer sees."""
    rows = visible_payouts(viewer).select_related("made_by", "paid_by", "quarter")
    if viewer.holds_in_district(Permission.PAYOUT_VIEW):
        return rows
    own = Q(payments__in=visible_payments(viewer))
    return rows.annotate(
        own_count=Count("payments", filter=own), own_amount=Sum("payments__amount", filter=own)
    )


def lines_of(viewer: Viewer, payout: Payout) -> QuerySet[Payment]:
    """The payments of one payout that the viewer sees, in the order of their numbers."""
    return (
        visible_payments(viewer)
        .filter(payout=payout)
        .select_related("member", "organisation", "claim", "reimbursement")
        .order_by("number")
    )


def payment_list(viewer: Viewer, *, unpaid: bool) -> list[dict[str, str | None]]:
    """Every payment as the command prints it; `unpaid`: only those still to be paid or returned."""
    rows = visible_payments(viewer).order_by("number")
    if unpaid:
        rows = rows.filter(status__in=NOT_PAID)
    return [
        {
            "payment": number,
            "claim": claim,
            "amount": f"{amount:.2f}",
            "status": status,
        }
        for number, claim, amount, status in rows.values_list(
            "number", "claim__number", "amount", "status"
        )
    ]


@dataclass(frozen=True)
class LineShown:
    """A payment as screens and lists show it: the card by its last four digits."""

    payment: Payment
    card: str


def with_cards(payments: Iterable[Payment]) -> list[LineShown]:
    """The payments with their members' cards masked."""
    return [LineShown(payment, masked_card(payment.member)) for payment in payments]


@dataclass(frozen=True)
class Sums:
    """Count, sum and how many members have no card, over the lines that the viewer sees."""

    count: int
    amount: Decimal
    without_card: int


def sums_of(viewer: Viewer, payout: Payout) -> Sums:
    found = lines_of(viewer, payout).aggregate(
        count=Count("pk"),
        amount=Coalesce(Sum("amount"), ZERO),
        without_card=Count("pk", filter=Q(member__card_index=None)),
    )
    return Sums(**found)
