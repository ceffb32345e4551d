"""What happened to a record of this room, in words, for its timeline."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from core.models import AuditEvent
from members.selectors import Event, names_of

ACTS: Mapping[str, Promise] = {
    "batch.fill": pgettext_lazy("trail", "roster imported"),
    "batch.remove_lines": pgettext_lazy("trail", "lines removed"),
    "batch.consent": pgettext_lazy("trail", "guardians' consent recorded"),
    "batch.submit": pgettext_lazy("trail", "submitted"),
    "batch.check": pgettext_lazy("trail", "checked above the unit"),
    "batch.split": pgettext_lazy("trail", "contribution split"),
    "batch.return": pgettext_lazy("trail", "returned"),
    "batch.withdraw": pgettext_lazy("trail", "withdrawn"),
    "batch.accept": pgettext_lazy("trail", "accepted"),
    "batch.pay": pgettext_lazy("trail", "payment received"),
    "batch.unpay": pgettext_lazy("trail", "receipt reversed"),
    "batch.remit": pgettext_lazy("trail", "remitted, in force"),
    "batch.update": pgettext_lazy("trail", "payers and notes changed by a roster"),
    "batch.paper": pgettext_lazy("trail", "scan added"),
    "batch.ask_correction": pgettext_lazy("trail", "correction asked for"),
    "batch.correct": pgettext_lazy("trail", "corrected"),
    "batch.refuse_correction": pgettext_lazy("trail", "correction refused"),
    "receipt.record": pgettext_lazy("trail", "receipt recorded"),
    "receipt.reverse": pgettext_lazy("trail", "receipt reversed"),
    "receipt.use_credit": pgettext_lazy("trail", "credit used"),
    "batch.pay_part": pgettext_lazy("trail", "part of the payment received"),
    "batch.unremit": pgettext_lazy("trail", "remittance taken back"),
    "remittance.confirm": pgettext_lazy("trail", "confirmed by Beijing"),
    "remittance.differ": pgettext_lazy("trail", "difference noted"),
    "remittance.settle": pgettext_lazy("trail", "difference settled"),
    "remittance.reconcile": pgettext_lazy("trail", "reconciled"),
    "remittance.reverse": pgettext_lazy("trail", "taken back"),
    "remittance.make": pgettext_lazy("trail", "remittance made"),
    "remittance.cancel": pgettext_lazy("trail", "remittance cancelled"),
    "remittance.remit": pgettext_lazy("trail", "remitted"),
    "target.set": pgettext_lazy("trail", "target set"),
    "plan.draft": pgettext_lazy("trail", "draft made"),
    "plan.change": pgettext_lazy("trail", "draft changed"),
    "plan.discard": pgettext_lazy("trail", "draft thrown away"),
    "plan.propose": pgettext_lazy("trail", "laid before the publisher"),
    "plan.return": pgettext_lazy("trail", "sent back"),
    "plan.publish": pgettext_lazy("trail", "published"),
    "target.parts": pgettext_lazy("trail", "parts of the target set"),
}
TROUBLE = frozenset(
    {
        "batch.return", "batch.withdraw", "batch.unpay", "batch.unremit", "receipt.reverse",
        "batch.refuse_correction", "remittance.differ", "remittance.reverse", "plan.return",
    }
)  # fmt: skip
NOTES = ("reason", "receipt", "remittance", "reference", "form", "batch", "confirmed", "reversal")


def timeline(subject: str, *, limit: int = 50) -> list[Event]:
    """The last events of a record, the newest last; `subject` is `batch:17`."""
    rows = list(AuditEvent.objects.filter(subject=subject).order_by("-at", "-pk")[:limit])
    names = names_of({row.by_id for row in rows})
    return [
        Event(
            label=str(ACTS.get(row.action, row.action)),
            by=names.get(row.by_id, str(row.by_id)),
            at=row.at,
            note=_note(row.details),
            kind="error" if row.action in TROUBLE else "ok",
        )
        for row in reversed(rows)
    ]


def _note(details: Mapping[str, object]) -> str:
    said = [str(details[name]) for name in NOTES if details.get(name)]
    if "lines" in details:
        said.append(gettext("%(count)s lines") % {"count": details["lines"]})
    return " · ".join(said)
