"""Where the table stands in a workbook: sheet, header row, and which column is which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

# What the error workbook appends to the header.
VERDICT_HEADERS: Final = ("校验结果", "错误原因", "修改建议")


@dataclass(frozen=True, slots=True)
class Layout:
    """The table that was found.

    `sheet`: index of the sheet in the workbook, from 0. `header_row`: from 1.
    `columns`: contract name -> column number from 1, for the columns the file has.
    `last_column`: the header row's last column that is not empty, from 1.
    `delimiter`: of a CSV file, else empty. `verdict_column`: where 校验结果, 错误原因 and 修改建议
    of an earlier round stand side by side, 0 if they do not.
    """

    sheet: int
    sheet_name: str
    header_row: int
    columns: Mapping[str, int]
    last_column: int
    delimiter: str = ""
    verdict_column: int = 0

    @property
    def remarks(self) -> Sequence[int]:
        """The columns that hold our own remarks of an earlier round: no content of a row."""
        first = self.verdict_column
        return range(first, first + len(VERDICT_HEADERS)) if first else ()


def letters(column: int) -> str:
    """Name a column as Excel does: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def verdict_column(headers: Sequence[str]) -> int:
    """Find where the three appended columns begin (from 1) in a cleaned header row, or 0."""
    width = len(VERDICT_HEADERS)
    for place in range(len(headers) - width + 1):
        if tuple(headers[place : place + width]) == VERDICT_HEADERS:
            return place + 1
    return 0
