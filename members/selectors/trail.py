"""The audit trail as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import AuditEvent
from members.models import User

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
    "import.receive": _("workbook uploaded"),
    "import.check": _("workbook checked"),
    "import.request": _("import asked for"),
    "import.apply": _("workbook imported"),
    "import.discard": _("import discarded"),
    "import.download": _("workbook downloaded"),
    "job.retry": _("job continued"),
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
            note=str(row.details.get("reason", "")),
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
