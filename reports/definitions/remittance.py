"""上缴结算: contributions due, received and passed on to Beijing, by plan and by unit."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policies.states import PAID_FAMILIES
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
    summed,
)
from reports.selectors import measures
from reports.selectors.scope import Scope, Window
from reports.selectors.units import units_named

NIL = measures.NIL

MONEY = (
    Column("due", pgettext_lazy("report", "Due"), Kind.MONEY),
    Column("received", pgettext_lazy("report", "Received"), Kind.MONEY),
    Column("remitted", pgettext_lazy("report", "Remitted now"), Kind.MONEY),
    Column("difference", pgettext_lazy("report", "Difference"), Kind.MONEY),
)
COLUMNS = (
    Column("family", pgettext_lazy("report", "Code"), Kind.TEXT, Totalled.NONE, printed=False),
    Column("name", pgettext_lazy("report", "Plan"), Kind.TEXT, Totalled.NONE),
    Column("units", pgettext_lazy("report", "Units"), totalled=Totalled.OWN),
    Column("persons", pgettext_lazy("report", "Persons"), totalled=Totalled.OWN),
    Column("shares", pgettext_lazy("report", "Shares")),
    *MONEY,
)
UNIT_COLUMNS = (
    Column("code", pgettext_lazy("report", "Unit code"), Kind.TEXT, Totalled.NONE),
    Column("name", pgettext_lazy("report", "Unit"), Kind.TEXT, Totalled.NONE),
    Column("shares", pgettext_lazy("report", "Shares")),
    *MONEY,
)
SUMMARY = Table("summary", pgettext_lazy("report", "Summary"), COLUMNS)
UNITS = Table("units", pgettext_lazy("report", "By unit"), UNIT_COLUMNS, on_paper=False)
FIGURES = (
    Figure(
        "by_family",
        pgettext_lazy("report", "By plan"),
        Kind.MONEY,
        _(
            "Units, persons, shares and due: of the enrolment batches accepted in the period. "
            "Received: payments of units by the day they arrived. Remitted: by the day of the "
            "transfer to the Beijing office. Difference: due less remitted."
        ),
    ),
    Figure(
        "total",
        pgettext_lazy("report", "Remitted in all"),
        Kind.MONEY,
        _("All contributions remitted in the period."),
    ),
)
NOTES = (
    _("Units and persons of the total are counted once, not added up over the plans."),
    _("A negative difference was due in an earlier period and is remitted now."),
    _("A child insured by the children's plan counts as a person of its own."),
)


def fill(scope: Scope, window: Window) -> Filled:
    rows = _family_rows(scope, window)
    totals = {**summed(COLUMNS, rows), **_counted_once(scope, window)}
    keys = ("units", "persons", "shares", "due", "received", "remitted", "difference")
    figures = {
        "by_family": {row["family"]: {key: row[key] for key in keys} for row in rows},
        "total": totals["remitted"],
    }
    tables = SUMMARY.holding(rows, totals), UNITS.holding(_unit_rows(scope, window))
    return filled("remittance", scope, window, figures, *tables)


def _flows(parts: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """Due, received, remitted and the difference from three measures that may each be missing."""
    due, received, remitted = parts
    owed, passed_on = due.get("due", NIL), remitted.get("remitted", NIL)
    return {
        "shares": due.get("shares", 0),
        "due": owed,
        "received": received.get("received", NIL),
        "remitted": passed_on,
        "difference": owed - passed_on,
    }


def _family_rows(scope: Scope, window: Window) -> tuple[Row, ...]:
    due = measures.by_column(scope, measures.due(window), "plan_version__family")
    persons = measures.by_column(scope, measures.due_persons(window), "family")
    column = "batch__plan_version__family"
    received = measures.by_column(scope, measures.received(window), column)
    remitted = measures.by_column(scope, measures.remitted(window), column)
    return tuple(
        {
            "family": family.value,
            "name": family.label,
            "units": due.get(family, {}).get("units", 0),
            "persons": sum(persons.get(family, {}).get(key, 0) for key in ("adults", "children")),
            **_flows((due.get(family, {}), received.get(family, {}), remitted.get(family, {}))),
        }
        for family in PAID_FAMILIES
    )


def _counted_once(scope: Scope, window: Window) -> dict[str, int]:
    persons = measures.whole(scope, measures.due_persons(window))
    return {
        "units": measures.whole(scope, measures.due(window))["units"],
        "persons": persons["adults"] + persons["children"],
    }


def _unit_rows(scope: Scope, window: Window) -> tuple[Row, ...]:
    due = measures.by_column(scope, measures.due(window), "organisation")
    received = measures.by_column(scope, measures.received(window), "batch__organisation")
    remitted = measures.by_column(scope, measures.remitted(window), "batch__organisation")
    keys = due.keys() | received.keys() | remitted.keys()
    return tuple(
        {
            "code": unit.code,
            "name": unit.name,
            **_flows((due.get(unit.pk, {}), received.get(unit.pk, {}), remitted.get(unit.pk, {}))),
        }
        for unit in units_named(keys, window.last)
    )


REMITTANCE = Report(
    name="remittance",
    title=pgettext_lazy("report", "Remittance statement"),
    summary=_("Contributions due, received and passed on to the Beijing office"),
    figures=FIGURES,
    tables=(SUMMARY, UNITS),
    fill=fill,
    notes=NOTES,
)
