"""ACC 在职职工意外 and CHILD 子女意外: death, disability and days, by tier (contract §4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain

from claims.rules.cover import Cover
from claims.rules.facts import ClaimFacts
from claims.rules.history import Assessed, Case
from claims.rules.limits import within_days
from claims.rules.outcome import Benefit
from claims.rules.steps import Step, step
from core.money import ZERO, to_fen
from policies.rules.terms import AccidentTable, Tier

DEATH = "death"
DISABILITY = "disability_grade"
LIVING = "living_days"
HOSPITAL = "hospital_days"
ITEMS = (DEATH, DISABILITY, LIVING, HOSPITAL)
PER_DAY = {LIVING: "living_per_day", HOSPITAL: "hospital_per_day"}

Item = tuple[Decimal, tuple[Step, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Injury:
    """An accident claim with its tier and the earlier payable claims under the policy."""

    claim: ClaimFacts
    tier: Tier
    table: AccidentTable
    past: Sequence[Assessed]

    @property
    def past_of_same_accident(self) -> list[Assessed]:
        return [past for past in self.past if past.claim.event_on == self.claim.event_on]


def accident(case: Case, cover: Cover, benefit: AccidentTable) -> Benefit:
    """The sum of the items that the claim names, each limited by what was payable before."""
    injury = Injury(
        claim=case.claim,
        tier=_tier(cover, benefit),
        table=benefit,
        past=case.payable_under(cover),
    )
    items = dict(_items(injury))
    opening = _opening(cover, injury.tier, case.claim.event_on)
    steps = tuple(chain.from_iterable(item_steps for _, item_steps in items.values()))
    amounts = {name: amount for name, (amount, _) in items.items()}
    total = sum(amounts.values(), ZERO)
    closing = (step("sum_of_items", amount=total),) if len(amounts) > 1 else ()
    return Benefit(amount=total, items=amounts, steps=(opening, *steps, *closing))


def _items(injury: Injury) -> Iterable[tuple[str, Item]]:
    claim, tier = injury.claim, injury.tier
    if claim.death:
        yield DEATH, _death(injury)
    if claim.disability_grade is not None:
        yield DISABILITY, _disability(injury, claim.disability_grade)
    if claim.living_days:
        yield LIVING, _days(injury, LIVING, claim.living_days, tier.living_per_day)
    if claim.hospital_days:
        yield HOSPITAL, _days(injury, HOSPITAL, claim.hospital_days, tier.hospital_per_day)


def _death(injury: Injury) -> Item:
    """Once under a policy; where exclusive, less the disability paid for the same accident."""
    for past in injury.past:
        if past.claim.death:
            return ZERO, (step("death_paid", claim=past.claim.id),)
    due = injury.tier.death_and_funeral
    opening = step("death", _tier_path(injury, "death_and_funeral"), amount=due)
    if not injury.table.death_and_disability_exclusive:
        return due, (opening,)
    paid = _disability_of(injury.past_of_same_accident)
    if not paid:
        return due, (opening,)
    left = max(ZERO, due - paid)
    less = step(
        "death_less_disability",
        "benefit.death_and_disability_exclusive",
        due=due,
        paid=paid,
        left=left,
    )
    return left, (opening, less)


def _disability(injury: Injury, grade: int) -> Item:
    """By grade, at most what is left of the base; where exclusive, nothing beside a death."""
    table = injury.table
    died = injury.claim.death or any(past.claim.death for past in injury.past_of_same_accident)
    if table.death_and_disability_exclusive and died:
        return ZERO, (
            step("disability_beside_death", "benefit.death_and_disability_exclusive", grade=grade),
        )
    base, percent = injury.tier.disability_base, table.disability_percent_by_grade[grade]
    due = to_fen(base * percent)
    opening = step(
        "disability",
        _tier_path(injury, "disability_base"),
        f"benefit.disability_percent_by_grade.{grade}",
        grade=grade,
        base=base,
        percent=percent,
        amount=due,
    )
    used = _disability_of(injury.past)
    if due + used <= base:
        return due, (opening,)
    left = max(ZERO, base - used)
    return left, (opening, step("disability_left", base=base, used=used, left=left))


def _disability_of(claims: Iterable[Assessed]) -> Decimal:
    return sum((past.outcome.items.get(DISABILITY, ZERO) for past in claims), ZERO)


def _days(injury: Injury, name: str, wanted: int, per_day: Decimal) -> Item:
    """Days × amount per day, within the days of the term that this kind of day has left."""
    most = injury.table.max_days_per_term
    used = sum(_days_used(past, name, per_day) for past in injury.past)
    days, limit = within_days(wanted, most, used, f"{name}_left", "benefit.max_days_per_term")
    amount = to_fen(days * per_day)
    product = step(
        name, _tier_path(injury, PER_DAY[name]), days=days, per_day=per_day, amount=amount
    )
    return amount, (*limit, product)


def _days_used(past: Assessed, name: str, per_day: Decimal) -> int:
    """The days that an earlier claim used up: its amount ÷ the amount per day, rounded down."""
    return int(past.outcome.items.get(name, ZERO) // per_day) if per_day else 0


def _tier(cover: Cover, table: AccidentTable) -> Tier:
    tier = table.tier(cover.policy.tier)
    if tier is None:
        raise ValueError(f"policy {cover.policy.id}: no tier {cover.policy.tier}")
    return tier


def _tier_path(injury: Injury, name: str) -> str:
    return f"benefit.tiers.{injury.tier.code}.{name}"


def _opening(cover: Cover, tier: Tier, day: date) -> Step:
    return step("accident", plan=cover.terms.code, tier=tier.code, day=day)
