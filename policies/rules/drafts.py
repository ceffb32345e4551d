"""A draft of a plan version as a form: its values by their path, and back into a document.

A path is that of the document, list positions counted from 0 (`benefit.tiers.0.price`); what stands
outside the list of FIELDS is taken over from the version on which the draft is based.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any

from policies.rules.document import Malformed
from policies.rules.terms import PAID_FAMILIES, Evidence

# pattern of a path -> kind of the value; a value is offered where the base version has the key
FIELDS: Mapping[str, str] = {
    "name_zh": "text",
    "name_en": "text",
    "price.per_share": "money",
    "shares.min": "whole",
    "shares.max": "whole",
    "shares.usual": "whole",
    "term_months": "whole",
    "ages.min": "whole",
    "ages.max": "whole",
    "ages.female_max": "whole",
    "ages.flagged_max": "whole",
    "waiting.days": "whole",
    "waiting.reduced_until_day": "whole",
    "min_group.ratio": "rate",
    "min_group.all_if_staff_below": "whole",
    "min_group.all_if_staff_at_most": "whole",
    "benefit.deductible.first": "money",
    "benefit.deductible.later": "money",
    "benefit.rates": "rates",
    "benefit.special_disease.inpatient_first_deductible": "money",
    "benefit.special_disease.inpatient_later_deductible": "money",
    "benefit.special_disease.inpatient_rates": "rates",
    "benefit.special_disease.outpatient_first_deductible": "money",
    "benefit.special_disease.outpatient_later_deductible": "money",
    "benefit.special_disease.outpatient_rate": "rate",
    "benefit.per_day": "money",
    "benefit.unpaid_days_per_stay": "whole",
    "benefit.max_days_per_term": "whole",
    "benefit.cap_per_term": "money",
    "benefit.per_share.*": "money",
    "benefit.tiers.*.price": "money",
    "benefit.tiers.*.price_high_risk": "money",
    "benefit.tiers.*.death_and_funeral": "money",
    "benefit.tiers.*.disability_base": "money",
    "benefit.tiers.*.living_per_day": "money",
    "benefit.tiers.*.hospital_per_day": "money",
    "benefit.outpatient.deductible_per_year": "money",
    "benefit.inpatient.deductible_first": "money",
    "benefit.inpatient.deductible_later": "money",
    "benefit.rate_to_ceiling": "rate",
    "benefit.rate_to_ceiling_privileged": "rate",
    "benefit.max_per_year": "money",
    "claim_limit.value": "whole",
}
REQUIRED = ("name_zh", "name_en")


@dataclass(frozen=True)
class DraftField:
    """One value of a draft as a person types it, and how well it is known."""

    path: str
    pattern: str
    kind: str
    value: str
    evidence: str
    evidence_path: str  # tiers by their code
    tier: str = ""


def fields_of(parameters: Mapping[str, Any]) -> list[DraftField]:
    """The values that may be changed in a draft, in the order of FIELDS."""
    evidence = Evidence(parameters["evidence"])
    leaves = dict(_leaves(parameters, ""))
    found = []
    for pattern, kind in FIELDS.items():
        for path, value in leaves.items():
            if fnmatchcase(path, pattern) and path.count(".") == pattern.count("."):
                tier = _tier(parameters, path)
                known = path if not tier else f"benefit.tiers.{tier}.{path.rsplit('.', 1)[1]}"
                shown = _shown(value, kind)
                found.append(
                    DraftField(path, pattern, kind, shown, evidence.of(known), known, tier)
                )
    return found


def _leaves(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Every value with its path; a list of plain values is one."""
    if isinstance(value, Mapping):
        steps = [(str(key), part) for key, part in value.items()]
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        steps = [(str(place), part) for place, part in enumerate(value)]
    else:
        yield place, value
        return
    for step, part in steps:
        yield from _leaves(part, f"{place}.{step}" if place else step)


def _tier(parameters: Mapping[str, Any], path: str) -> str:
    steps = path.split(".")
    if steps[:2] != ["benefit", "tiers"]:
        return ""
    return str(parameters["benefit"]["tiers"][int(steps[2])]["tier"])


def _percent(value: str) -> str:
    return f"{(Decimal(value) * 100).normalize():f}"


def _shown(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "rate":
        return _percent(value)
    if kind == "rates":
        return " ".join(_percent(rate) for rate in value)
    return str(value)


def changed(
    parameters: Mapping[str, Any], values: Mapping[str, str], evidence: Mapping[str, str]
) -> dict[str, Any]:
    """The document with the given values and evidence codes (by `path`) in place of its own.

    Raises Malformed, with the path as its place, where a value cannot be read.
    """
    document = deepcopy(dict(parameters))
    known = document["evidence"] = dict(document["evidence"])
    for field in fields_of(parameters):
        if field.path in values and values[field.path] != field.value:
            _put(document, field.path, _read(field, values[field.path]))
        code = evidence.get(field.path, field.evidence)
        if code != field.evidence:
            known[field.evidence_path] = code
    return document


def _put(document: dict[str, Any], path: str, value: Any) -> None:
    *steps, last = path.split(".")
    place: Any = document
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = value


def _read(field: DraftField, typed: str) -> Any:
    typed = typed.strip()
    if not typed and field.path not in REQUIRED:
        return None  # not known
    try:
        return _value(field.kind, typed)
    except (ValueError, InvalidOperation) as fault:
        raise Malformed(field.path, f"not a {field.kind}") from fault


def _value(kind: str, typed: str) -> Any:
    if kind == "text":
        return typed
    if kind == "whole":
        return int(typed)
    if kind == "money":
        return f"{Decimal(typed.lstrip('￥¥').replace(',', '')):.2f}"
    rates = [f"{Decimal(part.rstrip('%')) / 100:f}" for part in typed.split()]
    return rates if kind == "rates" else rates[0]


def with_excludes(parameters: Mapping[str, Any], families: list[str]) -> dict[str, Any]:
    """The document with the plans that one person cannot have beside this one."""
    unknown = set(families) - set(PAID_FAMILIES)
    if unknown:
        raise Malformed("excludes", "no paid plan")
    document = {**parameters}
    document.pop("excludes", None)
    return {**document, "excludes": families} if families else document
