"""Receipts and remittances, cut down to the viewer."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from core.money import ZERO
from members.access import Viewer, visible
from members.models import Organisation
from members.permissions import Permission
from members.selectors import visible_organisations
from policies.models import (
    EnrolmentBatch,
    Receipt,
    ReceiptLine,
    Remittance,
    RemittanceLine,
    Reversal,
)
from policies.selectors.credits import with_credit, with_rest
from policies.selectors.enrolment import visible_batches
from policies.states import PAID_FAMILIES, SENT, BatchStatus, Family

NOTHING = Value(ZERO)


def visible_receipts(viewer: Viewer, *, permission: Permission | None = None) -> QuerySet[Receipt]:
    """The payments of the viewer's unions, reversed ones too."""
    rows = Receipt.objects.select_related("payer")
    return visible(rows, viewer, path="payer__path", permission=permission)


def visible_reversals(viewer: Viewer) -> QuerySet[Reversal]:
    """The papers that took back receipts and remittances which the viewer sees."""
    receipts = visible_receipts(viewer, permission=Permission.RECEIPT_VIEW)
    remittances = visible_remittances(viewer, permission=Permission.REMITTANCE_VIEW)
    return Reversal.objects.select_related("receipt__payer", "remittance", "made_by").filter(
        Q(receipt__in=receipts.values("pk")) | Q(remittance__in=remittances.values("pk"))
    )


def visible_remittance_lines(
    viewer: Viewer, *, permission: Permission | None = None
) -> QuerySet[RemittanceLine]:
    """The remitted batches of the viewer's unions."""
    return visible(
        RemittanceLine.objects.all(),
        viewer,
        path="batch__organisation__path",
        permission=permission,
    )


def visible_remittances(
    viewer: Viewer, *, permission: Permission | None = None
) -> QuerySet[Remittance]:
    """The remittances in which the viewer's unions have a part; `seen_amount` is that part."""
    rows = Remittance.objects.all()
    lines = visible_remittance_lines(viewer, permission=permission)
    if viewer.paths(permission) is not None:
        rows = rows.filter(Exists(lines.filter(remittance=OuterRef("pk"))))
    part = (
        lines.filter(remittance=OuterRef("pk"))
        .order_by()
        .values("remittance")
        .annotate(part=Sum("amount"))
        .values("part")
    )
    return rows.annotate(seen_amount=Coalesce(part, NOTHING))


def unpaid_batches(viewer: Viewer, *, payer_path: str) -> QuerySet[EnrolmentBatch]:
    """Accepted batches of a payer's subtree that wait for money, with `came` and `rest`."""
    return with_rest(
        visible_batches(viewer, permission=Permission.RECEIPT_RECORD)
        .filter(status=BatchStatus.ACCEPTED, organisation__path__startswith=payer_path)
        .order_by("organisation__sort_key", "number")
    )


def remittable_batches(viewer: Viewer) -> QuerySet[EnrolmentBatch]:
    """Paid batches that stand in no remittance yet."""
    planned = RemittanceLine.objects.filter(batch=OuterRef("pk"), is_void=False)
    return (
        visible_batches(viewer, permission=Permission.REMITTANCE_MAKE)
        .filter(~Exists(planned), status=BatchStatus.PAID)
        .order_by("organisation__sort_key", "number")
    )


@dataclass(frozen=True)
class PlanRow:
    """One plan of a remittance statement: what the rosters owe, what came in, what is passed on."""

    family: str
    units: int
    persons: int
    shares: int
    due: Decimal
    received: Decimal
    remitted: Decimal

    @property
    def label(self) -> str:
        return str(Family(self.family).label) if self.family else ""

    @property
    def not_received(self) -> Decimal:
        return self.due - self.received

    @property
    def difference(self) -> Decimal:
        """What the rosters owe less what is passed on."""
        return self.due - self.remitted


def statement_lines(viewer: Viewer, remittance: Remittance) -> QuerySet[RemittanceLine]:
    """The lines of a remittance that the viewer may see, with `received`, by unit and number."""
    receipts = (
        ReceiptLine.objects.filter(batch=OuterRef("batch"), is_void=False)
        .order_by()
        .values("batch")
        .annotate(part=Sum("amount"))
        .values("part")
    )
    return (
        visible_remittance_lines(viewer, permission=Permission.REMITTANCE_VIEW)
        .filter(remittance=remittance)
        .select_related("batch__organisation", "batch__plan_version")
        .annotate(received=Coalesce(receipts, NOTHING))
        .order_by("batch__organisation__sort_key", "batch__organisation__code", "batch__number")
    )


def differing_lines(viewer: Viewer, remittance: Remittance) -> QuerySet[Any]:
    """The lines for which Beijing booked another sum (`difference`: remitted less booked)."""
    return (
        statement_lines(viewer, remittance)
        .filter(confirmed_amount__isnull=False)
        .exclude(confirmed_amount=F("amount"))
        .annotate(difference=F("amount") - F("confirmed_amount"))
    )


