"""Writes the right rows of a staged roster: batches, children and covers, in a few statements."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core import audit
from core.audit import Act
from core.errors import RuleViolation
from core.importing import Staging
from core.numbering import next_numbers
from policies.models import EnrolmentBatch
from policies.states import OPEN_BATCHES

OPEN = [status.value for status in OPEN_BATCHES]
MANY_LINES = 10_000
MANY_BATCHES = 100
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(20180102, 1)"
# as when the file was checked: see policies.imports.resolve.COVERS
COVERED_MEANWHILE = """
SELECT EXISTS (SELECT 1 FROM import_rows s JOIN policies_policy p ON p.member_id = s.member_id
    WHERE s.action = 'create' AND NOT s.bad AND s.family <> 'CHILD'
      AND (p.family = s.family) IS TRUE AND (p.child_id IS NULL) IS TRUE
      AND (p.withdrawn_on IS NULL) IS TRUE AND (p.cover && s.cover) IS TRUE)
  OR EXISTS (SELECT 1 FROM import_rows s JOIN members_child c ON c.document_index = s.insured
    JOIN policies_policy p ON p.child_id = c.id
    WHERE s.action = 'create' AND NOT s.bad AND s.family = 'CHILD'
      AND (p.withdrawn_on IS NULL) IS TRUE AND (p.cover && s.cover) IS TRUE)
"""
CHILDREN = """
INSERT INTO members_child (name, document_type, document_index, document_sealed, sex, born_on)
SELECT DISTINCT ON (s.insured) s.child_name, s.child_document_type, s.insured,
  s.child_document_sealed, s.sex, s.born_on
FROM import_rows s
WHERE NOT s.bad AND s.action = 'create' AND s.family = 'CHILD' AND s.child_id IS NULL
ORDER BY s.insured, s.row_no
ON CONFLICT DO NOTHING
"""
CHILDREN_FOUND = """
UPDATE import_rows s SET child_id = c.id FROM members_child c
WHERE s.family = 'CHILD' AND NOT s.bad AND s.child_id IS NULL AND c.document_index = s.insured
"""
SLOTS = """
SELECT f.org_id, f.version_id, f.starts_on, f.campaign_id, b.id
FROM (SELECT DISTINCT org_id, version_id, starts_on, campaign_id FROM import_rows s
  WHERE NOT s.bad AND s.action = 'create') f
JOIN members_organisation o ON o.id = f.org_id
LEFT JOIN policies_enrolmentbatch b ON b.organisation_id = f.org_id
  AND b.plan_version_id = f.version_id AND b.starts_on = f.starts_on
  AND b.campaign_id IS NOT DISTINCT FROM f.campaign_id AND b.status = ANY(%s)
ORDER BY o.code, f.version_id, f.starts_on, f.campaign_id
"""
POLICIES = """
INSERT INTO policies_policy (batch_id, plan_version_id, family, member_id, child_id, relation,
  consent_form, shares, tier, high_risk, amount, funder, cover, note)
SELECT b.id, s.version_id, s.family, s.member_id, s.child_id,
  CASE s.family WHEN 'CHILD' THEN s.relation ELSE '' END, '', coalesce(s.shares, 1), s.tier_code,
  coalesce(s.high_risk, false), s.price,
  coalesce(s.funder, CASE WHEN s.campaign_id IS NULL THEN 'UNION' ELSE 'DISTRICT' END), s.cover,
  coalesce(s.note, '')
FROM import_rows s JOIN policies_enrolmentbatch b ON b.organisation_id = s.org_id
  AND b.plan_version_id = s.version_id AND b.starts_on = s.starts_on
  AND b.campaign_id IS NOT DISTINCT FROM s.campaign_id AND b.id = ANY(%s)
