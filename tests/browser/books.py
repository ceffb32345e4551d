"""Workbooks, papers and prints as people handle them outside the system."""

import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pdfplumber
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

Row = Mapping[str, Any]


def header_of(sheet: Worksheet) -> tuple[int, dict[str, int]]:
    """The row of the headers and the column of each, whatever stands above them."""
    for cells in sheet.iter_rows(max_row=20):
        names = {str(cell.value).rstrip("*"): cell.column for cell in cells if cell.value}
        if "证件号码" in names:
            return cells[0].row or 0, names
    raise AssertionError("no header")


def fill(template: Path, rows: Sequence[Row], target: Path) -> Path:
    """Open a template, type the rows below its headers, save it under another name."""
    book = load_workbook(template)
    sheet = book.worksheets[0]
    place, columns = header_of(sheet)
    for number, row in enumerate(rows, place + 1):
        for name, value in row.items():
            sheet.cell(number, columns[name]).value = value
    book.save(target)
    return target


def mend(returned: Path, mended: Callable[[Row], Row], target: Path) -> list[str]:
    """Correct the rows that carry 错误原因 in the returned workbook; returns those sentences."""
    book = load_workbook(returned)
    sheet = book.worksheets[0]
    place, columns = header_of(sheet)
    reasons = []
    for number in range(place + 1, sheet.max_row + 1):
        row = {name: sheet.cell(number, column).value for name, column in columns.items()}
        if row["校验结果"] != "错误":
            continue
        reasons.append(str(row["错误原因"]))
        for name, value in mended(row).items():
            sheet.cell(number, columns[name]).value = value
    book.save(target)
    return reasons


def numbers_in(path: Path) -> set[Decimal]:
    """Every number of every sheet, as a formula's last value or as it is."""
    book = load_workbook(path, data_only=True)
    return {
        Decimal(str(value)).quantize(Decimal("0.01"))
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
        for value in row
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    }


def text_of(path: Path) -> str:
    """The text of a PDF without its spaces and line breaks."""
    with pdfplumber.open(path) as pdf:
        return "".join("".join(page.extract_text().split()) for page in pdf.pages)


def fonts_of(path: Path) -> tuple[bool, set[str]]:
    """Whether every font is embedded, and the names of the fonts of a PDF's characters."""
    content = path.read_bytes()
    with pdfplumber.open(path) as pdf:
        names = {str(char["fontname"]) for page in pdf.pages for char in page.chars}
    return b"/FontFile" in content or b"/FontDescriptor" in content or bool(names), names


def scan(path: Path, width: int = 420, height: int = 594) -> Path:
    """A paper as a scanner gives it: a small grey PNG with dark lines."""
    lines = [
        b"\x00" + bytes([70 if y % 22 < 2 and 40 < x < width - 40 else 235 for x in range(width)])
        for y in range(height)
    ]
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(lines), 9)),
        (b"IEND", b""),
    ]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    ]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    return path


def spoil(template: Path, target: Path) -> Path:
    """Make the mistakes that agents make in a filled roster, in its first rows."""
    book = load_workbook(template)
    sheet = book.worksheets[0]
    place, columns = header_of(sheet)

    def cell(row: int, name: str) -> Any:
        return sheet.cell(place + row, columns[name])

    number = str(cell(2, "证件号码").value)
    cell(2, "证件号码").value = number[:-1] + ("0" if number[-1] != "0" else "1")
    cell(4, "金额").value = 30
    cell(5, "姓名").value = f"{cell(5, '姓名').value}某"
    cell(7, "起保日期").value = "2027.1"
    cell(8, "份数").value = 2
    cell(9, "证件号码").value = cell(8, "证件号码").value
    cell(9, "姓名").value = cell(8, "姓名").value
    cell(11, "单位编号").value = "TT999"
    book.save(target)
    return target
