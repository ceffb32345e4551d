"""What must always be true of the whole office, asked in plain SQL (reports/sql), row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

FOLDER = Path(__file__).parent.parent / "sql"


@dataclass(frozen=True)
class Broken:
    """A row for which an invariant does not hold: what stands there and what should."""

    row: str
    found: str
    expected: str


@dataclass(frozen=True)
class Invariant:
    """An invariant: its number in the catalogue of faults (I1 to I15), or its name."""

    code: str
    sentence: str
    sql: str

    def broken(self) -> list[Broken]:
        """The rows that break it, none when all is well."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql)
            return [Broken(*map(str, row)) for row in cursor.fetchall()]


def invariants() -> Iterator[Invariant]:
    """All of them, in order."""
    for path in sorted(FOLDER.glob("*.sql"), key=_order):
        sql = path.read_text(encoding="utf-8")
        sentence = sql.split("\n", 1)[0].removeprefix("-- ")
        yield Invariant(_code(path), sentence, sql)


def _code(path: Path) -> str:
    number = path.stem[1:3]
    return f"I{int(number)}" if number.isdecimal() else path.stem


def _order(path: Path) -> tuple[bool, str]:
    return (not path.stem[1:3].isdecimal(), path.stem)
