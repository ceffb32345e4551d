"""Read a scenario: policies, claims and settlements of a JSON document (assessment contract §5).

Keys that a family does not ask for are ignored; a missing or wrong value is Malformed and named by
its path. What depends on the whole (ids, overlapping terms, what the answering version asks for) is
checked here too, so that the assessment itself cannot fail.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from claims.rules.accident import ITEMS
from claims.rules.cover import Cover, Covers
from claims.rules.facts import (
    ABOVE_CEILING,
    FAMILIES,
    IN_FORCE,
    INPATIENT,
    KINDS,
    POLICY_STATUSES,
    SPECIAL_DISEASES,
    SPECIAL_OUTPATIENT,
    STAGES,
    ClaimFacts,
    Decided,
    Decision,
    Hospital,
    MemberSettlements,
    PolicyFacts,
    SettlementRow,
)
from core.money import ZERO
from policies.rules.document import (
    Fields,
    Malformed,
    amount,
    choice,
    day,
    each,
    signed_amount,
    text,
    whole,
)
from policies.rules.terms import Catalogue, LumpSum, LumpSumByWaiting

__all__ = ["Malformed", "Scenario", "parse_scenario"]

SHARES = whole(1)
COUNT = whole(0)
ANY_WHOLE = whole()
GRADE = whole(1, 10)
STATUS = choice(POLICY_STATUSES)
FAMILY = choice(FAMILIES)
DECISION = choice(tuple(Decision))
KIND = choice(KINDS)
STAGE = choice(STAGES)
SPECIAL_DISEASE = choice(SPECIAL_DISEASES)
TEXTS = each(text)
AMOUNTS = each(amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Facts that are complete and fit together, with the catalogue they are assessed by."""

    catalogue: Catalogue
    policies: tuple[PolicyFacts, ...] = ()
    claims: tuple[ClaimFacts, ...] = ()
    members: tuple[MemberSettlements, ...] = ()


def parse_scenario(document: object, catalogue: Catalogue) -> Scenario:
    """A scenario from the document that a JSON reader made of it.

    Raises Malformed with the path of one wrong or missing value; the path is empty where the
    document is no object.
    """
    fields = Fields(document, "")
    policies = fields.optional("policies", each(partial(_policy, catalogue)), ())
    claims = fields.optional("claims", each(partial(_claim, catalogue)), ())
    members = fields.optional("settlements", partial(_settlements, catalogue), ())
    _differ("policies", "id", [policy.id for policy in policies])
    _differ("claims", "id", [claim.id for claim in claims])
    covers = Covers(policies, catalogue)
    _terms_do_not_overlap(policies, covers)
    _transfers_name_earlier_claims(claims)
    for position, claim in enumerate(claims):
        if claim.family != ABOVE_CEILING and claim.decided is None:
            _names_its_lump_sum(claim, covers.answering(claim), f"claims[{position}]")
    return Scenario(catalogue=catalogue, policies=policies, claims=claims, members=members)


# policies


def _policy(catalogue: Catalogue, value: object, place: str) -> PolicyFacts:
    fields = Fields(value, place)
    code = fields.required("plan", text)
    plan = catalogue.plan_by_code.get(code)
    if plan is None:
        raise Malformed(fields.at("plan"), "no plan of the catalogue")
    tier = None
    if plan.tiers:
        tier = fields.required("tier", choice([tier.code for tier in plan.tiers]))
    return PolicyFacts(
        id=fields.required("id", text),
        plan=code,
        insured=fields.required("insured", text),
        starts_on=fields.required("starts_on", day),
        shares=fields.optional("shares", SHARES, 1),
        tier=tier,
        status=fields.optional("status", STATUS, IN_FORCE),
    )


def _terms_do_not_overlap(policies: Sequence[PolicyFacts], covers: Covers) -> None:
    """At most one policy answers a day; the later of the two in the list is at fault (§2)."""
    if overlap := covers.overlap():
        later = max(i for i, policy in enumerate(policies) if policy.id in overlap)
        raise Malformed(f"policies[{later}]", f"shares a day with another: {', '.join(overlap)}")


# claims


def _claim(catalogue: Catalogue, value: object, place: str) -> ClaimFacts:
    fields = Fields(value, place)
    claim = ClaimFacts(
        id=fields.required("id", text),
        insured=fields.required("insured", text),
        family=fields.required("family", FAMILY),
        filed_on=fields.required("filed_on", day),
        decided=fields.optional("decided", _decided, None),
        causes=fields.optional("causes", TEXTS, ()),
        documents=fields.optional("documents", TEXTS, None),
        hospital=fields.optional("hospital", _hospital, None),
    )
    if claim.family == ABOVE_CEILING:
        return _with_ceiling_facts(claim, fields, catalogue)
    return FACTS_OF_FAMILY[claim.family](claim, fields)


def _decided(value: object, place: str) -> Decided:
    fields = Fields(value, place)
    return Decided(
        decision=Decision(fields.required("decision", DECISION)),
        amount=fields.required("amount", amount),
        paid_days=fields.optional("paid_days", COUNT, 0),
        items=fields.optional("items", _items, {}),
    )


def _items(value: object, place: str) -> Mapping[str, Decimal]:
    fields = Fields(value, place)
    found = ((name, fields.optional(name, amount, None)) for name in ITEMS)
    return {name: item for name, item in found if item is not None}


def _hospital(value: object, place: str) -> Hospital:
    fields = Fields(value, place)
    return Hospital(
        code=fields.required("code", text),
        level=fields.required("level", ANY_WHOLE),
        city=fields.required("city", text),
    )


