"""The life of one record: who changed which of its values, from what to what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext
from psycopg2 import sql

from core import changes
from core.models import AuditEvent
from members.access import Viewer
from members.permissions import Permission
from members.selectors.columns import column_word
from members.selectors.trail import act_label, names_of

# the kind of a record, as the trail names it, and its table
TABLES: Mapping[str, str] = {
    "member": "members_member",
    "unit": "members_organisation",
    "union": "members_organisation",
    "user": "members_user",
    "import": "members_importrun",
    "batch": "policies_enrolmentbatch",
    "receipt": "policies_receipt",
    "remittance": "policies_remittance",
    "claim": "claims_claim",
    "payout": "claims_payout",
}
# the column that leads to the union of a record; what has none is the district's
UNION_OF: Mapping[str, str] = {
    "member": "organisation_id",
    "unit": "id",
    "union": "id",
    "import": "organisation_id",
    "batch": "organisation_id",
    "receipt": "payer_id",
    "claim": "organisation_id",
}
SECRET = ("_sealed", "_index")  # columns whose values say nothing, or too much


@dataclass(frozen=True)
class Moment:
    """One write to the record: when, who, in which acts, and the values (column, from, to)."""

    at: datetime
    op: str  # I, U, D
    who: str
    acts: str
    values: list[tuple[str, str, str]]


def history_of(subject: str) -> tuple[str, int] | None:
    """The kind and key of a subject whose history can be shown."""
    kind, _colon, key = subject.partition(":")
    return (kind, int(key)) if kind in TABLES and key.isdecimal() else None


def history_is_visible(viewer: Viewer, kind: str, pk: int) -> bool:
    """Whether the auditor's subtree holds the record; what is gone or the district's: its own."""
    if viewer.holds_in_district(Permission.AUDIT_VIEW):
        return True
    if kind not in UNION_OF:
        return False
    query = sql.SQL(
        "SELECT o.path FROM {} t JOIN members_organisation o ON o.id = t.{} WHERE t.id = %s"
    ).format(sql.Identifier(TABLES[kind]), sql.Identifier(UNION_OF[kind]))
    with connection.cursor() as cursor:
        cursor.execute(query, [pk])
        found = cursor.fetchone()
    return bool(found) and viewer.can_at(Permission.AUDIT_VIEW, found[0])


def record_history(kind: str, pk: int) -> list[Moment]:
    """The writes to a record since they are tracked, the newest first."""
    steps = changes.history(TABLES[kind], pk)
    events = AuditEvent.objects.filter(xact__in={step.xact for step in steps})
    beside: dict[int, list[AuditEvent]] = {}
    for event in events.order_by("pk")[:500]:
        beside.setdefault(event.xact, []).append(event)
    names = names_of({event.by_id for event in events[:500]})
    moments = []
    for step, values in _with_values(steps, _present(TABLES[kind], pk)):
        there = beside.get(step.xact, [])
        who = {str(names.get(event.by_id, event.by_id)) for event in there}
        acts = dict.fromkeys(act_label(event.action) for event in there)
        moments.append(Moment(step.at, step.op, "，".join(sorted(who)), "，".join(acts), values))
    return moments


def _present(table: str, pk: int) -> dict[str, Any]:
    with connection.cursor() as cursor:
        row = sql.SQL("SELECT to_jsonb(t) FROM {} t WHERE id = %s").format(sql.Identifier(table))
        cursor.execute(row, [pk])
        found = cursor.fetchone()
    return changes.as_values(found[0]) if found else {}


def _with_values(
    steps: list[changes.Step], state: dict[str, Any]
) -> Iterator[tuple[changes.Step, list[tuple[str, str, str]]]]:
    """Backwards from the present: what a change left is what the next one found."""
    for step in reversed(steps):
        pairs = step.before.items() if step.op == "U" else ()
        yield step, [_in_words(column, was, state.get(column)) for column, was in pairs]
        state = {**state, **step.before}


def _in_words(column: str, was: Any, becomes: Any) -> tuple[str, str, str]:
    if column.endswith(SECRET):
        return column_word(column), "", gettext("changed")
    return column_word(column), _shown(was), _shown(becomes)


def _shown(value: Any) -> str:
    return "—" if value in (None, "") else str(value)
