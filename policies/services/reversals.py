"""The papers that take a receipt or a remittance back (冲销单): each a document with a number."""

from datetime import date

from core import audit
from core.numbering import next_number
from ledger import services as ledger
from members.access import Viewer
from members.selectors import district
from policies.models import Receipt, Remittance, Reversal


def reversed_receipt(receipt: Receipt, *, reason: str, by: Viewer, on: date) -> Reversal:
    """The paper for a receipt that was taken back, the mirror of its entries, the event."""
    paper = Reversal.objects.create(
        number=next_number("CX", on.year), receipt=receipt, amount=receipt.amount,
        reason=reason, reversed_on=on, made_by_id=by.user_id,
    )  # fmt: skip
    _book(f"receipt:{receipt.pk}", receipt.number, paper)
    used = receipt.lines.filter(used_on__isnull=False, is_void=False).order_by("pk")
    for key in used.values_list("pk", flat=True):
        _book(f"credit:{key}", receipt.number, paper)
    _record("receipt.reverse", f"receipt:{receipt.pk}", receipt.payer.path, receipt.number, paper)
    return paper


def reversed_remittance(remittance: Remittance, *, reason: str, by: Viewer, on: date) -> Reversal:
    """The paper for a transfer to Beijing that came back, the mirror of its entry, the event."""
    paper = Reversal.objects.create(
        number=next_number("CX", on.year), remittance=remittance, amount=remittance.amount,
        reason=reason, reversed_on=on, made_by_id=by.user_id,
    )  # fmt: skip
    subject = f"remittance:{remittance.pk}"
    _book(subject, remittance.number, paper)
    _record("remittance.reverse", subject, district().path, remittance.number, paper)
    return paper


def _book(key: str, number: str, paper: Reversal) -> None:
    memo = f"{paper.number} 冲销 {number}：{paper.reason}"[:200]
    ledger.reverse(key=key, posted_on=paper.reversed_on, memo=memo)


def _record(action: str, subject: str, path: str, number: str, paper: Reversal) -> None:
    audit.record(
        action=action,
        subject=subject,
        by_id=paper.made_by_id,
        path=path,
        number=number,
        amount=str(paper.amount),
        reason=paper.reason,
        reversal=paper.number,
    )