def _with_stay_facts(claim: ClaimFacts, fields: Fields) -> ClaimFacts:
    special_disease = fields.optional("special_disease", SPECIAL_DISEASE, None)
    is_medical = claim.family == "INPMED"
    may_lack_discharge = is_medical and special_disease == SPECIAL_OUTPATIENT
    admitted_on = fields.required("admitted_on", day)
    discharged_on = (
        fields.optional("discharged_on", day, None)
        if may_lack_discharge
        else fields.required("discharged_on", day)
    )
    if discharged_on is not None and discharged_on < admitted_on:
        raise Malformed(fields.at("discharged_on"), "before admitted_on")
    return replace(
        claim,
        admitted_on=admitted_on,
        discharged_on=discharged_on,
        self_pay_1=fields.required("self_pay_1", amount) if is_medical else ZERO,
        special_disease=special_disease,
        transfer_from=fields.optional("transfer_from", text, None),
        transfer_slip=fields.flag("transfer_slip"),
        earlier_stays_in_year=fields.optional("earlier_stays_in_year", COUNT, 0),
    )


def _with_illness_facts(claim: ClaimFacts, fields: Fields) -> ClaimFacts:
    return replace(
        claim,
        diagnosed_on=fields.required("diagnosed_on", day),
        stage=fields.optional("stage", STAGE, None),
        category=fields.optional("category", text, None),
        illness=fields.optional("illness", text, None),
        first_signs_on=fields.optional("first_signs_on", day, None),
    )


def _with_accident_facts(claim: ClaimFacts, fields: Fields) -> ClaimFacts:
    return replace(
        claim,
        accident_on=fields.required("accident_on", day),
        death=fields.flag("death"),
        disability_grade=fields.optional("disability_grade", GRADE, None),
        living_days=fields.optional("living_days", COUNT, 0),
        hospital_days=fields.optional("hospital_days", COUNT, 0),
    )


FACTS_OF_FAMILY: Mapping[str, Callable[[ClaimFacts, Fields], ClaimFacts]] = {
    "INPMED": _with_stay_facts,
    "INPALW": _with_stay_facts,
    "CI": _with_illness_facts,
    "FEM": _with_illness_facts,
    "ACC": _with_accident_facts,
    "CHILD": _with_accident_facts,
}


def _with_ceiling_facts(claim: ClaimFacts, fields: Fields, catalogue: Catalogue) -> ClaimFacts:
    _names_secondary_plan(fields, catalogue)
    year = fields.required("year", ANY_WHOLE)
    _has_version(year, fields.at("year"), catalogue)
    return replace(
        claim,
        year=year,
        amount=fields.required("amount", amount),
        deductions=fields.optional("deductions", AMOUNTS, ()),
    )


def _transfers_name_earlier_claims(claims: Sequence[ClaimFacts]) -> None:
    seen: set[str] = set()
    for position, claim in enumerate(claims):
        if claim.transfer_from is not None and claim.transfer_from not in seen:
            raise Malformed(f"claims[{position}].transfer_from", "no earlier claim of the list")
        seen.add(claim.id)


def _names_its_lump_sum(claim: ClaimFacts, cover: Cover | None, place: str) -> None:
    """An open claim says the stage or the category that the answering version pays by (§4)."""
    benefit = None if cover is None else cover.terms.benefit
    if isinstance(benefit, LumpSumByWaiting) and claim.stage is None:
        raise Malformed(f"{place}.stage", "missing")
    if isinstance(benefit, LumpSum) and claim.category not in benefit.per_share:
        problem = "missing" if claim.category is None else "no category of the plan"
        raise Malformed(f"{place}.category", problem)


# settlements


def _settlements(catalogue: Catalogue, value: object, place: str) -> tuple[MemberSettlements, ...]:
    fields = Fields(value, place)
    _names_secondary_plan(fields, catalogue)
    members = fields.optional("members", each(partial(_member, catalogue)), ())
    _differ(fields.at("members"), "insured", [member.insured for member in members])
    return members


def _member(catalogue: Catalogue, value: object, place: str) -> MemberSettlements:
    fields = Fields(value, place)
    return MemberSettlements(
        insured=fields.required("insured", text),
        privileged=fields.flag("privileged"),
        card_valid_from=fields.optional("card_valid_from", day, None),
        card_valid_to=fields.optional("card_valid_to", day, None),
        rows=fields.optional("rows", each(partial(_row, catalogue)), ()),
    )


def _row(catalogue: Catalogue, value: object, place: str) -> SettlementRow:
    fields = Fields(value, place)
    settled_on = fields.required("settled_on", day)
    _has_version(settled_on.year, fields.at("settled_on"), catalogue)
    kind = fields.required("kind", KIND)
    return SettlementRow(
        settled_on=settled_on,
        kind=kind,
        self_pay_1=fields.required("self_pay_1", signed_amount),
        admitted_on=fields.required("admitted_on", day) if kind == INPATIENT else None,
    )


# both


def _names_secondary_plan(fields: Fields, catalogue: Catalogue) -> None:
    """`plan` may be left out and chooses nothing, but it must not name anything else (§4)."""
    fields.optional("plan", choice([terms.code for terms in catalogue.secondary]), None)


def _has_version(year: int, place: str, catalogue: Catalogue) -> None:
    if catalogue.secondary_in(year) is None:
        raise Malformed(place, f"no secondary reimbursement in force on 1 January {year}")


def _differ(place: str, key: str, names: Sequence[str]) -> None:
    """Names are unique; the later of two is at fault."""
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in seen:
            raise Malformed(f"{place}[{position}].{key}", "stands twice")
        seen.add(name)
