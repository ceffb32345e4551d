"""理赔试算: what a claim would pay, from facts that are typed and kept nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from claims.rules.assess import assess
from claims.rules.facts import EVENTS
from claims.rules.outcome import ClaimOutcome
from claims.rules.scenario import parse_scenario
from claims.rules.steps import Step, in_chinese, in_english
from claims.selectors.casefile import Line
from claims.states import Decision, Finding
from core.periods import add_months
from members.access import Viewer
from policies import plans
from policies.models import PlanVersion
from policies.rules.terms import Catalogue, LumpSum, PlanTerms
from policies.selectors import published_versions, unpublished_versions

SOMEBODY, THIS, BEFORE = "A", "P1", "P0"


@dataclass(frozen=True)
class Trial:
    """The answer to one trial: decision, amount in yuan, what was found, every step in words."""

    outcome: ClaimOutcome
    lines: tuple[Line, ...]

    @property
    def decision(self) -> Decision:
        return Decision(self.outcome.decision.value)

    @property
    def findings(self) -> list[str]:
        return [str(Finding(code).label) for code in self.outcome.codes]

    @property
    def amount(self) -> Decimal:
        return self.outcome.amount


def versions_to_try(viewer: Viewer, family: str) -> list[PlanVersion]:
    """The published versions of a paid plan, the newest first, and for the district its drafts."""
    published = published_versions().filter(family=family)
    return [*unpublished_versions(viewer).filter(family=family), *published]


def trial(
    version: PlanVersion, *, starts_on: date, shares: int, tier: str, renews: bool,
    filed_on: date, facts: Mapping[str, Any],
) -> Trial:  # fmt: skip
    """Assess one claim under one cover of the version; nothing is read of anybody nor kept.

    `renews`: the cover follows another of the same terms without a break. `facts`: those of the
    family by the names of the assessment contract §5, with `event_on`. Raises Malformed.
    """
    terms = plans.terms_in(version)
    catalogue = Catalogue(common=plans.common(), plans=(terms,))
    document = {
        "policies": list(_policies(terms, starts_on, shares, tier, renews=renews)),
        "claims": [_claim(terms, filed_on, facts)],
    }
    (outcome,) = assess(parse_scenario(document, catalogue)).claims
    return Trial(outcome, tuple(_lines(terms, outcome.steps)))


def _policies(
    terms: PlanTerms, starts_on: date, shares: int, tier: str, *, renews: bool
) -> list[dict[str, Any]]:
    first_days = {THIS: starts_on}
    if renews:
        first_days[BEFORE] = add_months(starts_on, -terms.term_months)
    return [
        {"id": key, "plan": terms.code, "insured": SOMEBODY, "shares": shares,
         "tier": tier or None, "starts_on": day.isoformat()}
        for key, day in first_days.items()
    ]  # fmt: skip


def _claim(terms: PlanTerms, filed_on: date, facts: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: _as_json(value) for name, value in facts.items() if value not in (None, "")}
    said[EVENTS[terms.family]] = said.pop("event_on", None)
    if (level := said.pop("hospital_level", None)) is not None:
        city = plans.common().hospital_city
        said["hospital"] = {"code": "H", "level": level, "city": city}
    head = {"id": "C1", "insured": SOMEBODY, "family": terms.family}
    return {**said, **head, "filed_on": filed_on.isoformat()}


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _lines(terms: PlanTerms, steps: Sequence[Step]) -> list[Line]:
    say = in_chinese if (get_language() or "").startswith("zh") else in_english
    return [
        Line(say(step), ", ".join(path for path in step.uses if not terms.is_confirmed(path)))
        for step in steps
    ]


def categories_of(terms: PlanTerms) -> list[str]:
    """The categories of a lump sum that a claim has to name; none for other benefits."""
    return list(terms.benefit.per_share) if isinstance(terms.benefit, LumpSum) else []
