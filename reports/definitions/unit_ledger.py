"""单位台账: one unit's year — enrolment, its account with the agency, and what came back."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from reports.definitions.annual import PLANS, plan_rows
from reports.definitions.base import (
    Column,
    Figure,
    Filled,
    Kind,
    Report,
    Row,
    Table,
    Totalled,
    filled,
    ratio,
    summed,
)
from reports.selectors import measures
from reports.selectors.scope import Scope, Window
from reports.selectors.units import account_lines, owed_before

COLUMNS = (
    Column("day", pgettext_lazy("report", "Day"), Kind.DAY, Totalled.NONE),
    Column("number", pgettext_lazy("report", "Document"), Kind.TEXT, Totalled.NONE),
    Column("memo", pgettext_lazy("report", "About"), Kind.TEXT, Totalled.NONE),
    Column("due", pgettext_lazy("report", "Due"), Kind.MONEY),
    Column("received", pgettext_lazy("report", "Received"), Kind.MONEY),
    Column("remitted", pgettext_lazy("report", "Remitted"), Kind.MONEY),
    Column("balance", pgettext_lazy("report", "Still owed"), Kind.MONEY, Totalled.OWN),
)
ACCOUNT = Table("account", pgettext_lazy("report", "Account with the agency"), COLUMNS)
FIGURES = (
    Figure(
        "workers",
        pgettext_lazy("report", "Workers"),
        Kind.COUNT,
        _("Employees as the unit states them."),
    ),
    Figure(
        "members",
        pgettext_lazy("report", "Members"),
        Kind.COUNT,
        _("Union members in service, as they stand now."),
    ),
    Figure(
        "enrolled_persons",
        pgettext_lazy("report", "Persons enrolled"),
        Kind.COUNT,
        _("Persons with at least one cover in force that begins in the period, each counted once."),
    ),
    Figure(
        "participation",
        pgettext_lazy("report", "Participation"),
        Kind.RATIO,
        _("Persons enrolled by members."),
    ),
    Figure(
        "due",
        pgettext_lazy("report", "Due"),
        Kind.MONEY,
        _("Contributions of the batches accepted in the period."),
    ),
    Figure(
        "received",
        pgettext_lazy("report", "Received"),
        Kind.MONEY,
        _("Payments that arrived in the period."),
    ),
    Figure(
        "remitted",
        pgettext_lazy("report", "Remitted"),
        Kind.MONEY,
        _("Passed on to the Beijing office."),
    ),
    Figure(
        "balance",
        pgettext_lazy("report", "Still owed"),
        Kind.MONEY,
        _("Due less received in the period."),
    ),
    Figure(
        "claims",
        pgettext_lazy("report", "Claims paid"),
        Kind.COUNT,
        _("Claims paid in the period."),
    ),
    Figure(
        "claims_paid",
        pgettext_lazy("report", "Paid on claims"),
        Kind.MONEY,
        _("The amounts of those claims."),
    ),
)


def fill(scope: Scope, window: Window) -> Filled:
    opening = owed_before(scope, window)
    rows = _rows(scope, window, opening)
    totals: dict[str, Any] = summed(COLUMNS, rows)
    totals["balance"] = opening + totals["due"] - totals["received"]
    stock = measures.whole(scope, measures.unions(window)) | measures.whole(
        scope, measures.members()
    )
    enrolled = measures.whole(scope, measures.enrolments(window))
    claims = measures.whole(scope, measures.claims_paid(window))
    figures = {
        "workers": stock["workers"],
        "members": stock["members"],
        "enrolled_persons": enrolled["persons"],
        "participation": ratio(enrolled["persons"], stock["members"]),
        **{key: totals[key] for key in ("due", "received", "remitted", "balance")},
        "claims": claims["claims"],
        "claims_paid": claims["paid"],
    }
    tables = ACCOUNT.holding(rows, totals), PLANS.holding(plan_rows(scope, window))
    return filled("unit_ledger", scope, window, figures, *tables)


def _rows(scope: Scope, window: Window, opening: Decimal) -> tuple[Row, ...]:
    """The account day by day; what was owed before stands in the first line."""
    balance, nothing = opening, Decimal("0.00")
    rows: list[Row] = []
    if opening:
        rows.append(
            {
                "day": window.first.isoformat(),
                "number": "",
                "memo": gettext("Owed from before"),
                "due": nothing,
                "received": nothing,
                "remitted": nothing,
                "balance": opening,
            }
        )
    for line in account_lines(scope, window):
        balance += line.due - line.received
        rows.append(
            {
                "day": line.day.isoformat(),
                "number": line.number,
                "memo": line.memo,
                "due": line.due,
                "received": line.received,
                "remitted": line.remitted,
                "balance": balance,
            }
        )
    return tuple(rows)


UNIT_LEDGER = Report(
    name="unit_ledger",
    title=pgettext_lazy("report", "Unit ledger"),
    summary=_("One unit's year: enrolment, payments, claims"),
    figures=FIGURES,
    tables=(ACCOUNT, PLANS),
    fill=fill,
)
