"""季度发放汇总: what was paid out for claims and as secondary reimbursement."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

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
    Column("family", _("Code"), Kind.TEXT, Totalled.NONE),
    Column("name", _("Plan"), Kind.TEXT, Totalled.NONE),
    Column("claims", _("Person-times")),
    Column("persons", _("Persons"), totalled=Totalled.NONE),
    Column("requested", _("Self-paid"), Kind.MONEY),
    Column("assessed", _("Assessed"), Kind.MONEY),
    Column("paid", _("Paid out"), Kind.MONEY),
    Column("returned", _("Returned"), Kind.MONEY),
    Column("paid_again", _("Paid again"), Kind.MONEY),
    Column("net", _("Net"), Kind.MONEY),
    Column("on_previous", _("On the period before"), Kind.RATIO, Totalled.NONE),
    Column("on_last_year", _("On last year"), Kind.RATIO, Totalled.NONE),
    Column("cumulative", _("This year so far"), Kind.MONEY),
)
BRANCH_COLUMNS = (
    Column("code", _("Code"), Kind.TEXT, Totalled.NONE),
    Column("name", _("Union"), Kind.TEXT, Totalled.NONE),
    Column("claims", _("Claims")),
    Column("claims_paid", _("Paid on claims"), Kind.MONEY),
    Column("person_times", _("Reimbursements")),
    Column("reimbursed", _("Reimbursed"), Kind.MONEY),
    Column("paid", _("Paid out in all"), Kind.MONEY),
)
FIGURES = (
    Figure(
        "claims_by_family",
        _("Claims paid, by plan"),
        Kind.MONEY,
        _(
            "Claims whose payment day lies in the period, each counted once; persons are counted once "
            "per plan by their ID number; the amount is the approved one."
        ),
    ),
    Figure(
        "reimbursements",
        _("Secondary reimbursement"),
        Kind.MONEY,
        _(
            "Person-times with something paid in the quarters of the period that have been paid out; a "
            "person counts once in each quarter. It belongs to its own quarter, whenever it was paid."
        ),
    ),
    Figure("returned", _("Returned"), Kind.MONEY, _("Payments that the bank returned.")),
    Figure(
        "paid_again",
        _("Paid again"),
        Kind.MONEY,
        _("New payments for what the bank had returned before."),
    ),
    Figure(
        "net",
        _("Net paid out"),
        Kind.MONEY,
        _("Paid out less returned plus paid again, claims and reimbursement together."),
    ),
)
NOTES = (
    _("Persons of different plans are not added up: one person may have claimed on several."),
    _("Self-paid is what the claim or settlement states (自付一); fixed benefits have none."),
)


def fill(scope: Scope, window: Window) -> Filled:
    rows = tuple([*_claim_rows(scope, window), _reimbursement_row(scope, window)])
    rows = tuple(_compared(rows, scope, window))
    totals = summed(COLUMNS, rows)
    branch_rows = _branch_rows(scope, window)
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
    return filled(
        "payout_summary",
        scope,
        window,
        figures,
        Table("summary", _("Summary"), COLUMNS, rows, totals),
        Table(
            "branches",
            _("By union"),
            BRANCH_COLUMNS,
            branch_rows,
            summed(BRANCH_COLUMNS, branch_rows),
        ),
    )


def _money_columns(paid: Decimal, payments: Mapping[str, Any]) -> dict[str, Decimal]:
    returned, again = payments.get("returned", NIL), payments.get("paid_again", NIL)
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
                **_money_columns(found.get("paid", NIL), payments.get(family, {})),
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
        **_money_columns(found["paid"], payments),
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
    for union in branches(scope):
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
    title=_("Payout summary"),
    summary=_("What was paid for claims and as secondary reimbursement"),
    figures=FIGURES,
    fill=fill,
    notes=NOTES,
    landscape=True,
)
