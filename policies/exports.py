"""Papers of this room: the roster of a batch, and what every paper needs. Papers are Chinese."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header

from core.excel.report import ReportColumn, ReportWorkbook, Table
from core.money import in_capitals
from policies import selectors

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
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
        doubt = selectors.price_doubt(batch.plan_version)
    book = ReportWorkbook(title=title, subject=batch.number, made_at=made_at)
    book.add(
        Table(
            sheet="参保名册",
            title=title,
            subtitle=f"{batch.number}　{batch.plan_version.name_zh}　起保日期 {batch.starts_on}",
            columns=LINE_COLUMNS,
            rows=rows,
            totals={"份数": batch.shares, "金额": batch.amount},
            notes=[
                capitals_line(batch.amount),
                *([f"本活动单价待确认（{doubt}）"] if doubt else []),
            ],
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
