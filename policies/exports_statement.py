"""The statement of a remittance (上缴结算单) as Excel and PDF. Source: reports.md B4.2 (2)."""

from datetime import datetime
from typing import Any

import segno
from django.conf import settings
from django.utils import translation

from core.excel.report import ReportColumn, ReportWorkbook, Table
from core.pdf import render_pdf
from members.access import Viewer
from policies import selectors
from policies.exports import capitals_line
from policies.states import SENT

STATEMENT = "会费上缴结算单"
OPEN = "待确认"
PLAN_COLUMNS = (
    ReportColumn("活动", width=16),
    ReportColumn("单位数", "count", 10),
    ReportColumn("人数", "count", 10, total=True),
    ReportColumn("份数", "count", 10, total=True),
    ReportColumn("单价", width=20),
    ReportColumn("应缴", "money", 16, total=True),
    ReportColumn("已到账", "money", 16, total=True),
    ReportColumn("本次上缴", "money", 16, total=True),
    ReportColumn("差额", "money", 14, total=True),
)
UNIT_COLUMNS = (
    ReportColumn("单位编码", width=12),
    ReportColumn("单位", width=30),
    ReportColumn("批次数", "count", 8, total=True),
    ReportColumn("人数", "count", 8, total=True),
    ReportColumn("份数", "count", 8, total=True),
    ReportColumn("应缴", "money", 14, total=True),
    ReportColumn("已到账", "money", 14, total=True),
    ReportColumn("本次上缴", "money", 14, total=True),
    ReportColumn("到账日期", "date", 12),
    ReportColumn("凭证号", width=32),
)
BATCH_COLUMNS = (
    ReportColumn("单位编码", width=12),
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
    ReportColumn("单位编码", width=12),
    ReportColumn("单位", width=30),
    ReportColumn("批次号", width=16),
    ReportColumn("本次上缴", "money", 14, total=True),
    ReportColumn("北京入账", "money", 14, total=True),
    ReportColumn("差额", "money", 12, total=True),
    ReportColumn("处理说明", width=30),
)


def statement_workbook(viewer: Viewer, remittance: Any, *, made_at: datetime) -> bytes:
    """The statement as Excel: by plan, by unit, by batch, and the lines that differ."""
    with translation.override("zh-hans"):
        rows, total = selectors.statement_rows(viewer, remittance)
        plans = [[row.label, *_figures(row)] for row in rows]
        lines = [_batch_row(line) for line in selectors.statement_lines(viewer, remittance)]
        units = [_unit_row(row) for row in selectors.unit_rows(viewer, remittance)]
    digest = selectors.statement_hash(remittance)
    subtitle = f"{remittance.number}　{_state(remittance)}　金额单位：元"
    book = ReportWorkbook(
        title=STATEMENT, subject=remittance.number, made_at=made_at, run=remittance.number,
        digest=digest,
    )  # fmt: skip
    figures = dict(zip([each.name for each in PLAN_COLUMNS[1:]], _figures(total), strict=True))
    totals = {each.name: figures[each.name] for each in PLAN_COLUMNS if each.total}
    notes = [
        f"单位数合计（不重复计）：{total.units}",
        capitals_line(total.remitted),
        f"收款户名：{settings.PAYEE_NAME}　账号：{payee_account()}",
        f"校验码（SHA-256）：{digest}",
        *(f"{row.label}单价{OPEN}：{row.doubt}" for row in rows if row.doubt),
    ]
    book.add(Table("汇总", STATEMENT, PLAN_COLUMNS, plans, subtitle, totals, notes, sign_off=True))
    for sheet, columns, found in (
        ("单位明细", UNIT_COLUMNS, units),
        ("批次明细", BATCH_COLUMNS, lines),
        ("差额", BATCH_COLUMNS, [row for row in lines if row[-1]]),
    ):
        book.add(Table(sheet, f"{STATEMENT}　{sheet}", columns, found, subtitle, landscape=True))
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
        f"{row.price}（{OPEN}）" if row.doubt else row.price,
        row.due,
        row.received,
        row.remitted,
        row.difference,
    ]


def _unit_row(row: selectors.UnitRow) -> list[Any]:
    return [
        row.code,
        row.name,
        row.batches,
        row.persons,
        row.shares,
        row.due,
        row.received,
        row.remitted,
        row.received_on,
        row.receipts,
    ]


def _batch_row(line: Any) -> list[Any]:
    batch = line.batch
    return [
        batch.organisation.code,
        batch.organisation.name,
        batch.number,
        batch.plan_version.get_family_display(),
        batch.starts_on,
        line.persons,
        line.due,
        line.received,
        line.amount,
        line.due - line.amount,
    ]


def _state(remittance: Any) -> str:
    if remittance.remitted_on:
        return f"上缴日期 {remittance.remitted_on}　银行回单 {remittance.reference}"
    return f"制单日期 {remittance.made_on}"


def payee_account() -> str:
    """The account of the Beijing office, hidden in the middle; 待确认 while nobody has set it."""
    account = settings.PAYEE_ACCOUNT
    if not account:
        return OPEN
    return account[:4] + "*" * max(len(account) - 8, 4) + account[-4:]


def statement_pdf(viewer: Viewer, remittance: Any, *, made_at: datetime) -> bytes:
    """The statement on one page A4 with the receipt to tear off, a draft marked as one.

    The QR code says number and hash of the whole statement, no personal data.
    """
    digest = selectors.statement_hash(remittance)
    with translation.override("zh-hans"):
        rows, total = selectors.statement_rows(viewer, remittance)
        code = segno.make(f"{remittance.number} {digest}", error="m", micro=False)
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
                "seals": ["区代办处（盖章处）", "北京办事处（收讫）"],
                "sha256": digest,
                "is_sent": remittance.status in SENT,
                "payee": settings.PAYEE_NAME,
                "payee_bank": settings.PAYEE_BANK,
                "payee_account": payee_account(),
                "qr": code.svg_data_uri(scale=2, border=1),
            },
            title=STATEMENT,
        )
