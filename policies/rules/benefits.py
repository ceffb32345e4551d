"""The `benefit` part of a plan: one reader for each kind of benefit."""

from collections.abc import Mapping
from decimal import Decimal

from policies.rules.document import (
    ClosedFields,
    Fields,
    Malformed,
    Reader,
    amount,
    choice,
    each,
    rate,
    text,
    whole,
)
from policies.rules.terms import (
    AccidentTable,
    Band,
    Benefit,
    LumpSum,
    LumpSumByWaiting,
    Merge,
    PercentOverDeductible,
    PerDiem,
    QuarterlyBands,
    SpecialDisease,
    Tier,
)

GRADES = range(1, 11)
DAYS = whole(0, 100_000)


def read_benefit(family: str) -> Reader[Benefit]:
    """A reader of the benefit of a plan version, of a kind that its family can have."""

    def read(value: object, place: str) -> Benefit:
        kinds = KINDS[family]
        kind = Fields(value, place).required("kind", choice(tuple(kinds)))
        return kinds[kind](value, place)

    return read


def quarterly(value: object, place: str) -> QuarterlyBands:
    """The benefit of the secondary reimbursement, `quarterly_band_percent`."""
    with ClosedFields(value, place) as fields:
        fields.required("kind", choice(("quarterly_band_percent",)))
        fields.optional("base", text, None)
        fields.optional("year", choice(("calendar",)), None)
        fields.optional("privileged", each(text), None)
        inpatient_first, inpatient_later = fields.required("inpatient", _inpatient_deductibles)
        return QuarterlyBands(
            outpatient_deductible=fields.required("outpatient", _outpatient_deductible),
            inpatient_first_deductible=inpatient_first,
            inpatient_later_deductible=inpatient_later,
            rate_to_ceiling=fields.required("rate_to_ceiling", rate),
            rate_to_ceiling_privileged=fields.required("rate_to_ceiling_privileged", rate),
            bands=fields.optional("over_ceiling", _over_ceiling, None),
            max_per_year=fields.optional("max_per_year", amount, None),
        )


def _outpatient_deductible(value: object, place: str) -> Decimal:
    with ClosedFields(value, place) as fields:
        return fields.required("deductible_per_year", amount)


def _inpatient_deductibles(value: object, place: str) -> tuple[Decimal, Decimal]:
    with ClosedFields(value, place) as fields:
        first = fields.required("deductible_first", amount)
        return first, fields.required("deductible_later", amount)


def _over_ceiling(value: object, place: str) -> tuple[Band, ...] | None:
    with ClosedFields(value, place) as fields:
        fields.optional("min_rate", rate, None)
        fields.optional("max_rate", rate, None)
        fields.optional("deduct_first", each(text), None)
        return fields.optional("bands", each(_band), None)


def _band(value: object, place: str) -> Band:
    with ClosedFields(value, place) as fields:
        return Band(
            start=fields.required("from", amount),
            end=fields.optional("to", amount, None),
            rate=fields.required("rate", rate),
        )


def _rates(value: object, place: str) -> tuple[Decimal, ...]:
    """One rate for each stay; the last one holds for all that follow."""
    found = each(rate)(value, place)
    if not found:
        raise Malformed(place, "empty")
    return found


def _percent_over_deductible(value: object, place: str) -> PercentOverDeductible:
    with ClosedFields(value, place) as fields:
        fields.known("kind")
        fields.optional("base", text, None)
        fields.optional("max_stays", whole(1), None)
        first, later = fields.required("deductible", _deductible)
        return PercentOverDeductible(
            first_deductible=first,
            later_deductible=later,
            rates=fields.required("rates", _rates),
            special_disease=fields.optional("special_disease", _special_disease, None),
            merge=fields.optional("merge", _merge, None),
            cap_per_term=fields.optional("cap_per_term", amount, None),
        )


def _deductible(value: object, place: str) -> tuple[Decimal, Decimal]:
    with ClosedFields(value, place) as fields:
        return fields.required("first", amount), fields.required("later", amount)


def _special_disease(value: object, place: str) -> SpecialDisease:
    with ClosedFields(value, place) as fields:
        fields.optional("needs", text, None)
        return SpecialDisease(
            inpatient_first_deductible=fields.required("inpatient_first_deductible", amount),
            inpatient_later_deductible=fields.required("inpatient_later_deductible", amount),
            inpatient_rates=fields.required("inpatient_rates", _rates),
            outpatient_first_deductible=fields.required("outpatient_first_deductible", amount),
            outpatient_later_deductible=fields.required("outpatient_later_deductible", amount),
            outpatient_rate=fields.required("outpatient_rate", rate),
        )


def _merge(value: object, place: str) -> Merge:
    with ClosedFields(value, place) as fields:
        fields.flag("needs_transfer_slip")
        fields.flag("same_hospital")
        fields.optional("observation_within_days", DAYS, None)
        return Merge(transfer_within_hours=fields.required("transfer_within_hours", DAYS))


