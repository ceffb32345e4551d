"""Templates, lists and reports: what Excel finds in them."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from core.excel.guard import inspect
from core.excel.lists import COUNT, DATE, MONEY, TEXT, ListColumn, write_list
from core.excel.reader import open_workbook
from core.excel.report import ReportColumn, ReportWorkbook, Table
from core.excel.stamp import Stamp
from core.excel.template import TemplateColumn, write_template
from core.excel.upload import Upload

DANGEROUS = [
    "=1+1",
    "==1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    '=HYPERLINK("http://a")',
    "http://a.b",
]
COLUMNS = [
    TemplateColumn("单位编号", required=True, text_format=True, help="本单位的编号"),
    TemplateColumn("证件号码", required=True, text_format=True, width=22),
    TemplateColumn("性别", choices=("男", "女"), example="男"),
    TemplateColumn("单位", choices=tuple(f"单位{n}" for n in range(300))),
]


MARCH = datetime.fromisoformat("2018-03-01T00:00")


def opened(content: bytes, *, values: bool = True) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=values)


@pytest.fixture(scope="module")
def template() -> Any:
    rows = [{"单位编号": "DC0001", "证件号码": "=1+1", "性别": None}]
    stamp = Stamp("members", "3", "DC0001")
    return opened(write_template("花名册", COLUMNS, stamp=stamp, rows=rows, notes=["一行一人"]))


def test_the_template_has_red_required_headers_and_text_columns(template: Any) -> None:
    sheet = template["花名册"]
    assert [cell.value for cell in sheet[1]] == ["单位编号*", "证件号码*", "性别", "单位"]
    assert [cell.fill.fgColor.rgb for cell in sheet[1]][:3] == ["00C00000", "00C00000", "00DCE6F1"]
    assert {sheet.cell(row, 2).number_format for row in (2, 3, 2500, 5000)} == {"@"}
    assert sheet["C5000"].number_format == "General"
    assert sheet.freeze_panes == "A2"


def test_the_template_is_filled_and_text_is_no_formula(template: Any) -> None:
    sheet = template["花名册"]
    assert (sheet["A2"].value, sheet["B2"].value, sheet["B2"].data_type) == ("DC0001", "=1+1", "s")


def test_the_template_has_drop_downs_of_any_length(template: Any) -> None:
    rules = template["花名册"].data_validations.dataValidation
    assert [(str(rule.sqref), rule.formula1) for rule in rules] == [
        ("C2:C5000", "'_lists'!$A$1:$A$2"),
        ("D2:D5000", "'_lists'!$B$1:$B$300"),
    ]
    assert template["_lists"]["B300"].value == "单位299"


def test_the_template_explains_itself_and_carries_a_stamp(template: Any) -> None:
    lines = [row[0] for row in template["填写说明"].iter_rows(values_only=True) if row[0]]
    assert "一行一人" in lines
    assert lines[-4:] == ["单位编号", "证件号码", "性别", "单位"]
    states = {sheet.title: sheet.sheet_state for sheet in template}
    assert states == {
        "花名册": "visible",
        "填写说明": "visible",
        "_lists": "hidden",
        "_stamp": "veryHidden",
    }
    stamp = dict(template["_stamp"].iter_rows(values_only=True))
    assert stamp["checksum"] == Stamp("members", "3", "DC0001").checksum()


def test_an_empty_template_is_a_readable_file_of_no_rows() -> None:
    content = write_template("花名册", COLUMNS, stamp=Stamp("members", "1"))
    with open_workbook(Upload("a.xlsx", content)) as book:
        head = next(iter(book.heads))
        assert (head.name, list(book.rows(0, header_row=1, columns=[1]))) == ("花名册", [])


@pytest.mark.parametrize("rows", [40, 5600])
def test_lists_keep_text_as_text_and_numbers_as_numbers(rows: int) -> None:
    columns: list[ListColumn | str] = [
        ListColumn("文字", 20, TEXT),
        ListColumn("金额", 14, MONEY),
        ListColumn("人次", 10, COUNT),
        ListColumn("日期", 12, DATE),
        "空",
    ]
    data = [
        (DANGEROUS[n % len(DANGEROUS)], Decimal("-12.30"), n, date(2018, 3, 1), None)
        for n in range(rows)
    ]
    content = write_list("清单", columns, data)
    sheet = opened(content, values=False)["清单"]
    assert [cell.value for cell in sheet[1]] == ["文字", "金额", "人次", "日期", "空"]
    assert (sheet.max_row, sheet.freeze_panes) == (rows + 1, "A2")
    assert {cell.data_type for (cell,) in sheet.iter_rows(2, 40, 1, 1)} == {"s"}
    assert [cell.value for cell in sheet[3]] == ["==1+1", -12.3, 1, MARCH, None]
    assert [cell.number_format for cell in sheet[3]][:4] == [TEXT, MONEY, COUNT, DATE]
    assert not sheet["A9"].hyperlink
    assert sheet.auto_filter.ref == f"A1:E{rows + 1}"
    assert inspect(Upload("a.xlsx", content)).format == "xlsx"


def test_an_empty_list_has_its_header() -> None:
    assert [cell.value for cell in opened(write_list("空", ["甲", "乙"], []))["空"][1]] == [
        "甲",
        "乙",
    ]


MADE_AT = datetime(2018, 4, 1, 9, 30, tzinfo=UTC)
TABLE = Table(
    "汇总",
    "二次报销发放汇总",
    [
        ReportColumn("单位", width=20),
        ReportColumn("人次", "count", total=True),
        ReportColumn("金额", "money", total=True),
        ReportColumn("占比", "percent"),
    ],
    [["甲", 1, Decimal("1.10"), Decimal("0.25")], ["=乙", 2, Decimal("2.20"), None]],
    subtitle="东城区 2018年一季度",
    totals={"人次": 3, "金额": Decimal("3.30")},
    notes=["口径：按发放日"],
    sign_off=True,
)


def report(table: Table = TABLE) -> bytes:
    book = ReportWorkbook(
        title="发放汇总", subject="2018Q1", made_at=MADE_AT, run="R7", digest="ab" * 32
    )
    book.add(table)
    book.add_notes("口径说明", "口径说明", ["人次＝发放成功的笔数"])
    return book.save()


def test_totals_are_formulas_with_cached_values() -> None:
    formulas, values = opened(report(), values=False)["汇总"], opened(report())["汇总"]
    assert formulas["C7"].value == "=SUBTOTAL(109,C5:C6)"
    assert [values[f"C{row}"].value for row in range(7, 11)] == [3.3, 3.3, 3.3, 0]
    assert [values[f"A{row}"].value for row in range(7, 11)] == [
        "合计",
        "系统合计",
        "公式合计",
        "差额",
    ]
    assert formulas["A6"].value == "=乙"
    assert formulas["A6"].data_type == "s"
    used = {c.coordinate for row in formulas.iter_rows() for c in row if c.data_type == "f"}
    assert used == {"B7", "B9", "B10", "C7", "C9", "C10"}


def test_a_difference_between_server_and_rows_is_shown() -> None:
    wrong = Table(
        TABLE.sheet, TABLE.title, TABLE.columns, TABLE.rows, totals={"金额": Decimal("4")}
    )
    values = opened(report(wrong))["汇总"]
    assert [values[f"C{row}"].value for row in range(7, 11)] == [3.3, 4, 3.3, 0.7]


def test_sub_totals_are_not_added_twice() -> None:
    rows = [*TABLE.rows, ["小计", 3, Decimal("3.30"), None]]
    table = Table("汇总", "汇总", TABLE.columns, rows, bold_rows=frozenset({2}))
    assert opened(report(table), values=False)["汇总"]["C8"].value == "=SUM(C5:C7)-C7"
    assert opened(report(table))["汇总"]["C8"].value == 3.3


def test_the_page_is_set_up_for_the_printer() -> None:
    book = opened(report())
    sheet = book["汇总"]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.freeze_panes == "C5"
    assert sheet.auto_filter.ref == "A4:D6"
    assert "第 &P 页 共 &N 页" in sheet.oddFooter.center.text
    assert "2018-04-01 09:30" in str(sheet.oddHeader.right.text)
    assert sheet["A1"].value == "二次报销发放汇总"
    assert sheet["A2"].value == "东城区 2018年一季度"
    assert sheet["C5"].number_format == MONEY
    properties = book.properties
    assert (properties.title, properties.keywords, properties.creator) == (
        "发放汇总",
        "R7",
        "东城区代办处",
    )
    assert properties.description == "ab" * 32
    assert book.sheetnames == ["汇总", "口径说明"]


def test_a_report_without_rows_has_its_header_and_no_total() -> None:
    values = opened(report(Table("汇总", "汇总", TABLE.columns, [])))["汇总"]
    assert [cell.value for cell in values[4]] == ["单位", "人次", "金额", "占比"]
    assert values["A5"].value is None
