"""The units' payments: one transfer for several batches or a part of them, the rest as credit."""

from collections.abc import Iterable, Mapping, Sequence
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
from policies.rules.settling import Owed, WrongParts, part_of_each
from policies.selectors import visible_receipts
from policies.selectors.credits import paid_in
from policies.services.locking import acts, ids_of, locked_batches, must_move, numbers_of
from policies.services.reversals import reversed_receipt
from policies.states import BatchStatus

BANK, RECEIVABLE, CREDIT = "1002", "1122", "2203"


class PayerUnknown(RuleViolation):
    """The payer is no union of the viewer."""


class NotOfPayer(RuleViolation):
    """A payment settles batches of the payer and the unions below it."""


class AmountDiffers(RuleViolation):
    """A payment is the sum of its parts to the fen, unless the rest is kept as credit."""


class PartTooLarge(RuleViolation):
    """A part is more than nothing and at most what its batch still owes."""


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
    parts: Mapping[int, Decimal] | None = None,
    keep_rest: bool = False,
) -> Receipt:
    """Record one transfer of a payer for accepted batches of its subtree.

    `amount` in yuan: what came in. `parts`: what a batch gets when that is not all it still owes; a
    batch is paid when nothing is left. `keep_rest`: what is too much stays as the payer's credit;
    without a batch it is an advance (预收), all of it credit.
    `reference`: of the bank, once per payer.
    """
    wanted = set(batch_ids)
    advance = keep_rest and not wanted
    batches = [] if advance else locked_batches(wanted, by, Permission.RECEIPT_RECORD)
    must_move(batches, BatchStatus.PAID)
    must_be_of_payer(batches, payer_id, by)
    _must_be_complete(reference, received_on, on)
    _must_be_new(payer_id, reference)
    given = parts_for(batches, parts)
    due = sum(given.values(), ZERO)
    _must_come_to(amount, due, keep_rest=keep_rest)
    ledger.must_be_open([received_on])
    receipt = Receipt.objects.create(
        number=next_number("SK", on.year),
        payer_id=payer_id,
        received_on=received_on,
        amount=amount,
        reference=reference.strip(),
        recorded_by_id=by.user_id,
    )
    _book(receipt, due)
    audit.record(
        action="receipt.record",
        subject=f"receipt:{receipt.pk}",
        by_id=by.user_id,
        path=receipt.payer.path,
        number=receipt.number,
        amount=str(receipt.amount),
        credit=str(amount - due),
    )
    settle(receipt, batches, given, by=by)
    return receipt


def parts_for(
    batches: Sequence[EnrolmentBatch], parts: Mapping[int, Decimal] | None
) -> dict[int, Decimal]:
    """What each locked batch gets; refused when a part does not fit what is still owed."""
    came = paid_in(ids_of(batches))
    owed = [Owed(row.pk, row.number, row.amount - came.get(row.pk, ZERO)) for row in batches]
    try:
        return part_of_each(owed, parts or {})
    except WrongParts as wrong:
        raise PartTooLarge(
            _("%(number)s still owes %(rest)s; %(part)s cannot be booked on it.")
            % {"number": wrong.owed.number, "rest": wrong.owed.rest, "part": wrong.part}
        ) from wrong


def settle(
    receipt: Receipt,
    batches: Sequence[EnrolmentBatch],
    given: Mapping[int, Decimal],
    *,
    by: Viewer,
    used_on: date | None = None,
) -> list[ReceiptLine]:
    """Write the parts of a receipt on its locked batches; those that owe nothing more are paid."""
    lines = ReceiptLine.objects.bulk_create(
        ReceiptLine(receipt=receipt, batch=row, amount=given[row.pk], used_on=used_on)
        for row in batches
    )
    came = paid_in(ids_of(batches))
    whole = [row for row in batches if came[row.pk] == row.amount]
    EnrolmentBatch.objects.filter(pk__in=ids_of(whole)).update(status=BatchStatus.PAID)
    partly = [row for row in batches if came[row.pk] != row.amount]
    audit.record_many(acts("batch.pay", whole, receipt=receipt.number), by_id=by.user_id)
    audit.record_many(acts("batch.pay_part", partly, receipt=receipt.number), by_id=by.user_id)
    return lines


def _book(receipt: Receipt, due: Decimal) -> None:
    lines = [
        (BANK, receipt.amount, ZERO), (RECEIVABLE, ZERO, due), (CREDIT, ZERO, receipt.amount - due)
    ]  # fmt: skip
    ledger.post(
        key=f"receipt:{receipt.pk}",
        posted_on=receipt.received_on,
        memo=f"{receipt.number} 会费到账",
        organisation_id=receipt.payer_id,
        lines=[line for line in lines if line[1] or line[2]],
    )


@transaction.atomic(durable=True)
def reverse_receipt(*, receipt_id: int, reason: str, by: Viewer, on: date) -> Receipt:
    """Take a receipt back by a paper of its own (冲销单): its batches wait for their money again.

    What was taken from its credit later goes back with it. Refused once one of its batches stands
    in a remittance.
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
    ids = set(lines.values_list("batch_id", flat=True))
    batches = locked_batches(ids, by, Permission.RECEIPT_RECORD)
    _must_not_be_planned(batches)
    paid = [row for row in batches if row.status == BatchStatus.PAID]
    must_move(paid, BatchStatus.ACCEPTED, start=BatchStatus.PAID)
    reversed_receipt(receipt, reason=reason.strip()[:300], by=by, on=on)
    lines.update(is_void=True)
    receipt.reversed_on = on
    receipt.save(update_fields=["reversed_on"])
    EnrolmentBatch.objects.filter(pk__in=ids_of(paid)).update(status=BatchStatus.ACCEPTED)
    audit.record_many(
        acts("batch.unpay", batches, receipt=receipt.number, reason=reason.strip()),
        by_id=by.user_id,
    )
    return receipt


def must_be_of_payer(batches: Sequence[EnrolmentBatch], payer_id: int, by: Viewer) -> None:
    """Refuse unless every batch belongs to the payer's subtree."""
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


def _must_come_to(amount: Decimal, due: Decimal, *, keep_rest: bool) -> None:
    if amount <= 0 and not due:
        raise ReceiptIncomplete(_("A payment is more than nothing."))
    if amount < due or (amount > due and not keep_rest):
        raise AmountDiffers(
            _("The payment is %(amount)s, the chosen batches come to %(due)s: %(rest)s apart.")
            % {"amount": amount, "due": due, "rest": abs(amount - due)}
        )


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
