"""Writes corrected cells into the user's own workbook; everything else stays as it was."""

import zipfile
from collections.abc import Mapping

from core.excel.layout import Layout, letters
from core.excel.package import Package
from core.excel.sheetrows import STYLE, CannotEdit, edit_sheet, taken_apart, text_cell
from core.excel.upload import Upload
from core.excel.valuebook import rewritten

Changes = Mapping[int, Mapping[int, str]]  # row -> column, both from 1 -> new text


def corrected_workbook(upload: Upload, layout: Layout, changes: Changes) -> bytes:
    """Write the workbook with the changed cells as text; returns an .xlsx.

    An .xlsx in the usual writing keeps its styles, formulas and other sheets; every other file, and
    one of whose formulas a cell is overwritten, is written anew with its values.
    """
    if upload.suffix == ".xlsx":
        try:
            return _edited(upload.content, layout, changes)
        except (CannotEdit, zipfile.BadZipFile, KeyError, ValueError):
            pass  # an unusual file is written anew
    return rewritten(upload, layout, {}, first_column=0, changes=changes)


def _edited(content: bytes, layout: Layout, changes: Changes) -> bytes:
    remaining = set(changes)

    def editor(piece: bytes, number: int) -> bytes:
        if number not in changes:
            return piece
        remaining.discard(number)
        row = taken_apart(piece)
        for place, text in changes[number].items():
            row.cells[place] = _cell(row.cells.get(place, b""), place, number, text)
        return row.joined()

    made = edit_sheet(content, Package(content).sheet_part(layout.sheet_name), editor, {})
    if remaining:
        raise CannotEdit("rows not found")
    return made


def _cell(old: bytes, place: int, number: int, text: str) -> bytes:
    """The cell with its style and a new text; a formula may hang together with others."""
    if b"<f" in old:
        raise CannotEdit("formula")
    found = STYLE.search(old.partition(b">")[0])
    column, style = letters(place).encode(), found[0] if found else b""
    if not text:
        return b'<c r="%s%d"%s/>' % (column, number, style)
    return text_cell(column, number, text, style=style)
