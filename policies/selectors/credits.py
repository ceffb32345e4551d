"""What came in for batches so far, and what of a receipt no batch has taken yet (预收余额)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.money import ZERO
from policies.models import EnrolmentBatch, Receipt, ReceiptLine

NOTHING = Value(ZERO)


def paid_in(batch_ids: Iterable[int]) -> dict[int, Decimal]:
    """What came in for each of the batches."""
    rows = ReceiptLine.objects.filter(batch__in=list(batch_ids), is_void=False)
    return dict(rows.order_by().values_list("batch").annotate(came=Sum("amount")))


def _live_lines(outer: str) -> Any:
    rows = ReceiptLine.objects.filter(is_void=False, **{outer: OuterRef("pk")}).order_by()
    return Coalesce(
        Subquery(rows.values(outer).annotate(part=Sum("amount")).values("part")), NOTHING
    )


def with_rest(batches: QuerySet[EnrolmentBatch]) -> QuerySet[EnrolmentBatch]:
    """Batches with `came` (what came in for them) and `rest` (what they still owe)."""
    return batches.annotate(came=_live_lines("batch")).annotate(rest=F("amount") - F("came"))


def with_credit(receipts: QuerySet[Receipt]) -> QuerySet[Any]:
    """Receipts with `credit`: what no batch has taken; a reversed one has none."""
    return receipts.annotate(used=_live_lines("receipt")).annotate(credit=F("amount") - F("used"))


def credits_left(receipts: QuerySet[Receipt]) -> QuerySet[Receipt]:
    """The receipts that stand and have something left."""
    return with_credit(receipts.filter(reversed_on__isnull=True)).filter(credit__gt=0)


def credit_of(receipt: Receipt) -> Decimal:
    """What is left of one receipt."""
    if receipt.reversed_on:
        return ZERO
    used = receipt.lines.filter(is_void=False).aggregate(sum=Coalesce(Sum("amount"), NOTHING))
    return receipt.amount - Decimal(used["sum"])


def receipt_lines_of(batch: EnrolmentBatch) -> QuerySet[ReceiptLine]:
    """The payments that cover a batch, the first one first."""
    return batch.receipt_lines.filter(is_void=False).select_related("receipt").order_by("pk")
