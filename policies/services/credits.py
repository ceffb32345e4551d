"""What a payer has left over (预收余额) is used for a batch that is accepted later."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from core.money import ZERO
from ledger import services as ledger
from members.access import Viewer
from members.permissions import Permission
from policies.models import Receipt
from policies.selectors import visible_receipts
from policies.selectors.credits import credit_of
from policies.services.locking import locked_batches, must_move
from policies.services.receipts import (
    CREDIT,
    RECEIVABLE,
    ReceiptGone,
    must_be_of_payer,
    parts_for,
    settle,
)
from policies.states import BatchStatus


class CreditTooSmall(RuleViolation):
    """No more is used than is left."""


@transaction.atomic(durable=True)
def use_credit(
    *,
    receipt_id: int,
    batch_ids: Iterable[int],
    by: Viewer,
    on: date,
    parts: Mapping[int, Decimal] | None = None,
) -> Receipt:
    """Pay accepted batches of the payer's subtree from what is left of a receipt.

    `parts`: what a batch gets when that is not all it still owes, in yuan.
    """
    receipt = (
        visible_receipts(by, permission=Permission.RECEIPT_RECORD)
        .filter(pk=receipt_id, reversed_on__isnull=True)
        .select_for_update(of=("self",))
        .first()
    )
    if receipt is None:
        raise ReceiptGone(_("The receipt cannot be found or is not yours to handle."))
    batches = locked_batches(batch_ids, by, Permission.RECEIPT_RECORD)
    must_move(batches, BatchStatus.PAID)
    must_be_of_payer(batches, receipt.payer_id, by)
    given = parts_for(batches, parts)
    wanted, left = sum(given.values(), ZERO), credit_of(receipt)
    if wanted > left:
        raise CreditTooSmall(
            _("%(number)s has %(left)s left; the chosen batches come to %(wanted)s.")
            % {"number": receipt.number, "left": left, "wanted": wanted}
        )
    lines = settle(receipt, batches, given, by=by, used_on=on)
    ledger.post_many(
        ledger.NewEntry(
            key=f"credit:{line.pk}",
            posted_on=on,
            memo=f"{receipt.number} 预收会费冲抵 {line.batch.number}",
            organisation_id=receipt.payer_id,
            lines=[(CREDIT, line.amount, ZERO), (RECEIVABLE, ZERO, line.amount)],
        )
        for line in lines
    )
    audit.record(
        action="receipt.use_credit", subject=f"receipt:{receipt.pk}", by_id=by.user_id,
        path=receipt.payer.path, number=receipt.number, amount=str(wanted), batches=len(batches),
    )  # fmt: skip
    return receipt
