"""What happened to a record, for its timeline."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import AuditEvent
from members.models import User

# action -> words and the colour of its mark
WORDS: Mapping[str, tuple[Promise, str]] = {
    "claim.file": (gettext_lazy("Filed"), "ok"),
    "claim.import": (gettext_lazy("Imported"), "ok"),
    "claim.change": (gettext_lazy("Changed by a file"), "info"),
    "claim.paper": (gettext_lazy("Paper added"), "info"),
    "claim.hand_in": (gettext_lazy("Papers completed, handed in again"), "ok"),
    "claim.withdraw": (gettext_lazy("Withdrawn"), "neutral"),
    "claim.ask": (gettext_lazy("Papers asked for"), "wait"),
    "claim.review": (gettext_lazy("First review passed"), "ok"),
    "claim.refuse": (gettext_lazy("Refused"), "error"),
    "claim.endorse": (gettext_lazy("Endorsed for the director"), "ok"),
    "claim.appeal": (gettext_lazy("Appeal against the refusal"), "wait"),
    "claim.approve": (gettext_lazy("Approved"), "ok"),
    "claim.send_back": (gettext_lazy("Sent back to first review"), "wait"),
    "claim.pay": (gettext_lazy("Paid"), "ok"),
    "payout.make": (gettext_lazy("Payout made"), "ok"),
    "payout.pay": (gettext_lazy("Paid out"), "ok"),
    "payout.cancel": (gettext_lazy("Cancelled"), "error"),
    "quarter.import": (gettext_lazy("Settlements imported"), "ok"),
    "quarter.import_undone": (gettext_lazy("Import of settlements undone"), "wait"),
    "quarter.compute": (gettext_lazy("Computed"), "ok"),
    "quarter.approve": (gettext_lazy("Approved"), "ok"),
    "quarter.payout": (gettext_lazy("Payout made"), "ok"),
    "quarter.pay": (gettext_lazy("Paid out"), "ok"),
}


@dataclass(frozen=True)
class Event:
    """One line of a timeline."""

    label: str
    by: str
    at: datetime
    note: str
    kind: str


def timeline(subject: str, *, with_notes: bool = True) -> list[Event]:
    """The events of a record that the viewer has been given, the oldest first."""
    rows = list(AuditEvent.objects.filter(subject=subject).order_by("at", "pk"))
    names = _names({row.by_id for row in rows if row.by_id})
    events = [_event(row, names) for row in rows]
    return events if with_notes else [replace(event, note="") for event in events]


def last_event(subject: str) -> str:
    """Who did the last act on a record, and when: 张明 10:32."""
    row = AuditEvent.objects.filter(subject=subject).order_by("at", "pk").last()
    if row is None:
        return "—"
    event = _event(row, _names({row.by_id} if row.by_id else set()))
    return f"{event.by} {timezone.localtime(event.at):%m-%d %H:%M}"


def _names(ids: set[int]) -> dict[int, str]:
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}


def _event(row: AuditEvent, names: Mapping[int, str]) -> Event:
    label, kind = WORDS.get(row.action, (row.action, "info"))
    note = str(row.details.get("why") or row.details.get("note") or "")
    by = names.get(row.by_id, "") if row.by_id else _("the system")
    return Event(label=str(label), by=by, at=row.at, note=note, kind=kind)
