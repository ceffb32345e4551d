"""The units' payments: one transfer for several batches, taken back while nothing is remitted."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from core.money import ZERO
from core.numbering import next_number
from ledger import services as ledger
from members.access import Viewer
from members.permissions import Permission
from members.selectors import visible_organisations
from policies.models import EnrolmentBatch, Receipt, ReceiptLine, RemittanceLine
from policies.selectors import visible_receipts
from policies.services.locking import acts, ids_of, locked_batches, must_move, numbers_of
from policies.states import BatchStatus

BANK, RECEIVABLE = "1002", "1122"


class PayerUnknown(RuleViolation):
    """The payer is no union of the viewer."""


class NotOfPayer(RuleViolation):
    """A payment settles batches of the payer and the unions below it."""


class AmountDiffers(RuleViolation):
    """A payment settles its batches to the fen."""


class ReferenceUsed(RuleViolation):
    """A transfer is recorded once."""


class ReceiptIncomplete(RuleViolation):
    """A receipt names the bank's reference and a day that has come."""


class ReceiptGone(RuleViolation):
    """The receipt is not there or not the viewer's to change."""


class CannotReverse(RuleViolation):
    """A receipt is taken back once, and only while its batches are not in a remittance."""


@transaction.atomic(durable=True)
def record_receipt(
    *,
    payer_id: int,
    batch_ids: Iterable[int],
    amount: Decimal,
    received_on: date,
    reference: str,
    by: Viewer,
    on: date,
) -> Receipt:
    """Record one transfer of a payer for accepted batches of its subtree; they become paid.

    `amount` in yuan equals the batches' sum. `reference`: of the bank, once per payer.
    """
    batches = locked_batches(batch_ids, by, Permission.RECEIPT_RECORD)
    must_move(batches, BatchStatus.PAID)
    _must_be_of_payer(batches, payer_id, by)
    _must_be_complete(reference, received_on, on)
    _must_be_new(payer_id, reference)
    due = sum((batch.amount for batch in batches), ZERO)
    if amount != due:
        raise AmountDiffers(
            _("The payment is %(amount)s, the chosen batches come to %(due)s: %(rest)s apart.")
            % {"amount": amount, "due": due, "rest": abs(amount - due)}
        )
    receipt = Receipt.objects.create(
        number=next_number("SK", on.year),
        payer_id=payer_id,
        received_on=received_on,
        amount=amount,
        reference=reference.strip(),
        recorded_by_id=by.user_id,
    )
    _settle(receipt, batches, by=by, on=on)
    return receipt


def _settle(receipt: Receipt, batches: Sequence[EnrolmentBatch], *, by: Viewer, on: date) -> None:
    ReceiptLine.objects.bulk_create(
        ReceiptLine(receipt=receipt, batch=batch, amount=batch.amount) for batch in batches
    )
    EnrolmentBatch.objects.filter(pk__in=ids_of(batches)).update(status=BatchStatus.PAID)
    ledger.post(
        key=f"receipt:{receipt.pk}",
        posted_on=receipt.received_on,
        memo=f"{receipt.number} 会费到账",
        organisation_id=receipt.payer_id,
        lines=[(BANK, receipt.amount, ZERO), (RECEIVABLE, ZERO, receipt.amount)],
    )
    path = receipt.payer.path
    audit.record(
        action="receipt.record",
        subject=f"receipt:{receipt.pk}",
        by_id=by.user_id,
        path=path,
        number=receipt.number,
        amount=str(receipt.amount),
    )
    audit.record_many(acts("batch.pay", batches, receipt=receipt.number), by_id=by.user_id)


@transaction.atomic(durable=True)
def reverse_receipt(*, receipt_id: int, reason: str, by: Viewer, on: date) -> Receipt:
    """Take a receipt back (冲销): its batches wait for their money again, the books mirror it.

    Refused once one of its batches stands in a remittance.
    """
    receipt = (
        visible_receipts(by, permission=Permission.RECEIPT_RECORD)
        .filter(pk=receipt_id)
        .select_for_update(of=("self",))
        .first()
    )
    if receipt is None:
        raise ReceiptGone(_("The receipt cannot be found or is not yours to handle."))
    if receipt.reversed_on or not reason.strip():
        raise CannotReverse(
            _("%(number)s: give a reason; a receipt is reversed once.") % {"number": receipt.number}
        )
    lines = receipt.lines.filter(is_void=False)
    batches = locked_batches(
        list(lines.values_list("batch_id", flat=True)), by, Permission.RECEIPT_RECORD
    )
    _must_not_be_planned(batches)
    must_move(batches, BatchStatus.ACCEPTED, start=BatchStatus.PAID)
    lines.update(is_void=True)
    receipt.reversed_on = on
    receipt.save(update_fields=["reversed_on"])
    EnrolmentBatch.objects.filter(pk__in=ids_of(batches)).update(status=BatchStatus.ACCEPTED)
    _book_reversal(receipt, batches, reason=reason.strip(), by=by, on=on)
    return receipt


def _book_reversal(
    receipt: Receipt, batches: Sequence[EnrolmentBatch], *, reason: str, by: Viewer, on: date
) -> None:
    ledger.reverse(
        key=f"receipt:{receipt.pk}", posted_on=on, memo=f"{receipt.number} 冲销：{reason}"[:200]
    )
    audit.record(
        action="receipt.reverse",
        subject=f"receipt:{receipt.pk}",
        by_id=by.user_id,
        path=receipt.payer.path,
        number=receipt.number,
        amount=str(receipt.amount),
        reason=reason,
    )
    audit.record_many(
        acts("batch.unpay", batches, receipt=receipt.number, reason=reason), by_id=by.user_id
    )


def _must_be_of_payer(batches: Sequence[EnrolmentBatch], payer_id: int, by: Viewer) -> None:
    payer = visible_organisations(by, Permission.RECEIPT_RECORD).filter(pk=payer_id).first()
    if payer is None:
        raise PayerUnknown(_("The payer cannot be found or is not yours to handle."))
    foreign = [row for row in batches if not row.organisation.path.startswith(payer.path)]
    if foreign:
        raise NotOfPayer(
            _("%(numbers)s is not of %(payer)s or a union below it.")
            % {"numbers": numbers_of(foreign), "payer": payer.name}
        )


def _must_be_complete(reference: str, received_on: date, on: date) -> None:
    if not reference.strip() or len(reference.strip()) > 60:
        raise ReceiptIncomplete(_("Give the bank's reference, at most 60 characters."))
    if received_on > on:
        raise ReceiptIncomplete(_("The day of receipt is in the future."))


def _must_be_new(payer_id: int, reference: str) -> None:
    earlier = Receipt.objects.filter(
        payer=payer_id, reference=reference.strip(), reversed_on__isnull=True
    ).first()
    if earlier:
        raise ReferenceUsed(
            _("This transfer was recorded already as %(number)s on %(day)s, %(amount)s.")
            % {"number": earlier.number, "day": earlier.received_on, "amount": earlier.amount}
        )


def _must_not_be_planned(batches: Sequence[EnrolmentBatch]) -> None:
    planned = set(
        RemittanceLine.objects.filter(batch__in=ids_of(batches), is_void=False).values_list(
            "batch_id", flat=True
        )
    )
    if planned:
        named = [batch for batch in batches if batch.pk in planned]
        raise CannotReverse(
            _("%(numbers)s stands in a remittance; the receipt can no longer be reversed.")
            % {"numbers": numbers_of(named)}
        )
