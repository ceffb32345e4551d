"""COPY of Python values: what goes in is what PostgreSQL has afterwards."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.copy import copy_rows, escaped
from core.identity import Document

pytestmark = pytest.mark.django_db
MOMENT = datetime(2018, 3, 1, tzinfo=UTC)
COLUMNS = ("t", "i", "n", "b", "d", "ts", "y", "a")
TYPES = "t text, i integer, n numeric(14,2), b boolean, d date, ts timestamptz, y bytea, a text[]"
ROWS: list[tuple[Any, ...]] = [
    ("张三\t\n\r\\N", 7, Decimal("-12.30"), True, date(2018, 3, 1), MOMENT,
     b"\x00\xff\\", ["a", 'b"', "c\\", "", "逗,号"]),
    (None, None, None, None, None, None, None, None),
    ("", 0, Decimal("0.00"), False, date(1900, 1, 1), MOMENT, b"", []),
]  # fmt: skip


@pytest.fixture
def cursor() -> Iterator[Any]:
    with transaction.atomic(), connection.cursor() as opened:
        opened.execute(f"CREATE TEMPORARY TABLE test_copy ({TYPES})")
        yield opened
        transaction.set_rollback(True)


def test_every_type_comes_back(cursor: Any) -> None:
    assert copy_rows(cursor, "test_copy", COLUMNS, ROWS) == 3
    cursor.execute("SELECT * FROM test_copy")
    got = [
        tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
        for row in cursor.fetchall()
    ]
    assert got == ROWS


def test_members_of_enumerations_are_their_text(cursor: Any) -> None:
    copy_rows(cursor, "test_copy", ["t"], [(Document.PASSPORT,)])
    cursor.execute("SELECT t FROM test_copy")
    assert cursor.fetchall() == [("PASSPORT",)]


def test_many_rows_arrive(cursor: Any) -> None:
    assert copy_rows(cursor, "test_copy", ["i", "t"], ((n, "x" * 300) for n in range(5000))) == 5000
    cursor.execute("SELECT count(*), sum(i), min(length(t)) FROM test_copy")
    assert cursor.fetchone() == (5000, sum(range(5000)), 300)


def test_what_the_maker_of_the_rows_raises_comes_through() -> None:
    def rows() -> Iterator[tuple[int]]:
        yield (1,)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"), transaction.atomic(), connection.cursor() as opened:
        copy_rows(opened, "core_auditevent", ["id"], rows())


@given(st.text())
def test_escaped_text_holds_no_separator(text: str) -> None:
    assert not set(escaped(text)) & set("\t\n\r\0")
