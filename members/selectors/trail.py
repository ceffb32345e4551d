"""The audit trail as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.models import AuditEvent
from members.models import User
from members.permissions import Role
from members.states import Number, RevealReason

# every kind of workbook by its word in addresses and commands
KIND_NAMES: Mapping[str, Promise] = {
    "unions": _("Directory of unions"),
    "members": _("Roster of members"),
    "enrolments": _("Enrolment roster"),
    "claims": _("Claims"),
    "settlements": _("Settlements of secondary reimbursement"),
    "payment_results": _("Payment results"),
}

ACTS: Mapping[str, Promise] = {
    "user.sign_in": _("signed in"),
    "user.sign_in_refused": _("sign-in refused"),
    "user.sign_out": _("signed out"),
    "user.change_password": _("changed the password"),
    "user.create": _("account created"),
    "user.reset_password": _("password reset"),
    "user.activate": _("account opened"),
    "user.deactivate": _("account locked"),
    "user.give_role": _("role given"),
    "user.take_role": _("role taken"),
    "member.reveal": pgettext_lazy("act", "whole number looked at"),
    "child.reveal": pgettext_lazy("act", "whole number of a child looked at"),
    "member.register": pgettext_lazy("act", "member registered"),
    "member.edit": pgettext_lazy("act", "record of the member changed"),
    "member.move": pgettext_lazy("act", "status of the member changed"),
    "member.correct": pgettext_lazy("act", "change of status taken back"),
    "member.card": pgettext_lazy("act", "card issued or replaced"),
    "child.consent": pgettext_lazy("act", "consent for a child recorded"),
    "child.withdraw": pgettext_lazy("act", "consent for a child taken back"),
    "transfer.ask": pgettext_lazy("act", "transfer asked for"),
    "transfer.consent": pgettext_lazy("act", "transfer agreed to"),
    "transfer.refuse": pgettext_lazy("act", "transfer refused"),
    "transfer.withdraw": pgettext_lazy("act", "request for a transfer taken back"),
    "keys.add": pgettext_lazy("act", "new key of the personal data"),
    "keys.rotate": pgettext_lazy("act", "personal data sealed anew"),
    "keys.rotate_index": pgettext_lazy("act", "key of the hashes changed"),
    "keys.retire": pgettext_lazy("act", "key taken out of use"),
    "import.receive": _("workbook uploaded"),
    "import.check": _("workbook checked"),
    "import.request": _("import asked for"),
    "import.apply": _("workbook imported"),
    "import.discard": _("import discarded"),
    "import.download": _("workbook downloaded"),
    "job.retry": _("job continued"),
    "batch.fill": pgettext_lazy("act", "roster brought into the batch"),
    "batch.submit": pgettext_lazy("act", "batch submitted"),
    "batch.accept": pgettext_lazy("act", "batch accepted"),
    "batch.return": pgettext_lazy("act", "batch returned"),
    "batch.withdraw": pgettext_lazy("act", "batch withdrawn"),
    "batch.consent": pgettext_lazy("act", "guardian's consent recorded"),
    "batch.remove_lines": pgettext_lazy("act", "lines taken out of the batch"),
    "batch.pay": pgettext_lazy("act", "batch paid in"),
    "batch.unpay": pgettext_lazy("act", "payment of the batch reversed"),
    "batch.remit": pgettext_lazy("act", "batch remitted"),
    "claim.file": pgettext_lazy("act", "claim filed"),
    "claim.import": pgettext_lazy("act", "claim brought in by workbook"),
    "claim.change": pgettext_lazy("act", "claim changed by workbook"),
    "claim.paper": pgettext_lazy("act", "paper added"),
    "claim.hand_in": pgettext_lazy("act", "claim handed in"),
    "claim.ask": pgettext_lazy("act", "papers asked for"),
    "claim.review": pgettext_lazy("act", "claim reviewed"),
    "claim.send_back": pgettext_lazy("act", "claim sent back"),
    "claim.approve": pgettext_lazy("act", "claim approved"),
    "claim.refuse": pgettext_lazy("act", "claim refused"),
    "claim.withdraw": pgettext_lazy("act", "claim withdrawn"),
    "claim.pay": pgettext_lazy("act", "claim paid"),
    "payout.make": pgettext_lazy("act", "payout made"),
    "payout.pay": pgettext_lazy("act", "payout confirmed"),
    "payout.cancel": pgettext_lazy("act", "payout cancelled"),
    "quarter.import": pgettext_lazy("act", "settlements brought in"),
    "quarter.compute": pgettext_lazy("act", "reimbursements computed"),
    "quarter.approve": pgettext_lazy("act", "quarter approved"),
    "quarter.payout": pgettext_lazy("act", "payout of the quarter made"),
    "quarter.pay": pgettext_lazy("act", "quarter paid out"),
    "quarter.start_closing": pgettext_lazy("act", "closing begun"),
    "quarter.resume_closing": pgettext_lazy("act", "closing continued"),
    "quarter.close": pgettext_lazy("act", "quarter closed"),
    "receipt.record": pgettext_lazy("act", "payment recorded"),
    "receipt.reverse": pgettext_lazy("act", "payment reversed"),
    "remittance.make": pgettext_lazy("act", "remittance made"),
    "remittance.remit": pgettext_lazy("act", "remitted to the Beijing office"),
    "remittance.cancel": pgettext_lazy("act", "remittance cancelled"),
    "report.request": pgettext_lazy("act", "report asked for"),
    "roster.template": pgettext_lazy("act", "enrolment template downloaded"),
    "target.set": pgettext_lazy("act", "yearly target set"),
}
RECORDS: Mapping[str, Promise] = {
    "user": pgettext_lazy("record", "account"),
    "member": pgettext_lazy("record", "member"),
    "child": pgettext_lazy("record", "child"),
    "keys": pgettext_lazy("record", "keys of the personal data"),
    "import": pgettext_lazy("record", "import"),
    "job": pgettext_lazy("record", "job"),
    "batch": pgettext_lazy("record", "enrolment batch"),
    "claim": pgettext_lazy("record", "claim"),
    "receipt": pgettext_lazy("record", "receipt"),
    "remittance": pgettext_lazy("record", "remittance"),
    "payout": pgettext_lazy("record", "payout"),
    "quarter": pgettext_lazy("record", "quarter"),
    "report": pgettext_lazy("record", "report"),
    "target": pgettext_lazy("record", "target"),
    "unit": pgettext_lazy("record", "union"),
    "union": pgettext_lazy("record", "union"),
}
DETAILS: Mapping[str, Promise] = {
    "number": pgettext_lazy("detail", "number"),
    "fields": pgettext_lazy("detail", "fields"),
    "amount": pgettext_lazy("detail", "amount"),
    "kind": pgettext_lazy("detail", "kind"),
    "role": pgettext_lazy("detail", "role"),
    "organisation": pgettext_lazy("detail", "union"),
    "key": pgettext_lazy("detail", "key"),
    "algorithm": pgettext_lazy("detail", "algorithm"),
    "seen": pgettext_lazy("detail", "number looked at"),
    "reason": pgettext_lazy("detail", "reason"),
    "note": pgettext_lazy("detail", "note"),
    "rows": pgettext_lazy("detail", "rows"),
    "lines": pgettext_lazy("detail", "lines"),
    "wrong": pgettext_lazy("detail", "wrong rows"),
    "created": pgettext_lazy("detail", "new"),
    "updated": pgettext_lazy("detail", "updated"),
    "skipped": pgettext_lazy("detail", "left out"),
    "skip_errors": pgettext_lazy("detail", "wrong rows left out"),
    "what": pgettext_lazy("detail", "file"),
    "count": pgettext_lazy("detail", "count"),
    "period": pgettext_lazy("detail", "period"),
    "receipt": pgettext_lazy("detail", "receipt"),
    "remittance": pgettext_lazy("detail", "remittance"),
    "payments": pgettext_lazy("detail", "payments"),
    "persons": pgettext_lazy("detail", "persons"),
    "batches": pgettext_lazy("detail", "batches"),
    "files": pgettext_lazy("detail", "files"),
    "form": pgettext_lazy("detail", "form"),
    "consent_on": pgettext_lazy("detail", "consent given on"),
    "reference": pgettext_lazy("detail", "voucher"),
    "day": pgettext_lazy("detail", "day"),
    "remitted_before": pgettext_lazy("detail", "remitted before"),
    "status": pgettext_lazy("detail", "status"),
    "quarter": pgettext_lazy("detail", "quarter"),
}
# details that are codes of a list of words; what is no code is shown as it was written
CHOICES: Mapping[str, Mapping[Any, Any]] = {
    "role": dict(Role.choices),
    "seen": dict(Number.choices),
    "reason": dict(RevealReason.choices),
}
KINDS = {
    "user.sign_in_refused": "error",
    "user.deactivate": "error",
    "import.discard": "neutral",
}


@dataclass(frozen=True)
class Event:
    """A line of a timeline: what, who, when, words."""

    label: str
    by: str
    at: datetime
    note: str = ""
    kind: str = "ok"


def act_label(action: str) -> str:
    """The act in words; one that has none yet is shown by its code."""
    return str(ACTS.get(action, action))


def record_label(subject: str) -> str:
    """The record in words: batch:17 is 参保批次 17."""
    kind, _colon, key = subject.partition(":")
    return f"{RECORDS.get(kind, kind)} {key}".strip()


def details_of(event: AuditEvent) -> list[tuple[str, str]]:
    """The particulars of an event as pairs of words; yes and no for truth values."""
    return [
        (str(DETAILS.get(name, name)), _worded(name, value))
        for name, value in event.details.items()
        if value not in ("", None, "None")
    ]


def _worded(name: str, value: object) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Mapping):  # files with their digests
        return "，".join(f"{key} {str(digest)[:8]}" for key, digest in value.items())
    if name in CHOICES:
        return str(CHOICES[name].get(str(value), value))
    return str(KIND_NAMES.get(str(value), value)) if name == "kind" else str(value)


def names_of(ids: set[int | None]) -> dict[int | None, str]:
    """Account keys with the names of their holders; nobody is the system."""
    known = User.objects.filter(pk__in=[key for key in ids if key])
    return {None: gettext("the system")} | {
        user.pk: user.full_name or user.username for user in known
    }


def timeline(subject: str, *, limit: int = 50) -> list[Event]:
    """The last events of a record, the newest last."""
    rows = list(AuditEvent.objects.filter(subject=subject).order_by("-at", "-pk")[:limit])
    names = names_of({row.by_id for row in rows})
    return [
        Event(
            label=act_label(row.action),
            by=names.get(row.by_id, str(row.by_id)),
            at=row.at,
            note=_worded("reason", row.details.get("reason", "")),
            kind=KINDS.get(row.action, "ok"),
        )
        for row in reversed(rows)
    ]


def audit_events() -> QuerySet[AuditEvent]:
    """The whole trail, the newest first; for holders of AUDIT_VIEW only."""
    return AuditEvent.objects.order_by("-at", "-pk")


def account_keys(username: str) -> list[int]:
    """The accounts whose user name or name contains the text."""
    found = User.objects.filter(username__icontains=username)
    found |= User.objects.filter(full_name__icontains=username)
    return list(found.values_list("pk", flat=True)[:200])
