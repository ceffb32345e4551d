"""E24: fourteen layouts that offices really send."""

from typing import Any

from tests.abuse.workbooks import HEADER, Case, book, people, person
from tests.core import workbooks as make

BLANK = [make.Raw('<c r="?" s="1"/>')] * len(HEADER)


def lying_dimension() -> bytes:
    return make.xlsx(make.sheet([HEADER, *people(9)]).replace("A1:B2", "A1:F2"))


def wrong_first_sheet() -> bytes:
    first = make.sheet([["2018年工作安排"], ["姓名", "任务"]])
    return make.xlsx(first, make.sheet([HEADER, *people(2)]))


def hidden_first_sheet() -> bytes:
    states = [("旧名单", "hidden"), ("名单", "visible")]
    return make.xlsx(
        make.sheet([HEADER, person(姓名=None)]), make.sheet([HEADER, *people(2)]), names=states
    )


def only_hidden_sheets() -> bytes:
    return make.xlsx(make.sheet([["说明"]]), make.sheet([HEADER, *people(2)]),
                     names=[("说明", "visible"), ("名单", "veryHidden")])  # fmt: skip


def hidden_row() -> bytes:
    text = make.sheet([HEADER, person(0), person(1, 姓名=None), person(2)])
    return make.xlsx(text.replace('<row r="3"', '<row r="3" hidden="1"'))


def hidden_column() -> bytes:
    text = make.sheet([HEADER, person(入会日期="昨天")])
    columns = '<cols><col min="4" max="4" hidden="1"/></cols><sheetData>'
    return make.xlsx(text.replace("<sheetData>", columns))


def reordered() -> bytes:
    header = [*reversed(HEADER), "序号"]
    return make.table(header, *[[*reversed(row), 1.0] for row in people(3)])


def decorated() -> bytes:
    header = ["* 单位 编号", "姓　名*", " 证件号码 ", "入会日期", "京卡卡号", "备注"]
    return make.table(header, *people(2))


def two_headers() -> bytes:
    groups = ["单位信息", "个人信息", None, None, "京卡", None]
    return make.table(["会员花名册"], groups, HEADER, *people(2))


def header_twice() -> bytes:
    return make.table(HEADER, person(0), HEADER, person(1))


def merged() -> bytes:
    areas = '<mergeCells count="1"><mergeCell ref="A2:A4"/></mergeCells>'
    return make.xlsx(make.sheet([HEADER, *people(3)], areas))


def blank_tail() -> bytes:
    return book(person(0), *[BLANK] * 500)


def blank_middle() -> bytes:
    return book(person(0), *[BLANK] * 500, person(1, 姓名=None))


def with_total() -> bytes:
    total: list[Any] = ["合计：", None, None, None, None, 2.0]
    return book(*people(2), BLANK, total)


CASES = (
    Case("E24-lying-dimension", lying_dimension, rows=9),
    Case("E24-wrong-first-sheet", wrong_first_sheet, rows=2),
    Case("E24-hidden-first-sheet", hidden_first_sheet, rows=2),
    Case("E24-only-hidden-sheets", only_hidden_sheets, refusal="没有找到表头"),
    Case("E24-hidden-row", hidden_row, rows=3, errors=[(3, "姓名", "REQUIRED")]),
    Case("E24-hidden-column", hidden_column, rows=1, errors=[(2, "入会日期", "DATE")]),
    Case("E24-reordered", reordered, rows=3, names=["张三"] * 3),
    Case("E24-decorated-header", decorated, rows=2, names=["张三"] * 2),
    Case("E24-renamed-column", lambda: make.table(["单位编号", "姓名", "身份证"], person()[:3]),
         refusal="缺少“证件号码”列"),
    Case("E24-two-header-rows", two_headers, rows=2),
    Case("E24-header-twice", header_twice, rows=3,
         errors=[(3, "单位编号", "UNKNOWN_UNION"), (3, "证件号码", "ID_FORMAT"),
                 (3, "京卡卡号", "CARD_FORMAT"), (3, "入会日期", "DATE")]),
    Case("E24-column-twice", lambda: make.table([*HEADER, "姓名"], [*person(), "李四"]),
         refusal="出现了两次"),
    Case("E24-merged-cells", merged, rows=3,
         errors=[(3, "单位编号", "REQUIRED"), (4, "单位编号", "REQUIRED")]),
    Case("E24-blank-tail-500", blank_tail, rows=1),
    Case("E24-blank-middle-500", blank_middle, rows=2, errors=[(503, "姓名", "REQUIRED")]),
    Case("E24-total-row", with_total, rows=2),
    Case("E24-nobody", book, rows=0),
)  # fmt: skip
