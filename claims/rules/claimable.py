"""What a cover still promises: caps and days not used up, and from when (assessment contract §4).

Every line names the parameter of the plan it comes from. Amounts are yuan.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from claims.rules.cover import Cover
from claims.rules.facts import Decision
from claims.rules.outcome import ClaimOutcome
from core.money import ZERO
from core.periods import add_months
from policies.rules.terms import (
    AccidentTable,
    Evidenced,
    LumpSum,
    LumpSumByWaiting,
    PercentOverDeductible,
    PerDiem,
    SecondaryTerms,
)

Value = Decimal | int | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """One thing that is left: `code` is the sentence, `path` the parameter behind it."""

    code: str
    path: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimable:
    """A cover in force today (None: the secondary reimbursement) with what is left of it."""

    cover: Cover | None
    terms: Evidenced
    lines: tuple[Left, ...]


def claimable(cover: Cover, outcomes: Iterable[ClaimOutcome], today: date) -> Claimable:
    """What is left of a cover after the claims that were decided as payable under it."""
    used = [
        each
        for each in outcomes
        if each.policy == cover.policy.id and each.decision == Decision.PAYABLE
    ]
    if used and cover.terms.ends_after_payment:
        lines = [Left(code="ended", path="benefit.ends_after_payment")]
    else:
        lines = [*_waiting(cover, today), *_benefit(cover, used), _limit(cover, today)]
    return Claimable(cover=cover, terms=cover.terms, lines=tuple(lines))


def claimable_secondary(
    terms: SecondaryTerms, *, privileged: bool, paid: Decimal, quarter: int
) -> Claimable:
    """What the quarters of the year may still pay; `quarter` is the first not computed yet."""
    benefit = terms.benefit
    rate = "rate_to_ceiling_privileged" if privileged else "rate_to_ceiling"
    most = benefit.max_per_year
    lines = [
        Left(code="quarter", path="benefit.outpatient", values={"quarter": quarter}),
        Left(
            code="rate",
            path=f"benefit.{rate}",
            values={"rate": benefit.rate_for(privileged=privileged)},
        ),
        Left(
            code="year_left" if most is not None else "no_limit",
            path="benefit.max_per_year",
            values={"left": None if most is None else max(ZERO, most - paid), "used": paid},
        ),
    ]
    return Claimable(cover=None, terms=terms, lines=tuple(lines))


def _waiting(cover: Cover, today: date) -> Iterator[Left]:
    waiting = cover.terms.waiting
    if waiting.days is None and waiting.reduced_until_day is None:
        return
    if cover.waiting_is_waived:
        yield Left(code="waived", path="waiting.waived_on_renewal")
        return
    full = cover.starts_on + timedelta(days=waiting.reduced_until_day or waiting.days or 0)
    if waiting.days:
        first = cover.starts_on + timedelta(days=waiting.days)
        code = "waiting" if today < first else "waited"
        yield Left(code=code, path="waiting.days", values={"day": first})
    if waiting.reduced_until_day and today < full:
        yield Left(code="reduced", path="waiting.reduced_until_day", values={"day": full})


def _benefit(cover: Cover, used: list[ClaimOutcome]) -> Iterator[Left]:
    match cover.terms.benefit:
        case PercentOverDeductible(cap_per_term=cap):
            yield _cap(cap, used)
        case PerDiem(cap_per_term=cap, max_days_per_term=days):
            yield _days(days, used)
            yield _cap(cap, used)
        case AccidentTable(max_days_per_term=days) as benefit:
            yield _days(days, used)
            tier = benefit.tier(cover.policy.tier)
            death = None if tier is None else tier.death_and_funeral * cover.policy.shares
            path = f"benefit.tiers.{cover.policy.tier}.death_and_funeral"
            yield Left(code="death", path=path, values={"left": death})
        case LumpSum(per_share=amounts):
            known = [amount for amount in amounts.values() if amount is not None]
            most = max(known) * cover.policy.shares if known else None
            yield Left(code="lump_sum", path="benefit.per_share", values={"left": most})
        case LumpSumByWaiting(full=full):
            most = None if full is None else full * cover.policy.shares
            yield Left(code="lump_sum", path="benefit.per_share.full", values={"left": most})


def _cap(cap: Decimal | None, used: list[ClaimOutcome]) -> Left:
    paid = sum((each.amount for each in used), ZERO)
    left = None if cap is None else max(ZERO, cap - paid)
    code = "no_limit" if cap is None else "cap"
    return Left(code=code, path="benefit.cap_per_term", values={"left": left, "used": paid})


def _days(most: int | None, used: list[ClaimOutcome]) -> Left:
    paid = sum(each.paid_days for each in used)
    left = None if most is None else max(0, most - paid)
    code = "no_day_limit" if most is None else "days"
    return Left(code=code, path="benefit.max_days_per_term", values={"left": left, "used": paid})


def _limit(cover: Cover, today: date) -> Left:
    """Until when an event of today may be filed."""
    last = add_months(today, 12 * cover.terms.claim_limit_years)
    return Left(code="file_by", path="claim_limit", values={"day": last})
