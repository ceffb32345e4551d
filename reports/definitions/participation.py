"""参保情况表: persons, person-times, plans a head, cards and units, by both denominators."""

from collections.abc import Mapping
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
    ratio,
    summed,
)
from reports.selectors import measures
from reports.selectors.scope import Scope, Window, branches, segment

COUNT, RATIO, MONEY = Kind.COUNT, Kind.RATIO, Kind.MONEY
FIGURES = (
    Figure(
        "workers", pgettext_lazy("report", "Workers"), COUNT,
        _("Employees of the year, or the latest count before it, as each union states them."),
    ),
    Figure(
        "members", pgettext_lazy("report", "Members"), COUNT,
        _("Union members in service, as they stand now."),
    ),
    Figure(
        "persons", pgettext_lazy("report", "Persons enrolled"), COUNT,
        _("Persons with at least one cover in force that begins in the period, each counted once."),
    ),
    Figure(
        "enrolments", pgettext_lazy("report", "Enrolments"), COUNT,
        _("Covers in force that begin in the period: person-times, not persons."),
    ),
    Figure(
        "plans_per_head", pgettext_lazy("report", "Plans a head"), Kind.TIMES,
        _("Enrolments by persons enrolled."),
    ),
    Figure(
        "of_workers", pgettext_lazy("report", "Participation of employees"), RATIO,
        _("Persons enrolled by employees."),
    ),
    Figure(
        "of_members", pgettext_lazy("report", "Participation of members"), RATIO,
        _("Persons enrolled by members in service."),
    ),
    Figure(
        "card_rate", pgettext_lazy("report", "Card rate"), RATIO,
        _("Members in service whose union service card is on record, by members in service."),
    ),
    Figure(
        "units", pgettext_lazy("report", "Units"), COUNT,
        _("Grassroots unions of the subtree that are not closed."),
    ),
    Figure(
        "covered_units", pgettext_lazy("report", "Units covered"), COUNT,
        _("Of these: units with at least one cover in force that begins in the period."),
    ),
    Figure(
        "unit_coverage", pgettext_lazy("report", "Unit coverage"), RATIO,
        _("Units covered by units; the others are the blank spots."),
    ),
)  # fmt: skip
OWN = Totalled.OWN
BRANCHES = Table(
    "branches",
    pgettext_lazy("report", "By union"),
    (
        Column("code", pgettext_lazy("report", "Code"), Kind.TEXT, Totalled.NONE),
        Column("name", pgettext_lazy("report", "Union"), Kind.TEXT, Totalled.NONE),
        Column("workers", pgettext_lazy("report", "Workers")),
        Column("members", pgettext_lazy("report", "Members")),
        Column("persons", pgettext_lazy("report", "Persons enrolled"), totalled=OWN),
        Column("enrolments", pgettext_lazy("report", "Enrolments")),
        Column("plans_per_head", pgettext_lazy("report", "Plans a head"), Kind.TIMES, OWN),
        Column("of_workers", pgettext_lazy("report", "Participation of employees"), RATIO, OWN),
        Column("of_members", pgettext_lazy("report", "Participation of members"), RATIO, OWN),
        Column("card_rate", pgettext_lazy("report", "Card rate"), RATIO, OWN),
        Column("units", pgettext_lazy("report", "Units")),
        Column("covered_units", pgettext_lazy("report", "Units covered")),
        Column("unit_coverage", pgettext_lazy("report", "Unit coverage"), RATIO, OWN),
    ),
)
PLANS = Table(
    "plans",
    pgettext_lazy("report", "By plan"),
    (
        Column("family", pgettext_lazy("report", "Code"), Kind.TEXT, Totalled.NONE, printed=False),
        Column("name", pgettext_lazy("report", "Plan"), Kind.TEXT, Totalled.NONE),
        Column("persons", pgettext_lazy("report", "Persons"), totalled=Totalled.NONE),
        Column("enrolments", pgettext_lazy("report", "Enrolments")),
        Column("of_members", pgettext_lazy("report", "Participation of members"), RATIO, OWN),
        Column("units", pgettext_lazy("report", "Units covered"), totalled=Totalled.NONE),
        Column("contributions", pgettext_lazy("report", "Contributions"), MONEY),
    ),
)


def fill(scope: Scope, window: Window) -> Filled:
    found: dict[str, Any] = {}
    for measure in _measures(window):
        found |= measures.whole(scope, measure)
    figures = _rates(found)
    rows = _branch_rows(scope, window)
    totals = summed(BRANCHES.columns, rows) | {
        column.key: figures[column.key] for column in BRANCHES.columns if column.totalled is OWN
    }
    plans = _plan_rows(scope, window, found["members"])
    of_plans = summed(PLANS.columns, plans) | {"of_members": figures["of_members"]}
    return filled(
        "participation", scope, window, figures, BRANCHES.holding(rows, totals),
        PLANS.holding(plans, of_plans),
    )  # fmt: skip


def _measures(window: Window) -> tuple[measures.Measure, ...]:
    return (
        measures.unions(window), measures.members(), measures.enrolments(window),
        measures.covered_units(window),
    )  # fmt: skip


def _rates(found: Mapping[str, Any]) -> dict[str, Any]:
    """The counts of a scope with the rates that follow from them."""
    counts = ("workers", "members", "persons", "enrolments", "units", "covered_units")
    given = {key: found.get(key) or 0 for key in counts}
    return given | {
        "plans_per_head": ratio(given["enrolments"], given["persons"]),
        "of_workers": ratio(given["persons"], given["workers"]),
        "of_members": ratio(given["persons"], given["members"]),
        "card_rate": ratio(found.get("cards") or 0, given["members"]),
        "unit_coverage": ratio(given["covered_units"], given["units"]),
    }


def _branch_rows(scope: Scope, window: Window) -> tuple[Row, ...]:
    merged: dict[str, dict[str, Any]] = {}
    for measure in _measures(window):
        for key, sums in measures.by_branch(scope, measure).items():
            merged.setdefault(key, {}).update(sums)
    rows = [
        {"code": union.code, "name": union.name}
        | _rates(merged.pop(segment(union.path, scope.depth), {}))
        for union in branches(scope, window.last)
    ]
    own = _rates(merged.pop("", {}))
    if any(own.values()):  # what belongs to the union itself and to no branch of it
        rows.append({"code": scope.code, "name": scope.name} | own)
    return tuple(rows)


def _plan_rows(scope: Scope, window: Window, members: int) -> tuple[Row, ...]:
    enrolled = measures.by_column(scope, measures.enrolments(window), "family")
    rows = []
    for family in PAID_FAMILIES:
        sums = enrolled.get(family, {})
        persons = sums.get("persons", 0)
        rows.append(
            {
                "family": family.value,
                "name": family.label,
                "persons": persons,
                "enrolments": sums.get("enrolments", 0),
                "of_members": ratio(persons, members),
                "units": sums.get("enrolled_units", 0),
                "contributions": sums.get("contributions", measures.NIL),
            }
        )
    return tuple(rows)


PARTICIPATION = Report(
    name="participation",
    title=pgettext_lazy("report", "Participation table"),
    summary=_("Persons, person-times, plans a head, cards and units, each with what it counts"),
    figures=FIGURES,
    tables=(BRANCHES, PLANS),
    fill=fill,
    landscape=True,
)
