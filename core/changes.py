"""What the tables' triggers wrote down of every write: read it by transaction or row, and undo it.

The triggers are in core/migrations/0004_row_changes.sql, the reasons in docs/adr/0007.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from psycopg2 import sql

from core.errors import RuleViolation
from core.models import RowChange, WriteSet

CHANGED_SINCE = """
SELECT array_agg(DISTINCT ours.row_id) FROM (
  SELECT id AS written, unnest(ids) AS row_id FROM core_writeset WHERE id = ANY(%(written)s)
  UNION ALL
  SELECT writeset_id, row_id FROM core_rowchange WHERE writeset_id = ANY(%(written)s)
) AS ours
JOIN core_rowchange later
  ON later.table_name = %(table)s AND later.row_id = ours.row_id
 AND later.writeset_id > ours.written
JOIN core_writeset w ON w.id = later.writeset_id AND w.xact <> %(xact)s
"""
POINTING_HERE = """
SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
 WHERE c.contype = 'f' AND c.confrelid = %s::regclass AND cardinality(c.conkey) = 1
 ORDER BY 1, 2
"""


class InTheWay(RuleViolation):
    """Rows that keep a transaction from being undone: their table and their keys."""

    def __init__(self, sentence: str, table: str, rows: Sequence[int]) -> None:
        super().__init__(sentence)
        self.table, self.rows = table, rows


class ChangedSince(InTheWay):
    """A row was changed again after the transaction that is to be undone."""


class StillNeeded(InTheWay):
    """Another record points at a row that the transaction made."""


@dataclass
class Counts:
    """What an undo did to a table: rows taken away, set back and put back."""

    removed: int = 0
    restored: int = 0
    put_back: int = 0


@dataclass(frozen=True)
class Step:
    """One moment in the life of a row; `before` holds the old values, of an insert nothing."""

    at: datetime
    xact: int
    op: str
    before: Mapping[str, Any] = field(default_factory=dict)


def transaction_number() -> int:
    """The number of the running transaction, as events and writesets carry it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (pg_current_xact_id()::text)::bigint")
        return int(cursor.fetchone()[0])


def written_in(xact: int) -> QuerySet[WriteSet]:
    """What a transaction wrote, statement by statement."""
    return WriteSet.objects.filter(xact=xact).order_by("pk")


def history(table: str, row_id: int) -> list[Step]:
    """The life of a row since it is tracked, the oldest step first."""
    made = WriteSet.objects.filter(
        table_name=table, op="I", first_id__lte=row_id, last_id__gte=row_id, ids__contains=[row_id]
    )
    changed = RowChange.objects.filter(table_name=table, row_id=row_id)
    steps = [Step(at, xact, "I") for at, xact in made.order_by("pk").values_list("at", "xact")]
    steps += [
        Step(at, xact, op, before)
        for at, xact, op, before in changed.order_by("writeset_id").values_list(
            "writeset__at", "writeset__xact", "writeset__op", "before"
        )
    ]
    return steps


def as_values(image: str | Mapping[str, Any]) -> dict[str, Any]:
    """A row's image as the database hands it over: JSON text, or taken apart already."""
    return dict(json.loads(image) if isinstance(image, str) else image)


def undo(xact: int, tables: Sequence[str]) -> dict[str, Counts]:
    """Take back what a transaction wrote to the tables: inserted rows go, old values return.

    Called inside the caller's transaction, which records the event; the undo is tracked like any
    other write. Raises ChangedSince or StillNeeded, and then the caller's transaction must end.
    """
    written = list(written_in(xact).filter(table_name__in=tables))
    counts = {table: Counts() for table in tables}
    with connection.cursor() as cursor:
        for table in tables:
            _refuse_changed_since(cursor, xact, table, written)
        for writeset in reversed(written):
            _take_back(cursor, writeset, counts[writeset.table_name])
        for table in tables:
            _refuse_still_needed(cursor, table, written)
    return counts


def _refuse_changed_since(cursor: Any, xact: int, table: str, written: list[WriteSet]) -> None:
    keys = [writeset.pk for writeset in written if writeset.table_name == table]
    # whoever changes one of these rows meanwhile waits for us, or we for him
    for writeset in (w for w in written if w.table_name == table):
        lock = sql.SQL("SELECT 1 FROM {} WHERE id = ANY(%s) ORDER BY id FOR UPDATE")
        cursor.execute(lock.format(sql.Identifier(table)), [_rows_of(writeset)])
    cursor.execute(CHANGED_SINCE, {"written": keys, "table": table, "xact": xact})
    if rows := cursor.fetchone()[0]:
        raise ChangedSince(
            _("%(count)d rows of %(table)s were changed since; the earlier state cannot return.")
            % {"count": len(rows), "table": table},
            table,
            rows,
        )


def _rows_of(writeset: WriteSet) -> list[int]:
    if writeset.op == WriteSet.Op.INSERT:
        return list(writeset.ids or ())
    return list(writeset.changes.values_list("row_id", flat=True))


def _take_back(cursor: Any, writeset: WriteSet, counts: Counts) -> None:
    table = sql.Identifier(writeset.table_name)
    if writeset.op == WriteSet.Op.INSERT:
        cursor.execute(sql.SQL("DELETE FROM {} WHERE id = ANY(%s)").format(table), [writeset.ids])
        counts.removed += cursor.rowcount
    elif writeset.op == WriteSet.Op.DELETE:
        cursor.execute(
            sql.SQL(
                "INSERT INTO {0} SELECT r.* FROM core_rowchange c"
                " CROSS JOIN LATERAL jsonb_populate_record(NULL::{0}, c.before) r"
                " WHERE c.writeset_id = %s"
            ).format(table),
            [writeset.pk],
        )
        counts.put_back += cursor.rowcount
    else:
        counts.restored += _set_back(cursor, writeset, table)


def _set_back(cursor: Any, writeset: WriteSet, table: sql.Identifier) -> int:
    cursor.execute(
        "SELECT DISTINCT jsonb_object_keys(before) FROM core_rowchange WHERE writeset_id = %s",
        [writeset.pk],
    )
    columns = [sql.Identifier(name) for (name,) in cursor.fetchall()]
    pairs = [sql.SQL("{0} = r.{0}").format(column) for column in columns]
    cursor.execute(
        sql.SQL(
            "UPDATE {0} SET {1} FROM {0} AS now"
            " JOIN core_rowchange c ON c.row_id = now.id"
            " CROSS JOIN LATERAL jsonb_populate_record(now, c.before) r"
            " WHERE {0}.id = now.id AND c.writeset_id = %s"
        ).format(table, sql.SQL(", ").join(pairs)),
        [writeset.pk],
    )
    return int(cursor.rowcount)


def _refuse_still_needed(cursor: Any, table: str, written: list[WriteSet]) -> None:
    gone = [
        key
        for writeset in written
        if writeset.table_name == table and writeset.op == WriteSet.Op.INSERT
        for key in writeset.ids or ()
    ]
    if not gone:
        return
    cursor.execute(POINTING_HERE, [table])
    for pointing, column in cursor.fetchall():
        needed = sql.SQL("SELECT count(*), array_agg(DISTINCT {1}) FROM {0} WHERE {1} = ANY(%s)")
        cursor.execute(needed.format(sql.Identifier(pointing), sql.Identifier(column)), [gone])
        count, rows = cursor.fetchone()
        if count:
            raise StillNeeded(
                _("%(count)d rows of %(pointing)s belong to rows of %(table)s that would go.")
                % {"count": count, "pointing": pointing, "table": table},
                table,
                rows,
            )
