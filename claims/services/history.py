"""What the pure assessment is told about the persons of some claims, read in a constant number of
queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from claims.models import Claim
from claims.rules.facts import ClaimFacts, Decided, Decision, Hospital, PolicyFacts
from claims.states import ClaimStatus
from core.money import ZERO
from members.models import Child, Member
from policies import plans
from policies.models import Policy
from policies.rules.terms import Catalogue
from policies.states import BatchStatus

MUNICIPALITIES = ("11", "12", "31", "50")  # pool the medical insurance at city level


@dataclass(frozen=True)
class Insured:
    """A policy as it stands in the database, found again by the id the rules know it under."""

    policy_id: int
    version_id: int


def lock_people(claims: Iterable[Claim]) -> None:
    """Serialise all assessments of the same persons; members before claims, by id.

    The lock leaves foreign keys to them alone: a payout that pays such a person does not wait.
    """
    claims = list(claims)
    members = Member.objects.filter(pk__in={claim.member_id for claim in claims})
    list(members.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    if children := {claim.child_id for claim in claims if claim.child_id}:
        rows = Child.objects.filter(pk__in=children).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def catalogue() -> Catalogue:
    """The terms of every paid version."""
    codes = plans.paid_versions().values_list("code", flat=True)
    terms = tuple(plans.terms_of(code=code) for code in codes)
    return Catalogue(common=plans.common(), plans=terms)


def policies_of(claims: Sequence[Claim]) -> tuple[list[PolicyFacts], dict[str, Insured]]:
    """The policies in force of the insured persons of some claims, in the families they claim
    on."""
    found = (
        Policy.objects.filter(
            _insured(claims),
            family__in={claim.family for claim in claims},
            batch__status=BatchStatus.EFFECTIVE,
            withdrawn_on=None,
        )
        .select_related("batch", "plan_version")
        .only(
            "batch__number",
            "plan_version__code",
            "member_id",
            "child_id",
            "cover",
            "shares",
            "tier",
        )
    )
    facts, rows = [], {}
    for policy in found:
        if policy.cover.lower is None:
            raise ValueError(f"policy {policy.pk} has no first day")
        key = f"{policy.batch.number}/{policy.pk}"
        rows[key] = Insured(policy.pk, policy.plan_version_id)
        facts.append(
            PolicyFacts(
                id=key,
                plan=policy.plan_version.code,
                insured=_person(policy),
                starts_on=policy.cover.lower,
                shares=policy.shares,
                tier=policy.tier or None,
            )
        )
    return facts, rows


def decided_before(claims: Sequence[Claim]) -> list[Claim]:
    """The claims of the same persons and families that were decided, in the order of the decisions.

    Those in hand are left out; withdrawn ones never count.
    """
    return list(
        Claim.objects.filter(
            _insured(claims),
            family__in={claim.family for claim in claims},
            decided_at__isnull=False,
        )
        .exclude(pk__in=[claim.pk for claim in claims if claim.pk])
        .exclude(status=ClaimStatus.WITHDRAWN)
        .select_related("transfer_from")
        .defer("steps", "diagnosis_sealed", "diagnosis_code_sealed", "illness_sealed")
        .order_by("decided_at", "event_on", "pk")
    )


def _insured(claims: Iterable[Claim]) -> Q:
    members = {claim.member_id for claim in claims if claim.child_id is None}
    children = {claim.child_id for claim in claims if claim.child_id is not None}
    return Q(member__in=members, child=None) | Q(child__in=children)


def _person(row: Claim | Policy) -> str:
    return f"c{row.child_id}" if row.child_id else f"m{row.member_id}"


def facts_of(claim: Claim, *, in_hand: bool) -> ClaimFacts:
    """A claim as the rules read it; one that is not in hand enters with what was decided on it."""
    stay = claim.event_on if claim.family in ("INPMED", "INPALW") else None
    illness = claim.event_on if claim.family in ("CI", "FEM") else None
    accident = claim.event_on if claim.family in ("ACC", "CHILD") else None
    return ClaimFacts(
        id=claim.number,
        insured=_person(claim),
        family=claim.family,
        filed_on=claim.filed_on,
        decided=None if in_hand else _decided(claim),
        causes=tuple(claim.causes),
        documents=None if claim.documents is None else tuple(claim.documents),
        hospital=hospital_of(claim),
        admitted_on=stay,
        discharged_on=claim.discharged_on,
        self_pay_1=claim.self_pay_1 or ZERO,
        special_disease=claim.special_disease or None,
        transfer_from=claim.transfer_from.number if claim.transfer_from else None,
        transfer_slip=claim.transfer_slip,
        earlier_stays_in_year=claim.earlier_stays_in_year,
        diagnosed_on=illness,
        stage=claim.stage or None,
        category=claim.category or None,
        illness=claim.illness_index or None,  # equal hashes are equal illnesses
        first_signs_on=claim.first_signs_on,
        accident_on=accident,
        death=claim.death,
        disability_grade=claim.disability_grade,
        living_days=claim.living_days,
        hospital_days=claim.hospital_days,
    )


def _decided(claim: Claim) -> Decided:
    return Decided(
        decision=Decision(claim.decision or Decision.REFUSED),
        amount=claim.amount or ZERO,
        paid_days=claim.paid_days,
        items={name: Decimal(value) for name, value in claim.items.items()},
    )


def hospital_of(claim: Claim) -> Hospital | None:
    """The hospital, if its level was given; the city is that of the region in its code.

    A code of another form (older ones have eight digits) says nothing against the office's own
    city. Source: 国家医保局 institution code, H + six digits of the region + five.
    """
    if claim.hospital_level is None:
        return None
    code, city = claim.hospital_code, plans.common().hospital_city
    if len(code) == 12 and code[0] == "H" and code[1:].isdigit():
        city = _city(code[1:7])
    return Hospital(code=code or claim.hospital_name, level=claim.hospital_level, city=city)


def _city(region: str) -> str:
    """The pooling area of a region: whole municipalities (11, 12, 31, 50), else the prefecture."""
    head = region[:2] if region[:2] in MUNICIPALITIES else region[:4]
    return head.ljust(6, "0")
