from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.excel.text import Cell, clean
from core.importing.cells import (
    clean_code,
    clean_name,
    comparable_name,
    has_lost_digits,
    is_error_value,
    read_amount,
    read_count,
    read_date,
)
from core.importing.header import header_key

DAY = date(2018, 3, 1)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2018-03-01", DAY),
        ("2018-3-1", DAY),
        ("2018/3/1", DAY),
        ("2018/03/01", DAY),
        ("2018.3.1", DAY),
        ("2018.03.01", DAY),
        ("20180301", DAY),
        (20180301.0, DAY),
        ("2018年3月1日", DAY),
        ("2018年03月01日", DAY),
        (" ２０１８－０３－０１\u3000", DAY),
        ("\u200b2018-03-01\ufeff", DAY),
        (43160.0, DAY),
        ("\0d2018-03-01", DAY),
        ("1900-01-01", date(1900, 1, 1)),
        ("2100-12-31", date(2100, 12, 31)),
        ("20000229", date(2000, 2, 29)),
        (20000.0, date(1954, 10, 3)),
        (73415.0, date(2100, 12, 31)),
        ("1899-12-31", None),
        ("2101-01-01", None),
        (73416.0, None),
        (80000.0, None),
        (19999.0, None),
        (80001.0, None),
        (43160.5, None),
        (-43160.0, None),
        ("43160", None),
        ("02/01/2026", None),
        ("1/2/2026", None),
        ("26-1-2", None),
        ("18-03-01", None),
        ("2018-03", None),
        ("2018-3/1", None),
        ("2018-03-01 00:00:00", None),
        ("2018-02-30", None),
        ("2018-13-01", None),
        ("201831", None),
        (201831.0, None),
        ("2018年3月", None),
        ("三月一日", None),
        ("\0t12:00:00", None),
        ("\0bTRUE", None),
        ("\0d1899-12-31", None),
        ("2018 - 03 - 01", None),
    ],
)
def test_dates(cell: Cell, day: date | None) -> None:
    assert read_date(cell) == day


def test_serials_of_the_1904_system() -> None:
    assert read_date(41698.0, epoch_1904=True) == DAY
    assert read_date("2018-03-01", epoch_1904=True) == DAY


@given(st.dates(date(1954, 10, 3), date(2100, 12, 31)))
def test_every_serial_is_its_date(day: date) -> None:
    assert read_date((day - date(1899, 12, 30)).days) == day


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        (40.0, "40.00"),
        (0.1 + 0.2, "0.30"),
        (1234.5, "1234.50"),
        (-0.01, "-0.01"),
        (123456789012.35, "123456789012.35"),
        ("40", "40.00"),
        ("40.5", "40.50"),
        ("40.50", "40.50"),
        ("1,234.50", "1234.50"),
        ("6,922,000.00", "6922000.00"),
        ("￥40", "40.00"),
        ("¥1,234.50", "1234.50"),
        ("-¥5", "-5.00"),
        ("¥-5.00", "-5.00"),
        ("１２３．５", "123.50"),
        (" 40 ", "40.00"),
        ("-0", "0.00"),
        ("40.000", None),
        ("40.001", None),
        (40.001, None),
        (0.125, None),
        ("12,34", None),
        ("1,2,3", None),
        ("四十", None),
        ("40元", None),
        ("1E3", None),
        ("--5", None),
        ("-¥-5", None),
        ("", None),
        ("¥", None),
        ("1e999", None),
        (1e300, None),
        ("9" * 400, None),
        ("\0bTRUE", None),
        ("\0d2018-03-01", None),
        ("\0e", None),
    ],
)
def test_amounts(cell: Cell, amount: str | None) -> None:
    value = read_amount(cell)
    assert (None if value is None else str(value)) == amount


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_every_amount_survives_the_number_cell(amount: Decimal) -> None:
    assert read_amount(float(amount)) == amount
    assert read_amount(f"{amount:,}") == amount


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        (2.0, 2),
        ("2", 2),
        ("0", 0),
        ("1,234", 1234),
        ("2.00", 2),
        (2.5, None),
        ("2.5", None),
        (-1.0, None),
        ("-1", None),
        ("2.000", None),
        ("两", None),
        (1e12, None),
    ],
)
def test_counts(cell: Cell, count: int | None) -> None:
    assert read_count(cell) == count


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("11010119850312101x", "11010119850312101X"),
        ("'11010119850312101X", "11010119850312101X"),
        ("‘11010119850312101X", "11010119850312101X"),
        ("''1", "'1"),
        ("１１０１０１", "110101"),
        ("110101 19850312\xa0101\u3000X", "11010119850312101X"),
        ("110101\u200b1985\u2060", "1101011985"),
        ("\t dc0001 \n", "DC0001"),
        (13800000001.0, "13800000001"),
        (1.5, "1.5"),
        ("'", ""),
    ],
)
def test_codes_lose_blanks_and_apostrophe(cell: Cell, code: str) -> None:
    assert clean_code(cell) == code


@pytest.mark.parametrize(
    ("cell", "lost"),
    [
        (1.10101198503121e17, True),
        (1e15, True),
        (999999999999999.0, False),
        ("1.10101E+17", True),
        ("1.10101e+17", True),
        ("1E+17", True),
        ("１.１Ｅ+１７", True),
        ("'1.10101E+17", True),
        ("11010119850312101X", False),
        ("E12345678", False),
        ("1E5", False),
        ("+8613800000000", False),
    ],
)
def test_numbers_that_excel_has_rounded(cell: Cell, lost: bool) -> None:
    assert has_lost_digits(cell) is lost


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (" 张 三 ", "张三"),
        ("张\u3000三", "张三"),
        ("张\u200b三\ufeff", "张三"),
        ("阿依 ・ 古丽", "阿依·古丽"),
        ("阿依•古丽", "阿依·古丽"),
        ("阿依‧古丽", "阿依·古丽"),
        ("阿依．古丽", "阿依·古丽"),
        ("阿依·古丽", "阿依·古丽"),
        ("John   Smith", "John Smith"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
        ("J. Smith", "J. Smith"),
        ("䶮", "䶮"),
        ("𠮷田", "𠮷田"),
        ("豈", "豈"),  # U+F900, a compatibility character, stays
        (7.0, "7"),
    ],
)
def test_names(cell: Cell, name: str) -> None:
    assert clean_name(cell) == name


def test_names_compare_without_blanks_and_under_nfkc() -> None:
    assert comparable_name("\uf900 张") == comparable_name("豈张") == "豈张"
    assert comparable_name("John Smith") == "JohnSmith"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("ＡＢ（1）", "AB(1)"),
        ("\u200b \u3000甲\xa0", "甲"),
        ("\u200b", ""),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        ("\0bTRUE", "TRUE"),
        ("\0d2018-03-01", "2018-03-01"),
    ],
)
def test_text(cell: Cell, text: str) -> None:
    assert clean(cell) == text


@pytest.mark.parametrize("cell", ["\0e", "#N/A", " #DIV/0! ", "#REF!"])
def test_error_values_as_values_and_as_text(cell: Cell) -> None:
    assert is_error_value(cell)
    assert not is_error_value("N/A")
    assert not is_error_value(1.0)


@pytest.mark.parametrize(
    "text", ["证件号码", " 证件号码*", "＊证件 号码", "证件号码 *\u200b", "证件\n号码"]
)
def test_headers_are_matched_without_stars_and_blanks(text: str) -> None:
    assert header_key(text) == "证件号码"
