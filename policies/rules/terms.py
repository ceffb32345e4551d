"""What the catalogue promises, as frozen facts. The field names are those of the catalogue.

None means "unknown or none", never zero. Amounts are yuan, rates fractions of one, days day numbers
of cover (the first day is 1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

PAID_FAMILIES = ("INPMED", "INPALW", "CI", "FEM", "ACC", "CHILD")
NONWORK = "NONWORK"
# steps with which the path of a price or a benefit begins
MONEY = ("price", "benefit")


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well a parameter is known: V verified, S secondary, I inferred, G general, D invented."""

    codes: Mapping[str, str]

    def of(self, path: str) -> str:
        """The code of a parameter path: itself, then `*` for one step, then its longest prefix.

        A path inside the benefit may stand in the map without its first step.
        """
        return (
            self._longest(path.split("."))
            or self._longest(path.removeprefix("benefit.").split("."))
            or self.codes["_default"]
        )

    def _longest(self, steps: list[str]) -> str | None:
        for length in range(len(steps), 0, -1):
            if code := self._exactly(steps[:length]):
                return code
        return None

    def _exactly(self, steps: list[str]) -> str | None:
        if code := self.codes.get(".".join(steps)):
            return code
        for pattern, code in self.codes.items():
            parts = pattern.split(".")
            if len(parts) == len(steps) and all(
                part in ("*", step) for part, step in zip(parts, steps, strict=True)
            ):
                return code
        return None


