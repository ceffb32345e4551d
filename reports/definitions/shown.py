"""A filled report as people read it: formatted cells, the same on the page and on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.money import in_capitals, to_fen
from reports.definitions.base import (
    Column,
    Figure,
    Filled,
    Kind,
    Report,
    Row,
    Table,
    Text,
    Totalled,
)

NOTHING = "—"
ALIGNMENT = {
    Kind.TEXT: "",
    Kind.DAY: "day",
    Kind.COUNT: "num",
    Kind.MONEY: "money",
    Kind.RATIO: "num",
    Kind.TIMES: "num",
}


@dataclass(frozen=True)
class Cell:
    text: str
    css: str


@dataclass(frozen=True)
class ShownTable:
    key: str
    title: Text
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...]
    left_off: int = 0  # rows that only the workbook has


@dataclass(frozen=True)
class ShownFigure:
    title: Text
    text: str
    definition: Text


def text_of(value: Any, kind: Kind, *, wan: bool = False) -> str:
    """One value as text: 1,234.50 or 万元; a ratio as per cent; zero and nothing a dash."""
    if value is None or value == "" or (not value and kind is not Kind.TEXT):
        return NOTHING
    if kind is Kind.MONEY:
        return f"{to_fen(Decimal(value) / 10000 if wan else Decimal(value)):,.2f}"
    if kind is Kind.TIMES:
        return f"{to_fen(Decimal(value)):,.2f}"
    if kind is Kind.RATIO:
        return f"{to_fen(Decimal(value) * 100):,.2f}%"
    return f"{value:,}" if kind is Kind.COUNT else str(value)


def shown_table(table: Table, *, wan: bool = False, most: int | None = None) -> ShownTable:
    """The table with formatted cells; `most` rows of it."""
    rows = table.rows if most is None else table.rows[:most]
    printed = tuple(column for column in table.columns if column.printed)
    return ShownTable(
        key=table.key,
        title=table.title,
        header=tuple(Cell(str(c.title), ALIGNMENT[c.kind]) for c in printed),
        rows=tuple(_cells(printed, row, wan=wan) for row in rows),
        totals=_totals(printed, table.totals, wan=wan) if table.totals else (),
        left_off=len(table.rows) - len(rows),
    )


def shown_figures(report: Report, filled: Filled, *, wan: bool = False) -> list[ShownFigure]:
    """The plain figures of the report with their definitions; groups stand in the tables."""
    plain = {k: value for k, value in filled.figures.items() if not isinstance(value, Mapping)}
    return [
        ShownFigure(f.title, text_of(plain[f.key], f.kind, wan=wan), f.definition)
        for f in report.figures
        if f.key in plain
    ]


def definitions(report: Report, filled: Filled) -> list[Figure]:
    """The figures that occur in this filling, for the notes under a table and the 口径 sheet."""
    return [figure for figure in report.figures if figure.key in filled.figures]


def capitals_of(filled: Filled) -> str:
    """The sum that the paper is about, in capitals; papers about several sums have none."""
    for key in ("net", "total"):
        amount = filled.figures.get(key)
        if isinstance(amount, Decimal) and amount >= 0:
            return f"{in_capitals(amount)}　￥{to_fen(amount):,.2f}"
    return ""


def _cells(columns: tuple[Column, ...], row: Row, *, wan: bool) -> tuple[Cell, ...]:
    return tuple(Cell(text_of(row.get(c.key), c.kind, wan=wan), ALIGNMENT[c.kind]) for c in columns)


def _totals(columns: tuple[Column, ...], totals: Row, *, wan: bool) -> tuple[Cell, ...]:
    cells = list(_cells(columns, totals, wan=wan))
    for place, column in enumerate(columns):
        if column.totalled is Totalled.NONE:
            cells[place] = Cell("" if column.kind is Kind.TEXT else NOTHING, ALIGNMENT[column.kind])
    return (Cell("合计", ""), *cells[1:])
