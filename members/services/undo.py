"""A whole import taken back, as long as nobody has built on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from psycopg2 import sql

from core import changes
from core.errors import RuleViolation
from members.access import Viewer
from members.models import ImportRun
from members.selectors import visible_imports, visible_members
from members.services.imports import kind_named, locked, move, note
from members.states import ImportStatus

MOST_NAMES = 10
OWN = frozenset({"members_importrun"})  # the import's own record is no part of what it brought


class NotUndoable(RuleViolation):
    """What the import wrote is in use, was changed since or cannot be told."""

    def __init__(self, sentence: str, rows: changes.InTheWay | None = None) -> None:
        super().__init__(sentence)
        self.rows = rows


@dataclass(frozen=True)
class Preview:
    """What an undo would do: rows that go and rows that are set back; `refusal`: why it cannot.

    `people`: names of those whose records are in the way, of the viewer's own the first ten.
    """

    removed: int = 0
    restored: int = 0
    refusal: str = ""
    people: Sequence[str] = ()


def preview(*, run_id: int, by: Viewer) -> Preview:
    """Try the undo and take it back at once; nothing stays of it."""
    try:
        return _tried(run_id, by)
    except NotUndoable as refusal:
        return Preview(refusal=str(refusal), people=_people(run_id, refusal.rows, by))
    except RuleViolation as refusal:
        return Preview(refusal=str(refusal))


@transaction.atomic(durable=True)
def _tried(run_id: int, by: Viewer) -> Preview:
    try:
        return _take_back(locked(run_id, by), by)
    finally:
        transaction.set_rollback(True)


def _people(run_id: int, rows: changes.InTheWay | None, by: Viewer) -> list[str]:
    """The names to ask about; those of people elsewhere are not told."""
    kind = kind_named(visible_imports(by).values_list("kind", flat=True).get(pk=run_id))
    column = kind.undo_people.get(rows.table) if rows else None
    if rows is None or column is None:
        return []
    found = sql.SQL("SELECT {1} FROM {0} WHERE id = ANY(%s)")
    with connection.cursor() as cursor:
        cursor.execute(
            found.format(sql.Identifier(rows.table), sql.Identifier(column)), [list(rows.rows)]
        )
        members = [key for (key,) in cursor.fetchall()]
    named = visible_members(by).filter(pk__in=members).order_by("sort_key", "pk")
    return list(named.values_list("name", flat=True)[:MOST_NAMES])


@transaction.atomic(durable=True)
def undo(*, run_id: int, reason: str, by: Viewer) -> ImportRun:
    """Take an import back whole: new rows go, changed ones hold again what they held before.

    Raises NotUndoable when a row was changed since or another record points at it, CannotMove,
    NotAllowed. Whoever builds on a row at the same moment waits for us, or we for him.
    """
    held = locked(run_id, by)
    done = _take_back(held, by)
    held.undone_by_id = by.user_id
    held.save(update_fields=["status", "undone_by"])
    note(
        "import.undo", held, by.user_id,
        removed=done.removed, restored=done.restored, reason=reason,
    )  # fmt: skip
    return held


def _take_back(held: ImportRun, by: Viewer) -> Preview:
    move(held, ImportStatus.UNDONE)
    kind = kind_named(held.kind)
    tables = kind.undo_tables
    if held.applied_xact is None or not tables:
        raise NotUndoable(
            _("This kind of import cannot be taken back as a whole. Please correct its records.")
        )
    written = changes.written_in(held.applied_xact).values_list("table_name", flat=True)
    if not set(written) <= {*tables, *kind.undo_beside, *OWN}:
        raise NotUndoable(
            _("This import has had effects beyond its own records and cannot be taken back whole.")
        )
    try:
        kind.before_undo(held.applied_xact, by.user_id)
        counts = changes.undo(held.applied_xact, tables).values()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except changes.ChangedSince as error:
        raise NotUndoable(
            _("Records of this import were changed after it, so it cannot be taken back any more."),
            error,
        ) from error
    except (changes.StillNeeded, IntegrityError) as error:
        raise NotUndoable(
            _("Records of this import are in use already: enrolments, claims or other papers."),
            error if isinstance(error, changes.StillNeeded) else None,
        ) from error
    except changes.InTheWay as error:  # the kind's own reason
        raise NotUndoable(str(error), error) from error
    ImportRun.objects.filter(pk=held.pk).update(status=ImportStatus.UNDONE, undone_at=Now())
    return Preview(
        removed=sum(count.removed for count in counts),
        restored=sum(count.restored + count.put_back for count in counts),
    )
