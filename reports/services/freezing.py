"""Figures as they are kept for ever: a filled report to JSON and back without losing a cent."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from core.periods import Period
from reports.definitions.base import Column, Filled, Kind, Ratio, Report, Row, plain
from reports.models import QuarterClosing
from reports.selectors import archive
from reports.selectors.scope import Scope

Frozen = dict[str, Any]


def frozen(filled: Filled) -> Frozen:
    """The report's JSON document, with all its tables and what is needed to print it again."""
    tables = {
        table.key: {
            "rows": [_plain(table.columns, row) for row in table.rows],
            "totals": {
                c.key: plain(table.totals[c.key], c.kind)
                for c in table.columns
                if c.key in table.totals
            },
        }
        for table in filled.tables
    }
    head = {"union_name": filled.union_name, "path": filled.path}
    return {**filled.document(), **head, "tables": tables}


def thawed(report: Report, kept: Frozen) -> Filled:
    """The report as it was frozen: files made from it carry the frozen figures and no others."""
    tables = tuple(
        skeleton.holding(
            tuple(
                _row(skeleton.columns, values) for values in kept["tables"][skeleton.key]["rows"]
            ),
            {
                c.key: _value(kept["tables"][skeleton.key]["totals"][c.key], c.kind)
                for c in skeleton.columns
                if c.key in kept["tables"][skeleton.key]["totals"]
            },
        )
        for skeleton in report.tables
    )
    kinds = {figure.key: figure.kind for figure in report.figures}
    figures = {
        key: value if isinstance(value, Mapping) else _value(value, kinds[key])
        for key, value in kept["figures"].items()
    }
    head = {key: kept[key] for key in ("report", "period", "union", "union_name", "path", "as_of")}
    return Filled(**head, figures=figures, tables=tables)


def frozen_or_now(
    report: Report, scope: Scope, period: Period, as_of: date
) -> tuple[Filled, QuarterClosing | None]:
    """The frozen figures of a closed quarter of the district and its closing, else those of now."""
    closing = archive.closing_of(period) if scope.is_district else None
    if closing and closing.is_closed and report.name in closing.figures:
        return thawed(report, closing.figures[report.name]), closing
    return report.filled(scope, period, as_of), None


def document_of(kept: Frozen) -> dict[str, Any]:
    """The public part of what was frozen."""
    keys = ("report", "period", "union", "as_of", "figures", "columns", "rows", "totals")
    return {key: kept[key] for key in keys}


def _plain(columns: Sequence[Column], row: Row) -> list[Any]:
    return [plain(row.get(column.key), column.kind) for column in columns]


def _row(columns: Sequence[Column], values: Sequence[Any]) -> Row:
    return {c.key: _value(v, c.kind) for c, v in zip(columns, values, strict=True)}


def _value(value: Any, kind: Kind) -> Any:
    if value is None or kind not in (Kind.MONEY, Kind.RATIO):
        return value
    return Ratio(value) if kind is Kind.RATIO else Decimal(value)
