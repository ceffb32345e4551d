"""E26 numbers, E27 text files, E28 dates and E29 duplicates."""

from collections.abc import Sequence
from typing import Any

from tests.abuse.workbooks import HEADER, NUMBERS, Case, book, person
from tests.core import workbooks as make

GOOD = NUMBERS[0]
WITH_X = next(number for number in NUMBERS if number.endswith("X"))
OLD = GOOD[:6] + GOOD[8:17]  # fifteen digits
WIDE = GOOD.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
AS_NUMBER, FORMAT, REQUIRED = "ID_AS_NUMBER", "ID_FORMAT", "REQUIRED"

# name, the cell, its error
IDS: tuple[tuple[str, Any, str], ...] = (
    ("number", float(GOOD[:15] + "000"), AS_NUMBER),
    ("scientific-text", "1.10101E+17", AS_NUMBER),
    ("tail-000-number", 110101198001150000.0, AS_NUMBER),
    ("fifteen-digits", OLD, FORMAT),
    ("fifteen-digits-number", float(OLD), FORMAT),
    ("full-width", WIDE, ""),
    ("lower-x", WITH_X.lower(), ""),
    ("blanks", f" {GOOD[:6]} {GOOD[6:14]}\u00a0{GOOD[14:]} ", ""),
    ("zero-width", f"\ufeff{GOOD[:6]}\u200b{GOOD[6:]}\u2060", ""),
    ("apostrophe", f"'{GOOD}", ""),
    ("formula", make.formula(f'"{GOOD}"', GOOD), ""),
    ("formula-uncached", make.formula(f'"{GOOD}"', None), REQUIRED),
    ("formula-number", make.formula("1+1", GOOD[:15] + "000", kind="n"), AS_NUMBER),
    ("error-value", make.ERROR, FORMAT),
)


def _id_case(name: str, cell: Any, code: str) -> Case:
    errors = [(2, "证件号码", code)] if code else []
    return Case(
        f"E26-{name}", lambda: book(person(证件号码=cell)), rows=1, errors=errors,
        names=[] if code else ["张三"],
    )  # fmt: skip


RARE = ("䶮龑", "𠮷永", "阿依·古丽", "㐂三")


def _text(delimiter: str = ",", newline: str = "\r\n", *, quoted: bool = False) -> str:
    def line(row: Sequence[Any]) -> str:
        cells = ["" if cell is None else str(cell) for cell in row]
        return delimiter.join(f'"{cell}"' if quoted else cell for cell in cells)

    rows = [person(place, 姓名=name) for place, name in enumerate(RARE)]
    return newline.join(map(line, [HEADER, *rows])) + newline


def _csv_case(name: str, made: bytes) -> Case:
    return Case(f"E27-{name}", lambda: made, "花名册.csv", rows=len(RARE), names=RARE)


CSV = (
    _csv_case("utf-8", _text().encode()),
    _csv_case("utf-8-bom", _text().encode("utf-8-sig")),
    _csv_case("gb18030", _text().encode("gb18030")),
    _csv_case("semicolon", _text(";").encode("utf-8-sig")),
    _csv_case("tab-gb18030", _text("\t").encode("gb18030")),
    _csv_case("quotes", _text(quoted=True).encode()),
    _csv_case("lf", _text(newline="\n").encode()),
    _csv_case("quotes-semicolon-gb18030", _text(";", quoted=True).encode("gb18030")),
    Case("E27-utf-16", lambda: _text().encode("utf-16"), "花名册.csv", refusal="UTF-8"),
    Case("E27-utf-16-without-mark", lambda: _text().encode("utf-16-be"), "花名册.csv",
         refusal="UTF-8"),
    Case("E27-gbk", lambda: _text().replace("䶮", "岩").replace("𠮷", "吉").replace("㐂", "喜")
         .encode("gbk"), "花名册.csv", rows=4, names=["岩龑", "吉永", "阿依·古丽", "喜三"]),
    Case("E27-scientific", lambda: _text().replace(NUMBERS[1], "1.10101E+17").encode(),
         "花名册.csv", rows=4, errors=[(3, "证件号码", AS_NUMBER)]),
)  # fmt: skip

# the cell, the day it means; "" is refused
DATES: tuple[tuple[Any, str], ...] = (
    ("2016-01-02", "2016-01-02"),
    ("2016/1/2", "2016-01-02"),
    ("2016.1.2", "2016-01-02"),
    ("2016年1月2日", "2016-01-02"),
    ("20160102", "2016-01-02"),
    (20160102.0, "2016-01-02"),
    (42371.0, "2016-01-02"),
    (make.dated(42371.0), "2016-01-02"),
    (make.dated(42371.75), "2016-01-02"),
    ("２０１６－０１－０２", "2016-01-02"),
    ("2016年01月02日", "2016-01-02"),
    ("02/01/2016", ""),
    ("16-1-2", ""),
    ("2016-13-01", ""),
    ("2015-02-29", ""),
    ("2016-1", ""),
    ("二〇一六年一月二日", ""),
    ("42371", ""),
    ("1899-12-31", ""),
    (make.ERROR, ""),
)


def _date_rows() -> list[list[Any]]:
    return [person(place, 入会日期=cell) for place, (cell, _) in enumerate(DATES)]


DAYS = (
    Case("E28-twenty-cells", lambda: book(*_date_rows()), rows=len(DATES),
         errors=[(row, "入会日期", "DATE") for row, (_, day) in enumerate(DATES, 2) if not day],
         days=[day for _, day in DATES if day]),
    Case("E28-epoch-1904",
         lambda: make.xlsx(make.sheet([HEADER, person(入会日期=make.dated(40909.0)),
                                       person(1, 入会日期=40909.0)]),
                           properties='<workbookPr date1904="1"/>'),
         rows=2, days=["2016-01-02"] * 2),
    Case("E28-xls", lambda: make.xls([HEADER, person(入会日期=42371.0)]), "花名册.xls", rows=1,
         days=["2016-01-02"]),
)  # fmt: skip

CASES = (*(_id_case(*each) for each in IDS), *CSV, *DAYS)
