"""年度成绩单: what a year came to, for the district or for one union."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.periods import Period
from policies.models import Campaign
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
    growth,
    ratio,
    summed,
)
from reports.selectors import measures
from reports.selectors.scope import Scope, Window, branches, segment

NIL = measures.NIL

BRANCH_COLUMNS = (
    Column("code", _("Code"), Kind.TEXT, Totalled.NONE),
    Column("name", _("Union"), Kind.TEXT, Totalled.NONE),
    Column("workers", _("Workers")),
    Column("members", _("Members")),
    Column("enrolled_persons", _("Persons enrolled"), totalled=Totalled.OWN),
    Column("participation", _("Participation"), Kind.RATIO, Totalled.OWN),
    Column("enrolments", _("Enrolments")),
    Column("contributions", _("Contributions"), Kind.MONEY),
    Column("claims", _("Claims")),
    Column("claims_paid", _("Paid on claims"), Kind.MONEY),
    Column("reimbursements", _("Reimbursements")),
    Column("reimbursed", _("Reimbursed"), Kind.MONEY),
)
PLAN_COLUMNS = (
    Column("family", _("Code"), Kind.TEXT, Totalled.NONE),
    Column("name", _("Plan"), Kind.TEXT, Totalled.NONE),
    Column("enrolments", _("Enrolments")),
    Column("persons", _("Persons"), totalled=Totalled.NONE),
    Column("contributions", _("Contributions"), Kind.MONEY),
    Column("claims", _("Claims")),
    Column("claims_paid", _("Paid on claims"), Kind.MONEY),
)
QUARTER_COLUMNS = (
    Column("quarter", _("Quarter"), Kind.TEXT, Totalled.NONE),
    Column("remitted", _("Remitted"), Kind.MONEY),
    Column("claims", _("Claims")),
    Column("claims_paid", _("Paid on claims"), Kind.MONEY),
    Column("reimbursements", _("Reimbursements")),
    Column("reimbursed", _("Reimbursed"), Kind.MONEY),
)


def _figure(key: str, title: Any, kind: Kind, definition: Any) -> Figure:
    return Figure(key, title, kind, definition)


COUNT, MONEY, RATIO = Kind.COUNT, Kind.MONEY, Kind.RATIO
FIGURES = (
    _figure("workers", _("Workers"), COUNT, _("Employees as each union states them for itself, added up over the subtree.")),
    _figure("members", _("Members"), COUNT, _("Union members in service, as they stand now.")),
    _figure("units", _("Units"), COUNT, _("Grassroots unions of the subtree that are not closed.")),
    _figure("enrolled_persons", _("Persons enrolled"), COUNT, _("Persons with at least one cover in force that begins in the year, each counted once.")),
    _figure("enrolments", _("Enrolments"), COUNT, _("Covers in force that begin in the year: person-times, not persons.")),
    _figure("contributions", _("Contributions"), MONEY, _("Contributions of those covers.")),
    _figure("plans", _("Plans"), COUNT, _("Different plans among those covers.")),
    _figure("participation", _("Participation"), RATIO, _("Persons enrolled by members.")),
    _figure("card_rate", _("Card rate"), RATIO, _("Members with a union card by members.")),
    _figure("remitted", _("Remitted"), MONEY, _("Contributions transferred to the Beijing office in the year, by the day of the transfer.")),
    _figure("target", _("Annual target"), MONEY, _("The Beijing office's target for the year.")),
    _figure("completion", _("Completion"), RATIO, _("Remitted by target.")),
    _figure("remitted_last_year", _("Remitted last year"), MONEY, _("The same of the year before; from before this system: the sum entered by the office.")),
    _figure("growth", _("Growth"), RATIO, _("Remitted by remitted last year, less one.")),
    _figure("claims", _("Claims paid"), COUNT, _("Claims whose payment day lies in the year, each counted once.")),
    _figure("claims_paid", _("Paid on claims"), MONEY, _("The approved amounts of those claims.")),
    _figure("campaign", _("Campaigns"), MONEY, _("By campaign: persons covered, their contributions, and its claims paid in the year.")),
    _figure("reimbursements", _("Reimbursements"), COUNT, _("Person-times with something paid in the year's quarters that have been paid out; one person may count four times.")),
    _figure("reimbursed", _("Reimbursed"), MONEY, _("What was paid for those person-times.")),
    _figure("reimbursements_by_quarter", _("Reimbursements by quarter"), COUNT, _("Person-times of each quarter.")),
    _figure("verified", _("Verified"), COUNT, _("Verification of secondary reimbursement by the union; for now its reimbursed person-times stand for it.")),
)  # fmt: skip
NOTES = (
    _("Unions, members and cards are shown as they stand now: their past is not kept yet."),
    _("Contributions and claims belong to the union that enrolled or filed; reimbursement to the member's union when it was computed."),
)  # fmt: skip


def fill(scope: Scope, window: Window) -> Filled:
    figures = _district(scope, window) if scope.is_district else _union(scope, window)
    rows = _branch_rows(scope, window)
    totals = summed(BRANCH_COLUMNS, rows)
    enrolled = measures.whole(scope, measures.enrolments(window))
    totals["enrolled_persons"] = enrolled["persons"]
    totals["participation"] = ratio(enrolled["persons"], totals["members"])
    plans = plan_rows(scope, window)
    quarters = _quarter_rows(scope, window)
    return filled(
        "annual",
        scope,
        window,
        figures,
        Table("branches", _("By union"), BRANCH_COLUMNS, rows, totals),
        Table("plans", _("By plan"), PLAN_COLUMNS, plans, summed(PLAN_COLUMNS, plans)),
        Table(
            "quarters", _("By quarter"), QUARTER_COLUMNS, quarters, summed(QUARTER_COLUMNS, quarters)
        ),
    )


# ------------------------------------------------------------------ figures


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
        "workers": measures.whole(scope, measures.unions())["workers"],
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
    begun = Campaign.objects.filter(starts_on__range=window.days)
    return set(begun.values_list("code", flat=True))


def _union(scope: Scope, window: Window) -> dict[str, Any]:
    stock = measures.whole(scope, measures.unions()) | measures.whole(scope, measures.members())
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
    }


def _by_branch(scope: Scope, window: Window) -> dict[str, dict[str, Any]]:
    """Every measure of the table by branch, merged under the branch's part of the path."""
    merged: dict[str, dict[str, Any]] = {}
    renamed = {"paid": "claims_paid"}, {"paid": "reimbursed", "person_times": "reimbursements"}
    parts = (
        (measures.unions(), {}),
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
        for union in branches(scope)
    ]
    # what belongs to the union itself, and to branches that are closed by now
    own = found.pop("", None)
    if own:
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
    title=_("Annual report"),
    summary=_("The year of the district or of one union"),
    figures=FIGURES,
    fill=fill,
    quarters=False,
    notes=NOTES,
    landscape=True,
)
