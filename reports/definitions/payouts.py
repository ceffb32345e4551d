"""季度发放汇总: what was paid out for claims and as secondary reimbursement."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policies.states import PAID_FAMILIES, Family
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
    summed,
)
from reports.selectors import measures
from reports.selectors.scope import Scope, Window, branches, segment

NIL = measures.NIL
Nets = dict[str, Decimal]

COLUMNS = (
    Column("family", pgettext_lazy("report", "Code"), Kind.TEXT, Totalled.NONE, printed=False),
    Column("name", pgettext_lazy("report", "Plan"), Kind.TEXT, Totalled.NONE),
    Column("claims", _("Person-times")),
    Column("persons", pgettext_lazy("report", "Persons"), totalled=Totalled.NONE),
    Column("requested", _("Self-paid"), Kind.MONEY),
    Column("assessed", pgettext_lazy("report", "Assessed"), Kind.MONEY),
    Column("paid", pgettext_lazy("report", "Paid out"), Kind.MONEY),
    Column("returned", pgettext_lazy("report", "Returned"), Kind.MONEY),
    Column("paid_again", pgettext_lazy("report", "Paid again"), Kind.MONEY),
    Column("net", pgettext_lazy("report", "Net"), Kind.MONEY),
    Column(
        "on_previous", pgettext_lazy("report", "On the period before"), Kind.RATIO, Totalled.NONE
    ),
    Column("on_last_year", pgettext_lazy("report", "On last year"), Kind.RATIO, Totalled.NONE),
    Column("cumulative", pgettext_lazy("report", "This year so far"), Kind.MONEY),
)
BRANCH_COLUMNS = (
    Column("code", pgettext_lazy("report", "Code"), Kind.TEXT, Totalled.NONE),
    Column("name", pgettext_lazy("report", "Union"), Kind.TEXT, Totalled.NONE),
    Column("claims", pgettext_lazy("report", "Claims")),
    Column("claims_paid", pgettext_lazy("report", "Paid on claims"), Kind.MONEY),
    Column("person_times", pgettext_lazy("report", "Reimbursements")),
    Column("reimbursed", pgettext_lazy("report", "Reimbursed"), Kind.MONEY),
    Column("paid", pgettext_lazy("report", "Paid out in all"), Kind.MONEY),
)
SUMMARY = Table("summary", pgettext_lazy("report", "Summary"), COLUMNS)
BRANCHES = Table("branches", pgettext_lazy("report", "By union"), BRANCH_COLUMNS)
FIGURES = (
    Figure(
        "claims_by_family",
        pgettext_lazy("report", "Claims paid, by plan"),
        Kind.MONEY,
        _(
            "Claims whose payment day lies in the period, each counted once; persons are counted "
            "once per plan by their ID number; paid out is what the bank was told to pay, new "
            "attempts not counted."
        ),
    ),
    Figure(
        "reimbursements",
        pgettext_lazy("report", "Secondary reimbursement"),
        Kind.MONEY,
        _(
            "Person-times with something paid in the quarters of the period that have been paid "
            "out; a person counts once in each quarter. It belongs to its own quarter, whenever it "
            "was paid."
        ),
    ),
    Figure(
        "returned",
        pgettext_lazy("report", "Returned"),
        Kind.MONEY,
        _("Payments that the bank returned."),
    ),
    Figure(
        "paid_again",
        pgettext_lazy("report", "Paid again"),
        Kind.MONEY,
        _("New payments for what the bank had returned before."),
    ),
    Figure(
        "net",
        pgettext_lazy("report", "Net paid out"),
        Kind.MONEY,
        _("Paid out less returned plus paid again, claims and reimbursement together."),
    ),
)
NOTES = (
    _("Persons of different plans are not added up: one person may have claimed on several."),
    _("Self-paid is what the claim or settlement states (自付一); fixed benefits have none."),
)


def fill(scope: Scope, window: Window) -> Filled:
    rows: tuple[Row, ...] = (*_claim_rows(scope, window), _reimbursement_row(scope, window))
    rows = tuple(_compared(rows, scope, window))
    totals = summed(COLUMNS, rows)
    reimbursed = rows[-1]
    figures = {
        "claims_by_family": {
            row["family"]: {key: row[key] for key in ("claims", "persons", "paid")}
            for row in rows[:-1]
        },
        "reimbursements": {
            "person_times": reimbursed["claims"],
            "persons": reimbursed["persons"],
            "paid": reimbursed["paid"],
        },
        "returned": totals["returned"],
        "paid_again": totals["paid_again"],
        "net": totals["net"],
    }
    tables = SUMMARY.holding(rows, totals), BRANCHES.holding(_branch_rows(scope, window))
    return filled("payout_summary", scope, window, figures, *tables)


def _money_columns(payments: Mapping[str, Any]) -> dict[str, Decimal]:
    paid, returned, again = (payments.get(key, NIL) for key in ("sent", "returned", "paid_again"))
    return {
        "paid": paid,
        "returned": returned,
        "paid_again": again,
        "net": paid - returned + again,
    }


def _claim_rows(scope: Scope, window: Window) -> list[dict[str, Any]]:
    claims = measures.by_column(scope, measures.claims_paid(window), "family")
    payments = measures.by_column(scope, measures.claim_payments(window), "claim__family")
    rows = []
    for family in PAID_FAMILIES:
        found = claims.get(family, {})
        rows.append(
            {
                "family": family.value,
                "name": family.label,
                "claims": found.get("claims", 0),
                "persons": found.get("persons", 0),
                "requested": found.get("requested"),
                "assessed": found.get("assessed", NIL),
                **_money_columns(payments.get(family, {})),
            }
        )
    return rows


def _reimbursement_row(scope: Scope, window: Window) -> dict[str, Any]:
    found = measures.whole(scope, measures.reimbursements(window))
    payments = measures.whole(scope, measures.reimbursement_payments(window))
    return {
        "family": Family.SECREIMB.value,
        "name": Family.SECREIMB.label,
        "claims": found["person_times"],
        "persons": found["persons"],
        "requested": measures.self_paid(scope, window),
        "assessed": found["paid"],
        **_money_columns(payments),
    }


def _nets(scope: Scope, window: Window) -> Nets:
    """Net by plan in another period: what the comparisons need."""
    rows = [*_claim_rows(scope, window), _reimbursement_row(scope, window)]
    return {row["family"]: row["net"] for row in rows}


def _compared(rows: tuple[Row, ...], scope: Scope, window: Window) -> list[dict[str, Any]]:
    """The rows with their growth on the period before and on last year, and the year so far."""
    period = window.period
    before = _nets(scope, window.at(period.previous))
    last_year = _nets(scope, window.at(period.same_last_year)) if period.quarter else before
    so_far: Nets = {row["family"]: row["net"] for row in rows}
    while period.quarter > 1:
        period = period.previous
        for family, net in (
            before if period == window.period.previous else _nets(scope, window.at(period))
        ).items():
            so_far[family] += net
    return [
        {
            **row,
            "on_previous": growth(row["net"], before[row["family"]]),
            "on_last_year": growth(row["net"], last_year[row["family"]]),
            "cumulative": so_far[row["family"]],
        }
        for row in rows
    ]


def _branch_rows(scope: Scope, window: Window) -> tuple[Row, ...]:
    claims = measures.by_branch(scope, measures.claims_paid(window))
    reimbursed = measures.by_branch(scope, measures.reimbursements(window))
    rows = []
    for union in branches(scope, window.last):
        key = segment(union.path, scope.depth)
        of_claims, of_quarter = claims.get(key, {}), reimbursed.get(key, {})
        paid, back = of_claims.get("paid", NIL), of_quarter.get("paid", NIL)
        rows.append(
            {
                "code": union.code,
                "name": union.name,
                "claims": of_claims.get("claims", 0),
                "claims_paid": paid,
                "person_times": of_quarter.get("person_times", 0),
                "reimbursed": back,
                "paid": paid + back,
            }
        )
    return tuple(rows)


PAYOUT_SUMMARY = Report(
    name="payout_summary",
    title=pgettext_lazy("report", "Payout summary"),
    summary=_("What was paid for claims and as secondary reimbursement"),
    figures=FIGURES,
    tables=(SUMMARY, BRANCHES),
    fill=fill,
    notes=NOTES,
    landscape=True,
)
