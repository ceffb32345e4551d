"""The list that the Beijing office sends back for one remittance, taken in as a whole."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.money import ZERO
from members.access import Viewer
from policies.models import Remittance, RemittanceLine
from policies.services.confirmation import ConfirmationIncomplete, NotInAgreement, confirm_locked
from policies.services.locking import NAMED
from policies.services.remittances import locked_remittance, record_act
from policies.states import RemittanceStatus


def answer_taken_in(
    *,
    remittance_id: int,
    confirmed_on: date,
    booked: Sequence[tuple[Any, ...]],
    by: Viewer,
    on: date,
) -> Remittance:
    """Write what Beijing booked for every batch, inside the transaction of the import.

    `booked`: (batch number, yuan, receipt number) for all lines of the remittance. A remittance
    that was only sent is confirmed by the list's receipt number and sum; a confirmed one gets the
    list's sum. A settled difference that is booked as before stays settled.
    Raises RemittanceGone, CannotMoveRemittance, ConfirmationIncomplete, NotInAgreement.
    """
    remittance = locked_remittance(remittance_id, by)
    lines = {
        line.batch.number: line
        for line in remittance.lines.filter(is_void=False).select_related("batch")
    }
    _must_be_whole(lines, booked)
    receipts = {receipt for _batch, _amount, receipt in booked}
    if len(receipts) != 1:
        raise ConfirmationIncomplete(
            _("The list names %(count)d receipt numbers; a remittance has one receipt of Beijing.")
            % {"count": len(receipts)}
        )
    total = sum((Decimal(amount) for _batch, amount, _receipt in booked), ZERO)
    if remittance.status == RemittanceStatus.CONFIRMED:
        remittance.beijing_receipt, remittance.confirmed_total = receipts.pop(), total
        remittance.save(update_fields=["beijing_receipt", "confirmed_total"])
    else:
        confirm_locked(
            remittance, beijing_receipt=receipts.pop(), confirmed_on=confirmed_on,
            confirmed_total=total, by=by, on=on,
        )  # fmt: skip
    changed = _written(lines, booked)
    differing = sum(line.confirmed_amount != line.amount for line in changed)
    record_act(
        "remittance.answer", remittance, by, batches=len(changed), differing=differing,
        confirmed=str(total),
    )  # fmt: skip
    return remittance


def _written(
    lines: dict[str, RemittanceLine], booked: Sequence[tuple[Any, ...]]
) -> list[RemittanceLine]:
    """The lines with what was booked; one that is booked anew is not settled any more."""
    changed = []
    for batch, amount, _receipt in booked:
        line = lines[batch]
        if line.confirmed_amount != amount:
            line.difference_reason, line.settled_on = "", None
        line.confirmed_amount = amount
        changed.append(line)
    RemittanceLine.objects.bulk_update(
        changed, ["confirmed_amount", "difference_reason", "settled_on"], batch_size=500
    )
    return changed


def _must_be_whole(lines: dict[str, RemittanceLine], booked: Sequence[tuple[Any, ...]]) -> None:
    """Refuse a list that leaves a batch of the remittance out."""
    missing = sorted(lines.keys() - {batch for batch, _amount, _receipt in booked})
    if missing:
        raise NotInAgreement(
            _("The list leaves out %(count)d batches: %(numbers)s. Write 0 if not booked.")
            % {"count": len(missing), "numbers": "、".join(missing[:NAMED])}
        )
