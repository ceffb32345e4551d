"""What an assessment answers (assessment contract §5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from claims.rules.facts import Decision
from claims.rules.steps import Step, in_english
from core.money import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """What a policy pays for a claim: the amount in yuan, what it uses up, how it came about."""

    amount: Decimal
    steps: tuple[Step, ...]
    paid_days: int = 0
    items: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimOutcome:
    """The answer to one claim. `supplement` and `referred` carry the amount that would be paid."""

    id: str
    policy: str | None
    decision: Decision
    codes: tuple[str, ...]
    amount: Decimal
    steps: tuple[Step, ...]
    paid_days: int = 0
    items: Mapping[str, Decimal] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "policy": self.policy,
            "decision": self.decision.value,
            "codes": list(self.codes),
            "amount": _money(self.amount),
            "steps": [in_english(step) for step in self.steps],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterPay:
    """The figures of one quarter: base and due since 1 January, what is paid now, what is carried.

    `carried` is zero or negative: paid too much so far, for showing only.
    """

    quarter: int
    base_ytd: Decimal
    due_ytd: Decimal
    pay: Decimal
    carried: Decimal

    def as_json(self) -> dict[str, object]:
        return {
            "quarter": self.quarter,
            "base_ytd": _money(self.base_ytd),
            "due_ytd": _money(self.due_ytd),
            "pay": _money(self.pay),
            "carried": _money(self.carried),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class YearSettlement:
    """The quarters of one member and calendar year; `ignored`: positions of rows without a card."""

    insured: str
    year: int
    plan: str
    quarters: tuple[QuarterPay, ...]
    ignored: tuple[int, ...]

    @property
    def paid(self) -> Decimal:
        return sum((quarter.pay for quarter in self.quarters), ZERO)

    def as_json(self) -> dict[str, object]:
        return {
            "insured": self.insured,
            "year": self.year,
            "quarters": [quarter.as_json() for quarter in self.quarters],
            "ignored": [{"row": row, "code": "NO_CARD"} for row in self.ignored],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer to a scenario, in the order in which it was asked."""

    claims: tuple[ClaimOutcome, ...]
    settlements: tuple[YearSettlement, ...]

    def as_json(self) -> dict[str, object]:
        """The document that the command prints."""
        return {
            "claims": [claim.as_json() for claim in self.claims],
            "settlements": [settlement.as_json() for settlement in self.settlements],
        }


def _money(amount: Decimal) -> str:
    """Two places, and no negative zero."""
    return f"{amount or ZERO:.2f}"
