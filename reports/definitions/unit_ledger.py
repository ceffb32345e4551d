"""单位台账: one unit's year on paper — enrolment, its account with the agency, and what came back."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from reports.definitions.annual import PLAN_COLUMNS, plan_rows
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
from reports.selectors.units import account_lines

COLUMNS = (
    Column("day", _("Day"), Kind.DAY, Totalled.NONE),
    Column("number", _("Document"), Kind.TEXT, Totalled.NONE),
    Column("memo", _("About"), Kind.TEXT, Totalled.NONE),
    Column("due", _("Due"), Kind.MONEY),
    Column("received", _("Received"), Kind.MONEY),
    Column("remitted", _("Remitted"), Kind.MONEY),
    Column("balance", _("Still owed"), Kind.MONEY, Totalled.OWN),
)
FIGURES = (
    Figure("workers", _("Workers"), Kind.COUNT, _("Employees as the unit states them.")),
    Figure("members", _("Members"), Kind.COUNT, _("Union members in service, as they stand now.")),
    Figure(
        "enrolled_persons",
        _("Persons enrolled"),
        Kind.COUNT,
        _("Persons with at least one cover in force that begins in the period, each counted once."),
    ),
    Figure("participation", _("Participation"), Kind.RATIO, _("Persons enrolled by members.")),
    Figure("due", _("Due"), Kind.MONEY, _("Contributions of the batches accepted in the period.")),
    Figure("received", _("Received"), Kind.MONEY, _("Payments that arrived in the period.")),
    Figure("remitted", _("Remitted"), Kind.MONEY, _("Passed on to the Beijing office.")),
    Figure("balance", _("Still owed"), Kind.MONEY, _("Due less received in the period.")),
    Figure("claims", _("Claims paid"), Kind.COUNT, _("Claims paid in the period.")),
    Figure("claims_paid", _("Paid on claims"), Kind.MONEY, _("The amounts of those claims.")),
)


def fill(scope: Scope, window: Window) -> Filled:
    rows = _rows(scope, window)
    totals: dict[str, Any] = summed(COLUMNS, rows)
    totals["balance"] = totals["due"] - totals["received"]
    stock = measures.whole(scope, measures.unions()) | measures.whole(scope, measures.members())
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
    account = Table("account", _("Account with the agency"), COLUMNS, rows, totals)
    return filled("unit_ledger", scope, window, figures, account, _plans(scope, window))


def _rows(scope: Scope, window: Window) -> tuple[Row, ...]:
    balance = Decimal("0.00")
    rows = []
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


def _plans(scope: Scope, window: Window) -> Table:
    rows = plan_rows(scope, window)
    return Table("plans", _("By plan"), PLAN_COLUMNS, rows, summed(PLAN_COLUMNS, rows))


UNIT_LEDGER = Report(
    name="unit_ledger",
    title=_("Unit ledger"),
    summary=_("One unit's year: enrolment, payments, claims"),
    figures=FIGURES,
    fill=fill,
)
