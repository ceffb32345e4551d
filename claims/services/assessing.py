"""The assessment of stored claims: persons' histories in, decisions and amounts stored.

The rules are claims.rules; this module fetches for many persons at once and stores in one
statement.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction

from claims.models import Claim
from claims.rules.assess import assess_claims as assess
from claims.rules.outcome import ClaimOutcome
from claims.services import history
from policies.rules.terms import Catalogue

NEVER = datetime.max.replace(tzinfo=UTC)
STORE = """
UPDATE claims_claim AS c SET
    decision = n.decision, codes = n.codes, amount = n.amount, paid_days = n.paid_days,
    items = n.items, steps = n.steps, policy_id = n.policy_id, plan_version_id = n.plan_version_id,
    -- a claim that a campaign's cover answers is the campaign's
    campaign_id = coalesce(c.campaign_id, (
        SELECT b.campaign_id FROM policies_policy p
        JOIN policies_enrolmentbatch b ON b.id = p.batch_id WHERE p.id = n.policy_id
    )),
    version = c.version + (c.amount IS DISTINCT FROM n.amount OR c.decision <> n.decision)::int
FROM jsonb_to_recordset(%s::jsonb) AS n (
    id bigint, decision text, codes text[], amount numeric, paid_days integer,
    items jsonb, steps jsonb, policy_id bigint, plan_version_id bigint
)
WHERE c.id = n.id
"""


@dataclass(frozen=True)
class Assessment:
    """What the rules say on one stored claim today."""

    claim_id: int
    outcome: ClaimOutcome
    policy_id: int | None
    version_id: int | None

    def confirms(self, claim: Claim) -> bool:
        """Whether the stored assessment still stands: same answer, amount, days and policy."""
        return (
            self.outcome.decision == claim.decision
            and self.outcome.amount == claim.amount
            and self.outcome.paid_days == claim.paid_days
            and self.policy_id == claim.policy_id
        )

    def as_row(self) -> dict[str, Any]:
        """The values that are stored, as JSON."""
        outcome = self.outcome
        return {
            "id": self.claim_id,
            "decision": outcome.decision.value,
            "codes": list(outcome.codes),
            "amount": str(outcome.amount),
            "paid_days": outcome.paid_days,
            "items": {name: str(amount) for name, amount in outcome.items.items()},
            "steps": [
                {"code": step.code, "values": _sayable(step.values), "uses": list(step.uses)}
                for step in outcome.steps
            ],
            "policy_id": self.policy_id,
            "plan_version_id": self.version_id,
        }


def _sayable(values: Mapping[str, str]) -> dict[str, str]:
    """A keyed hash of the illness tells nobody anything."""
    return {name: "病种相同" if name == "illness" else value for name, value in values.items()}


def reassess(claims: Sequence[Claim], terms: Catalogue | None = None) -> dict[int, Assessment]:
    """What the rules say on these claims now, by claim id; nothing is stored.

    `terms`: another catalogue than the one in force.

    The history of a person holds the claims decided before, in the order of their decisions, then
    those in hand: decided ones where they stood, open ones by event date (contract §5). A constant
    number of queries however many claims.
    """
    if not claims:
        return {}
    terms = terms or history.catalogue()
    policies, rows = history.policies_of(claims)
    in_hand = {claim.pk for claim in claims}
    listed = sorted([*history.decided_before(claims), *claims], key=_order)
    outcomes = assess(
        policies, [history.facts_of(claim, in_hand=claim.pk in in_hand) for claim in listed], terms
    )
    return {
        claim.pk: _assessment(claim, outcome, rows)
        for claim, outcome in zip(listed, outcomes, strict=True)
        if claim.pk in in_hand
    }


def _order(claim: Claim) -> tuple[bool, datetime, date, int]:
    """Decided ones first and as they were decided, then the open ones by event date."""
    decided = claim.decided_at
    return decided is None, decided or NEVER, claim.event_on, claim.pk


def _assessment(
    claim: Claim, outcome: ClaimOutcome, rows: Mapping[str, history.Insured]
) -> Assessment:
    policy = rows[outcome.policy] if outcome.policy else None
    return Assessment(
        claim_id=claim.pk,
        outcome=outcome,
        policy_id=policy.policy_id if policy else None,
        version_id=policy.version_id if policy else None,
    )


def store(assessments: Iterable[Assessment]) -> None:
    """Write what the rules said, all claims in one statement; a changed amount is a new version."""
    rows = [assessment.as_row() for assessment in assessments]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(STORE, [json.dumps(rows, ensure_ascii=False)])


@transaction.atomic(savepoint=False)
def assess_claims(*, claim_ids: Sequence[int]) -> dict[int, Assessment]:
    """Assess open claims and store the answers; for services that have checked the viewer
    already."""
    found = Claim.objects.filter(pk__in=claim_ids).select_related("transfer_from").order_by("pk")
    claims = list(found)
    history.lock_people(claims)
    assessments = reassess(claims)
    store(assessments.values())
    return assessments
