from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import identity
from core.identity import Document

TODAY = date(2026, 11, 23)
RIGHT = {
    "11010519491231002X": ("F", date(1949, 12, 31)),  # the standard's own sample
    "11010119850312101X": ("M", date(1985, 3, 12)),
    "11010119901130202X": ("F", date(1990, 11, 30)),
    "110101196611150134": ("M", date(1966, 11, 15)),
    "110101197611202285": ("F", date(1976, 11, 20)),
    "110101200002290050": ("M", date(2000, 2, 29)),
    "110101201506010176": ("M", date(2015, 6, 1)),
    "810000198808080128": ("F", date(1988, 8, 8)),
    "830000197910010248": ("F", date(1979, 10, 1)),
    "110103198001011235": ("M", date(1980, 1, 1)),
}


def fault(number: str, document: Document | None = None) -> str | None:
    found = identity.document_fault(number, document=document, today=TODAY)
    return found[0] if found else None


def with_check(digits: str) -> str:
    return digits + identity.check_character(digits)


@pytest.mark.parametrize("number", RIGHT)
def test_right_numbers_are_taken_and_read(number: str) -> None:
    assert fault(number) is None
    assert (identity.sex(number), identity.birth_date(number)) == RIGHT[number]


@pytest.mark.parametrize("number", RIGHT)
def test_every_single_wrong_digit_is_found(number: str) -> None:
    for place in range(17):
        for digit in "0123456789":
            changed = number[:place] + digit + number[place + 1 :]
            assert (fault(changed) is None) == (changed == number)


@given(st.integers(0, 999), st.dates(date(1930, 1, 1), date(2020, 12, 31)), st.integers(0, 15))
def test_swapped_neighbours_are_found(serial: int, born: date, place: int) -> None:
    number = with_check(f"110101{born:%Y%m%d}{serial:03d}")
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or fault(swapped) is not None


@pytest.mark.parametrize(
    ("number", "document", "code"),
    [
        ("110101850312101", None, "ID_FORMAT"),  # 15 digits
        ("1101011985031210", None, "ID_FORMAT"),
        ("1101011985031210111", None, "ID_FORMAT"),
        ("11010119850312101A", None, "ID_FORMAT"),
        ("1101011985O312101X", None, "ID_FORMAT"),
        ("1101011985031210１X", None, "ID_FORMAT"),
        (with_check("16010119850312101"), None, "ID_FORMAT"),  # no province 16
        (with_check("00010119850312101"), None, "ID_FORMAT"),
        (with_check("11010119850230101"), None, "ID_DATE"),
        (with_check("11010120010229101"), None, "ID_DATE"),
        (with_check("11010120261124101"), None, "ID_DATE"),  # tomorrow
        (with_check("11010120261123101"), None, None),  # today
        (with_check("11010100000000101"), None, "ID_DATE"),
        ("110101198503121011", None, "ID_CHECK"),
        ("110101198502301011", None, "ID_DATE"),  # the date before the check character
        (with_check("11010119850312101"), Document.PERMIT, "ID_FORMAT"),
        ("810000198808080128", Document.PERMIT, None),
        ("810000198808080128", Document.RESIDENT, None),
        (with_check("81010119880808012"), Document.PERMIT, "ID_FORMAT"),
        (with_check("91134419850312101"), Document.FOREIGNER, None),
        (with_check("91134419850312101"), Document.RESIDENT, "ID_FORMAT"),
        ("911344198503121011", Document.FOREIGNER, "ID_CHECK"),
        ("ABC110101198503", Document.FOREIGNER, None),
        ("USA110085031201", Document.FOREIGNER, None),
        ("USA11008503120", Document.FOREIGNER, "ID_FORMAT"),
        ("E12345678", Document.PASSPORT, None),
        ("123456789", Document.PASSPORT, None),
        ("E123", Document.PASSPORT, "ID_FORMAT"),
        ("E" * 21, Document.PASSPORT, "ID_FORMAT"),
        ("E1234-678", Document.PASSPORT, "ID_FORMAT"),
        ("E12345678", Document.RESIDENT, "ID_FORMAT"),
        ("E12345678", None, None),
        ("USA110085031201", None, None),
        (with_check("91134419850312101"), None, None),
    ],
)
def test_wrong_numbers_have_the_first_failing_code(
    number: str, document: Document | None, code: str | None
) -> None:
    assert fault(number, document) == code


def test_documents_that_carry_no_sex_say_so() -> None:
    assert identity.sex("E12345678") is None
    assert identity.birth_date("USA110085031201") is None


@pytest.mark.parametrize(
    ("number", "known"),
    [
        ("11010119850312101X", True),
        ("110103198001011235", True),  # 崇文区, abolished 2010
        (with_check("11022819850312101"), True),  # 密云县, abolished 2015
        (with_check("13012119850312101"), True),
        (with_check("11999919850312101"), False),
        (with_check("44010019850312101"), True),
        ("830000197910010248", True),
        ("E12345678", True),
        (with_check("91134419850312101"), True),
    ],
)
def test_regions_that_never_were_are_told(number: str, *, known: bool) -> None:
    assert identity.region_known(number) is known


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("811101010000000190", None),
        ("12110101000000027Y", None),
        ("11110101000000035W", None),
        ("91110101000000043F", None),
        ("51100000000000051N", None),
        ("811101010000000191", "ID_CHECK"),
        ("81110101000000019", "ID_FORMAT"),
        ("8111010100000001I0", "ID_FORMAT"),
        ("81110101000000019O", "ID_FORMAT"),
    ],
)
def test_credit_codes_by_gb_32100(code: str, wanted: str | None) -> None:
    found = identity.credit_code_fault(code)
    assert (found[0] if found else None) == wanted


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("6210300000000000014", True),
        ("6029690000000002", True),
        ("6210300000000000015", False),
        ("6029690000000003", False),
    ],
)
def test_cards_by_luhn(number: str, *, right: bool) -> None:
    assert identity.luhn_ok(number) is right
