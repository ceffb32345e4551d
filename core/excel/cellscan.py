"""How far the cells of a sheet reach, without building anything of it."""

import re
from collections.abc import Iterable
from typing import Final
from xml.parsers import expat

from core.excel.layout import letters
from core.excel.upload import UnusableFile

LAST_ROW: Final = 200_030
LAST_COLUMN: Final = 256
DATA_ROWS: Final = 200_000

# `<c` in the usual writing is followed by ` r="B7`. Matches: a cell beyond the limits, or a cell
# in any other writing (which the exact pass then reads).
_FAR_ROW = (
    rb"(?:[0-9]{7}|[3-9][0-9]{5}|2[1-9][0-9]{4}|20[1-9][0-9]{3}|200[1-9][0-9]{2}"
    rb"|2000[4-9][0-9]|20003[1-9])"
)
SUSPECT = re.compile(
    rb'<c(?: r="(?:[A-Z]{3}|[J-Z][A-Z]|I[W-Z]|[A-Z]{1,2}' + _FAR_ROW + rb")"
    rb'|(?! r="[A-Z]{1,2}[1-9])(?![A-Za-z0-9]))'
)
_PLACE = re.compile("([A-Z]{1,7})([0-9]{1,9})")


class UsualWriting:
    """The quick look over a sheet written as Excel, WPS and the common libraries write it."""

    def __init__(self) -> None:
        self.is_sheet = False
        self.is_usual = True
        self.has_errors = False

    def feed(self, text: bytes) -> None:
        """Look over text that begins and ends at tags."""
        if not self.is_sheet:
            self.is_sheet = b"sheetData" in text
            if not self.is_sheet:
                return
        if b":sheetData" in text:
            self.is_usual = False
        self.is_usual = self.is_usual and SUSPECT.search(text) is None
        self.has_errors = self.has_errors or b't="e"' in text


def far_cell(row: int, column: int) -> UnusableFile:
    """Say where a cell beyond the limits stands and what to do about it."""
    if row > LAST_ROW:
        return UnusableFile(
            f"表格第{row}行有内容或格式，请选中数据下方的空行删除后保存"
            f"（最多 {DATA_ROWS:,} 行，有效区域到第{LAST_ROW}行）"
        )
    return UnusableFile(
        f"表格存在第{column}列（{letters(column)}列）的单元格，最多{LAST_COLUMN}列。"
        "请选中数据右侧的空列删除后保存"
    )


class ExactReading:
    """Places of all cells by expat: implied positions, prefixes, any quoting."""

    def __init__(self) -> None:
        self.has_errors = False
        self.errors: set[tuple[int, int]] = set()
        self._row = self._column = 0

    def read(self, chunks: Iterable[bytes]) -> None:
        """Read one sheet; raises UnusableFile at the first cell beyond the limits, ExpatError."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        for chunk in chunks:
            parser.Parse(chunk)
        is_last = True
        parser.Parse(b"", is_last)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            given = attributes.get("r", "")
            self._row = int(given) if given.isdecimal() else self._row + 1
            self._column = 0
        elif local == "c":
            self._cell(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        match = _PLACE.fullmatch(attributes.get("r", "").upper())
        if match:
            self._row, self._column = int(match[2]), _column_number(match[1])
        else:
            self._column += 1
        if self._row > LAST_ROW or self._column > LAST_COLUMN:
            raise far_cell(self._row, self._column)
        if attributes.get("t") == "e":
            self.has_errors = True
            self.errors.add((self._row - 1, self._column - 1))


def _column_number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number
