"""Receipts and remittances, cut down to the viewer."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from core.money import ZERO
from members.access import Viewer, visible
from members.models import Organisation
from members.permissions import Permission
from members.selectors import visible_organisations
from policies.models import (
    EnrolmentBatch,
    Receipt,
    Remittance,
    RemittanceLine,
    Reversal,
)
from policies.selectors.credits import with_credit, with_rest
from policies.selectors.enrolment import visible_batches
from policies.states import SENT, BatchStatus, Family

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
    rows: QuerySet[Any] = with_credit(receipts)
    counted: QuerySet[Any] = rows.annotate(batch_count=Count("lines__batch", distinct=True))
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
