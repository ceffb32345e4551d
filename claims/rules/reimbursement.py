"""The quarters of the secondary reimbursement 二次报销, `quarterly_band_percent` (contract §4).

Every quarter is computed from all rows of the year so far, and pays what the earlier quarters of
the year have not paid yet: late rows and reversals settle themselves.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, localcontext

from claims.rules.exact import EXACT
from claims.rules.facts import MemberSettlements, SettlementRow
from claims.rules.outcome import QuarterPay, YearSettlement
from core.money import ZERO, to_fen
from core.periods import Period
from policies.rules.terms import QuarterlyBands, SecondaryTerms


def reimburse(member: MemberSettlements, terms: SecondaryTerms) -> tuple[YearSettlement, ...]:
    """Every calendar year of a member's rows under one version, years ascending."""
    return tuple(settle_year(member, year, terms) for year in years_of(member))


def years_of(member: MemberSettlements) -> list[int]:
    """The calendar years in which the member has any row, ascending."""
    return sorted({row.settled_on.year for row in member.rows})


def settle_year(member: MemberSettlements, year: int, terms: SecondaryTerms) -> YearSettlement:
    """The quarters of one year; rows settled while the member had no valid card do not count."""
    rows = [(i, row) for i, row in enumerate(member.rows) if row.settled_on.year == year]
    counted = [row for _, row in rows if member.had_card_on(row.settled_on)]
    return YearSettlement(
        insured=member.insured,
        year=year,
        plan=terms.code,
        quarters=quarterly_band_percent(counted, terms.benefit, privileged=member.privileged),
        ignored=tuple(i for i, row in rows if not member.had_card_on(row.settled_on)),
    )


def quarterly_band_percent(
    rows: Sequence[SettlementRow], benefit: QuarterlyBands, *, privileged: bool
) -> tuple[QuarterPay, ...]:
    """What each quarter with a row pays. The rows are one person's, of one calendar year.

    due = min(max_per_year, base × rate, rounded); pay = what is due less what was paid, not below
    zero; carried = the same, not above zero, shown only.
    """
    paid, quarters = ZERO, []
    with localcontext(EXACT):
        for quarter in sorted({_quarter(row) for row in rows}):
            base = base_of([row for row in rows if _quarter(row) <= quarter], benefit)
            due = _due(base, benefit, privileged=privileged)
            quarters.append(
                QuarterPay(
                    quarter=quarter,
                    base_ytd=base,
                    due_ytd=due,
                    pay=max(ZERO, due - paid),
                    carried=min(ZERO, due - paid),
                )
            )
            paid += quarters[-1].pay
    return tuple(quarters)


def base_of(rows: Iterable[SettlementRow], benefit: QuarterlyBands) -> Decimal:
    """What exceeds the deductibles: one for all outpatient rows, one for every stay.

    Stays are told apart and ordered by their admission. One whose rows sum to zero or less drops
    out of the order: the next one takes its deductible.
    """
    outpatient, stays = ZERO, defaultdict[date, Decimal](lambda: ZERO)
    for row in rows:
        if row.stay is None:
            outpatient += row.self_pay_1
        else:
            stays[row.stay] += row.self_pay_1
    sums = [stays[admitted_on] for admitted_on in sorted(stays) if stays[admitted_on] > 0]
    first, later = benefit.inpatient_first_deductible, benefit.inpatient_later_deductible
    return max(ZERO, outpatient - benefit.outpatient_deductible) + sum(
        (max(ZERO, own - (later if i else first)) for i, own in enumerate(sums)), ZERO
    )


def _due(base: Decimal, benefit: QuarterlyBands, *, privileged: bool) -> Decimal:
    due = to_fen(base * benefit.rate_for(privileged=privileged))
    return due if benefit.max_per_year is None else min(benefit.max_per_year, due)


def _quarter(row: SettlementRow) -> int:
    return Period.quarter_of(row.settled_on).quarter
