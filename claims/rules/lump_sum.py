"""CI 重大疾病 and FEM 女职工特殊疾病: a lump sum per share (assessment contract §4)."""

from decimal import Decimal

from claims.rules.cover import Cover
from claims.rules.facts import EARLY
from claims.rules.history import Case
from claims.rules.outcome import Benefit
from claims.rules.steps import Step, step
from core.money import ZERO, to_fen
from policies.rules.terms import LumpSum, LumpSumByWaiting


def by_category(case: Case, cover: Cover, benefit: LumpSum) -> Benefit:
    """The amount per share of the category that the claim names."""
    category = case.claim.category or ""
    path = f"benefit.per_share.{category}"
    per_share = benefit.per_share.get(category)
    return _times_shares(case, cover, per_share, "sum_by_category", path, category=category)


def by_waiting(case: Case, cover: Cover, benefit: LumpSumByWaiting) -> Benefit:
    """Reduced up to `reduced_until_day` whatever the stage, then by stage; a renewal by stage."""
    until = cover.terms.waiting.reduced_until_day
    is_reduced = (
        until is not None
        and cover.day_no(case.claim.event_on) <= until
        and not cover.waiting_is_waived
    )
    if is_reduced:
        name, per_share = "reduced", benefit.reduced
    elif case.claim.stage == EARLY:
        name, per_share = "early_stage", benefit.early_stage
    else:
        name, per_share = "full", benefit.full
    return _times_shares(case, cover, per_share, f"sum_{name}", f"benefit.per_share.{name}")


def _times_shares(
    case: Case, cover: Cover, per_share: Decimal | None, code: str, path: str, **words: str
) -> Benefit:
    """An amount that the catalogue does not know pays nothing."""
    opening, shares = _opening(case, cover), cover.policy.shares
    if per_share is None:
        return Benefit(amount=ZERO, steps=(opening, step("sum_unknown", path)))
    amount = to_fen(per_share * shares)
    product = step(code, path, per_share=per_share, shares=shares, amount=amount, **words)
    return Benefit(amount=amount, steps=(opening, product))


def _opening(case: Case, cover: Cover) -> Step:
    """Which version, which day of cover, and whether waiting is waived."""
    code = "day_of_renewal" if cover.waiting_is_waived else "day_of_cover"
    return step(
        code,
        "waiting",
        plan=cover.terms.code,
        day_no=cover.day_no(case.claim.event_on),
        waiting=_days(cover.terms.waiting.days),
        reduced=_days(cover.terms.waiting.reduced_until_day),
    )


def _days(days: int | None) -> str:
    return "–" if days is None else str(days)
