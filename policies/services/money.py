"""Contributions on their way: units' payments, and what goes to the Beijing office."""

from policies.services.confirmation import (
    confirm_remittance,
    note_difference,
    reconcile_remittance,
    reverse_remittance,
    settle_difference,
)
from policies.services.credits import use_credit
from policies.services.receipts import record_receipt, reverse_receipt
from policies.services.remittances import cancel_remittance, make_remittance, remit

__all__ = [
    "cancel_remittance",
    "confirm_remittance",
    "make_remittance",
    "note_difference",
    "reconcile_remittance",
    "record_receipt",
    "remit",
    "reverse_receipt",
    "reverse_remittance",
    "settle_difference",
    "use_credit",
]
