"""INPALW 住院津贴: an allowance for each day in hospital (assessment contract §4)."""

from decimal import Decimal

from claims.rules.cover import Cover
from claims.rules.history import Case
from claims.rules.limits import amount_of, paid_days_of, within_cap, within_days
from claims.rules.outcome import Benefit
from claims.rules.steps import Step, step
from core.money import to_fen
from policies.rules.terms import PerDiem


def allowance(case: Case, cover: Cover, benefit: PerDiem) -> Benefit:
    """paid days × per_day × shares, within the days and the cap of the term.

    The days count as paid even where the cap cuts the amount.
    """
    under_policy = case.payable_under(cover)
    wanted, counting = _unpaid_days_of(case, benefit)
    paid_days, limit = within_days(
        wanted,
        benefit.max_days_per_term,
        paid_days_of(under_policy),
        "days_left",
        "benefit.max_days_per_term",
    )
    item, product = _product(paid_days, benefit.per_day, cover.policy.shares)
    cap = None if benefit.cap_per_term is None else benefit.cap_per_term * cover.policy.shares
    amount, cut = within_cap(item, cap, amount_of(under_policy))
    steps = (_opening(case, cover), *counting, *limit, product, *cut)
    return Benefit(amount=amount, paid_days=paid_days, steps=steps)


def _unpaid_days_of(case: Case, benefit: PerDiem) -> tuple[int, tuple[Step, ...]]:
    """The days that the stay still earns, counted once over its claims, at most this one's own."""
    own = case.claim.nights
    days = own + sum(past.claim.nights for past in case.stay_parts)
    earned, counting = _earned_days(days, benefit)
    already = paid_days_of(case.stay_parts)
    wanted = min(own, max(0, earned - already))
    if wanted == earned:
        return wanted, (counting,)
    return wanted, (
        counting,
        step("days_of_claim", earned=earned, already=already, own=own, left=wanted),
    )


def _earned_days(days: int, benefit: PerDiem) -> tuple[int, Step]:
    """The days of a stay less the unpaid ones; none at all up to `min_days_exclusive`."""
    least = benefit.min_days_exclusive
    if least is not None and days <= least:
        return 0, step("days_too_few", "benefit.min_days_exclusive", days=days, least=least)
    unpaid = benefit.unpaid_days_per_stay
    earned = max(0, days - unpaid)
    path = "benefit.unpaid_days_per_stay"
    return earned, step("days_earned", path, days=days, unpaid=unpaid, earned=earned)


def _product(days: int, per_day: Decimal, shares: int) -> tuple[Decimal, Step]:
    amount = to_fen(days * per_day * shares)
    return amount, step(
        "per_day", "benefit.per_day", days=days, per_day=per_day, shares=shares, amount=amount
    )


def _opening(case: Case, cover: Cover) -> Step:
    """Which version, and the nights of each claim of the stay."""
    nights = [past.claim.nights for past in case.stay_parts] + [case.claim.nights]
    written = " + ".join(str(night) for night in nights)
    if len(nights) == 1:
        return step("nights", plan=cover.terms.code, nights=written)
    first = case.stay.first if case.stay is not None else case.claim.id
    return step(
        "continued_nights", "benefit.merge", plan=cover.terms.code, nights=written, first=first
    )
