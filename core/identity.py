"""Numbers that name persons and organisations, checked by the standards themselves.

GB 11643-1999 (citizen numbers; residence permits of 810000/820000/830000 and, since 2023-12-01,
foreigners' permanent residence cards beginning with 9 share its form), ISO/IEC 7812 (cards),
GB 32100-2015 (unified social credit codes), GB/T 2260 (regions).
"""

import re
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Final

Fault = tuple[str, str, str]  # code, what is wrong, what to do

CHECK_ORIGINAL: Final = "请核对证件原件"


class Document(StrEnum):
    """The types of identity document that the office takes."""

    RESIDENT = "RESIDENT"  # 居民身份证
    PERMIT = "PERMIT"  # 港澳台居民居住证
    FOREIGNER = "FOREIGNER"  # 外国人永久居留身份证
    PASSPORT = "PASSPORT"  # 护照


DOCUMENT_WORDS: Final = {
    "居民身份证": Document.RESIDENT,
    "港澳台居民居住证": Document.PERMIT,
    "外国人永久居留身份证": Document.FOREIGNER,
    "护照": Document.PASSPORT,
}
PERMIT_REGIONS: Final = ("810000", "820000", "830000")
PROVINCES: Final = frozenset(
    re.findall("..", "1112131415212223313233343536374142434445465051525354616263646571818283")
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_OLD_FOREIGNER = re.compile("[A-Z]{3}[0-9]{12}")
_PASSPORT = re.compile("[A-Z0-9]{5,20}")
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES = {letter: value for value, letter in enumerate(_CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ZERO = ord("0")
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")


def check_character(number: str) -> str:
    """Compute the 18th character of a citizen number from its first 17 digits (GB 11643-1999)."""
    # Few regions, days and serial numbers make many numbers: their parts of the sum are kept.
    parts = _weighed(number[:6], 0) + _weighed(number[6:14], 6) + _weighed(number[14:17], 14)
    return _CHECK[parts % 11]


@lru_cache(maxsize=60_000)
def _weighed(digits: str, place: int) -> int:
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS[place:], digits, strict=False))


@lru_cache(maxsize=64)  # the checks of one number ask one after the other
def carries_birth(number: str) -> bool:
    """Tell whether sex and date of birth can be read from the number (18 characters)."""
    digits = number[:17]
    return len(number) == 18 and digits.isdecimal() and digits.isascii() and number[17] in _CHECK


def birth_date(number: str) -> date | None:
    """Read the date of birth, None where the number carries none or no real date."""
    return _day(number[6:14]) if carries_birth(number) else None


@lru_cache(maxsize=60_000)
def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def sex(number: str) -> str | None:
    """Read the sex: 'M' or 'F' by the 17th digit; None where the number carries none."""
    if not carries_birth(number):
        return None
    return "M" if number[16] in "13579" else "F"


def document_type(number: str) -> Document | None:
    """Guess the type of document from the form of a cleaned number; None if no type has it."""
    if carries_birth(number):
        if number.startswith("9"):
            return Document.FOREIGNER
        return Document.PERMIT if number.startswith(PERMIT_REGIONS) else Document.RESIDENT
    if _OLD_FOREIGNER.fullmatch(number):
        return Document.FOREIGNER
    if number[:1].isalpha() and _PASSPORT.fullmatch(number):
        return Document.PASSPORT
    return None


def document_fault(number: str, *, document: Document | None, today: date) -> Fault | None:
    """Check a cleaned document number in the contract's order: form, date, check character.

    `document` None: any type the form allows, a citizen number where it is all digits.
    `today`: a date of birth after it is ID_DATE. Returns None for a right number.
    """
    kind = document or document_type(number) or Document.RESIDENT
    fault = _form_fault(number, kind)
    if fault or not carries_birth(number) or kind is Document.PASSPORT:
        return fault
    return _date_fault(number, today) or _check_fault(number)


def _form_fault(number: str, kind: Document) -> Fault | None:
    if kind is Document.PASSPORT:
        if _PASSPORT.fullmatch(number):
            return None
        return ("ID_FORMAT", "护照号码应为5至20位字母和数字", CHECK_ORIGINAL)
    if kind is Document.FOREIGNER:
        if _OLD_FOREIGNER.fullmatch(number) or (number[:1] == "9" and carries_birth(number)):
            return None
        reason = "应为9开头的18位，或3位字母加12位数字"
        return ("ID_FORMAT", reason, CHECK_ORIGINAL)
    return _citizen_form_fault(number, kind)


def _citizen_form_fault(number: str, kind: Document) -> Fault | None:
    if len(number) == 15 and number.isdigit():
        return ("ID_FORMAT", "是15位旧号码，已停用", "请填写18位号码")
    if len(number) != 18:
        return ("ID_FORMAT", f"应为18位，现为{len(number)}位", CHECK_ORIGINAL)
    if not carries_birth(number):
        return ("ID_FORMAT", "应为17位数字加1位数字或X", CHECK_ORIGINAL)
    if kind is Document.PERMIT and not number.startswith(PERMIT_REGIONS):
        return ("ID_FORMAT", "居住证号码应以810000、820000或830000开头", CHECK_ORIGINAL)
    if number[:2] not in PROVINCES:
        return ("ID_FORMAT", f"前两位{number[:2]}不是省级行政区划代码", CHECK_ORIGINAL)
    return None


def _date_fault(number: str, today: date) -> Fault | None:
    born = birth_date(number)
    if born is None:
        return ("ID_DATE", f"第7至14位{number[6:14]}不是日期", CHECK_ORIGINAL)
    if born > today:
        return ("ID_DATE", "出生日期晚于今天", CHECK_ORIGINAL)
    return None


def _check_fault(number: str) -> Fault | None:
    right = check_character(number)
    if right == number[17]:
        return None
    return ("ID_CHECK", f"末位应为 {right}（现为 {number[17]}）", "请核对证件原件")


@lru_cache(maxsize=1)
def _regions() -> frozenset[str]:
    text = resources.files("core").joinpath("data/gbt2260.txt").read_text(encoding="ascii")
    return frozenset(line for line in text.split("\n") if line[:1].isdigit())


def region_known(number: str) -> bool:
    """Tell whether the number's six digits were ever in GB/T 2260 (or it is no such number)."""
    if not carries_birth(number) or number[0] == "9":
        return True
    return number[:6] in PERMIT_REGIONS or number[:6] in _regions()


def luhn_ok(number: str) -> bool:
    """Check a card number by ISO/IEC 7812 (Luhn)."""
    digits = number.encode()
    total = sum(digits[-1::-2]) + sum(digits[-2::-2].translate(_DOUBLED))
    return (total - _ZERO * len(digits)) % 10 == 0


def credit_code_check(code: str) -> str:
    """Compute the 18th character of a unified social credit code from its first 17 (GB 32100)."""
    total = sum(
        weight * _CREDIT_VALUES[letter]
        for weight, letter in zip(_CREDIT_WEIGHTS, code, strict=False)
    )
    return _CREDIT_ALPHABET[-total % 31]


def credit_code_fault(code: str) -> Fault | None:
    """Check a cleaned unified social credit code (GB 32100-2015); None for a right one."""
    if len(code) != 18:
        return ("ID_FORMAT", f"应为18位，现为{len(code)}位", "请核对证书")
    if not all(letter in _CREDIT_VALUES for letter in code):
        return ("ID_FORMAT", "只能用数字和大写字母（没有I、O、S、V、Z）", "请核对证书")
    right = credit_code_check(code)
    if right != code[17]:
        return ("ID_CHECK", f"末位应为 {right}（现为 {code[17]}）", "请核对证书")
    return None
