"""The visible sheets of an .xlsx or .xls through calamine, with what calamine leaves out.

calamine gives error values and empty cells alike, pads rows but not the columns before the first
used one, and shows values that lie hidden under a merged cell; these three are put right here.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from core.excel import biff
from core.excel.cellscan import ExactReading
from core.excel.compound import Compound
from core.excel.package import Package
from core.excel.stamp import STAMP

Area = tuple[tuple[int, int], tuple[int, int]]
CHUNK = 1 << 20


class Sheets:
    """The visible worksheets of one workbook, parsed when asked for."""

    def __init__(self, content: bytes, kind: str, error_parts: Sequence[str]) -> None:
        self._workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        self._places = [
            place
            for place, sheet in enumerate(self._workbook.sheets_metadata)
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
        self.names = [self._workbook.sheet_names[place] for place in self._places]
        self._source: _Parts | _Records = (
            _Parts(content, frozenset(error_parts)) if kind == "xlsx" else _Records(content)
        )
        self.epoch_1904 = self._source.epoch_1904
        self._open: tuple[int, CalamineSheet] | None = None

    def delimiter(self, sheet: int) -> str:
        """Nothing: cells of a workbook need no delimiter."""
        return ""

    def stamp(self) -> dict[str, str]:
        """What the hidden sheet of a template says, by its first column; empty without one."""
        if STAMP not in self._workbook.sheet_names:
            return {}
        rows = self._workbook.get_sheet_by_name(STAMP).iter_rows()
        return {str(row[0]): str(row[1]) for row in islice(rows, 9) if len(row) > 1}

    def height(self, sheet: int) -> int:
        """Number of rows down to the last used one."""
        return int(self._sheet(sheet).total_height)

    def _sheet(self, sheet: int) -> CalamineSheet:
        if self._open is None or self._open[0] != sheet:
            self._open = None  # free the one before
            parsed = self._workbook.get_sheet_by_index(self._places[sheet])
            self._open = (sheet, parsed)
        return self._open[1]

    def rows(self, sheet: int) -> Iterator[Sequence[Any]]:
        """Yield the rows from row 1, each from column A; error values are None."""
        parsed = self._sheet(sheet)
        rows: Iterator[list[Any]] = iter(parsed.iter_rows())
        indent = [""] * (parsed.start[1] if parsed.start else 0)
        if indent:
            rows = (indent + row for row in rows)
        if areas := parsed.merged_cell_ranges:
            rows = _uncovered(rows, sorted(areas))
        errors = self._source.errors(self.names[sheet], self._places[sheet])
        return _with_errors(rows, errors) if errors else rows


def _uncovered(rows: Iterator[list[Any]], areas: list[Area]) -> Iterator[list[Any]]:
    """Empty what lies under a merged cell, except its first row and column."""
    active: list[Area] = []
    coming = 0
    for number, row in enumerate(rows):
        while coming < len(areas) and areas[coming][0][0] <= number:
            active.append(areas[coming])
            coming += 1
        if active:
            active = [area for area in active if area[1][0] >= number]
            for (top, left), (_, right) in active:
                first = left + 1 if top == number else left
                for column in range(first, min(right + 1, len(row))):
                    row[column] = ""
        yield row


def _with_errors(rows: Iterator[list[Any]], errors: set[tuple[int, int]]) -> Iterator[list[Any]]:
    by_row: dict[int, list[int]] = {}
    for place, column in errors:
        by_row.setdefault(place, []).append(column)
    number = -1
    for number, row in enumerate(rows):
        yield _marked_row(row, by_row[number]) if number in by_row else row
    for below in range(number + 1, max(by_row) + 1):  # rows that hold nothing but error values
        yield _marked_row([], by_row.get(below, []))


def _marked_row(row: list[Any], columns: list[int]) -> list[Any]:
    if columns:
        row = row + [""] * (max(columns) + 1 - len(row))
    for column in columns:
        row[column] = None
    return row


class _Parts:
    """Where an .xlsx has error values."""

    def __init__(self, content: bytes, error_parts: frozenset[str]) -> None:
        self._package, self._error_parts = Package(content), error_parts
        self.epoch_1904 = self._package.epoch_1904

    def errors(self, name: str, place: int) -> set[tuple[int, int]]:
        """Find the cells of the sheet that hold error values (row and column from 0)."""
        part = self._package.sheet_part(name)
        if part not in self._error_parts:
            return set()
        exact = ExactReading()
        content = io.BytesIO(self._package.content)
        with zipfile.ZipFile(content) as archive, archive.open(part) as stream:
            exact.read(iter(lambda: stream.read(CHUNK), b""))
        return exact.errors


class _Records:
    """What an .xls says in its records."""

    def __init__(self, content: bytes) -> None:
        self._stream = Compound(content).workbook()
        self.epoch_1904 = biff.traits(self._stream).epoch_1904

    def errors(self, name: str, place: int) -> set[tuple[int, int]]:
        """Find the cells of the sheet that hold error values (row and column from 0)."""
        offsets = biff.sheet_offsets(self._stream)
        return biff.error_cells(self._stream, offsets[place]) if place < len(offsets) else set()
