"""Limits over a term, used up by the earlier payable claims under the policy (contract §4)."""

from collections.abc import Iterable
from decimal import Decimal

from claims.rules.history import Assessed
from claims.rules.steps import Step, step
from core.money import ZERO


def amount_of(claims: Iterable[Assessed]) -> Decimal:
    """What claims carry together, in yuan."""
    return sum((past.outcome.amount for past in claims), ZERO)


def paid_days_of(claims: Iterable[Assessed]) -> int:
    """The paid days that claims carry together."""
    return sum(past.outcome.paid_days for past in claims)


def within_cap(
    amount: Decimal, cap: Decimal | None, used: Decimal
) -> tuple[Decimal, tuple[Step, ...]]:
    """An amount within what a cap per term leaves (None: no cap), and the step if it was cut."""
    if cap is None or amount + used <= cap:
        return amount, ()
    left = max(ZERO, cap - used)
    return left, (step("cap", "benefit.cap_per_term", cap=cap, used=used, left=left),)


def within_days(
    days: int, most: int | None, used: int, code: str, path: str
) -> tuple[int, tuple[Step, ...]]:
    """Days within what the term leaves (None: no limit), and the step if they were cut."""
    if most is None or days + used <= most:
        return days, ()
    left = max(0, most - used)
    return left, (step(code, path, most=most, used=used, left=left),)
