"""Where the table stands in a workbook: sheet, header row, and which column is which."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """The table that was found.

    `sheet`: index of the sheet in the workbook, from 0. `header_row`: from 1.
    `columns`: contract name -> column number from 1, for the columns the file has.
    `last_column`: the header row's last column that is not empty, from 1.
    `delimiter`: of a CSV file, else empty.
    """

    sheet: int
    sheet_name: str
    header_row: int
    columns: Mapping[str, int]
    last_column: int
    delimiter: str = ""


def letters(column: int) -> str:
    """Name a column as Excel does: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
