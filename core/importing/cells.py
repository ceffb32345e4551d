"""Cells as they come out of a workbook, cleaned and read by the rules of the file contract.

A raw cell is text or a number; what is neither travels as text behind a mark that no file can
hold (NUL): dates of Excel `\\0d2018-03-01`, error values `\\0e`, truth values `\\0bTRUE`, times of
day and durations `\\0t`. The readers of numbers return Decimal: no amount ever passes through
binary fractions beyond the 15 digits that Excel itself shows.
"""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from core.excel.text import DATE_MARK, ERROR_MARK, ZERO_WIDTH, Cell, clean

LOST_DIGITS: Final = 10**15  # Excel keeps 15 digits; a longer number cell has lost its last ones
LARGEST_AMOUNT: Final = Decimal("999999999999.99")

_ERROR_VALUES = frozenset(
    ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"]
)
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CHINESE = re.compile(f"[{_HAN}]")
_USUAL_NAME = re.compile("[\u4e00-\u9fff]+")
_LETTER = r"[^\W\d_]"
_NAME_DOTS = re.compile(f"(?<={_LETTER})[\u2022\u30fb\u2027\uff0e](?={_LETTER})")
_COMPATIBILITY = re.compile("([\u3300-\u33ff\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_APOSTROPHES = ("'", "\u2018", "\u2019")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+")
_DATES = (
    re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"),
    re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})"),
    re.compile(r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
)
_AMOUNT = re.compile(r"(-?)¥? *(-?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]*)?")
_EPOCH_1900 = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)


class CellError(Exception):
    """A cell that cannot be read: code of the contract, what is wrong with it, what to do."""

    def __init__(self, code: str, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.advice = code, message, advice


def is_error_value(cell: Cell) -> bool:
    """Tell whether the cell is #N/A, #DIV/0! or one of their kind, as a value or as its text."""
    if not isinstance(cell, str):
        return False
    return cell == ERROR_MARK or ("#" in cell and cell.strip() in _ERROR_VALUES)


def clean_code(cell: Cell) -> str:
    """Clean a number that names something: no blanks, no leading apostrophe, upper case."""
    if isinstance(cell, str) and cell.isascii() and cell.isalnum():
        return cell.upper()  # most are right as they stand
    text = "".join(clean(cell).split())
    if text.startswith(_APOSTROPHES):
        text = text[1:]
    return text.upper()


def clean_name(cell: Cell) -> str:
    """Clean a person's name; CJK compatibility characters stay as typed."""
    if isinstance(cell, str) and _USUAL_NAME.fullmatch(cell):
        return cell  # nothing below would change it
    text = clean(cell) if not isinstance(cell, str) or cell[:1] == "\0" else cell
    text = ZERO_WIDTH.sub("", text)
    text = ("" if _CHINESE.search(text) else " ").join(text.split())
    text = _NAME_DOTS.sub("·", text)
    if text.isascii():
        return text
    parts = _COMPATIBILITY.split(text)
    parts[::2] = [unicodedata.normalize("NFKC", part) for part in parts[::2]]
    return "".join(parts).strip()


def comparable_name(name: str) -> str:
    """Reduce a cleaned name to what two spellings of it share: NFKC without blanks."""
    if _USUAL_NAME.fullmatch(name):
        return name
    return "".join(unicodedata.normalize("NFKC", name).split())


def has_lost_digits(cell: Cell) -> bool:
    """Tell whether Excel has turned a document or card number into a rounded number."""
    if not isinstance(cell, str):
        return abs(cell) >= LOST_DIGITS
    return "+" in cell and _SCIENTIFIC.fullmatch(clean_code(cell)) is not None


def read_date(cell: Cell, *, epoch_1904: bool = False) -> date | None:
    """Read a date in any form of the contract, years 1900–2100; None for anything else."""
    if not isinstance(cell, str):
        return _date_of_number(cell, epoch_1904=epoch_1904)
    if cell[:1] == "\0":
        return _in_years(date.fromisoformat(cell[2:])) if cell[:2] == DATE_MARK else None
    text = clean(cell)
    for form in _DATES:
        if match := form.fullmatch(text):
            return _civil(*map(int, match.groups()))
    return None


def _date_of_number(number: int | float, *, epoch_1904: bool) -> date | None:
    if number != int(number):
        return None
    whole = int(number)
    if 20000 <= whole <= 80000:
        epoch = _EPOCH_1904 if epoch_1904 else _EPOCH_1900
        return _in_years(epoch + timedelta(days=whole))
    if 19000101 <= whole <= 21001231:
        return _civil(whole // 10000, whole // 100 % 100, whole % 100)
    return None


def _civil(year: int, month: int, day: int) -> date | None:
    try:
        return _in_years(date(year, month, day))
    except ValueError:
        return None


def _in_years(day: date) -> date | None:
    return day if 1900 <= day.year <= 2100 else None


def read_amount(cell: Cell) -> Decimal | None:
    """Read an amount in yuan with at most two decimals, with its sign; None for anything else."""
    if not isinstance(cell, str):
        amount = Decimal(format(cell, ".15g"))
    else:
        match = _AMOUNT.fullmatch(clean(cell)) if cell[:1] != "\0" else None
        if match is None or (match[1] and match[2]) or len(match[4] or "") > 3:
            return None
        sign, digits = match[1] or match[2], match[3].replace(",", "")
        amount = Decimal(sign + digits + (match[4] or ""))
    if abs(amount) > LARGEST_AMOUNT or amount != amount.quantize(Decimal("0.01")):
        return None
    return amount.quantize(Decimal("0.01")) + 0  # + 0: no minus zero


def read_count(cell: Cell) -> int | None:
    """Read a whole number from 0 up to 999,999,999; None for anything else."""
    amount = read_amount(cell)
    if amount is None or amount < 0 or amount != int(amount) or amount > 999_999_999:
        return None
    return int(amount)
