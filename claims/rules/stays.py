"""What is one stay, and which of the year it is (assessment contract §4, INPMED)."""

from collections.abc import Sequence

from claims.rules.cover import Cover
from claims.rules.facts import SPECIAL_OUTPATIENT, STAYS, ClaimFacts, Decision
from claims.rules.history import Assessed, Stay
from policies.rules.terms import Merge, PercentOverDeductible, PerDiem

CONTINUED = frozenset({Decision.PAYABLE, Decision.NIL})


def is_special_outpatient(claim: ClaimFacts, cover: Cover | None) -> bool:
    """Special-disease outpatient treatment, unless the answering version knows no such thing."""
    if claim.family != "INPMED" or claim.special_disease != SPECIAL_OUTPATIENT:
        return False
    if cover is None:
        return True
    benefit = cover.terms.benefit
    return isinstance(benefit, PercentOverDeductible) and benefit.special_disease is not None


def stay_of(claim: ClaimFacts, cover: Cover | None, earlier: Sequence[Assessed]) -> Stay | None:
    """The stay a claim belongs to: its own, or the one it continues; None where it is no stay."""
    if claim.family not in STAYS or is_special_outpatient(claim, cover):
        return None
    if continued := _continued(claim, cover, earlier):
        return Stay(
            first=continued.first,
            year=continued.year,
            number=continued.number,
            parts=_parts(continued, earlier),
        )
    year = claim.event_on.year
    number = 1 + _stays_in(year, earlier) + claim.earlier_stays_in_year
    return Stay(first=claim.id, year=year, number=number)


def _continued(claim: ClaimFacts, cover: Cover | None, earlier: Sequence[Assessed]) -> Stay | None:
    """The stay it continues: with a slip, within the hours, after a payable or nil claim."""
    merge = _merge_terms(cover)
    if merge is None or not claim.transfer_slip:
        return None
    for past in earlier:
        if past.claim.id == claim.transfer_from and past.outcome.decision in CONTINUED:
            return past.stay if _follows(claim, past.claim, merge) else None
    return None


def _merge_terms(cover: Cover | None) -> Merge | None:
    benefit = None if cover is None else cover.terms.benefit
    return benefit.merge if isinstance(benefit, PercentOverDeductible | PerDiem) else None


def _follows(claim: ClaimFacts, before: ClaimFacts, merge: Merge) -> bool:
    if before.discharged_on is None:
        return False
    days = (claim.event_on - before.discharged_on).days
    return 0 <= days * 24 <= merge.transfer_within_hours


def _parts(stay: Stay, earlier: Sequence[Assessed]) -> tuple[Assessed, ...]:
    """Every payable and nil claim of the stay, two transfers out of one claim included."""
    return tuple(
        past
        for past in earlier
        if past.stay is not None
        and past.stay.first == stay.first
        and past.outcome.decision in CONTINUED
    )


def _stays_in(year: int, earlier: Sequence[Assessed]) -> int:
    """The stays of the year so far, refused ones left out; a merged one counts as its first."""
    return sum(
        1
        for past in earlier
        if past.stay is not None
        and past.stay.first == past.claim.id
        and past.stay.year == year
        and not past.is_refused
    )
