"""Edits one sheet of an .xlsx as text: adds three cells to rows, marks cells, keeps the rest."""

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Final

from core.excel.layout import VERDICT_HEADERS, Layout, letters
from core.excel.package import Package
from core.excel.rownote import RowNote
from core.excel.sheetrows import STYLE, CannotEdit, edit_sheet, taken_apart, text_cell
from core.excel.styles import MarkedStyles

MAX_STYLES: Final = 8 * 2**20
NEW_WIDTHS: Final = (10, 48, 36)
LONGEST_TEXT: Final = 32_000  # Excel's own limit is 32,767

_SPANS = re.compile(rb'\s+spans="[^"]*"')
_DIMENSION = re.compile(rb"<dimension\b[^>]*(?:/>|>\s*</dimension>)")
_COLS = re.compile(rb"<cols>(.*?)</cols>", re.S)
_COL_MAX = re.compile(rb'\smax="([0-9]+)"')


def edited(
    content: bytes, layout: Layout, notes: Mapping[int, RowNote], *, first_column: int
) -> bytes:
    """Write the workbook with the notes beside its rows; raises CannotEdit."""
    package = Package(content)
    styles = _styles(content, package.styles_path)
    editor = _Editor(layout, notes, styles, first_column)
    part = package.sheet_part(layout.sheet_name)
    made = edit_sheet(content, part, editor.row, {package.styles_path: styles.document})
    if editor.remaining:
        raise CannotEdit("rows not found")
    return made


def _styles(content: bytes, path: str) -> MarkedStyles:
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        if not path or source.getinfo(path).file_size > MAX_STYLES:
            raise CannotEdit("styles")
        try:
            return MarkedStyles(source.read(path))
        except ValueError as error:
            raise CannotEdit("styles") from error


class _Editor:
    """Rewrites those rows of a sheet that get something."""

    def __init__(
        self, layout: Layout, notes: Mapping[int, RowNote], styles: MarkedStyles, first: int
    ) -> None:
        self._notes, self._styles, self._header = notes, styles, layout.header_row
        self._columns = [letters(first + offset).encode() for offset in range(3)]
        self._first = first
        self._clear = layout.verdict_column > 0
        self.remaining = set(notes) | {layout.header_row}

    def row(self, piece: bytes, number: int) -> bytes:
        """Rewrite one row; `piece` may begin with what stands before it."""
        if not number:
            return self._before(piece)
        if number != self._header and number not in self._notes:
            if not self._clear or number < self._header:
                return self._before(piece)
            return self._rebuilt(piece, number, None)
        self.remaining.discard(number)
        return self._rebuilt(piece, number, self._notes.get(number))

    def _before(self, piece: bytes) -> bytes:
        return self._prolog(piece) if b"<sheetData" in piece else piece

    def _prolog(self, piece: bytes) -> bytes:
        """Forget the old dimension and give the new columns a width."""
        piece = _DIMENSION.sub(b"", piece, count=1)
        widths = b"".join(
            b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (place, place, width)
            for place, width in enumerate(NEW_WIDTHS, start=self._first)
        )
        cols = _COLS.search(piece)
        if cols is None:
            return piece.replace(b"<sheetData>", b"<cols>%s</cols><sheetData>" % widths, 1)
        if any(int(last) >= self._first for last in _COL_MAX.findall(cols[1])):
            return piece
        return piece[: cols.end(1)] + widths + piece[cols.end(1) :]

    def _rebuilt(self, piece: bytes, number: int, note: RowNote | None) -> bytes:
        row = taken_apart(piece)
        row.before, row.tag = self._before(row.before), _SPANS.sub(b"", row.tag)
        for offset in range(3):
            row.cells.pop(self._first + offset, None)
        if number == self._header:
            self._add(row.cells, number, VERDICT_HEADERS, style=_style_of(row.cells))
        elif note:
            for place in note.wrong:
                row.cells[place] = self._marked(row.cells.get(place), place, number)
            self._add(row.cells, number, note.texts())
        return row.joined()

    def _add(
        self, cells: dict[int, bytes], number: int, texts: tuple[str, ...], *, style: bytes = b""
    ) -> None:
        for offset, (column, text) in enumerate(zip(self._columns, texts, strict=True)):
            if text:
                cells[self._first + offset] = text_cell(
                    column, number, text[:LONGEST_TEXT], style=style
                )

    def _marked(self, cell: bytes | None, place: int, number: int) -> bytes:
        if cell is None:
            style = self._styles.marked(0)
            return b'<c r="%s%d" s="%d"/>' % (letters(place).encode(), number, style)
        tag, closing, rest = cell.partition(b">")
        own = STYLE.search(tag)
        style = self._styles.marked(int(own[1]) if own else 0)
        tag = STYLE.sub(b"", tag)
        slash = tag.endswith(b"/")
        return (
            tag.removesuffix(b"/") + b' s="%d"' % style + (b"/" if slash else b"") + closing + rest
        )


def _style_of(cells: Mapping[int, bytes]) -> bytes:
    """Style of the header's last cell, so that the new headers look like it."""
    own = STYLE.search(cells[max(cells)].partition(b">")[0]) if cells else None
    return own[0] if own else b""
