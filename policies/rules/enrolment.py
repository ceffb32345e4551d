"""Who may join a plan version, when, for how long and at what price."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from core.money import to_fen
from core.periods import add_months, completed_years
from policies.rules.terms import Ages, PlanTerms

SEXES = {"M": "male", "F": "female"}
PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


class AgeVerdict(StrEnum):
    """Whether the age fits: yes, yes but noted on the roster (60岁以上), or no."""

    OK = "ok"
    FLAGGED = "flagged"
    OUTSIDE = "outside"


class NoSuchTier(ValueError):
    """The tier is missing, unknown, or named where the plan has none."""


def last_day_on_sale(plan: PlanTerms, plans: Iterable[PlanTerms]) -> date | None:
    """The last day of sale: `effective_to` or the day before the family's next version begins.

    None while the version is sold without end.
    """
    ends = [
        other.effective_from - timedelta(days=1)
        for other in plans
        if other.family == plan.family and other.effective_from > plan.effective_from
    ]
    if plan.effective_to is not None:
        ends.append(plan.effective_to)
    return min(ends, default=None)


def on_sale(plan: PlanTerms, plans: Iterable[PlanTerms], day: date) -> bool:
    """Whether a version is sold for covers that start on a day, among the versions in `plans`."""
    last_day = last_day_on_sale(plan, plans)
    return plan.effective_from <= day and (last_day is None or day <= last_day)


def tier_for(plan: PlanTerms, text: str | None) -> str | None:
    """The code of the tier a roster names by its code or its price in digits (`T50`, `50`).

    None in a plan without tiers; the only tier where there is but one and none is named. Raises
    NoSuchTier where several are on offer and none is named, for an unknown one, and for any tier
    of a plan without tiers.
    """
    if not text:
        if len(plan.tiers) > 1:
            raise NoSuchTier(plan.code)
        return plan.tiers[0].code if plan.tiers else None
    price = to_fen(Decimal(text)) if PRICE.fullmatch(text) else None
    for tier in plan.tiers:
        if tier.code == text or tier.price == price:
            return tier.code
    raise NoSuchTier(text)


def price_of(
    plan: PlanTerms, *, shares: int = 1, tier: str | None = None, high_risk: bool = False
) -> Decimal:
    """The contribution in yuan for one insured and one term.

    High-risk work has its own price where the tier has one. Raises NoSuchTier.
    """
    if plan.per_share is not None:
        return plan.per_share * shares
    for offered in plan.tiers:
        if offered.code == tier:
            risk_price = offered.price_high_risk if high_risk else None
            return (offered.price if risk_price is None else risk_price) * shares
    raise NoSuchTier(tier or plan.code)


def age_verdict(plan: PlanTerms, born_on: date, sex: str, starts_on: date) -> AgeVerdict:
    """Whether the age in completed years on the first day of cover fits the version.

    `sex` is "female" or "male". Over the highest age up to `flagged_max` is allowed and noted.
    """
    ages = plan.ages
    age = completed_years(born_on, starts_on)
    if age < ages.min:
        return AgeVerdict.OUTSIDE
    if not _is_over(ages, age, sex):
        return AgeVerdict.OK
    if ages.flagged_max is not None and age <= ages.flagged_max:
        return AgeVerdict.FLAGGED
    return AgeVerdict.OUTSIDE


def may_join(plan: PlanTerms, born_on: date, sex: str, starts_on: date) -> bool:
    """Whether sex (M or F) and age on the first day of cover are among those the version takes."""
    word = SEXES[sex]
    if plan.sex not in ("any", word):
        return False
    return age_verdict(plan, born_on, word, starts_on) != AgeVerdict.OUTSIDE


def _is_over(ages: Ages, age: int, sex: str) -> bool:
    highest = ages.max
    if sex == "female" and ages.female_max is not None:
        highest = ages.female_max
    if highest is None:
        return False
    return age >= highest if ages.exclusive_max else age > highest


def ends_on(starts_on: date, months: int) -> date:
    """The last day of a term of N months (assessment contract §1): S + N months, less one day."""
    return add_months(starts_on, months) - timedelta(days=1)
