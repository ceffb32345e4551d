"""How the text of a cell is cleaned; the reading process uses it, so nothing heavy is here."""

import re
import unicodedata
from typing import Final, TypeAlias

Cell: TypeAlias = str | int | float

DATE_MARK: Final = "\0d"
ERROR_MARK: Final = "\0e"
BOOL_MARK: Final = "\0b"
TIME_MARK: Final = "\0t"

ZERO_WIDTH: Final = re.compile("[\u200b-\u200d\u2060\ufeff]")
TOTAL_WORDS: Final = frozenset(["合计", "总计"])


def shown(number: int | float) -> str:
    """Write a number cell with the 15 digits that Excel shows, whole numbers without a point."""
    if number == int(number):
        return str(int(number))
    return format(number, ".15g")


def clean(cell: Cell) -> str:
    """Clean any cell to text: NFKC, no zero-width characters, no blanks around."""
    if not isinstance(cell, str):
        return shown(cell)
    if cell[:1] == "\0":
        return cell[2:]
    if cell.isascii():
        return cell.strip()
    text = unicodedata.normalize("NFKC", ZERO_WIDTH.sub("", cell))
    return text.strip()


def is_total_word(cell: Cell) -> bool:
    """Tell whether the cell is 合计 or 总计, blanks and a final colon aside."""
    if not isinstance(cell, str):
        return False
    return "".join(clean(cell).split()).removesuffix(":") in TOTAL_WORDS
