"""Writes corrected cells into the user's own workbook; everything else stays as it was."""

import io
import zipfile
from collections.abc import Mapping
from typing import IO
from xml.sax.saxutils import escape

from core.excel.cellscan import SUSPECT
from core.excel.layout import Layout, letters
from core.excel.package import Package
from core.excel.sheetedit import (
    CELL,
    CHUNK,
    COMPRESSION,
    ILLEGAL,
    ROW_TAG,
    STYLE,
    CannotEdit,
    place_of,
    refuse_unusual,
)
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
    part = Package(content).sheet_part(layout.sheet_name)
    target = io.BytesIO()
    remaining = set(changes)
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as result,
    ):
        for item in source.infolist():
            if item.filename != part:
                result.writestr(item.filename, source.read(item))
                continue
            with source.open(item) as sheet, result.open(part, "w") as edited:
                remaining -= _run(sheet, edited, changes)
    if remaining:
        raise CannotEdit("rows not found")
    return target.getvalue()


def _run(source: IO[bytes], target: IO[bytes], changes: Changes) -> set[int]:
    """Copy the sheet row by row with the changes; returns the rows that were changed."""
    found: set[int] = set()
    rest = b""
    for chunk in iter(lambda: source.read(CHUNK), b""):
        refuse_unusual(chunk)
        pieces = (rest + chunk).split(b"</row>")
        rest = pieces.pop()
        if len(rest) > 64 * CHUNK:
            raise CannotEdit("no rows")
        for piece in pieces:
            cell = CELL.search(piece, max(piece.rfind(b"<row"), 0))
            number = int(cell[2]) if cell else 0
            if number in changes:
                piece = _rebuilt(piece, number, changes[number])
                found.add(number)
            target.write(piece + b"</row>")
    target.write(rest)
    return found


def _rebuilt(piece: bytes, number: int, texts: Mapping[int, str]) -> bytes:
    start = piece.rfind(b"<row")
    tag = ROW_TAG.match(piece, start)
    if tag is None or SUSPECT.search(piece, tag.end()):
        raise CannotEdit("row")
    cells = {place_of(cell[1]): cell[0] for cell in CELL.finditer(piece, tag.end())}
    for place, text in texts.items():
        cells[place] = _cell(cells.get(place, b""), place, number, text)
    return piece[: tag.end()] + b"".join(cells[place] for place in sorted(cells))


def _cell(old: bytes, place: int, number: int, text: str) -> bytes:
    """The cell with its style and a new text; a formula may hang together with others."""
    if b"<f" in old:
        raise CannotEdit("formula")
    style = STYLE.search(old.partition(b">")[0])
    name = b'<c r="%s%d"%s' % (letters(place).encode(), number, style[0] if style else b"")
    if not text:
        return name + b"/>"
    shown = escape(ILLEGAL.sub("", text)).encode()
    return name + b' t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % shown
