"""Contributions on their way: units' payments, and what goes to the Beijing office."""

from policies.services.receipts import record_receipt, reverse_receipt
from policies.services.remittances import cancel_remittance, make_remittance, remit

__all__ = [
    "cancel_remittance",
    "make_remittance",
    "record_receipt",
    "remit",
    "reverse_receipt",
]
