"""Quarters of secondary reimbursement, cut down to the viewer."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from claims.models import (
    Reimbursement,
    ReimbursementQuarter,
    Settlement,
    SettlementMismatch,
)
from core import crypto, masks
from core.money import ZERO
from members.access import Viewer, visible
from members.permissions import Permission

WITH_PAY = Q(pay__gt=0)


@dataclass(frozen=True)
class QuarterFigures:
    """The sums of one quarter over the rows that the viewer sees."""

    settlements: int
    persons: int  # with a settlement
    self_pay_1: Decimal
    computed: int
    person_times: int  # with something to be paid
    amount: Decimal
    carried: int
    ignored: int  # rows before the card was issued


def visible_quarters(
    viewer: Viewer, permission: Permission = Permission.QUARTER_VIEW
) -> QuerySet[ReimbursementQuarter]:
    """The quarters, for whoever may look at any row of them; to act it takes the whole district."""
    quarters = ReimbursementQuarter.objects.select_related("plan_version", "job")
    may = (
        viewer.can(permission)
        if permission == Permission.QUARTER_VIEW
        else viewer.holds_in_district(permission)
    )
    return quarters.order_by("-year", "-quarter") if may else quarters.none()


def visible_reimbursements(viewer: Viewer) -> QuerySet[Reimbursement]:
    """What members of the viewer's unions get."""
    return visible(
        Reimbursement.objects.all(),
        viewer,
        path="organisation__path",
        permission=Permission.QUARTER_VIEW,
    )


def visible_settlements(viewer: Viewer) -> QuerySet[Settlement]:
    """The settlement rows of members of the viewer's unions."""
    return visible(
        Settlement.objects.all(),
        viewer,
        path="member__organisation__path",
        permission=Permission.QUARTER_VIEW,
    )


def rows_of(viewer: Viewer, quarter: ReimbursementQuarter) -> QuerySet[Reimbursement]:
    """The computed rows of one quarter that the viewer sees."""
    return visible_reimbursements(viewer).filter(year=quarter.year, quarter=quarter.quarter)


def listed_rows(viewer: Viewer, quarter: ReimbursementQuarter) -> QuerySet[Reimbursement]:
    """The rows as the quarter's table shows them."""
    return rows_of(viewer, quarter).select_related("member", "organisation")


def settlements_of(viewer: Viewer, quarter: ReimbursementQuarter) -> QuerySet[Settlement]:
    """The settlement rows of one quarter that the viewer sees."""
    return visible_settlements(viewer).filter(year=quarter.year, quarter=quarter.quarter)


def ignored_rows(viewer: Viewer, quarter: ReimbursementQuarter) -> QuerySet[Settlement]:
    """Rows settled before the member's card was issued: NO_CARD, not counted (contract §4)."""
    return (
        settlements_of(viewer, quarter)
        .filter(settled_on__lt=F("member__card_issued_on"))
        .select_related("member__organisation")
        .order_by("member__sort_key", "pk")
    )


def mismatches_of(viewer: Viewer, quarter: ReimbursementQuarter) -> QuerySet[SettlementMismatch]:
    """Rows of nobody we know: the district alone looks at them, they belong to no union."""
    if not viewer.holds_in_district(Permission.QUARTER_VIEW):
        return SettlementMismatch.objects.none()
    return SettlementMismatch.objects.filter(year=quarter.year, quarter=quarter.quarter).order_by(
        "number"
    )


def figures_of(viewer: Viewer, quarter: ReimbursementQuarter) -> QuarterFigures:
    """The sums of one quarter, over what the viewer sees."""
    read = settlements_of(viewer, quarter).aggregate(
        settlements=Count("pk"),
        persons=Count("member", distinct=True),
        self_pay_1=Coalesce(Sum("self_pay_1"), ZERO),
        ignored=Count("pk", filter=Q(settled_on__lt=F("member__card_issued_on"))),
    )
    made = rows_of(viewer, quarter).aggregate(
        computed=Count("pk"),
        person_times=Count("pk", filter=WITH_PAY),
        amount=Coalesce(Sum("pay"), ZERO),
        carried=Count("pk", filter=Q(carried__lt=0)),
    )
    return QuarterFigures(**read, **made)


def sums_by_quarter(viewer: Viewer) -> dict[tuple[int, int], tuple[int, Decimal]]:
    """Person-times and sum by (year, quarter), over the members that the viewer sees."""
    sums = (
        visible_reimbursements(viewer)
        .order_by()
        .values("year", "quarter")
        .annotate(persons=Count("pk", filter=WITH_PAY), amount=Coalesce(Sum("pay"), ZERO))
    )
    return {(row["year"], row["quarter"]): (row["persons"], row["amount"]) for row in sums}


def reimbursements_of_member(viewer: Viewer, member_id: int) -> QuerySet[Reimbursement]:
    """A member's quarters, the latest first: base, due, paid and carried."""
    return visible_reimbursements(viewer).filter(member_id=member_id).order_by("-year", "-quarter")


@dataclass(frozen=True)
class MismatchShown:
    """A row of nobody we know, its document number masked."""

    row: SettlementMismatch
    document: str


def shown_mismatches(rows: Iterable[SettlementMismatch]) -> list[MismatchShown]:
    return [
        MismatchShown(row, masks.document(crypto.unseal(row.document_sealed, "id"))) for row in rows
    ]
