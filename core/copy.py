"""Bulk load: rows of Python values into a table by COPY, as fast as PostgreSQL takes them."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from psycopg2 import Error, sql

NULL: Final = "\\N"
CHUNK: Final = 1 << 16  # characters handed to the connection at a time
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})
_NEEDS_ESCAPE = frozenset("\\\t\n\r\0")


def escaped(text: str) -> str:
    """Write text for COPY's text format; NUL, which PostgreSQL cannot store, is dropped."""
    return text if _NEEDS_ESCAPE.isdisjoint(text) else text.translate(_ESCAPES)


def _array(items: Sequence[str]) -> str:
    quoted = (item.replace("\\", "\\\\").replace('"', '\\"') for item in items)
    return escaped("{" + ",".join(f'"{item}"' for item in quoted) + "}")


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    bool: lambda value: "t" if value else "f",
    str: escaped,
    int: str,
    bytes: lambda value: "\\\\x" + value.hex(),
    datetime: datetime.isoformat,
    date: date.isoformat,
    Decimal: str,
    list: _array,
    tuple: _array,
}


def copy_text(value: Any) -> str:
    """Write one value for COPY's text format; None is NULL, a list of texts is text[]."""
    if value is None:
        return NULL
    writer = _WRITERS.get(type(value))
    if writer is None:  # a member of an enumeration, say
        writer = next(write for known, write in _WRITERS.items() if isinstance(value, known))
    return writer(value)


def copy_rows(
    cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Load rows of str, int, bool, bytes, date, datetime, Decimal, list of str or None.

    `cursor`: a Django or psycopg2 cursor inside a transaction. Returns the number of rows.
    """
    return copy_lines(cursor, table, columns, ("\t".join(map(copy_text, row)) for row in rows))


def copy_lines(cursor: Any, table: str, columns: Sequence[str], lines: Iterable[str]) -> int:
    """Load lines that are in COPY's text format already, without their line ends."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    source = _Lines(lines)
    try:
        cursor.copy_expert(statement, source, CHUNK)
    except Error:
        if source.failure is not None:  # what the maker of the lines said, not "error in read"
            raise source.failure from None
        raise
    return int(cursor.rowcount)


class _Lines(io.TextIOBase):
    """The file that COPY reads from: lines joined into chunks as they are made."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._chunks = _chunked(lines)
        self._rest = ""
        self.failure: BaseException | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> str:
        wanted = CHUNK if size is None or size < 0 else size
        if not self._rest:
            try:
                self._rest = next(self._chunks, "")
            except BaseException as failure:
                self.failure = failure
                raise
        part, self._rest = self._rest[:wanted], self._rest[wanted:]
        return part


def _chunked(lines: Iterable[str]) -> Iterator[str]:
    buffer: list[str] = []
    for line in lines:
        buffer.append(line)
        if len(buffer) == 400:
            yield "\n".join(buffer) + "\n"
            buffer.clear()
    if buffer:
        yield "\n".join(buffer) + "\n"


def refresh_statistics(tables: Sequence[str] = ()) -> None:
    """Tell the planner of many new rows, or the next query walks them blind until autovacuum comes.

    `tables`: only these. By a function of the database, because the application's role owns none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_analyze(VARIADIC %s::text[])", [list(tables)])
