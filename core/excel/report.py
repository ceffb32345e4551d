"""Formatted reports as workbooks: what leaders print, with totals that Excel computes again.

The look is that of the office's statements: title and sub-title rows, a header that repeats on
every page, A4 one page wide, totals as formulas whose cached value is the server's own, and a check
cell that shows both and their difference.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

import xlsxwriter

from core.excel.layout import letters
from core.excel.lists import COUNT, DATE, MONEY, TEXT, write_value

Content = Literal["text", "money", "count", "percent", "date"]
FORMATS: Final[dict[Content, str]] = {
    "text": TEXT,
    "money": MONEY,
    "count": COUNT,
    "percent": "0.00%",
    "date": DATE,
}
FONT: Final = "Microsoft YaHei"
OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
MILLIMETRES: Final = 25.4  # to the inch, in which Excel measures margins
HEADER_ROW: Final = 3  # from 0: title, unit and period, blank, then the header


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a table; `total`: the total row sums it, and the check cell compares it."""

    name: str
    content: Content = "text"
    width: float = 14
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet with one table.

    `rows`: values in the order of `columns`. `totals`: the server's sums by column name; without
    one the rows are added up here. `notes`: lines under the table. `bold_rows`: places in `rows`
    of sub-totals, which the total leaves out. `sign_off`: the lines for names and seal.
    """

    sheet: str
    title: str
    columns: Sequence[ReportColumn]
    rows: Sequence[Sequence[Any]]
    subtitle: str = ""
    totals: Mapping[str, Decimal | int] = field(default_factory=dict)
    notes: Sequence[str] = ()
    bold_rows: frozenset[int] = frozenset()
    landscape: bool = False
    sign_off: bool = False
    autofilter: bool = True


class ReportWorkbook:
    """Collects the sheets of one report and writes it.

    `title`, `subject`: properties of the file. `run`: number of the report's run, a keyword.
    `digest`: SHA-256 of the data, the comment. `made_at`: the moment printed in the footer.
    """

    def __init__(
        self, *, title: str, subject: str, made_at: datetime, run: str = "", digest: str = ""
    ) -> None:
        self._target = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._target, OPTIONS)
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._title, self._made_at = title, made_at
        self._book.set_properties(
            {
                "title": title,
                "subject": subject,
                "author": "东城区代办处",
                "company": "东城区总工会",
                "keywords": run,
                "comments": digest,
                "created": made_at.replace(tzinfo=None),
            }
        )

    def add(self, table: Table) -> None:
        """Add a sheet with a table."""
        sheet = self._book.add_worksheet(table.sheet[:31])
        last = len(table.columns) - 1
        self._set_up(sheet, table, last)
        self._write_head(sheet, table, last)
        first = HEADER_ROW + 1
        for offset, row in enumerate(table.rows):
            self._write_row(sheet, table, first + offset, row, bold=offset in table.bold_rows)
        below = first + len(table.rows)
        if any(column.total for column in table.columns) and table.rows:
            below = self._write_totals(sheet, table, first, below)
        below = self._write_lines(sheet, table.notes, below + 1)
        if table.sign_off:
            below = self._write_sign_off(sheet, below + 1, last)
        sheet.print_area(0, 0, below, last)

    def add_notes(self, sheet: str, title: str, lines: Sequence[str]) -> None:
        """Add a sheet of plain lines, such as 口径说明."""
        page = self._book.add_worksheet(sheet[:31])
        page.set_column(0, 0, 90)
        page.write_string(0, 0, title, self._format(bold=True, font_size=14))
        self._write_lines(page, lines, 2)
        self._paper(page, landscape=False)

    def save(self) -> bytes:
        """Write the workbook."""
        self._book.close()
        return self._target.getvalue()

    def _format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(
                {"font_name": FONT, "font_size": 10, "valign": "vcenter", **properties}
            )
        return self._formats[key]

    def _paper(self, sheet: Any, *, landscape: bool) -> None:
        sheet.set_paper(9)  # A4
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        side, top = 12 / MILLIMETRES, 15 / MILLIMETRES
        sheet.set_margins(left=side, right=side, top=top, bottom=top)
        sheet.set_footer("&C第 &P 页 共 &N 页")
        made = f"{self._made_at:%Y-%m-%d %H:%M}"
        sheet.set_header(f"&L{self._title.replace('&', '&&')}&R制表时间 {made}")

    def _set_up(self, sheet: Any, table: Table, last: int) -> None:
        self._paper(sheet, landscape=table.landscape)
        sheet.repeat_rows(HEADER_ROW)
        sheet.freeze_panes(HEADER_ROW + 1, min(2, last + 1))
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width)
        if table.autofilter and table.rows:
            sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + len(table.rows), last)

    def _write_head(self, sheet: Any, table: Table, last: int) -> None:
        title = self._format(bold=True, font_size=16, align="center")
        if last:
            sheet.merge_range(0, 0, 0, last, "", title)
        sheet.write_string(0, 0, table.title, title)
        sheet.set_row(0, 30)
        sheet.write_string(1, 0, table.subtitle, self._format(font_color="#59616E"))
        head = self._format(bold=True, border=1, bg_color="#DCE6F1", align="center", text_wrap=True)
        for place, column in enumerate(table.columns):
            sheet.write_string(HEADER_ROW, place, column.name, head)

    def _write_row(
        self, sheet: Any, table: Table, number: int, row: Sequence[Any], *, bold: bool
    ) -> None:
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            style = self._format(num_format=FORMATS[column.content], border=1, bold=bold)
            write_value(sheet, number, place, value, style, style)

    def _write_totals(self, sheet: Any, table: Table, first: int, below: int) -> int:
        """Write the total row and under it the check: system, formula, difference."""
        label = self._format(bold=True, border=1, top=2)
        check = self._format(font_color="#59616E", font_size=9)
        sheet.write_string(below, 0, "合计", label)
        for offset, word in enumerate(("系统合计", "公式合计", "差额")):
            sheet.write_string(below + 1 + offset, 0, word, check)
        for place, column in enumerate(table.columns):
            if place and not column.total:
                sheet.write_blank(below, place, None, label)
            if column.total:
                self._write_total(sheet, table, place, first, below)
        return below + 4

    def _write_total(self, sheet: Any, table: Table, place: int, first: int, below: int) -> None:
        column = table.columns[place]
        number_format = FORMATS[column.content]
        bold = self._format(num_format=number_format, bold=True, border=1, top=2)
        small = self._format(num_format=number_format, font_color="#59616E", font_size=9)
        letter = letters(place + 1)
        added = sum((row[place] or 0 for at, row in enumerate(table.rows)
                     if at not in table.bold_rows), start=Decimal(0))  # fmt: skip
        total = table.totals.get(column.name, added)
        sheet.write_formula(below, place, _sum_formula(letter, first, below, table), bold, added)
        sheet.write_number(below + 1, place, total, small)
        sheet.write_formula(below + 2, place, f"={letter}{below + 1}", small, added)
        difference = f"={letter}{below + 2}-{letter}{below + 3}"
        sheet.write_formula(below + 3, place, difference, small, total - added)

    def _write_lines(self, sheet: Any, lines: Sequence[str], row: int) -> int:
        style = self._format(font_color="#59616E", font_size=9)
        for offset, line in enumerate(lines):
            sheet.write_string(row + offset, 0, line, style)
        return row + len(lines)

    def _write_sign_off(self, sheet: Any, row: int, last: int) -> int:
        plain = self._format()
        sheet.write_string(
            row, 0, "制表人：__________  复核人：__________  负责人：__________", plain
        )
        sheet.write_string(row + 1, 0, "        年    月    日", plain)
        sheet.write_string(row + 1, max(last - 1, 1), "（盖章处）", plain)
        return row + 4


def _sum_formula(letter: str, first: int, below: int, table: Table) -> str:
    """SUBTOTAL(109) follows the filter; sub-total rows inside are taken off again."""
    inner = "".join(f"-{letter}{first + place + 1}" for place in sorted(table.bold_rows))
    function = "SUBTOTAL(109," if table.autofilter and not inner else "SUM("
    return f"={function}{letter}{first + 1}:{letter}{below}){inner}"
