"""A filled report as an Excel workbook: one sheet per table, the last with the definitions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from core.excel.report import Content, ReportColumn, ReportWorkbook
from core.excel.report import Table as Sheet
from reports.definitions.base import Column, Filled, Kind, Report, Table, Totalled
from reports.definitions.shown import (
    ShownFigure,
    capitals_of,
    definitions,
    shown_figures,
    text_of,
)

CONTENTS: dict[Kind, Content] = {
    Kind.TEXT: "text",
    Kind.COUNT: "count",
    Kind.MONEY: "money",
    Kind.RATIO: "percent",
    Kind.TIMES: "money",
    Kind.DAY: "date",
}
WIDTHS = {
    Kind.TEXT: 12, Kind.COUNT: 11, Kind.MONEY: 16, Kind.RATIO: 11, Kind.TIMES: 11, Kind.DAY: 12,
}  # fmt: skip
NAME_WIDTH = 30
FIGURES_SHEET_FROM = 4  # plain figures: fewer stand in the tables
NAMES = frozenset({"name", "memo"})  # columns of words: wider than codes


def workbook(
    report: Report, filled: Filled, made_at: datetime, *, period: str, run: str, digest: str
) -> bytes:
    """The workbook in the language that is active: summary first, the definitions last.

    `run`: number of the run; `digest`: SHA-256 of the figures; `made_at` is printed in the header.
    """
    book = ReportWorkbook(
        title=str(report.title), subject=f"{filled.union_name} {period}", made_at=made_at, run=run,
        digest=digest,
    )  # fmt: skip
    if len(figures := shown_figures(report, filled)) >= FIGURES_SHEET_FROM:
        book.add(_figures(report, filled, figures, period))
    for place, table in enumerate(filled.tables):
        book.add(_sheet(report, filled, table, period, first=place == 0))
    book.add_notes("口径说明", f"{report.title}　口径说明", _sentences(report, filled, digest))
    return book.save()


def _figures(report: Report, filled: Filled, figures: Sequence[ShownFigure], period: str) -> Sheet:
    """The figures that stand in no table, with their definitions."""
    return Sheet(
        sheet="指标",
        title=f"{report.title}　指标",
        subtitle=_subtitle(filled, period),
        columns=[
            ReportColumn("指标", width=24),
            ReportColumn("数值", width=20),
            ReportColumn("口径", width=80),
        ],
        rows=[[str(figure.title), figure.text, str(figure.definition)] for figure in figures],
        autofilter=False,
    )


def _subtitle(filled: Filled, period: str) -> str:
    return f"{filled.union_name}　{period}　数据截至 {filled.as_of}　金额单位：元"


def _sheet(report: Report, filled: Filled, table: Table, period: str, *, first: bool) -> Sheet:
    title = str(report.title) if first else f"{report.title}　{table.title}"
    return Sheet(
        sheet=str(table.title),
        title=title,
        subtitle=_subtitle(filled, period),
        columns=[_column(column) for column in table.columns],
        rows=[[_cell(row.get(c.key), c.kind) for c in table.columns] for row in table.rows],
        totals={
            str(c.title): table.totals[c.key]
            for c in table.columns
            if c.totalled is Totalled.SUM and c.key in table.totals
        },
        notes=_notes(filled, table, first=first),
        landscape=report.landscape,
        sign_off=table.on_paper,
    )


def _column(column: Column) -> ReportColumn:
    width = NAME_WIDTH if column.key in NAMES else WIDTHS[column.kind]
    return ReportColumn(
        name=str(column.title),
        content=CONTENTS[column.kind],
        width=width,
        total=column.totalled is Totalled.SUM,
    )


def _cell(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    if kind is Kind.TEXT:
        return str(value)
    return date.fromisoformat(value) if kind is Kind.DAY else value


def _notes(filled: Filled, table: Table, *, first: bool) -> list[str]:
    """Totals that are no sums of their column, and the sum in capitals."""
    own = [
        f"{column.title}合计（不是本列之和）：{text_of(table.totals[column.key], column.kind)}"
        for column in table.columns
        if column.totalled is Totalled.OWN and column.key in table.totals
    ]
    capitals = capitals_of(filled) if first else ""
    return [*own, *([f"人民币（大写）{capitals.removeprefix('人民币')}"] if capitals else [])]


def _sentences(report: Report, filled: Filled, digest: str) -> list[str]:
    figures = [f"{figure.title}：{figure.definition}" for figure in definitions(report, filled)]
    return [
        *figures,
        *map(str, report.notes),
        f"数据截至 {filled.as_of}",
        f"校验码 SHA-256 {digest}",
    ]
