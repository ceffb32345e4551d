"""The error workbook is the user's own file, and uploading it again just works."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest

from core.excel.errorbook import error_workbook
from core.excel.layout import Layout
from core.excel.reader import open_workbook
from core.excel.upload import Upload
from core.importing import columns as col
from core.importing.header import find_table
from core.importing.result import Finding
from tests.core import workbooks as make

COLUMNS = (
    col.code("编号", "code", required=True),
    col.day("日期", "on"),
    col.amount("金额", "sum"),
)
HEADER = ["编号*", "日期", "金额", "自己的列"]
ROWS: list[list[Any]] = [
    ["A1", make.dated(43160), make.formula("20*2", "40", "n"), "甲"],
    [None, make.dated(43161), 41.0, "乙"],
    ["A3", "不是日期", 42.0, None],
]
FOUND = [
    Finding(4, "编号", "REQUIRED", "error", "…", "必填项，不能为空", "请补填"),
    Finding(5, "日期", "DATE", "error", "…", "不是日期", "请改"),
    Finding(5, "金额", "AMOUNT", "error", "…", "应为40.00", "请改"),
    Finding(3, "编号", "NO_CARD", "warning", "…", "没有京卡", ""),
]
VERDICTS = ["校验结果", "错误原因", "修改建议"]


def book(rows: Sequence[Sequence[Any]] = ROWS, extra: str = "") -> Upload:
    named = [("封面", "hidden"), ("名单", "visible")]
    sheets = make.sheet([["封面"]]), make.sheet([["标题"], HEADER, *rows], extra)
    return Upload("名单.xlsx", make.xlsx(*sheets, names=named))


def layout_of(upload: Upload) -> Layout:
    with open_workbook(upload) as opened:
        return find_table(COLUMNS, opened.heads)[1]


def marked(upload: Upload, found: Sequence[Finding] = FOUND) -> Upload:
    return Upload("back.xlsx", error_workbook(upload, layout_of(upload), found))


def sheet_of(upload: Upload, *, values: bool = True) -> Any:
    return openpyxl.load_workbook(io.BytesIO(upload.content), data_only=values)["名单"]


def texts(sheet: Any, row: int) -> list[Any]:
    return [cell.value for cell in sheet[row]]


def test_rows_stand_where_they_stood_with_three_columns_more() -> None:
    sheet = sheet_of(marked(book()))
    assert texts(sheet, 2) == [*HEADER, *VERDICTS]
    assert texts(sheet, 1)[0] == "标题"
    assert texts(sheet, 3)[4:] == ["警告", "编号：没有京卡", None]
    assert texts(sheet, 4)[4:] == ["错误", "编号：必填项，不能为空", "请补填"]
    assert texts(sheet, 5)[4:] == ["错误", "日期：不是日期；金额：应为40.00", "请改"]
    assert texts(sheet, 5)[:3] == ["A3", "不是日期", 42]


def test_wrong_cells_are_red_and_others_keep_their_style() -> None:
    sheet = sheet_of(marked(book()))
    red = [
        c.coordinate for row in sheet.iter_rows() for c in row if c.fill.fgColor.rgb == "FFFFC7CE"
    ]
    assert red == ["A4", "B5", "C5"]
    assert sheet["B3"].is_date
    assert sheet["B4"].is_date


def test_formulas_stay_formulas_with_their_values() -> None:
    assert sheet_of(marked(book()), values=False)["C3"].value == "=20*2"
    assert sheet_of(marked(book()))["C3"].value == 40


def test_other_sheets_and_merged_titles_stay() -> None:
    upload = marked(book(extra='<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>'))
    again = openpyxl.load_workbook(io.BytesIO(upload.content))
    assert (again.sheetnames, again["封面"].sheet_state) == (["封面", "名单"], "hidden")
    assert str(again["名单"].merged_cells) == "A1:C1"


def test_uploading_it_again_just_works() -> None:
    first = marked(book())
    layout = layout_of(first)
    assert (layout.verdict_column, layout.last_column) == (5, 7)
    mended = marked(first, FOUND[:1])
    sheet = sheet_of(mended)
    assert texts(sheet, 2) == [*HEADER, *VERDICTS]
    assert texts(sheet, 4)[4:] == ["错误", "编号：必填项，不能为空", "请补填"]
    assert texts(sheet, 5)[4:] == [None, None, None]
    assert texts(sheet, 3)[4:] == [None, None, None]


def test_our_own_remarks_are_no_content_of_a_row() -> None:
    rows = [
        ["A1", None, None, None, "错误", "原因", "建议"],
        [None, None, None, None, "错误", "原因"],
    ]
    content = make.table([*HEADER, *VERDICTS], *rows)
    upload = Upload("a.xlsx", content)
    layout = layout_of(upload)
    with open_workbook(upload) as opened:
        chunks = list(opened.rows(0, header_row=1, columns=[1], remarks=layout.remarks))
    assert [list(chunk.numbers) for chunk in chunks] == [[2]]


@pytest.mark.parametrize("kind", ["csv", "xls", "comments", "order"])
def test_other_files_come_back_as_xlsx_with_their_values(kind: str) -> None:
    rows: list[list[Any]] = [
        ["标题"],
        HEADER,
        ["=A1", 43160.0, 40.0, "甲"],
        ["", 1.0],
        ["合计", 5.0],
    ]
    if kind == "xls":
        upload = Upload("a.xls", make.xls(rows))
    elif kind == "csv":
        lines = [",".join(map(str, row)) for row in rows]
        upload = Upload("a.csv", "\n".join(lines).encode("gb18030"))
    else:
        text = make.sheet(rows).replace("<sheetData>", "<!-- unusual --><sheetData>")
        if kind == "order":
            text = make.sheet(rows).replace('<c r="B4"', '<c s="0" r="B4"')
        upload = Upload("a.xlsx", make.xlsx(text))
    back = error_workbook(upload, layout_of(upload), FOUND[:1])
    sheet = openpyxl.load_workbook(io.BytesIO(back)).active
    assert sheet is not None
    assert texts(sheet, 2) == [*HEADER, *VERDICTS]
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=A1", "s")
    assert str(sheet["C3"].value) in {"40", "40.0"}
    assert texts(sheet, 4)[4:] == ["错误", "编号：必填项，不能为空", "请补填"]
    assert sheet["A4"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["A5"].value == "合计"
    assert layout_of(Upload("back.xlsx", back)).verdict_column == 5


@pytest.mark.slow
def test_a_large_file_comes_back_in_seconds() -> None:
    rows = [[f"A{n}", 43160.0, 40.0, "甲"] for n in range(60_000)]
    found = [Finding(n, "金额", "AMOUNT", "error", "…", "应为41", "请改") for n in range(3, 60_000)]
    upload = marked(book(rows), found)
    sheet = openpyxl.load_workbook(io.BytesIO(upload.content), read_only=True)["名单"]
    last = next(sheet.iter_rows(min_row=59_999, max_row=59_999, values_only=True))
    assert last == ("A59996", 43160, 40, "甲", "错误", "金额：应为41", "请改")


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    found = [Finding(3, "编号", "CHOICE", "error", "…", "含有\x00\x0b<控制字符>&", "请改")]
    assert texts(sheet_of(marked(book(), found)), 3)[5] == "编号：含有<控制字符>&"
