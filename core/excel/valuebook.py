"""Writes the rows of any readable file into a new .xlsx, in their places, with notes beside."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from core.excel.layout import VERDICT_HEADERS, Layout
from core.excel.reader import Workbook, open_workbook
from core.excel.rownote import RowNote
from core.excel.text import DATE_MARK, ERROR_MARK, Cell
from core.excel.upload import Upload

OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
WIDTHS = (10, 48, 36)


def rewritten(
    upload: Upload,
    layout: Layout,
    notes: Mapping[int, RowNote],
    *,
    first_column: int,
    changes: Mapping[int, Mapping[int, str]] | None = None,
) -> bytes:
    """Write the values of the sheet with the notes; styles and formulas do not survive.

    `first_column`: where the notes go, 0 for none. `changes`: texts that take the place of cells.
    """
    target = io.BytesIO()
    with open_workbook(upload) as book, xlsxwriter.Workbook(target, OPTIONS) as result:
        sheet = result.add_worksheet(_sheet_name(layout))
        formats = {
            "date": result.add_format({"num_format": "yyyy-mm-dd"}),
            "text": result.add_format({"num_format": "@"}),
            "head": result.add_format({"bold": True}),
            "wrong": result.add_format({"bg_color": "#FFC7CE", "num_format": "@"}),
        }
        sheet.set_column(0, layout.last_column - 1, 16, formats["text"])
        for offset, width in enumerate(WIDTHS if first_column else ()):
            sheet.set_column(first_column - 1 + offset, first_column - 1 + offset, width)
        for number, cells in _rows(book, layout):
            note = notes.get(number)
            cells = _changed(cells, (changes or {}).get(number, {}))
            _write_row(sheet, number, cells, note, formats)
            if not first_column:
                continue
            texts = VERDICT_HEADERS if number == layout.header_row else note and note.texts()
            for offset, text in enumerate(texts or ()):
                style = formats["head"] if number == layout.header_row else None
                sheet.write_string(number - 1, first_column - 1 + offset, text[:32000], style)
    return target.getvalue()


def _rows(book: Workbook, layout: Layout) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield every row with content: those down to the header, then the data and the total."""
    head = next(head for head in book.heads if head.index == layout.sheet)
    remarks = set(layout.remarks)
    for number, cells in enumerate(head.rows[: layout.header_row], start=1):
        yield number, _blanked(cells, remarks)
    columns = range(1, layout.last_column + 1)
    for chunk in book.rows(
        layout.sheet, header_row=layout.header_row, columns=columns, keep_total=True
    ):
        for number, row in zip(chunk.numbers, zip(*chunk.columns, strict=True), strict=True):
            yield number, _blanked(row, remarks)


def _changed(cells: Sequence[Cell], texts: Mapping[int, str]) -> Sequence[Cell]:
    return [texts.get(place, cell) for place, cell in enumerate(cells, start=1)]


def _blanked(cells: Sequence[Cell], remarks: set[int]) -> Sequence[Cell]:
    if not remarks:
        return cells
    return ["" if place in remarks else cell for place, cell in enumerate(cells, start=1)]


def _write_row(
    sheet: Any,
    number: int,
    cells: Sequence[Cell],
    note: RowNote | None,
    formats: Mapping[str, Any],
) -> None:
    wrong = note.wrong if note else ()
    for place, cell in enumerate(cells, start=1):
        mark = formats["wrong"] if place in wrong else None
        if cell == "":
            if mark:
                sheet.write_blank(number - 1, place - 1, None, mark)
        elif not isinstance(cell, str):
            sheet.write_number(number - 1, place - 1, cell, mark)
        elif cell.startswith(DATE_MARK) and not mark:
            day = date.fromisoformat(cell[2:])
            sheet.write_datetime(number - 1, place - 1, day, formats["date"])
        else:
            sheet.write_string(number - 1, place - 1, _shown(cell)[:32000], mark)


def _sheet_name(layout: Layout) -> str:
    return re.sub(r"[\[\]:*?/\\']", "_", layout.sheet_name)[:31] or "数据"


def _shown(cell: str) -> str:
    if cell == ERROR_MARK:
        return "#N/A"
    return cell[2:] if cell[:1] == "\0" else cell
