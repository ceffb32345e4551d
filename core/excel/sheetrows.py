"""The rows of one sheet of an .xlsx as text: an editor rewrites some of them, the rest stays.

The error workbook (`sheetedit`) and the corrections made on the page (`correction`) are two such
editors: styles, formulas and other sheets of the user's own file come through untouched.
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Final
from xml.sax.saxutils import escape

from core.excel.cellscan import SUSPECT

CHUNK: Final = 1 << 20
COMPRESSION: Final = 3  # half the time of the default for 5 % more bytes

STYLE = re.compile(rb'\ss="([0-9]+)"')
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]+)"([^>]*?)(?:/>|>.*?</c>)', re.S)
_ROW_TAG = re.compile(rb"<row\b[^>]*>")
_ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

# (everything up to and without </row>, number of the row or 0) -> what is written for it
Editor = Callable[[bytes, int], bytes]


class CannotEdit(Exception):
    """The sheet is not in the usual writing; it has to be written anew."""


@dataclass
class Row:
    """One row taken apart: what stands before it, its tag, its cells by place from 1."""

    before: bytes
    tag: bytes
    cells: dict[int, bytes]

    def joined(self) -> bytes:
        return self.before + self.tag + b"".join(self.cells[place] for place in sorted(self.cells))


def edit_sheet(
    content: bytes, part: str, editor: Editor, last: Mapping[str, Callable[[], bytes]]
) -> bytes:
    """Copy the workbook with one part edited row by row; parts in `last` are written at the end."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as result,
    ):
        for item in source.infolist():
            if item.filename == part:
                with source.open(item) as sheet, result.open(part, "w") as edited:
                    _edit_rows(sheet, edited, editor)
            elif item.filename not in last:
                result.writestr(item.filename, source.read(item))
        for name, made in last.items():
            result.writestr(name, made())
    return target.getvalue()


def _edit_rows(source: IO[bytes], target: IO[bytes], editor: Editor) -> None:
    rest = b""
    for chunk in iter(lambda: source.read(CHUNK), b""):
        _refuse_unusual(chunk)
        pieces = (rest + chunk).split(b"</row>")
        rest = pieces.pop()
        if len(rest) > 64 * CHUNK:
            raise CannotEdit("no rows")
        for piece in pieces:
            cell = _CELL.search(piece, max(piece.rfind(b"<row"), 0))
            target.write(editor(piece, int(cell[2]) if cell else 0))
            target.write(b"</row>")
    target.write(rest)


def _refuse_unusual(chunk: bytes) -> None:
    if b"<![CDATA[" in chunk or b"<!--" in chunk or b":sheetData" in chunk:
        raise CannotEdit("writing")


def taken_apart(piece: bytes) -> Row:
    """The row at the end of the piece; raises CannotEdit at a writing that is not usual."""
    start = piece.rfind(b"<row")
    tag = _ROW_TAG.match(piece, start)
    if tag is None:
        raise CannotEdit("row")
    if SUSPECT.search(piece, tag.end()):
        raise CannotEdit("cell")
    cells = {_place_of(found[1]): found[0] for found in _CELL.finditer(piece, tag.end())}
    return Row(piece[:start], tag[0], cells)


def text_cell(column: bytes, number: int, text: str, *, style: bytes = b"") -> bytes:
    """A cell that holds text and nothing else; `style`: the attribute as it stands in the sheet."""
    shown = escape(_ILLEGAL.sub("", text)).encode()
    return (
        b'<c r="%s%d"%s t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>'
        % (column, number, style, shown)
    )  # fmt: skip


def _place_of(column: bytes) -> int:
    """Number a column that Excel names: A is 1, AA is 27."""
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number