def _per_diem(value: object, place: str) -> PerDiem:
    with ClosedFields(value, place) as fields:
        fields.known("kind")
        return PerDiem(
            per_day=fields.required("per_day", amount),
            unpaid_days_per_stay=fields.optional("unpaid_days_per_stay", DAYS, 0),
            min_days_exclusive=fields.optional("min_days_exclusive", DAYS, None),
            max_days_per_term=fields.optional("max_days_per_term", DAYS, None),
            merge=fields.optional("merge", _merge, None),
            cap_per_term=fields.optional("cap_per_term", amount, None),
        )


def _lump_sum(value: object, place: str) -> LumpSum:
    with ClosedFields(value, place) as fields:
        fields.known("kind")
        _illnesses(fields)
        return LumpSum(
            per_share=fields.required("per_share", _amount_by_category),
            ends_after_payment=fields.flag("ends_after_payment"),
        )


def _illnesses(fields: ClosedFields) -> None:
    """Lists of illnesses: of categories, or of names with null for those not known yet."""
    fields.optional("illness_count", whole(1), None)
    fields.optional("illness_list", _illness_list, None)


def _illness_list(value: object, place: str) -> None:
    if isinstance(value, list):
        for position, illness in enumerate(value):
            if illness is not None:
                text(illness, f"{place}[{position}]")
        return
    with ClosedFields(value, place) as fields:
        for category, illnesses in fields.entries():
            each(text)(illnesses, fields.at(category))


def _amount_by_category(value: object, place: str) -> Mapping[str, Decimal | None]:
    with ClosedFields(value, place) as fields:
        return {
            text(key, fields.at(key)): None if sum_ is None else amount(sum_, fields.at(key))
            for key, sum_ in fields.entries()
        }


def _lump_sum_by_waiting(value: object, place: str) -> LumpSumByWaiting:
    with ClosedFields(value, place) as fields:
        fields.known("kind")
        _illnesses(fields)
        reduced, early_stage, full = fields.required("per_share", _amounts_by_waiting)
        return LumpSumByWaiting(
            reduced=reduced,
            early_stage=early_stage,
            full=full,
            ends_after_payment=fields.flag("ends_after_payment"),
        )


def _amounts_by_waiting(value: object, place: str) -> tuple[Decimal | None, ...]:
    with ClosedFields(value, place) as fields:
        fields.optional("within_waiting", amount, None)
        return tuple(
            fields.optional(key, amount, None) for key in ("reduced", "early_stage", "full")
        )


def _accident_table(value: object, place: str) -> AccidentTable:
    with ClosedFields(value, place) as fields:
        fields.known("kind")
        fields.optional("disability_scale", text, None)
        fields.optional("state_fixed_at_days", DAYS, None)
        return AccidentTable(
            tiers=fields.required("tiers", _tiers),
            disability_percent_by_grade=fields.required(
                "disability_percent_by_grade", _percent_by_grade
            ),
            max_days_per_term=fields.optional("max_days_per_term", DAYS, None),
            death_and_disability_exclusive=fields.flag("death_and_disability_exclusive"),
        )


def _tiers(value: object, place: str) -> tuple[Tier, ...]:
    tiers = each(_tier)(value, place)
    codes = [tier.code for tier in tiers]
    if not codes or len(set(codes)) < len(codes):
        raise Malformed(place, "tiers must be there and differ in code")
    return tiers


def _tier(value: object, place: str) -> Tier:
    with ClosedFields(value, place) as fields:
        return Tier(
            code=fields.required("tier", text),
            price=fields.required("price", amount),
            price_high_risk=fields.optional("price_high_risk", amount, None),
            death_and_funeral=fields.required("death_and_funeral", amount),
            disability_base=fields.required("disability_base", amount),
            living_per_day=fields.required("living_per_day", amount),
            hospital_per_day=fields.required("hospital_per_day", amount),
        )


def _percent_by_grade(value: object, place: str) -> Mapping[int, Decimal]:
    """Grades 1 to 10, all of them; JSON writes them as text."""
    with ClosedFields(value, place) as fields:
        table = {str(grade): (percent, fields.at(grade)) for grade, percent in fields.entries()}
    if set(table) != {str(grade) for grade in GRADES}:
        raise Malformed(place, "not the grades 1 to 10")
    return {grade: rate(*table[str(grade)]) for grade in GRADES}


LUMP_SUMS: Mapping[str, Reader[Benefit]] = {
    "lump_sum": _lump_sum,
    "lump_sum_by_waiting": _lump_sum_by_waiting,
}
ACCIDENT: Mapping[str, Reader[Benefit]] = {"accident_tier_table": _accident_table}
KINDS: Mapping[str, Mapping[str, Reader[Benefit]]] = {
    "INPMED": {"percent_over_deductible_by_stay": _percent_over_deductible},
    "INPALW": {"per_diem": _per_diem},
    "CI": LUMP_SUMS,
    "FEM": LUMP_SUMS,
    "ACC": ACCIDENT,
    "CHILD": ACCIDENT,
}
