"""What an assessment is told: policies, claims and settlement rows (assessment contract §5).

The names are those of the contract's table of facts. A key that a family does not ask for keeps its
default. Amounts are yuan, days civil dates of Asia/Shanghai.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.money import ZERO

IN_FORCE = "in_force"
POLICY_STATUSES = (IN_FORCE, "cancelled", "unpaid")
STAYS = ("INPMED", "INPALW")
ILLNESSES = ("CI", "FEM")
ACCIDENTS = ("ACC", "CHILD")
ABOVE_CEILING = "SECREIMB"
SPECIAL_INPATIENT, SPECIAL_OUTPATIENT = "inpatient", "outpatient"
SPECIAL_DISEASES = (SPECIAL_INPATIENT, SPECIAL_OUTPATIENT)
EARLY, FULL = "early", "full"
STAGES = (EARLY, FULL)
OUTPATIENT, INPATIENT = "outpatient", "inpatient"
KINDS = (OUTPATIENT, INPATIENT)
FAMILIES = (*STAYS, *ILLNESSES, *ACCIDENTS, ABOVE_CEILING)
EVENTS = {
    "INPMED": "admitted_on",
    "INPALW": "admitted_on",
    "CI": "diagnosed_on",
    "FEM": "diagnosed_on",
    "ACC": "accident_on",
    "CHILD": "accident_on",
}


class Decision(StrEnum):
    """The five answers to a claim (assessment contract §3)."""

    PAYABLE = "payable"
    NIL = "nil"
    SUPPLEMENT = "supplement"
    REFERRED = "referred"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFacts:
    """One person's cover under one plan version; `tier` replaces `shares` for ACC and CHILD."""

    id: str
    plan: str
    insured: str
    starts_on: date
    shares: int = 1
    tier: str | None = None
    status: str = IN_FORCE

    def __post_init__(self) -> None:
        _known("status", self.status, POLICY_STATUSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospital:
    code: str
    level: int
    city: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided on a claim before: it enters the history as it is."""

    decision: Decision
    amount: Decimal
    paid_days: int = 0
    items: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """One claim. Its family decides which of the later facts are asked for."""

    id: str
    insured: str
    family: str
    filed_on: date
    decided: Decided | None = None
    causes: tuple[str, ...] = ()
    documents: tuple[str, ...] | None = None
    hospital: Hospital | None = None
    # INPMED and INPALW
    admitted_on: date | None = None
    discharged_on: date | None = None
    self_pay_1: Decimal = ZERO
    special_disease: str | None = None
    transfer_from: str | None = None
    transfer_slip: bool = False
    earlier_stays_in_year: int = 0
    # CI and FEM
    diagnosed_on: date | None = None
    stage: str | None = None
    category: str | None = None
    illness: str | None = None
    first_signs_on: date | None = None
    # ACC and CHILD
    accident_on: date | None = None
    death: bool = False
    disability_grade: int | None = None
    living_days: int = 0
    hospital_days: int = 0
    # SECREIMB, above the ceiling
    year: int = 0
    amount: Decimal = ZERO
    deductions: tuple[Decimal, ...] = ()

    def __post_init__(self) -> None:
        _known("family", self.family, FAMILIES)
        _known("special_disease", self.special_disease, SPECIAL_DISEASES)
        _known("stage", self.stage, STAGES)

    @property
    def event_on(self) -> date:
        """The day of admission, diagnosis or accident (assessment contract §2)."""
        day = getattr(self, EVENTS[self.family])
        if not isinstance(day, date):
            raise ValueError(f"claim {self.id} lacks {EVENTS[self.family]}")
        return day

    @property
    def nights(self) -> int:
        """The days of the stay, admission counted and discharge not; none while still in."""
        return 0 if self.discharged_on is None else (self.discharged_on - self.event_on).days


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementRow:
    """One settlement of the medical insurance; a negative `self_pay_1` is a reversal."""

    settled_on: date
    kind: str
    self_pay_1: Decimal
    admitted_on: date | None = None

    def __post_init__(self) -> None:
        _known("kind", self.kind, KINDS)
        if self.kind == INPATIENT and self.admitted_on is None:
            raise ValueError("a stay lacks admitted_on")

    @property
    def stay(self) -> date | None:
        """A stay is known by its day of admission; None for outpatient rows."""
        return self.admitted_on if self.kind == INPATIENT else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSettlements:
    """The settlement rows of one member, and the days on which his card was valid."""

    insured: str
    privileged: bool = False
    card_valid_from: date | None = None
    card_valid_to: date | None = None
    rows: tuple[SettlementRow, ...] = ()

    def had_card_on(self, day: date) -> bool:
        """Both days of the card's validity count; a missing end is open."""
        return (self.card_valid_from is None or self.card_valid_from <= day) and (
            self.card_valid_to is None or day <= self.card_valid_to
        )


def _known(name: str, value: str | None, words: Sequence[str]) -> None:
    """Facts with a word that no rule knows would be misread in silence: ValueError instead."""
    if value is not None and value not in words:
        raise ValueError(f"{name}: {value} is not one of {', '.join(words)}")
