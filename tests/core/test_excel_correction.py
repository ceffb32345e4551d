"""Corrected cells in the user's own workbook: the rest stays, numbers are text."""

import io

import pytest
from openpyxl import load_workbook

from core.excel.correction import corrected_workbook
from core.excel.layout import Layout
from core.excel.upload import Upload
from tests.core.workbooks import Raw, formula, table, xls

HEAD = ["姓名", "证件号码", "份数"]
LAYOUT = Layout(
    sheet=0,
    sheet_name="表1",
    header_row=1,
    columns={"姓名": 1, "证件号码": 2, "份数": 3},
    last_column=3,
)
STYLED = Raw('<c r="?" s="2"><v>1.10101E+17</v></c>')


def cells(content: bytes) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_cell_keeps_its_style_and_holds_text() -> None:
    content = table(HEAD, ["张三", STYLED, 1], ["李四", "x", 2])
    made = corrected_workbook(Upload("a.xlsx", content), LAYOUT, {2: {2: "110101199003070000"}})
    sheet = load_workbook(io.BytesIO(made)).worksheets[0]
    assert (sheet["B2"].value, sheet["B2"].number_format) == ("110101199003070000", "@")
    assert cells(made)[2] == ["李四", "x", 2]


def test_a_missing_cell_is_put_in_its_place_and_a_cleared_one_is_blank() -> None:
    content = table(HEAD, ["张三", None, 1], ["李四", "x", 2])
    made = corrected_workbook(Upload("a.xlsx", content), LAYOUT, {2: {2: "<&>"}, 3: {3: ""}})
    assert cells(made)[1:] == [["张三", "<&>", 1], ["李四", "x", None]]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "姓名,证件号码,份数\n张三,x,1\n".encode()),
        ("a.xls", xls([HEAD, ["张三", "x", "1"]])),
        ("a.xlsx", table(HEAD, ["张三", formula('"x"', "x"), "1"])),
    ],
)
def test_other_files_are_written_anew(name: str, content: bytes) -> None:
    made = corrected_workbook(Upload(name, content), LAYOUT, {2: {2: "0011"}})
    assert cells(made) == [HEAD, ["张三", "0011", "1"]]
