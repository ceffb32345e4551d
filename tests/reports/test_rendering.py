"""The same figures in Excel and PDF: read back from the files and compared with the report."""

import io
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pdfplumber
import pytest
from django.utils import translation

from core.pdf import missing_glyphs
from core.periods import Period
from members.access import Viewer
from reports.definitions import REPORTS
from reports.definitions.base import Filled, Kind, Totalled
from reports.definitions.shown import capitals_of, shown_table, text_of
from reports.selectors.scope import scope_for
from reports.services.rendering import NoSuchFormat, checksum, period_words, rendered
from tests.reports.test_figures import LATER
from tests.reports.world import a_year

MADE_AT = datetime(2019, 6, 30, 14, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
FIRST_ROW = 5  # of the data, as Excel counts


@pytest.fixture
def year(db: None) -> dict[str, Any]:
    return a_year()


def filled(name: str, period: str = "2018") -> Filled:
    with translation.override("zh-hans"):
        return REPORTS[name].filled(scope_for(Viewer.system()), Period.parse(period), LATER)


def excel(name: str, report: Filled) -> openpyxl.Workbook:
    made = rendered(REPORTS[name], report, "xlsx", made_at=MADE_AT)
    return openpyxl.load_workbook(io.BytesIO(made.content), data_only=True)


def pdf_text(name: str, report: Filled) -> list[str]:
    made = rendered(REPORTS[name], report, "pdf", made_at=MADE_AT)
    with pdfplumber.open(io.BytesIO(made.content)) as opened:
        return [page.extract_text() for page in opened.pages]


@pytest.mark.parametrize("name", REPORTS)
def test_every_cell_of_the_workbook_is_the_report_s(name: str, year: dict[str, Any]) -> None:
    report = filled(name)
    book = excel(name, report)
    with translation.override("zh-hans"):
        for table in report.tables:
            sheet = book[str(table.title)]
            for number, row in enumerate(table.rows, FIRST_ROW):
                for place, column in enumerate(table.columns, 1):
                    value, got = row.get(column.key), sheet.cell(number, place).value
                    if column.kind in (Kind.COUNT, Kind.MONEY, Kind.RATIO) and value is not None:
                        assert Decimal(str(got)) == Decimal(value)
                    elif column.kind is Kind.TEXT:
                        assert (got or "") == str(value)


@pytest.mark.parametrize("name", REPORTS)
def test_totals_are_formulas_whose_cached_value_is_ours(name: str, year: dict[str, Any]) -> None:
    report = filled(name)
    content = rendered(REPORTS[name], report, "xlsx", made_at=MADE_AT).content
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    cached = excel(name, report)
    with translation.override("zh-hans"):
        for table in report.tables:
            total = FIRST_ROW + len(table.rows)
            for place, column in enumerate(table.columns, 1):
                if column.totalled is not Totalled.SUM:
                    continue
                formula = formulas[str(table.title)].cell(total, place).value
                value = cached[str(table.title)].cell(total, place).value
                assert str(formula).startswith("=SUBTOTAL(109,")
                assert Decimal(str(value)) == table.totals[column.key]
                assert cached[str(table.title)].cell(total + 3, place).value == 0


def test_the_workbook_prints_as_the_office_wants(year: dict[str, Any]) -> None:
    report = filled("payout_summary", "2018Q2")
    book = excel("payout_summary", report)
    sheet = book.worksheets[0]
    assert (sheet["A1"].value, sheet.freeze_panes) == ("季度发放汇总", "C5")
    assert "2018年第二季度" in str(sheet["A2"].value)
    fitting = sheet.sheet_properties.pageSetUpPr
    assert fitting is not None
    assert (sheet.page_setup.paperSize, fitting.fitToPage) == (9, True)
    assert sheet.print_title_rows == "$4:$4"
    assert book.properties.description == checksum(report)
    assert book.sheetnames[-1] == "口径说明"
    text = "\n".join(str(row[0]) for row in book["口径说明"].iter_rows(values_only=True))
    assert "净发放＝发放额−退票＋重发" in text


def test_headline_figures_have_a_sheet_of_their_own(year: dict[str, Any]) -> None:
    book = excel("annual", filled("annual"))
    rows = {row[0]: row[1] for row in book["指标"].iter_rows(min_row=FIRST_ROW, values_only=True)}
    assert rows["上缴会费（元）"] == "682.00"
    assert rows["完成率"] == "68.20%"


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTS)
def test_every_figure_is_on_the_paper(name: str, year: dict[str, Any]) -> None:
    report = filled(name)
    pages = pdf_text(name, report)
    text = "".join("".join(pages).split())
    with translation.override("zh-hans"):
        for table in report.tables:
            if not table.on_paper:
                continue
            shown = shown_table(table)
            cells = [cell for row in (*shown.rows, shown.totals, shown.header) for cell in row]
            for cell in cells:
                assert "".join(cell.text.split()) in text
        assert "".join(capitals_of(report).removeprefix("人民币").split()) in text
    for number, page in enumerate(pages, 1):
        assert f"第 {number} 页 共 {len(pages)} 页" in page
    assert checksum(report)[:16] in text
    assert missing_glyphs("".join(pages)) == set()


@pytest.mark.slow
def test_the_paper_embeds_its_fonts_and_has_room_for_the_seals(year: dict[str, Any]) -> None:
    made = rendered(REPORTS["remittance"], filled("remittance"), "pdf", made_at=MADE_AT)
    with pdfplumber.open(io.BytesIO(made.content)) as opened:
        assert len(opened.pages) == 1
        names = {char["fontname"] for char in opened.pages[0].chars}
        text = opened.pages[0].extract_text()
    assert all("+Noto" in name for name in names)  # a subset of it lies in the file
    assert "（收讫）" in text
    assert "制表人" in text
    assert made.name == "东城_上缴结算单_DC_2018_20190630.pdf"


def test_files_are_chinese_in_an_english_session(year: dict[str, Any]) -> None:
    with translation.override("en"):
        made = rendered(REPORTS["annual"], filled("annual"), "xlsx", made_at=MADE_AT)
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    assert book.worksheets[1]["A1"].value == "年度成绩单"
    assert made.name.startswith("东城_年度成绩单_")


def test_no_other_format(year: dict[str, Any]) -> None:
    with pytest.raises(NoSuchFormat):
        rendered(REPORTS["annual"], filled("annual"), "docx", made_at=MADE_AT)


@pytest.mark.parametrize(
    ("value", "kind", "wan", "text"),
    [
        (Decimal("1234.5"), Kind.MONEY, False, "1,234.50"),
        (Decimal("6922000"), Kind.MONEY, True, "692.20"),
        (Decimal("0.00"), Kind.MONEY, False, "—"),
        (None, Kind.MONEY, False, "—"),
        (Decimal("1.0867"), Kind.RATIO, False, "108.67%"),
        (Decimal("-0.5"), Kind.RATIO, False, "-50.00%"),
        (110000, Kind.COUNT, True, "110,000"),
        (0, Kind.COUNT, False, "—"),
        ("2018-03-05", Kind.DAY, False, "2018-03-05"),
    ],
)
def test_values_as_people_read_them(value: Any, kind: Kind, wan: bool, text: str) -> None:
    assert text_of(value, kind, wan=wan) == text


def test_periods_in_words() -> None:
    assert period_words("2018") == "2018年度"
    assert period_words("2018Q4") == "2018年第四季度"
