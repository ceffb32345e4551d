"""The plan catalogue: its typed schema. Unknown and missing keys are errors that name the path.

Reading the file is the caller's work: these functions take what a YAML or JSON reader returned,
one plan at a time too, as each version's parameters are kept in the database.
"""

from collections.abc import Sequence
from decimal import Decimal

from policies.rules.benefits import quarterly, read_benefit
from policies.rules.catalogue_notes import (
    EVIDENCE_CODE,
    campaign_notes,
    common_notes,
    free_price,
    head_notes,
    plan_notes,
    secondary_notes,
)
from policies.rules.document import (
    ClosedFields,
    Malformed,
    amount,
    choice,
    day,
    each,
    rate,
    text,
    whole,
)
from policies.rules.terms import (
    NONWORK,
    PAID_FAMILIES,
    Ages,
    Campaign,
    Catalogue,
    Common,
    Evidence,
    FreeTerms,
    MinGroup,
    MixedCaps,
    PlanTerms,
    SecondaryTerms,
    Shares,
    Waiting,
)

__all__ = [
    "Campaign",
    "Catalogue",
    "Common",
    "Malformed",
    "PlanTerms",
    "SecondaryTerms",
    "parse_catalogue",
    "parse_common",
    "parse_free",
    "parse_plan",
    "parse_secondary",
]

SCHEMA = "mutual-aid-plan-catalogue/1"
AGE = whole(0, 150)
SHARES = whole(1)
MONTHS = whole(1, 1200)
DAYS = whole(0, 100_000)
YEARS = whole(0, 100)
COUNT = whole(0)


def parse_catalogue(document: object) -> Catalogue:
    """A whole catalogue from the document that a YAML or JSON reader made of it.

    Raises Malformed with the path of the first fault. Source: policies/data/catalogue.yaml.
    """
    with ClosedFields(document, "") as fields:
        fields.required("schema", choice((SCHEMA,)))
        head_notes(fields)
        catalogue = Catalogue(
            common=fields.required("common", parse_common),
            plans=fields.required("plans", each(parse_plan)),
            secondary=fields.optional("secondary_reimbursement", each(parse_secondary), ()),
            free=fields.optional("other_free_plans", each(parse_free), ()),
            campaigns=fields.optional("campaigns", each(_campaign), ()),
        )
    _codes_differ("plans", [plan.code for plan in catalogue.plans])
    _codes_differ("secondary_reimbursement", [terms.code for terms in catalogue.secondary])
    _codes_differ("other_free_plans", [terms.code for terms in catalogue.free])
    _campaigns_fit(catalogue)
    return catalogue


def parse_plan(document: object, place: str = "") -> PlanTerms:
    """One version of a paid plan; `place` is its path in a larger document.

    Raises Malformed with the path of the first fault.
    """
    with ClosedFields(document, place) as fields:
        plan_notes(fields)
        family = fields.required("family", choice(PAID_FAMILIES))
        plan = PlanTerms(
            code=fields.required("code", text),
            family=family,
            name_zh=fields.required("name_zh", text),
            name_en=fields.required("name_en", text),
            status=fields.required("status", text),
            effective_from=fields.required("effective_from", day),
            effective_to=fields.optional("effective_to", day, None),
            ages=fields.required("ages", _ages),
            sex=fields.required("sex", choice(("any", "female", "male"))),
            insured=fields.optional("insured", text, "member"),
            per_share=fields.required("price", _price),
            shares=fields.required("shares", _shares),
            term_months=fields.required("term_months", MONTHS),
            waiting=fields.optional("waiting", _waiting, Waiting()),
            min_group=fields.optional("min_group", _min_group, None),
            benefit=fields.required("benefit", read_benefit(family)),
            documents=fields.optional("documents", each(text), ()),
            documents_if_applicable=fields.optional("documents_if_applicable", each(text), ()),
            exclusions=fields.optional("exclusions", each(text), ()),
            excludes=fields.optional("excludes", each(choice(PAID_FAMILIES)), ()),
            claim_limit_years=fields.required("claim_limit", _claim_limit_years),
            evidence=fields.required("evidence", _evidence),
            sources=fields.required("sources", each(text)),
            confidence=fields.required("confidence", text),
        )
    if plan.per_share is None and not plan.tiers:
        raise Malformed(fields.at("price"), "by tier, but the benefit has no tiers")
    return plan


def parse_secondary(document: object, place: str = "") -> SecondaryTerms:
    """One version of the secondary reimbursement; `place` is its path in a larger document.

    Raises Malformed with the path of the first fault.
    """
    with ClosedFields(document, place) as fields:
        secondary_notes(fields)
        return SecondaryTerms(
            code=fields.required("code", text),
            family=fields.required("family", choice(("SECREIMB",))),
            name_zh=fields.required("name_zh", text),
            name_en=fields.required("name_en", text),
            status=fields.required("status", text),
            effective_from=fields.required("effective_from", day),
            effective_to=fields.optional("effective_to", day, None),
            benefit=fields.required("benefit", quarterly),
            evidence=fields.required("evidence", _evidence),
            sources=fields.required("sources", each(text)),
            confidence=fields.required("confidence", text),
        )


