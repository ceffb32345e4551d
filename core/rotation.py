"""Changing the keys of the personal numbers while the office works; see docs/security.md.

Every function may be killed at any instruction and called again: what is done is told by the value
itself (its key id, its hash), a chunk is one short transaction, and a second run changes nothing.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg2 import sql

from core import crypto, files
from core.copy import copy_rows
from core.errors import RuleViolation
from core.models import JobRun, JobStatus, StoredFile
from core.sealing import INDEX_KEY_LOCK, SealedColumn, sealed_columns

CHUNK: Final = 5000  # rows of a transaction
SAMPLE: Final = 200  # values of each column that must open before anything is written
MOST_KEYS: Final = 255  # the key id is one byte
Rewrite = Callable[[bytes], tuple[Any, ...] | None]  # a sealed value -> the new columns, if any
Tell = Callable[[str, int], None]  # a column's name, how many values were written


class KeyRefused(RuleViolation):
    """The keys cannot be changed so now; the message says why."""


@dataclass(frozen=True)
class Usage:
    """How many values of a column, or files, are sealed under a key (None: lie open)."""

    name: str
    key: int | None
    count: int


def check_samples() -> None:
    """Open some values of every column, so that nothing is changed with the wrong keys."""
    for column in sealed_columns():
        with connection.cursor() as cursor:
            cursor.execute(
                _statement(
                    "SELECT {column} FROM {table} WHERE {column} IS NOT NULL"
                    " ORDER BY random() LIMIT %s",
                    column,
                ),
                [SAMPLE],
            )
            values = [bytes(value) for (value,) in cursor.fetchall()]
        for value in values:
            try:
                crypto.unseal(value, column.purpose)
            except (InvalidTag, crypto.UnknownKey) as error:
                raise KeyRefused(
                    _("A value of %(column)s does not open (%(why)s). Nothing was changed.")
                    % {"column": column.name, "why": str(error) or type(error).__name__}
                ) from error


def usage() -> list[Usage]:
    """Which keys the values and the files are sealed under."""
    found = []
    for column in sealed_columns():
        with connection.cursor() as cursor:
            cursor.execute(
                _statement(
                    "SELECT get_byte({column}, 0), count(*) FROM {table}"
                    " WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1",
                    column,
                )
            )
            found += [Usage(column.name, key, count) for key, count in cursor.fetchall()]
    counts: dict[int | None, int] = {}
    for stored in StoredFile.objects.order_by("pk").iterator():
        key = files.key_of(stored)
        counts[key] = counts.get(key, 0) + 1
    return found + [Usage("files", key, count) for key, count in counts.items()]


def check_finished() -> None:
    """Refuse while values are left under another key than the current one."""
    current = crypto.keys().current
    left = sum(each.count for each in usage() if each.key != current)
    if left:
        raise KeyRefused(
            _("%(left)d values are not yet under key %(key)d: run it without a new key first.")
            % {"left": left, "key": current}
        )


def add_key(algorithm: str) -> int:
    """Make a key of the algorithm and seal with it from now on; returns its id."""
    held = crypto.keys()
    number = max(held.suites) + 1
    if number > MOST_KEYS:
        raise KeyRefused(_("There are no key numbers left."))
    size = crypto.ALGORITHMS[algorithm][0]
    entry = {"algorithm": algorithm, "key": secrets.token_hex(size)}
    # known to every process before anybody seals with it
    crypto.change_key_file(lambda document: document["keys"].update({str(number): entry}))
    crypto.change_key_file(lambda document: document.update(current=number))
    return number


def retire_key(number: int) -> None:
    """Take a key out of the key file; refused while it is current or a value or a file uses it."""
    held = crypto.keys()
    if number not in held.suites or number == held.current:
        raise KeyRefused(_("Key %(key)d is the current one or unknown.") % {"key": number})
    if JobRun.objects.filter(status=JobStatus.RUNNING).exists():
        raise KeyRefused(_("A job is running and may still use the key. Please wait for its end."))
    using = [f"{each.name} ({each.count})" for each in usage() if each.key == number]
    if using:
        raise KeyRefused(
            _("Key %(key)d is still used: %(where)s. Seal these values again first.")
            % {"key": number, "where": ", ".join(using)}
        )
    crypto.change_key_file(lambda document: document["keys"].pop(str(number)))


def seal_everything_again(tell: Tell) -> int:
    """Put every value and file under the current key; returns how many were written."""
    return sum(_seal_column_again(column, tell) for column in sealed_columns()) + _seal_files(tell)


def _seal_column_again(column: SealedColumn, tell: Tell) -> int:
    seal, current = crypto.sealer(column.purpose), crypto.keys().current

    def again(value: bytes) -> tuple[bytes] | None:
        return (seal(crypto.unseal(value, column.purpose)),) if value[0] != current else None

    extra = sql.SQL(" AND get_byte({}, 0) <> {}").format(
        sql.Identifier(column.column), sql.Literal(current)
    )
    return _rewrite(column, (column.column,), again, extra, tell)


def _seal_files(tell: Tell) -> int:
    current, done = crypto.keys().current, 0
    for stored in StoredFile.objects.order_by("pk").iterator():
        if files.key_of(stored) != current:
            files.seal_again(stored)
            done += 1
    tell("files", done)
    return done


def change_index_key(tell: Tell) -> int:
    """Replace the key of the hashes and hash every value again; goes on where one was begun.

    Look-ups try both keys meanwhile (`crypto.blinds`); imports, which compare by the thousand, wait
    outside. Returns how many values were written.
    """
    with _index_key_held():
        if crypto.keys().next_index_key is None:
            fresh = secrets.token_hex(32)
            crypto.change_key_file(lambda document: document.update(next_index=fresh))
        key = crypto.keys().next_index_key
        assert key is not None
        written = _hash_everything(key, tell)
        crypto.change_key_file(lambda document: document.update(index=document.pop("next_index")))
        # what was hashed by somebody's hand between the first pass and the change
        return written + _hash_everything(key, tell)


def _hash_everything(key: bytes, tell: Tell) -> int:
    return sum(_hash_column(column, key, tell) for column in sealed_columns() if column.indexes)


def _hash_column(column: SealedColumn, key: bytes, tell: Tell) -> int:
    makers = [
        (index.part, crypto.blinder(index.purpose(column.purpose), key)) for index in column.indexes
    ]

    def again(value: bytes) -> tuple[str, ...]:
        text = crypto.unseal(value, column.purpose)
        return tuple(blind(part(text)) for part, blind in makers)

    names = tuple(index.column for index in column.indexes)
    return _rewrite(column, names, again, sql.SQL(""), tell)


@contextmanager
def _index_key_held() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [INDEX_KEY_LOCK])
        if not cursor.fetchone()[0]:
            raise KeyRefused(_("An import is running. Please change the key after it."))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [INDEX_KEY_LOCK])


def _rewrite(
    column: SealedColumn,
    targets: tuple[str, ...],
    again: Rewrite,
    extra: sql.Composable,
    tell: Tell,
) -> int:
    """Walk a table by its key and write what `again` says where it differs; returns how many."""
    last, written = 0, 0
    while True:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            rows = _locked_rows(cursor, column, targets, extra, last)
            changed = [
                (key, *fresh)
                for key, value, *present in rows
                if (fresh := again(bytes(value))) is not None and list(fresh) != present
            ]
            if changed:
                _write(cursor, column, targets, changed)
        written += len(changed)
        tell(column.name, written)
        if len(rows) < CHUNK:
            return written
        last = rows[-1][0]


def _locked_rows(
    cursor: Any, column: SealedColumn, targets: tuple[str, ...], extra: sql.Composable, last: int
) -> list[tuple[Any, ...]]:
    names = sql.SQL(", ").join(map(sql.Identifier, ("id", column.column, *targets)))
    statement = sql.SQL(
        "SELECT {names} FROM {table} WHERE id > %s AND {column} IS NOT NULL{extra}"
        " ORDER BY id LIMIT %s FOR NO KEY UPDATE"
    ).format(
        names=names, table=sql.Identifier(column.table), column=sql.Identifier(column.column),
        extra=extra,
    )  # fmt: skip
    cursor.execute(statement, [last, CHUNK])
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _write(
    cursor: Any, column: SealedColumn, targets: tuple[str, ...], rows: list[tuple[Any, ...]]
) -> None:
    table = sql.Identifier(column.table)
    names = sql.SQL(", ").join(map(sql.Identifier, ("id", *targets)))
    cursor.execute(
        sql.SQL("CREATE TEMP TABLE rewritten ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(
            names, table
        )
    )
    copy_rows(cursor, "rewritten", ("id", *targets), rows)
    changes = sql.SQL(", ").join(
        sql.SQL("{0} = rewritten.{0}").format(sql.Identifier(name)) for name in targets
    )
    cursor.execute(
        sql.SQL("UPDATE {0} SET {1} FROM rewritten WHERE {0}.id = rewritten.id").format(
            table, changes
        )
    )
    cursor.execute("DROP TABLE rewritten")


def _statement(text: str, column: SealedColumn) -> sql.Composed:
    return sql.SQL(text).format(
        table=sql.Identifier(column.table), column=sql.Identifier(column.column)
    )
