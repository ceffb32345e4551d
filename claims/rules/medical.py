"""INPMED 住院医疗: a part of what a stay cost the patient himself (assessment contract §4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from claims.rules.cover import Cover
from claims.rules.facts import SPECIAL_INPATIENT
from claims.rules.history import Case
from claims.rules.limits import amount_of, within_cap
from claims.rules.outcome import Benefit
from claims.rules.stays import is_special_outpatient
from claims.rules.steps import Step, step
from core.money import ZERO, to_fen
from policies.rules.terms import PercentOverDeductible, SpecialDisease


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The deductible in yuan and the rate that hold for a claim, and the parameters they are."""

    deductible: Decimal
    rate: Decimal
    uses: tuple[str, str]


def medical(case: Case, cover: Cover, benefit: PercentOverDeductible) -> Benefit:
    """max(0, own payment − deductible) × rate; a merged stay less what it was paid before."""
    payments = [*(past.claim.self_pay_1 for past in case.stay_parts), case.claim.self_pay_1]
    due, formula = _over_deductible(payments, _conditions(case, benefit))
    item, less_paid = _less_paid(due, amount_of(case.stay_parts))
    used = amount_of(case.payable_under(cover))
    amount, cap = within_cap(item, benefit.cap_per_term, used)
    return Benefit(amount=amount, steps=(_opening(case, cover), formula, *less_paid, *cap))


def _conditions(case: Case, benefit: PercentOverDeductible) -> Conditions:
    """By the stay of the year; special diseases have their own where the version has them."""
    special = benefit.special_disease
    if special is not None and case.stay is None:
        return _special_outpatient(case, special)
    if special is not None and case.claim.special_disease == SPECIAL_INPATIENT:
        return _special_stay(case.stay_no, special)
    first = case.stay_no == 1
    return Conditions(
        deductible=benefit.first_deductible if first else benefit.later_deductible,
        rate=_rate_of(case.stay_no, benefit.rates),
        uses=(f"benefit.deductible.{_ordinal(first)}", "benefit.rates"),
    )


def _special_stay(stay_no: int, special: SpecialDisease) -> Conditions:
    first = stay_no == 1
    return Conditions(
        deductible=(
            special.inpatient_first_deductible if first else special.inpatient_later_deductible
        ),
        rate=_rate_of(stay_no, special.inpatient_rates),
        uses=(
            f"benefit.special_disease.inpatient_{_ordinal(first)}_deductible",
            "benefit.special_disease.inpatient_rates",
        ),
    )


def _special_outpatient(case: Case, special: SpecialDisease) -> Conditions:
    """The first such claim of the calendar year that was not refused bears the deductible."""
    first = not any(
        is_special_outpatient(past.claim, past.cover)
        and past.claim.event_on.year == case.claim.event_on.year
        and not past.is_refused
        for past in case.earlier
    )
    return Conditions(
        deductible=(
            special.outpatient_first_deductible if first else special.outpatient_later_deductible
        ),
        rate=special.outpatient_rate,
        uses=(
            f"benefit.special_disease.outpatient_{_ordinal(first)}_deductible",
            "benefit.special_disease.outpatient_rate",
        ),
    )


def _ordinal(first: bool) -> str:
    return "first" if first else "later"


def _rate_of(stay_no: int, rates: Sequence[Decimal]) -> Decimal:
    """The rate of the stay; the last one holds for all that follow."""
    return rates[min(stay_no, len(rates)) - 1]


def _over_deductible(payments: Sequence[Decimal], conditions: Conditions) -> tuple[Decimal, Step]:
    """The part above the deductible × rate, rounded once."""
    own, deductible = sum(payments, ZERO), conditions.deductible
    written = " + ".join(str(payment) for payment in payments)
    if own <= deductible:
        return ZERO, step(
            "under_deductible", conditions.uses[0], own=written, deductible=deductible
        )
    due = to_fen((own - deductible) * conditions.rate)
    return due, step(
        "over_deductible",
        *conditions.uses,
        own=written,
        deductible=deductible,
        rate=conditions.rate,
        due=due,
    )


def _less_paid(due: Decimal, paid: Decimal) -> tuple[Decimal, tuple[Step, ...]]:
    """Less what the claims of the same stay were paid, not below zero."""
    if not paid:
        return due, ()
    left = max(ZERO, due - paid)
    return left, (step("less_paid", due=due, paid=paid, left=left),)


def _opening(case: Case, cover: Cover) -> Step:
    """Which version, and which stay of the year or whose continuation."""
    plan, stay = cover.terms.code, case.stay
    if stay is None:
        return step("special_outpatient", plan=plan, year=case.claim.event_on.year)
    if stay.first == case.claim.id:
        return step("stay", plan=plan, number=stay.number, year=stay.year)
    return step(
        "continued_stay",
        "benefit.merge",
        plan=plan,
        number=stay.number,
        year=stay.year,
        first=stay.first,
    )
