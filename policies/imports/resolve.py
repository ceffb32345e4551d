"""Finds out who and what the cells of a roster name, for all rows at once."""

from core.importing import Staging
from policies.imports.columns import CHILD_FIELDS, PLACES
from policies.imports.terms import load_prices, load_terms, load_tiers

NAMED = """
UPDATE import_rows s SET org_id = f.org_id, member_id = f.member_id, child_id = f.child_id,
  family = f.family, version_id = f.version_id, campaign_id = f.campaign_id, cover = f.cover,
  insured = f.insured, born_on = f.born_on, sex = f.sex
FROM (
  SELECT r.row_no, o.id AS org_id, m.id AS member_id, c.id AS child_id, w.family, p.version_id,
    g.id AS campaign_id,
    daterange(r.starts_on, (r.starts_on + p.months * interval '1 month')::date) AS cover,
    CASE w.family WHEN 'CHILD' THEN r.child_document_index ELSE r.document_index END AS insured,
    CASE w.family WHEN 'CHILD' THEN coalesce(c.born_on, r.child_document_born)
      ELSE m.born_on END AS born_on,
    CASE w.family WHEN 'CHILD' THEN coalesce(c.sex, r.child_document_sex) ELSE m.sex END AS sex
  FROM import_rows r
  LEFT JOIN members_organisation o ON o.code = r.union_code
  LEFT JOIN members_member m ON m.document_index = r.document_index
  LEFT JOIN import_plan_words w ON w.word = r.plan
  LEFT JOIN import_plans p ON p.word = r.plan AND p.on_sale @> r.starts_on
  LEFT JOIN members_child c ON w.family = 'CHILD' AND c.document_index = r.child_document_index
  LEFT JOIN policies_campaign g ON upper(g.code) = r.campaign
) f WHERE f.row_no = s.row_no
"""
# the line that the same unit has stored under the row's key
STORED = """
UPDATE import_rows s SET policy_id = p.id, old_shares = p.shares, old_tier = p.tier,
  old_risk = p.high_risk, old_amount = p.amount
FROM policies_policy p JOIN policies_enrolmentbatch b ON b.id = p.batch_id
WHERE p.{insured} = s.{insured} AND p.family = s.family AND p.withdrawn_on IS NULL
  AND p.plan_version_id = s.version_id AND lower(p.cover) = s.starts_on
  AND b.organisation_id = s.org_id AND {which}
"""
AGE_OF = (
    "(extract(year FROM r.starts_on) - extract(year FROM r.born_on)"
    " - ((extract(month FROM r.starts_on), extract(day FROM r.starts_on))"
    " < (extract(month FROM r.born_on), extract(day FROM r.born_on)))::int)::int"
)
PRICED = f"""
UPDATE import_rows s SET tier_code = f.tier, price = f.price, verdict = f.verdict
FROM (
  SELECT r.row_no, t.tier, p.price, a.verdict
  FROM import_rows r
  LEFT JOIN import_tiers t ON t.version_id = r.version_id
    AND t.word = coalesce(r.tier, r.old_tier, '')
  LEFT JOIN import_prices p ON p.version_id = r.version_id AND p.tier = t.tier
    AND p.shares = coalesce(r.shares, r.old_shares, 1)
    AND p.high_risk = coalesce(r.high_risk, r.old_risk, false)
  LEFT JOIN import_ages a ON a.version_id = r.version_id AND a.sex = r.sex
    AND a.age = greatest(-1, least(150, {AGE_OF}))
  WHERE r.version_id IS NOT NULL
) f WHERE f.row_no = s.row_no
"""  # noqa: S608 - constants only


def resolve(staging: Staging) -> None:
    """Fill the extra columns of every staged row."""
    load_terms(staging)
    staging.execute(NAMED)
    _forget_child_columns(staging)
    staging.execute(
        STORED.format(insured="member_id", which="s.family <> 'CHILD' AND p.child_id IS NULL")
    )
    staging.execute(STORED.format(insured="child_id", which="s.family = 'CHILD'"))
    load_tiers(staging)
    load_prices(staging)
    staging.execute(PRICED)
    staging.execute("CREATE INDEX ON pg_temp.import_rows (insured)")
    staging.execute("ANALYZE pg_temp.import_rows")


def _forget_child_columns(staging: Staging) -> None:
    """In the other plans the three columns about a child are ignored, right or wrong."""
    fields = list(CHILD_FIELDS)
    staging.execute(
        "DELETE FROM import_findings f USING import_rows s WHERE f.row_no = s.row_no"
        " AND s.family IS DISTINCT FROM 'CHILD' AND f.col_no = ANY(%s)",
        [[PLACES[field] for field in fields]],
    )
    staging.execute(
        "UPDATE import_rows s SET wrong = ARRAY(SELECT name FROM unnest(s.wrong) AS name"
        " WHERE name <> ALL(%s)) WHERE s.family IS DISTINCT FROM 'CHILD' AND s.wrong && %s",
        [fields, fields],
    )
