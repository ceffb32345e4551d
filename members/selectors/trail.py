"""The audit trail as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core import anchors, chain
from core.models import AuditEvent
from members.access import Viewer, visible
from members.models import Organisation, User
from members.permissions import Permission, Role
from members.selectors.acts import ACTS
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

RECORDS: Mapping[str, Promise] = {
    "members": pgettext_lazy("record", "members"),
    "user": pgettext_lazy("record", "account"),
    "login": pgettext_lazy("record", "sign-in"),
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
    "plan": pgettext_lazy("record", "plan version"),
    "campaign": pgettext_lazy("record", "campaign"),
    "unit": pgettext_lazy("record", "union"),
    "union": pgettext_lazy("record", "union"),
    "policy": pgettext_lazy("record", "enrolment"),
    "settlement": pgettext_lazy("record", "settlement"),
    "reimbursement": pgettext_lazy("record", "secondary reimbursement"),
    "payment": pgettext_lazy("record", "payment"),
    "trail": pgettext_lazy("record", "audit trail"),
    "filter": pgettext_lazy("record", "kept search"),
    "page": pgettext_lazy("record", "page"),
    "notice": pgettext_lazy("record", "notice"),
    "training": pgettext_lazy("record", "training"),
}
DETAILS: Mapping[str, Promise] = {
    "other": pgettext_lazy("detail", "other record"),
    "searched": pgettext_lazy("detail", "searched by"),
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
    "reversal": pgettext_lazy("detail", "reversal"),
    "credit": pgettext_lazy("detail", "left as credit"),
    "confirmed": pgettext_lazy("detail", "booked by Beijing"),
    "batch": pgettext_lazy("detail", "batch"),
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
    "by_paper": pgettext_lazy("detail", "recovery code from paper"),
    "address": pgettext_lazy("detail", "address"),
    "addresses": pgettext_lazy("detail", "addresses"),
    "quarter": pgettext_lazy("detail", "quarter"),
    "name": pgettext_lazy("detail", "name"),
    "before": pgettext_lazy("detail", "before"),
    "on": pgettext_lazy("detail", "on"),
    "staff": pgettext_lazy("detail", "staff"),
    "women": pgettext_lazy("detail", "women"),
    "union_credit_code": pgettext_lazy("detail", "credit code of the union"),
    "unit_credit_code": pgettext_lazy("detail", "credit code of the unit"),
    "contact_name": pgettext_lazy("detail", "contact"),
    "head": pgettext_lazy("detail", "end of the chain"),
    "links": pgettext_lazy("detail", "links"),
    "faults": pgettext_lazy("detail", "faults"),
    "method": pgettext_lazy("detail", "request"),
    "keys": pgettext_lazy("detail", "record numbers"),
}
TRAIL_KINDS = (
    ("write", pgettext_lazy("kind", "written")),
    ("reveal", pgettext_lazy("kind", "number shown")),
    ("export", pgettext_lazy("kind", "file taken away")),
    ("login", pgettext_lazy("kind", "signing in and out")),
    ("refused", pgettext_lazy("kind", "refused")),
)
_ACTIONS_OF: Mapping[str, tuple[str, ...]] = {
    "reveal": ("member.reveal", "child.reveal"),
    "export": (
        "access.download",
        "import.download",
        "report.request",
        "roster.template",
        "member.template",
        "member.export",
        "union.export",
        "union.template",
        "board.export",
    ),
    "login": ("user.sign_in", "user.sign_out"),
    "refused": ("access.refused", "access.missed", "user.sign_in_refused"),
}
# details that are codes of a list of words; what is no code is shown as it was written
CHOICES: Mapping[str, Mapping[Any, Any]] = {
    "role": dict(Role.choices),
    "seen": dict(Number.choices),
    "reason": dict(RevealReason.choices),
}
KINDS = {
    "access.refused": "error",
    "user.sign_in_refused": "error",
    "user.deactivate": "error",
    "user.code_refused": "error",
    "login.spraying": "error",
    "import.discard": "neutral",
    "union.close": "neutral",
    "union.merge": "neutral",
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


def record_word(label: str) -> str:
    """What the rows of a table are called; `label` is claims.claim.member."""
    model = label.split(".")[1]
    return str(RECORDS.get(model, model))


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


def audit_events(viewer: Viewer) -> QuerySet[AuditEvent]:
    """The trail where the viewer is auditor, the newest first; events of no union: the district."""
    rows = AuditEvent.objects.order_by("-at", "-pk")
    return visible(rows, viewer, path="path", permission=Permission.AUDIT_VIEW)


def of_kind(kind: str) -> Q:
    """The events of a kind of TRAIL_KINDS; a write is what is none of the others."""
    if kind == "write":
        return ~reduce(or_, map(of_kind, _ACTIONS_OF))
    return reduce(or_, (Q(action__startswith=beginning) for beginning in _ACTIONS_OF[kind]))


def below_unions(text: str) -> Q:
    """Events about the unions of that code or name, and about what is below them."""
    found = Organisation.objects.filter(Q(code__iexact=text) | Q(name__icontains=text))
    paths = found.order_by("path").values_list("path", flat=True)[:50]
    return reduce(or_, (Q(path__startswith=path) for path in paths), Q(pk=None))


def account_keys(username: str) -> list[int]:
    """The accounts whose user name or name contains the text."""
    found = User.objects.filter(username__icontains=username)
    found |= User.objects.filter(full_name__icontains=username)
    return list(found.values_list("pk", flat=True)[:200])


@dataclass(frozen=True)
class ChainState:
    """How far the trail is sealed, and what the last proof said."""

    head: str
    links: int
    anchor: str
    sealed_at: datetime | None
    kept_at: datetime | None
    kept_holds: bool
    proved_at: datetime | None
    faults: int


def chain_state() -> ChainState:
    """For the top of the trail's page."""
    end, kept = chain.head(), anchors.kept()[-1:]
    proof = AuditEvent.objects.filter(action="audit.verify").order_by("-at").first()
    return ChainState(
        head=end.hash, links=end.links, sealed_at=end.at,
        anchor=f"{end.links}:{end.hash[:16]}" if end.links else "",
        kept_at=kept[0].at if kept else None, kept_holds=not kept or chain.holds(kept[0].short),
        proved_at=proof.at if proof else None, faults=proof.details["faults"] if proof else 0,
    )  # fmt: skip
