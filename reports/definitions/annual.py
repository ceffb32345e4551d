"""年度成绩单: what a year came to, for the district or for one union."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.periods import Period
from policies.models import Campaign
from policies.states import PAID_FAMILIES
from reports.definitions.annual_figures import FIGURES, NOTES
from reports.definitions.base import (
    Column,
    Filled,
    Kind,
    Report,
    Row,
    Table,
    Totalled,
    filled,
    growth,
    ratio,
    summed,
)
from reports.selectors import measures
from reports.selectors.scope import Scope, Window, branches, segment

NIL = measures.NIL

BRANCH_COLUMNS = (
    Column("code", pgettext_lazy("report", "Code"), Kind.TEXT, Totalled.NONE),
    Column("name", pgettext_lazy("report", "Union"), Kind.TEXT, Totalled.NONE),
    Column("workers", pgettext_lazy("report", "Workers")),
    Column("members", pgettext_lazy("report", "Members")),
    Column("enrolled_persons", pgettext_lazy("report", "Persons enrolled"), totalled=Totalled.OWN),
    Column("participation", pgettext_lazy("report", "Participation"), Kind.RATIO, Totalled.OWN),
    Column("enrolments", pgettext_lazy("report", "Enrolments")),
    Column("contributions", pgettext_lazy("report", "Contributions"), Kind.MONEY),
    Column("claims", pgettext_lazy("report", "Claims")),
    Column("claims_paid", pgettext_lazy("report", "Paid on claims"), Kind.MONEY),
    Column("reimbursements", pgettext_lazy("report", "Reimbursements")),
    Column("reimbursed", pgettext_lazy("report", "Reimbursed"), Kind.MONEY),
)
PLAN_COLUMNS = (
    Column("family", pgettext_lazy("report", "Code"), Kind.TEXT, Totalled.NONE, printed=False),
    Column("name", pgettext_lazy("report", "Plan"), Kind.TEXT, Totalled.NONE),
    Column("enrolments", pgettext_lazy("report", "Enrolments")),
    Column("persons", pgettext_lazy("report", "Persons"), totalled=Totalled.NONE),
    Column("contributions", pgettext_lazy("report", "Contributions"), Kind.MONEY),
    Column("claims", pgettext_lazy("report", "Claims")),
    Column("claims_paid", pgettext_lazy("report", "Paid on claims"), Kind.MONEY),
)
QUARTER_COLUMNS = (
    Column("quarter", pgettext_lazy("report", "Quarter"), Kind.TEXT, Totalled.NONE),
    Column("remitted", pgettext_lazy("report", "Remitted"), Kind.MONEY),
    Column("claims", pgettext_lazy("report", "Claims")),
    Column("claims_paid", pgettext_lazy("report", "Paid on claims"), Kind.MONEY),
    Column("reimbursements", pgettext_lazy("report", "Reimbursements")),
    Column("reimbursed", pgettext_lazy("report", "Reimbursed"), Kind.MONEY),
)
BRANCHES = Table("branches", pgettext_lazy("report", "By union"), BRANCH_COLUMNS)
PLANS = Table("plans", pgettext_lazy("report", "By plan"), PLAN_COLUMNS)
QUARTERS = Table("quarters", pgettext_lazy("report", "By quarter"), QUARTER_COLUMNS)


def fill(scope: Scope, window: Window) -> Filled:
    figures = figures_of(scope, window)
    rows = _branch_rows(scope, window)
    totals = summed(BRANCH_COLUMNS, rows)
    enrolled = measures.whole(scope, measures.enrolments(window))
    totals["enrolled_persons"] = enrolled["persons"]
    totals["participation"] = ratio(enrolled["persons"], totals["members"])
    return filled(
        "annual",
        scope,
        window,
        figures,
        BRANCHES.holding(rows, totals),
        PLANS.holding(plan_rows(scope, window)),
        QUARTERS.holding(_quarter_rows(scope, window)),
    )


# ------------------------------------------------------------------ figures


def figures_of(scope: Scope, window: Window) -> dict[str, Any]:
    """The figures alone: of the district, or of one union."""
    return _district(scope, window) if scope.is_district else _union(scope, window)


def _flows(scope: Scope, window: Window) -> dict[str, Any]:
    claims = measures.whole(scope, measures.claims_paid(window))
    reimbursed = measures.whole(scope, measures.reimbursements(window))
    return {
        "claims": claims["claims"],
        "claims_paid": claims["paid"],
        "reimbursements": reimbursed["person_times"],
        "reimbursed": reimbursed["paid"],
    }


def _district(scope: Scope, window: Window) -> dict[str, Any]:
    flows = _flows(scope, window)
    by_quarter = measures.by_column(scope, measures.reimbursements(window), "quarter")
    year = window.period.year
    return {
        "workers": measures.whole(scope, measures.unions(window))["workers"],
        "members": measures.whole(scope, measures.members())["members"],
        **remitted_figures(scope, window),
        "claims": flows["claims"],
        "claims_paid": flows["claims_paid"],
        "campaign": _campaigns(scope, window),
        "reimbursements": flows["reimbursements"],
        "reimbursed": flows["reimbursed"],
        "reimbursements_by_quarter": {
            f"{year}Q{quarter}": by_quarter.get(quarter, {}).get("person_times", 0)
            for quarter in (1, 2, 3, 4)
        },
    }


def remitted_figures(scope: Scope, window: Window) -> dict[str, Any]:
    """Remitted, target, completion, last year and growth: the thermometer of the home page too."""
    year = window.period.year
    done = _remitted(scope, window)
    target = measures.target(year)
    before = _remitted(scope, window.at(Period(year - 1)))
    if not before and (last := measures.target(year - 1)) is not None:
        before = last.remitted_before or NIL
    aim = target.amount if target else None
    return {
        "remitted": done,
        "target": aim,
        "completion": ratio(done, aim),
        "remitted_last_year": before or None,
        "growth": growth(done, before),
    }


def _remitted(scope: Scope, window: Window) -> Decimal:
    found: Decimal = measures.whole(scope, measures.remitted(window))["remitted"]
    return found


def _campaigns(scope: Scope, window: Window) -> dict[str, dict[str, Any]]:
    enrolled = measures.by_column(
        scope, measures.campaign_enrolments(window), "batch__campaign__code"
    )
    claims = measures.by_column(scope, measures.campaign_claims(window), "campaign__code")
    codes = set(enrolled) | set(claims) | _campaigns_of(window)
    return {
        code: {
            "members": enrolled.get(code, {}).get("members", 0),
            "contributions": enrolled.get(code, {}).get("contributions", NIL),
            "claims": claims.get(code, {}).get("claims", 0),
            "paid": claims.get(code, {}).get("paid", NIL),
        }
        for code in sorted(codes)
    }


def _campaigns_of(window: Window) -> set[str]:
    begun = Campaign.objects.filter(starts_on__year=window.period.year)
    return set(begun.values_list("code", flat=True))


def _union(scope: Scope, window: Window) -> dict[str, Any]:
    stock = measures.whole(scope, measures.unions(window)) | measures.whole(
        scope, measures.members()
    )
    enrolled = measures.whole(scope, measures.enrolments(window))
    flows = _flows(scope, window)
    return {
        "workers": stock["workers"],
        "members": stock["members"],
        "units": stock["units"],
        "enrolled_persons": enrolled["persons"],
        "enrolments": enrolled["enrolments"],
        "contributions": enrolled["contributions"],
        "plans": enrolled["plans"],
        "participation": ratio(enrolled["persons"], stock["members"]),
        "card_rate": ratio(stock["cards"], stock["members"]),
        "claims": flows["claims"],
        "claims_paid": flows["claims_paid"],
        "verified": flows["reimbursements"],
    }


# ------------------------------------------------------------------ tables


def _branch_row(code: str, name: str, found: Mapping[str, Any]) -> Row:
    return {
        "code": code,
        "name": name,
        "workers": found.get("workers", 0),
        "members": found.get("members", 0),
        "enrolled_persons": found.get("persons", 0),
        "participation": ratio(found.get("persons", 0), found.get("members", 0)),
        "enrolments": found.get("enrolments", 0),
        "contributions": found.get("contributions", NIL),
        "claims": found.get("claims", 0),
        "claims_paid": found.get("claims_paid", NIL),
        "reimbursements": found.get("reimbursements", 0),
        "reimbursed": found.get("reimbursed", NIL),
        # in no column of the table: what a branch's own report would say
        "units": found.get("units", 0),
        "plans": found.get("plans", 0),
        "card_rate": ratio(found.get("cards", 0), found.get("members", 0)),
        "verified": found.get("reimbursements", 0),
        "enrolled_units": found.get("enrolled_units", 0),
    }


def _by_branch(scope: Scope, window: Window) -> dict[str, dict[str, Any]]:
    """Every measure of the table by branch, merged under the branch's part of the path."""
    merged: dict[str, dict[str, Any]] = {}
    renamed = {"paid": "claims_paid"}, {"paid": "reimbursed", "person_times": "reimbursements"}
    parts: tuple[tuple[measures.Measure, dict[str, str]], ...] = (
        (measures.unions(window), {}),
        (measures.members(), {}),
        (measures.claims_paid(window), {**renamed[0], "persons": "claimants"}),
        (measures.reimbursements(window), {**renamed[1], "persons": "helped"}),
        (measures.enrolments(window), {}),
    )
    for measure, names in parts:
        for key, found in measures.by_branch(scope, measure).items():
            row = merged.setdefault(key, {})
            row.update({names.get(name, name): value for name, value in found.items()})
    return merged


