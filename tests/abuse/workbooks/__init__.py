"""The workbooks of the experiments E20–E29, each with the outcome that it must have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests import builders
from tests.core import workbooks as make

Place = tuple[int, str, str]
HEADER = ("单位编号", "姓名", "证件号码", "入会日期", "京卡卡号", "备注")
NUMBERS = tuple(builders.document_number(serial=70_000 + n) for n in range(40))


@dataclass(frozen=True)
class Case:
    """A file and what becomes of it: refused with a sentence, or read with errors at places.

    `refusal`: a part of the sentence; empty: the file is read, `rows` of data, `errors` at (row,
    column, code). `names`, `days`: what the right rows store, in any order.
    """

    name: str  # E22-far-column
    made: Callable[[], bytes]
    file: str = "花名册.xlsx"
    refusal: str = ""
    rows: int = 0
    errors: Sequence[Place] = ()
    names: Sequence[str] = ()
    days: Sequence[str] = ()

    @property
    def experiment(self) -> str:
        return self.name.split("-")[0]


def person(place: int = 0, **cells: Any) -> list[Any]:
    """A right row under HEADER; `place` chooses one of forty persons."""
    row = {"单位编号": "JT0101", "姓名": "张三", "证件号码": NUMBERS[place], **cells}
    return [row.get(name) for name in HEADER]


def people(count: int) -> list[list[Any]]:
    return [person(place) for place in range(count)]


def book(*rows: Sequence[Any]) -> bytes:
    """An .xlsx with HEADER in its first row."""
    return make.table(HEADER, *rows)