def statement_rows(viewer: Viewer, remittance: Remittance) -> tuple[list[PlanRow], PlanRow]:
    """The six plans of a remittance and their total; one query, plans without lines are zero.

    A union with two batches of a plan counts once in `units`, also in the total.
    """
    lines = statement_lines(viewer, remittance).order_by()
    sums = {
        "units": Count("batch__organisation", distinct=True),
        "persons": Coalesce(Sum("batch__person_count"), 0),
        "shares": Coalesce(Sum("batch__shares"), 0),
        "due": Coalesce(Sum("batch__amount"), NOTHING),
        "came": Coalesce(Sum("received"), NOTHING),
        "remitted": Coalesce(Sum("amount"), NOTHING),
    }
    by_family: dict[str, Mapping[str, Any]] = {
        row["batch__plan_version__family"]: row
        for row in lines.values("batch__plan_version__family").annotate(**sums)
    }
    rows = [_plan_row(family, by_family.get(family)) for family in PAID_FAMILIES]
    total = _plan_row("", lines.aggregate(**sums))
    return rows, total


def _plan_row(family: str, sums: Mapping[str, Any] | None) -> PlanRow:
    found = sums or {}
    return PlanRow(
        family=family,
        units=int(found.get("units", 0)),
        persons=int(found.get("persons", 0)),
        shares=int(found.get("shares", 0)),
        due=Decimal(found.get("due", ZERO)),
        received=Decimal(found.get("came", ZERO)),
        remitted=Decimal(found.get("remitted", ZERO)),
    )


def sums_by_family(batches: QuerySet[EnrolmentBatch]) -> list[dict[str, Any]]:
    """Batches, lines and contributions by plan, for the page where a remittance is made."""
    rows = (
        batches.order_by()
        .values("plan_version__family")
        .annotate(batches=Count("pk"), persons=Sum("person_count"), total=Sum("amount"))
        .order_by("plan_version__family")
    )
    return [{**row, "label": Family(row["plan_version__family"]).label} for row in rows]


def receipt_of(batch: EnrolmentBatch) -> Receipt | None:
    """The last payment for a batch."""
    line = batch.receipt_lines.filter(is_void=False).select_related("receipt").last()
    return line.receipt if line else None


def is_reversible(receipt: Receipt) -> bool:
    """Whether a receipt stands and none of its batches is in a remittance."""
    planned = RemittanceLine.objects.filter(
        batch__receipt_lines__receipt=receipt, batch__receipt_lines__is_void=False, is_void=False
    )
    return receipt.reversed_on is None and not planned.exists()


def remittance_of(batch: EnrolmentBatch) -> Remittance | None:
    """The remittance in which a batch stands."""
    line = batch.remittance_lines.filter(is_void=False).select_related("remittance").first()
    return line.remittance if line else None


def remitted_between(first: object, last: object) -> Q:
    """Condition on Remittance: passed on to the Beijing office on these days."""
    return Q(status__in=SENT, remitted_on__range=(first, last))


def with_batch_count(receipts: QuerySet[Receipt]) -> QuerySet[Any]:
    """Receipts with how many batches each covers (`batch_count`) and what is left (`credit`)."""
    counted: QuerySet[Any] = with_credit(receipts).annotate(
        batch_count=Count("lines__batch", distinct=True)
    )
    return counted


def received_sum(receipts: QuerySet[Receipt]) -> Decimal:
    """What the receipts of a list come to, without the reversed ones."""
    total: Decimal = receipts.filter(reversed_on__isnull=True).aggregate(
        total=Coalesce(Sum("amount"), NOTHING)
    )["total"]
    return total


def owing_unions(viewer: Viewer, *, text: str) -> QuerySet[Organisation]:
    """The unions that may pay: by name or code, else those with accepted unpaid batches.

    `due` is what their own batches still owe, `below` what their subtrees' do.
    """
    unions = visible_organisations(viewer, Permission.RECEIPT_RECORD)
    unpaid = with_rest(EnrolmentBatch.objects.filter(status=BatchStatus.ACCEPTED)).order_by()
    own = unpaid.filter(organisation=OuterRef("pk")).values("organisation")
    below = unpaid.filter(organisation__path__startswith=OuterRef("path")).annotate(one=Value(1))
    rows = unions.annotate(
        due=Coalesce(own.annotate(part=Sum("rest")).values("part"), NOTHING),
        below=Coalesce(below.values("one").annotate(part=Sum("rest")).values("part"), NOTHING),
    )
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(code__iexact=text))
    else:
        rows = rows.filter(due__gt=0)
    return rows.order_by("sort_key", "code")
