"""SECREIMB above the ceiling: an application once a year, paid by bands (contract §4)."""

from collections.abc import Sequence
from decimal import Decimal

from claims.rules.checks import Finding
from claims.rules.facts import ClaimFacts
from claims.rules.history import Assessed
from claims.rules.limits import amount_of
from claims.rules.outcome import Benefit
from claims.rules.steps import Step, step
from core.money import ZERO, to_fen
from policies.rules.terms import Band, SecondaryTerms

LAST_MONTH_TO_APPLY = 3  # applications are taken in the first quarter of the year that follows


def ceiling_findings(claim: ClaimFacts, terms: SecondaryTerms) -> tuple[Finding, ...]:
    """The only checks of this family: has the version bands, and was it filed in time?"""
    found = (("NO_BANDS", _no_bands(terms)), ("LATE", _late(claim)))
    return tuple((code, finding) for code, finding in found if finding is not None)


def _no_bands(terms: SecondaryTerms) -> Step | None:
    if terms.benefit.bands is not None:
        return None
    return step("no_bands", "benefit.over_ceiling.bands", plan=terms.code)


def _late(claim: ClaimFacts) -> Step | None:
    filed, year = claim.filed_on, claim.year + 1
    if filed.year == year and filed.month <= LAST_MONTH_TO_APPLY:
        return None
    return step("late_for_year", "claim_limit", filed=filed, year=year)


def above_ceiling(
    claim: ClaimFacts, terms: SecondaryTerms, reimbursed: Decimal, earlier: Sequence[Assessed]
) -> Benefit:
    """Σ over the bands of the part inside × rate, at most what the year's maximum leaves.

    `reimbursed` is what the insured's quarters of the year pay, in yuan; `earlier` are the claims
    above the ceiling before this one.
    """
    net = max(ZERO, claim.amount - sum(claim.deductions, ZERO))
    parts = [(band, _part_inside(net, band)) for band in terms.benefit.bands or ()]
    due = to_fen(sum((part * band.rate for band, part in parts), ZERO))
    paid = amount_of(past for past in earlier if past.is_payable and past.claim.year == claim.year)
    amount, limit = _within_year(due, terms.benefit.max_per_year, reimbursed, paid)
    bands = tuple(_band_step(band, part) for band, part in parts if part)
    total = step("bands", "benefit.over_ceiling.bands", amount=due)
    return Benefit(amount=amount, steps=(_opening(claim, terms, net), *bands, total, *limit))


def _part_inside(amount: Decimal, band: Band) -> Decimal:
    """The part of an amount that lies from the band's start up to its end."""
    top = amount if band.end is None else min(amount, band.end)
    return max(ZERO, top - band.start)


def _within_year(
    due: Decimal, most: Decimal | None, reimbursed: Decimal, paid: Decimal
) -> tuple[Decimal, tuple[Step, ...]]:
    if most is None or due + reimbursed + paid <= most:
        return due, ()
    left = max(ZERO, most - reimbursed - paid)
    return left, (
        step(
            "year_left",
            "benefit.max_per_year",
            most=most,
            reimbursed=reimbursed,
            paid=paid,
            left=left,
        ),
    )


def _opening(claim: ClaimFacts, terms: SecondaryTerms, net: Decimal) -> Step:
    """Which version of which year, and the amount less what was received elsewhere."""
    written = " − ".join(str(amount) for amount in (claim.amount, *claim.deductions))
    return step("above_ceiling", plan=terms.code, year=claim.year, written=written, net=net)


def _band_step(band: Band, part: Decimal) -> Step:
    return step("band", "benefit.over_ceiling.bands", start=band.start, part=part, rate=band.rate)