WHERE NOT s.bad AND s.action = 'create' ORDER BY s.row_no
"""
UPDATES = """
WITH changed AS (
  UPDATE policies_policy p
  SET note = coalesce(s.note, p.note), funder = coalesce(s.funder, p.funder)
  FROM import_rows s WHERE s.policy_id = p.id AND NOT s.bad AND s.action = 'update'
  RETURNING p.batch_id
)
SELECT b.id, b.number, count(*), b.amount::text, o.path
FROM changed c JOIN policies_enrolmentbatch b ON b.id = c.batch_id
JOIN members_organisation o ON o.id = b.organisation_id
GROUP BY b.id, o.path ORDER BY b.id
"""
TOTALS = """
UPDATE policies_enrolmentbatch b
SET person_count = f.lines, shares = f.shares, amount = f.amount
FROM (SELECT batch_id, count(*) AS lines, sum(shares) AS shares, sum(amount) AS amount
  FROM policies_policy WHERE batch_id = ANY(%s) AND withdrawn_on IS NULL GROUP BY batch_id) f
WHERE f.batch_id = b.id
RETURNING b.id, b.number, f.lines, f.amount::text,
  (SELECT path FROM members_organisation o WHERE o.id = b.organisation_id)
"""


class RosterOvertaken(RuleViolation):
    """Somebody else has enrolled a person of the roster since it was checked."""


def add_roster(
    staging: Staging, *, on: date, by_id: int | None, import_run_id: int | None
) -> dict[str, Any]:
    """Write the right rows of a checked roster in the caller's transaction.

    New lines go into the open batch of their unit, plan version, start date and campaign, which
    is made when there is none; the lines of stored keys get the row's 备注 and 出资方. Raises
    RosterOvertaken. Returns the keys of the batches (`batch_ids`).
    """
    staging.execute(ONE_AT_A_TIME)
    if staging.fetch(COVERED_MEANWHILE)[0][0]:
        raise RosterOvertaken(
            _("A person of this roster has just been enrolled elsewhere. Check the file again.")
        )
    staging.execute(CHILDREN)
    staging.execute(CHILDREN_FOUND)
    batch_ids = _batches(staging, on=on, import_run_id=import_run_id)
    if len(batch_ids) > MANY_BATCHES:
        staging.execute(
            "SELECT core_analyze('policies_enrolmentbatch')"
        )  # or each line looks through them all
    if staging.execute(POLICIES, [batch_ids]) > MANY_LINES:
        staging.execute(
            "SELECT core_analyze('policies_policy')"
        )  # the next query must not think it small
    updated = _acts("batch.update", staging.fetch(UPDATES))
    filled = _acts("batch.fill", staging.fetch(TOTALS, [batch_ids]))
    audit.record_many([*updated, *filled], by_id=by_id)
    return {"batch_ids": batch_ids}


def _acts(action: str, rows: Iterable[tuple[Any, ...]]) -> list[Act]:
    """An event per batch: its key, number, lines touched, sum and path."""
    return [
        Act(action, f"batch:{pk}", path, {"number": number, "lines": lines, "amount": str(sum_)})
        for pk, number, lines, sum_, path in rows
    ]


def _batches(staging: Staging, *, on: date, import_run_id: int | None) -> list[int]:
    """The open batches that take the new lines, locked; those that are missing are made."""
    slots = staging.fetch(SLOTS, [OPEN])
    found = [pk for *_slot, pk in slots if pk is not None]
    # a batch that was submitted in this moment is not open any more
    still_open = set(
        EnrolmentBatch.objects.select_for_update()
        .filter(pk__in=found, status__in=OPEN)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    missing = [tuple(slot) for *slot, pk in slots if pk not in still_open]
    made = EnrolmentBatch.objects.bulk_create(
        [
            EnrolmentBatch(
                number=number,
                organisation_id=organisation_id,
                plan_version_id=version_id,
                starts_on=starts_on,
                campaign_id=campaign_id,
                import_run_id=import_run_id,
            )
            for number, (organisation_id, version_id, starts_on, campaign_id) in zip(
                next_numbers("CB", on.year, len(missing)), missing, strict=True
            )
        ],
        batch_size=2000,
    )
    return sorted(still_open | {batch.pk for batch in made})
