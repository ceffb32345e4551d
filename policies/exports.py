"""Papers of this room: the roster of a batch, the statement of a remittance. Papers are Chinese."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header

from core.excel.report import ReportColumn, ReportWorkbook, Table
from core.money import in_capitals
from core.pdf import render_pdf
from members.access import Viewer
from policies import selectors

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
STATEMENT = "会费上缴结算单"
LINE_COLUMNS = (
    ReportColumn("序号", "count", 6),
    ReportColumn("姓名", width=10),
    ReportColumn("证件号码", width=22),
    ReportColumn("子女姓名", width=10),
    ReportColumn("子女证件号码", width=22),
    ReportColumn("份数", "count", 8, total=True),
    ReportColumn("档次", width=8),
    ReportColumn("金额", "money", 12, total=True),
    ReportColumn("出资方", width=10),
    ReportColumn("备注", width=20),
)
PLAN_COLUMNS = (
    ReportColumn("活动", width=16),
    ReportColumn("单位数", "count", 10),
    ReportColumn("人数", "count", 10, total=True),
    ReportColumn("份数", "count", 10, total=True),
    ReportColumn("应缴", "money", 16, total=True),
    ReportColumn("已到账", "money", 16, total=True),
    ReportColumn("本次上缴", "money", 16, total=True),
    ReportColumn("差额", "money", 14, total=True),
)
UNIT_COLUMNS = (
    ReportColumn("单位编号", width=12),
    ReportColumn("单位", width=30),
    ReportColumn("批次号", width=16),
    ReportColumn("活动", width=12),
    ReportColumn("起保日期", "date", 12),
    ReportColumn("人数", "count", 8, total=True),
    ReportColumn("应缴", "money", 14, total=True),
    ReportColumn("已到账", "money", 14, total=True),
    ReportColumn("本次上缴", "money", 14, total=True),
    ReportColumn("差额", "money", 12, total=True),
)


ANSWER_COLUMNS = (
    ReportColumn("单位编号", width=12),
    ReportColumn("单位", width=30),
    ReportColumn("批次号", width=16),
    ReportColumn("本次上缴", "money", 14, total=True),
    ReportColumn("北京入账", "money", 14, total=True),
    ReportColumn("差额", "money", 12, total=True),
    ReportColumn("处理说明", width=30),
)


def attachment(content: bytes, name: str, content_type: str = XLSX) -> HttpResponse:
    """A file to be stored under this name."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = str(
        content_disposition_header(as_attachment=True, filename=name)
    )
    return response


def capitals_line(amount: Any) -> str:
    return f"人民币（大写）{in_capitals(amount).removeprefix('人民币')}　￥{amount:,.2f}"


def batch_roster(batch: Any, *, made_at: datetime) -> bytes:
    """The roster of a batch for print and seal (参保名册), numbers of persons masked."""
    title = f"{batch.organisation.name} 参保名册"
    with translation.override("zh-hans"):
        lines = selectors.shown_lines(selectors.lines_of(batch))
        rows = [_roster_row(place, line) for place, line in enumerate(lines, start=1)]
    book = ReportWorkbook(title=title, subject=batch.number, made_at=made_at)
    book.add(
        Table(
            sheet="参保名册",
            title=title,
            subtitle=f"{batch.number}　{batch.plan_version.name_zh}　起保日期 {batch.starts_on}",
            columns=LINE_COLUMNS,
            rows=rows,
            totals={"份数": batch.shares, "金额": batch.amount},
            notes=[capitals_line(batch.amount)],
            landscape=True,
            sign_off=True,
        )
    )
    return book.save()


def _roster_row(place: int, line: selectors.Line) -> list[Any]:
    policy = line.policy
    return [
        place,
        line.name,
        line.number,
        line.child_name,
        line.child_number,
        policy.shares,
        policy.tier,
        policy.amount,
        policy.get_funder_display(),
        policy.note,
    ]


def statement_workbook(viewer: Viewer, remittance: Any, *, made_at: datetime) -> bytes:
    """The remittance statement as Excel: by plan, by unit, and the lines that differ."""
    with translation.override("zh-hans"):
        rows, total = selectors.statement_rows(viewer, remittance)
        plans = [[row.label, *_figures(row)] for row in rows]
        lines = [_unit_row(line) for line in selectors.statement_lines(viewer, remittance)]
    subtitle = f"{remittance.number}　{_state(remittance)}　金额单位：元"
    book = ReportWorkbook(
        title=STATEMENT, subject=remittance.number, made_at=made_at, run=remittance.number
    )
    totals = dict(
        zip([column.name for column in PLAN_COLUMNS[2:]], _figures(total)[1:], strict=True)
    )
    notes = [f"单位数合计（不重复计）：{total.units}", capitals_line(total.remitted)]
    book.add(Table("汇总", STATEMENT, PLAN_COLUMNS, plans, subtitle, totals, notes, sign_off=True))
    book.add(
        Table("单位明细", f"{STATEMENT}　单位明细", UNIT_COLUMNS, lines, subtitle, landscape=True)
    )
    differing = [row for row in lines if row[-1]]
    book.add(Table("差额", f"{STATEMENT}　差额", UNIT_COLUMNS, differing, subtitle, landscape=True))
    if remittance.confirmed_on:
        answer = f"北京回执 {remittance.beijing_receipt}　{remittance.confirmed_on}"
        book.add(_answer(viewer, remittance, f"{remittance.number}　{answer}　金额单位：元"))
    return book.save()


def _answer(viewer: Viewer, remittance: Any, subtitle: str) -> Table:
    """The lines for which Beijing booked another sum, and how each was cleared up."""
    rows = [
        [
            line.batch.organisation.code,
            line.batch.organisation.name,
            line.batch.number,
            line.amount,
            line.confirmed_amount,
            line.difference,
            line.difference_reason or "未处理",
        ]
        for line in selectors.differing_lines(viewer, remittance)
    ]
    notes = [f"北京回执金额：{remittance.confirmed_total:,.2f}"]
    title = f"{STATEMENT}　北京回执差额"
    return Table("北京回执差额", title, ANSWER_COLUMNS, rows, subtitle, notes=notes, landscape=True)


def _figures(row: selectors.PlanRow) -> list[Any]:
    return [
        row.units,
        row.persons,
        row.shares,
        row.due,
        row.received,
        row.remitted,
        row.difference,
    ]


def _unit_row(line: Any) -> list[Any]:
    batch = line.batch
    return [
        batch.organisation.code,
        batch.organisation.name,
        batch.number,
        batch.plan_version.get_family_display(),
        batch.starts_on,
        batch.person_count,
        batch.amount,
        line.received,
        line.amount,
        batch.amount - line.amount,
    ]


def _state(remittance: Any) -> str:
    if remittance.remitted_on:
        return f"上缴日期 {remittance.remitted_on}　银行回单 {remittance.reference}"
    return f"制单日期 {remittance.made_on}"


def statement_pdf(viewer: Viewer, remittance: Any, *, made_at: datetime) -> bytes:
    """The remittance statement on one page A4. Source: reports.md B4.2 (2)."""
    with translation.override("zh-hans"):
        rows, total = selectors.statement_rows(viewer, remittance)
        return render_pdf(
            "print/remittance_statement.html",
            {
                "remittance": remittance,
                "number": remittance.number,
                "rows": rows,
                "total": total,
                "capitals": capitals_line(total.remitted),
                "period": f"结算单号：{remittance.number}",
                "as_of": made_at,
                "unit": "元",
                "seals": ["（区代办处盖章）", "（北京办事处收讫）"],
            },
            title=STATEMENT,
        )
