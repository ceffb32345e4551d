"""Reads a workbook in a process of its own, with limits on memory and time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from core.excel.upload import Upload

Cell: TypeAlias = str | int | float
HEAD_ROWS = 30


@dataclass(frozen=True, slots=True)
class SheetHead:
    """The first 30 rows of a visible sheet, cells from column A; row 1 is the first."""

    index: int
    name: str
    rows: Sequence[Sequence[Cell]]
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some data rows: their numbers and, per wanted column, their cells."""

    numbers: Sequence[int]
    columns: Sequence[Sequence[Cell]]


class Workbook:
    """A workbook open in its reading process."""

    heads: Sequence[SheetHead]
    epoch_1904: bool

    def rows(self, head: SheetHead, *, header_row: int, columns: Sequence[int]) -> Iterator[Chunk]:
        """Yield the data rows below the header: those with a cell that is not empty."""
        yield Chunk([], [])


@contextmanager
def open_workbook(upload: Upload) -> Iterator[Workbook]:
    """Guard the file, then open it in a limited process; raises UnusableFile."""
    yield Workbook()