def _branch_rows(scope: Scope, window: Window) -> tuple[Row, ...]:
    found = _by_branch(scope, window)
    rows = [
        _branch_row(union.code, union.name, found.pop(segment(union.path, scope.depth), {}))
        for union in branches(scope, window.last)
    ]
    # what belongs to the union itself and to no branch of it
    own = found.pop("", {})
    if any(value for key, value in own.items() if key != "branch"):
        rows.append(_branch_row(scope.code, scope.name, own))
    return tuple(rows)


def plan_rows(scope: Scope, window: Window) -> tuple[Row, ...]:
    enrolled = measures.by_column(scope, measures.enrolments(window), "family")
    claims = measures.by_column(scope, measures.claims_paid(window), "family")
    return tuple(
        {
            "family": family.value,
            "name": family.label,
            "enrolments": enrolled.get(family, {}).get("enrolments", 0),
            "persons": enrolled.get(family, {}).get("persons", 0),
            "contributions": enrolled.get(family, {}).get("contributions", NIL),
            "claims": claims.get(family, {}).get("claims", 0),
            "claims_paid": claims.get(family, {}).get("paid", NIL),
        }
        for family in PAID_FAMILIES
    )


def _quarter_rows(scope: Scope, window: Window) -> tuple[Row, ...]:
    rows = []
    for quarter in (1, 2, 3, 4):
        part = window.at(Period(window.period.year, quarter))
        rows.append(
            {
                "quarter": str(part.period),
                "remitted": _remitted(scope, part),
                **_flows(scope, part),
            }
        )
    return tuple(rows)


ANNUAL = Report(
    name="annual",
    title=pgettext_lazy("report", "Annual report"),
    summary=_("The year of the district or of one union"),
    figures=FIGURES,
    tables=(BRANCHES, PLANS, QUARTERS),
    fill=fill,
    quarters=False,
    notes=NOTES,
    landscape=True,
)