def parse_free(document: object, place: str = "") -> FreeTerms:
    """One version of a plan that is free, not enrolled in and not claimed here.

    Raises Malformed with the path of the first fault.
    """
    with ClosedFields(document, place) as fields:
        fields.required("price", free_price)
        return FreeTerms(
            code=fields.required("code", text),
            family=fields.required("family", choice((NONWORK,))),
            name_zh=fields.required("name_zh", text),
            name_en=fields.required("name_en", text),
            status=fields.required("status", text),
            effective_from=fields.required("effective_from", day),
            effective_to=fields.optional("effective_to", day, None),
            insured=fields.required("insured", each(text)),
            benefit=fields.required("benefit", _mixed_caps),
            documents=fields.optional("documents", each(text), ()),
            claim_limit_years=fields.required("claim_limit", _claim_limit_years),
            evidence=fields.required("evidence", _evidence),
            sources=fields.required("sources", each(text)),
            confidence=fields.required("confidence", text),
        )


def _mixed_caps(value: object, place: str) -> MixedCaps:
    with ClosedFields(value, place) as fields:
        fields.required("kind", choice(("mixed_caps",)))
        return MixedCaps(
            accident_death=fields.required("accident_death", amount),
            accident_disability_max=fields.required("accident_disability_max", amount),
            fire_loss_rate=fields.required("fire_loss_rate", rate),
            fire_loss_max=fields.required("fire_loss_max", amount),
            pipe_burst_rate=fields.required("pipe_burst_rate", rate),
            pipe_burst_max=fields.required("pipe_burst_max", amount),
        )


def parse_common(document: object, place: str = "common") -> Common:
    """What holds for every paid plan. Raises Malformed with the path of the first fault."""
    with ClosedFields(document, place) as fields:
        common_notes(fields)
        min_level, city = fields.required("hospital", _hospital)
        return Common(
            hospital_min_level=min_level,
            hospital_city=city,
            exclusions=fields.optional("exclusions", each(text), ()),
            evidence=fields.required("evidence", _evidence),
        )


def _hospital(value: object, place: str) -> tuple[int, str]:
    with ClosedFields(value, place) as fields:
        return fields.required("min_level", COUNT), fields.required("city", text)


def _ages(value: object, place: str) -> Ages:
    with ClosedFields(value, place) as fields:
        fields.optional("basis", text, None)
        return Ages(
            min=fields.required("min", AGE),
            max=fields.optional("max", AGE, None),
            female_max=fields.optional("female_max", AGE, None),
            flagged_max=fields.optional("flagged_max", AGE, None),
            exclusive_max=fields.flag("exclusive_max"),
        )


def _price(value: object, place: str) -> Decimal | None:
    """The price of a share, None where the tier decides."""
    with ClosedFields(value, place) as fields:
        if fields.flag("by_tier"):
            return None
        return fields.required("per_share", amount)


def _shares(value: object, place: str) -> Shares:
    with ClosedFields(value, place) as fields:
        return Shares(
            min=fields.required("min", SHARES),
            max=fields.required("max", SHARES),
            usual=fields.optional("usual", SHARES, None),
        )


def _waiting(value: object, place: str) -> Waiting:
    with ClosedFields(value, place) as fields:
        return Waiting(
            days=fields.optional("days", DAYS, None),
            reduced_until_day=fields.optional("reduced_until_day", DAYS, None),
            waived_on_renewal=fields.flag("waived_on_renewal"),
        )


def _min_group(value: object, place: str) -> MinGroup:
    """A ratio of the staff, and a staff number below which (or up to which) all must join."""
    with ClosedFields(value, place) as fields:
        fields.optional("note", text, None)
        below = fields.optional("all_if_staff_below", COUNT, None)
        at_most = fields.optional("all_if_staff_at_most", COUNT, None)
        return MinGroup(
            ratio=fields.optional("ratio", rate, None),
            all_if_staff_below=below if at_most is None else at_most + 1,
        )


def _claim_limit_years(value: object, place: str) -> int:
    """Years from the event; the contract knows no other unit (assessment contract §1)."""
    with ClosedFields(value, place) as fields:
        fields.optional("from", text, None)
        fields.optional("evidence", EVIDENCE_CODE, None)
        fields.required("unit", choice(("years",)))
        return fields.required("value", YEARS)


def _evidence(value: object, place: str) -> Evidence:
    with ClosedFields(value, place) as fields:
        fields.required("_default", EVIDENCE_CODE)
        return Evidence(
            {
                text(path, fields.at(path)): EVIDENCE_CODE(code, fields.at(path))
                for path, code in fields.entries()
            }
        )


def _campaign(value: object, place: str) -> Campaign:
    with ClosedFields(value, place) as fields:
        campaign_notes(fields)
        return Campaign(
            code=fields.required("code", text),
            name_zh=fields.required("name_zh", text),
            plan=fields.required("plan", text),
            tier=fields.optional("tier", text, None),
            sponsor=fields.required("sponsor", text),
            effective_from=fields.required("effective_from", day),
            roster_count=fields.required("roster_count", COUNT),
            amount=fields.required("amount", amount),
        )


def _codes_differ(place: str, codes: Sequence[str]) -> None:
    for position, code in enumerate(codes):
        if code in codes[:position]:
            raise Malformed(f"{place}[{position}].code", "stands twice")


def _campaigns_fit(catalogue: Catalogue) -> None:
    """A campaign names a plan of the catalogue and, if it has tiers, one of them."""
    for position, campaign in enumerate(catalogue.campaigns):
        plan = catalogue.plan_by_code.get(campaign.plan)
        if plan is None:
            raise Malformed(f"campaigns[{position}].plan", "no plan of this catalogue")
        if plan.tiers and campaign.tier not in [tier.code for tier in plan.tiers]:
            raise Malformed(f"campaigns[{position}].tier", "no tier of the plan")
