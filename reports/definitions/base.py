"""What a report is: one definition, filled for a union and a period, shown in four forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from core.money import to_fen
from core.periods import Period
from members.permissions import Permission
from reports.selectors.scope import Scope, Window

Text = str | Promise
RATIO_PLACES = Decimal("0.0001")


class WrongPeriod(RuleViolation):
    """The report is not made for such a period."""


class Kind(StrEnum):
    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    RATIO = "ratio"
    TIMES = "times"  # so many for each: 1.67
    DAY = "day"


class Totalled(StrEnum):
    """How a column comes to its total."""

    SUM = "sum"  # of the rows above: in Excel a formula
    OWN = "own"  # a value of its own, persons counted once for instance
    NONE = "none"


@dataclass(frozen=True)
class Column:
    key: str
    title: Text
    kind: Kind = Kind.COUNT
    totalled: Totalled = Totalled.SUM
    printed: bool = True  # codes stand in JSON and Excel only


@dataclass(frozen=True)
class Figure:
    """A named figure with the sentence that says what it counts (口径)."""

    key: str
    title: Text
    kind: Kind
    definition: Text


Row = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """One table of a report: the first is what JSON carries, each is a sheet and a section."""

    key: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    totals: Row = field(default_factory=dict)
    on_paper: bool = True  # long lists are Excel only

    def holding(self, rows: tuple[Row, ...], totals: Row | None = None) -> "Table":
        """This table with its rows; without totals those that are sums."""
        return replace(
            self, rows=rows, totals=summed(self.columns, rows) if totals is None else totals
        )


@dataclass(frozen=True)
class Filled:
    """A report with its figures: what is shown, frozen at closing and compared with SQL."""

    report: str
    period: str
    union: str
    union_name: str
    path: str
    as_of: str
    figures: Mapping[str, Any]
    tables: tuple[Table, ...]

    def document(self) -> dict[str, Any]:
        """The JSON of the report: money as text with two places, ratios with four."""
        table = self.tables[0]
        return {
            "report": self.report,
            "period": self.period,
            "union": self.union,
            "as_of": self.as_of,
            "figures": plain(self.figures),
            "columns": [column.key for column in table.columns],
            "rows": [
                [plain(row.get(column.key), column.kind) for column in table.columns]
                for row in table.rows
            ],
            "totals": {
                column.key: plain(table.totals.get(column.key), column.kind)
                for column in table.columns
                if column.key in table.totals
            },
        }


@dataclass(frozen=True)
class Report:
    """A registered report."""

    name: str
    title: Text
    summary: Text  # one line under the title in the list of reports
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]  # without rows
    fill: Callable[[Scope, Window], Filled]
    quarters: bool = True  # made for quarters
    years: bool = True
    permission: Permission = Permission.REPORT_VIEW
    notes: tuple[Text, ...] = ()  # further sentences for the page of definitions
    landscape: bool = False

    def check_period(self, period: Period) -> None:
        if period.quarter and not self.quarters:
            raise WrongPeriod(
                _("%(period)s: this report is made for a year, write %(year)s.")
                % {"period": period, "year": period.year}
            )
        if not period.quarter and not self.years:
            raise WrongPeriod(
                _("%(period)s: this report is made for a quarter, write %(year)sQ1.")
                % {"period": period, "year": period.year}
            )

    def filled(self, scope: Scope, period: Period, as_of: date) -> Filled:
        """The report for a union's subtree, a period, and what was known on a day."""
        self.check_period(period)
        window = Window(period, as_of)
        return self.fill(scope.named_on(window.last), window)


def plain(value: Any, kind: Kind | None = None) -> Any:
    """A value as JSON carries it."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, Ratio) or kind is Kind.RATIO:
        return None if value is None else str(Decimal(str(value)).quantize(RATIO_PLACES))
    if isinstance(value, Decimal):
        return str(to_fen(value))
    return str(value) if isinstance(value, Promise | date) else value


class Ratio(Decimal):
    """A share or a rate: printed with four places in JSON, as per cent on paper."""


def ratio(part: Decimal | int, of: Decimal | int | None) -> Ratio | None:
    """part / of, to four places half up; nothing where there is nothing to divide by."""
    return None if not of else Ratio(_four_places(Decimal(part) / Decimal(of)))


def growth(now: Decimal, before: Decimal | None) -> Ratio | None:
    """now / before - 1, or nothing without a before."""
    return None if not before else Ratio(_four_places(now / before - 1))


def _four_places(value: Decimal) -> Decimal:
    return to_fen(value * 100) / 100


def filled(
    name: str, scope: Scope, window: Window, figures: Mapping[str, Any], *tables: Table
) -> Filled:
    """A report's figures with their head."""
    return Filled(
        report=name,
        period=str(window.period),
        union=scope.code,
        union_name=scope.name,
        path=scope.path,
        as_of=window.as_of.isoformat(),
        figures=figures,
        tables=tables,
    )


def summed(columns: tuple[Column, ...], rows: tuple[Row, ...]) -> dict[str, Any]:
    """The totals of the columns that are sums of their rows."""
    totals: dict[str, Any] = {}
    for column in columns:
        if column.totalled is Totalled.SUM:
            nil: Any = Decimal("0.00") if column.kind is Kind.MONEY else 0
            totals[column.key] = sum((row.get(column.key) or nil for row in rows), nil)
    return totals
