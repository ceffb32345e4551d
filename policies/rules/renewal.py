"""What last year's cover becomes this year: who stays, who leaves and why, and on which terms."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from policies.rules.enrolment import may_join, price_of
from policies.rules.terms import PlanTerms


class Leaving(StrEnum):
    """Why somebody of last year's roster is not on this year's."""

    RETIRED = "RETIRED"
    LEFT = "LEFT"
    DIED = "DIED"
    MOVED = "MOVED"  # works for another union now
    AGE = "AGE"  # sex or age do not fit on the first day
    RUNNING = "RUNNING"  # this unit's cover, enrolled already or still running, covers the day
    ELSEWHERE = "ELSEWHERE"  # another union's cover does


@dataclass(frozen=True, slots=True)
class Choice:
    """What one insured takes of a plan and who pays for it."""

    shares: int = 1
    tier: str = ""
    high_risk: bool = False
    funder: str = "UNION"


def leaving(
    terms: PlanTerms, *, status: str, is_here: bool, born_on: date, sex: str, starts_on: date
) -> Leaving | None:
    """Why a person cannot be renewed on a day, None where he can.

    `status` is the member's, `is_here` whether the union is still his; `born_on` and `sex` (M or F)
    are of the insured: the child's where there is one. Covers on that day are asked by the caller.
    """
    if status != "IN_SERVICE":
        return Leaving(status)
    if not is_here:
        return Leaving.MOVED
    return None if may_join(terms, born_on, sex, starts_on) else Leaving.AGE


def usual_choice(terms: PlanTerms, last: Iterable[Choice]) -> Choice:
    """What newcomers are offered: what most of the unit took last year, at ordinary risk."""
    taken = Counter((each.shares, each.tier, each.funder) for each in last)
    if not taken:
        first = terms.tiers[0].code if len(terms.tiers) == 1 else ""
        return Choice(shares=terms.shares.usual or 1, tier=first)
    most = max(taken.values())
    shares, tier, funder = min(key for key, times in taken.items() if times == most)
    return carried_over(terms, Choice(shares, tier, funder=funder))


def carried_over(terms: PlanTerms, last: Choice, usual: str = "") -> Choice:
    """Last year's choice under this year's terms: shares within bounds, a tier that is on offer.

    A tier that is gone becomes `usual`, or the cheapest on offer.
    """
    shares = min(max(last.shares, terms.shares.min), terms.shares.max)
    offered = {tier.code for tier in terms.tiers}
    tier = last.tier
    if tier not in offered:
        cheapest = min(terms.tiers, key=lambda each: each.price, default=None)
        tier = usual if usual in offered else (cheapest.code if cheapest else "")
    return Choice(shares, tier, last.high_risk, last.funder)


def price_of_choice(terms: PlanTerms, choice: Choice) -> Decimal:
    """The contribution in yuan of one insured for one term."""
    return price_of(
        terms, shares=choice.shares, tier=choice.tier or None, high_risk=choice.high_risk
    )