class Evidenced:
    """Terms whose every parameter carries its evidence."""

    __slots__ = ()
    evidence: Evidence

    def evidence_of(self, path: str) -> str:
        """The evidence code of a parameter, such as `benefit.deductible.first`."""
        return self.evidence.of(path)

    def is_confirmed(self, path: str) -> bool:
        """Whether the office may rely on the parameter; if not, screens show 待确认.

        A secondary source is enough, but not for a price or a benefit (domain.md §0.1).
        """
        code = self.evidence_of(path)
        return code == "V" or (code == "S" and path.split(".")[0] not in MONEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """Completed years on the first day of cover."""

    min: int
    max: int | None = None
    female_max: int | None = None
    flagged_max: int | None = None
    exclusive_max: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    min: int = 1
    max: int = 1
    usual: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Days of first cover that pay nothing, then those that pay less."""

    days: int | None = None
    reduced_until_day: int | None = None
    waived_on_renewal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MinGroup:
    """The share of a unit's staff that must join; everybody below a number of staff."""

    ratio: Decimal | None = None
    all_if_staff_below: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two stays are one if the second follows within these hours with a transfer slip."""

    transfer_within_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDisease:
    inpatient_first_deductible: Decimal
    inpatient_later_deductible: Decimal
    inpatient_rates: tuple[Decimal, ...]
    outpatient_first_deductible: Decimal
    outpatient_later_deductible: Decimal
    outpatient_rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentOverDeductible:
    """`percent_over_deductible_by_stay`: a part of what a stay cost the patient himself."""

    first_deductible: Decimal
    later_deductible: Decimal
    rates: tuple[Decimal, ...]
    special_disease: SpecialDisease | None = None
    merge: Merge | None = None
    cap_per_term: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PerDiem:
    """`per_diem`: an allowance for each day in hospital."""

    per_day: Decimal
    unpaid_days_per_stay: int = 0
    min_days_exclusive: int | None = None
    max_days_per_term: int | None = None
    merge: Merge | None = None
    cap_per_term: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LumpSum:
    """`lump_sum`: an amount by the category of the illness; None where it is not known."""

    per_share: Mapping[str, Decimal | None]
    ends_after_payment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LumpSumByWaiting:
    """`lump_sum_by_waiting`: an amount by the day of cover, then by the stage of the illness."""

    reduced: Decimal | None
    early_stage: Decimal | None
    full: Decimal | None
    ends_after_payment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    code: str
    price: Decimal
    price_high_risk: Decimal | None = None
    death_and_funeral: Decimal
    disability_base: Decimal
    living_per_day: Decimal
    hospital_per_day: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AccidentTable:
    """`accident_tier_table`: death, disability by grade and two kinds of days, by tier."""

    tiers: tuple[Tier, ...]
    disability_percent_by_grade: Mapping[int, Decimal]
    max_days_per_term: int | None = None
    death_and_disability_exclusive: bool = False

    def tier(self, code: str | None) -> Tier | None:
        return next((tier for tier in self.tiers if tier.code == code), None)


Benefit = PercentOverDeductible | PerDiem | LumpSum | LumpSumByWaiting | AccidentTable


@dataclass(frozen=True, kw_only=True)
class PlanTerms(Evidenced):
    """One version of a paid plan. `per_share` is None where the tier decides the price."""

    code: str
    family: str
    name_zh: str
    name_en: str
    status: str
    effective_from: date
    effective_to: date | None
    ages: Ages
    sex: str
    insured: str
    per_share: Decimal | None
    shares: Shares
    term_months: int
    waiting: Waiting
    min_group: MinGroup | None
    benefit: Benefit
    documents: tuple[str, ...]
    documents_if_applicable: tuple[str, ...]
    exclusions: tuple[str, ...]
    excludes: tuple[str, ...]  # families that one person cannot have on the same day
    claim_limit_years: int
    evidence: Evidence
    sources: tuple[str, ...]
    confidence: str

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers on offer, none in a plan priced by the share alone."""
        return self.benefit.tiers if isinstance(self.benefit, AccidentTable) else ()

    @property
    def ends_after_payment(self) -> bool:
        """Whether a paid lump sum ends the cover."""
        benefit = self.benefit
        return isinstance(benefit, LumpSum | LumpSumByWaiting) and benefit.ends_after_payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The part of an amount from `start` up to `end` (None: without end) pays at `rate`."""

    start: Decimal
    end: Decimal | None
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterlyBands:
    """`quarterly_band_percent`: a part of the year's own payments, and bands above the ceiling."""

    outpatient_deductible: Decimal
    inpatient_first_deductible: Decimal
    inpatient_later_deductible: Decimal
    rate_to_ceiling: Decimal
    rate_to_ceiling_privileged: Decimal
    bands: tuple[Band, ...] | None
    max_per_year: Decimal | None

    def rate_for(self, *, privileged: bool) -> Decimal:
        """The rate up to the ceiling; model workers and hardship cases have the higher one."""
        return self.rate_to_ceiling_privileged if privileged else self.rate_to_ceiling


@dataclass(frozen=True, kw_only=True)
class SecondaryTerms(Evidenced):
    """One version of the free secondary reimbursement (暖·互助 二次报销)."""

    code: str
    family: str
    name_zh: str
    name_en: str
    status: str
    effective_from: date
    effective_to: date | None
    benefit: QuarterlyBands
    evidence: Evidence
    sources: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedCaps:
    """`mixed_caps`: what the free cover of card holders pays at most."""

    accident_death: Decimal
    accident_disability_max: Decimal
    fire_loss_rate: Decimal
    fire_loss_max: Decimal
    pipe_burst_rate: Decimal
    pipe_burst_max: Decimal


@dataclass(frozen=True, kw_only=True)
class FreeTerms(Evidenced):
    """A free plan that is only shown: nobody is enrolled in it and no claim is decided here."""

    code: str
    family: str
    name_zh: str
    name_en: str
    status: str
    effective_from: date
    effective_to: date | None
    insured: tuple[str, ...]
    benefit: MixedCaps
    documents: tuple[str, ...]
    claim_limit_years: int
    evidence: Evidence
    sources: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A centrally funded enrolment drive in one tier of one plan version."""

    code: str
    name_zh: str
    plan: str
    tier: str | None
    sponsor: str
    effective_from: date
    roster_count: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Common(Evidenced):
    """What holds for every paid plan."""

    hospital_min_level: int
    hospital_city: str
    exclusions: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Every plan version with what is common to them."""

    common: Common
    plans: tuple[PlanTerms, ...]
    secondary: tuple[SecondaryTerms, ...] = ()
    free: tuple[FreeTerms, ...] = ()
    campaigns: tuple[Campaign, ...] = ()

    @cached_property
    def plan_by_code(self) -> Mapping[str, PlanTerms]:
        """The paid plan versions by their code."""
        return {plan.code: plan for plan in self.plans}

    def secondary_in(self, year: int) -> SecondaryTerms | None:
        """The secondary reimbursement in force on 1 January of a year, the latest if several."""
        first_day = (year, 1, 1)
        in_force = [
            terms
            for terms in self.secondary
            if _ymd(terms.effective_from) <= first_day
            and (terms.effective_to is None or first_day <= _ymd(terms.effective_to))
        ]
        return max(in_force, key=lambda terms: terms.effective_from, default=None)


def _ymd(day: date) -> tuple[int, int, int]:
    """Comparable with years that `date` does not know."""
    return day.year, day.month, day.day
