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
    -- without a day or a version there is no cover; a range of NULLs would overlap every other
    CASE WHEN p.version_id IS NOT NULL
      THEN daterange(r.starts_on, (r.starts_on + p.months * interval '1 month')::date)
    END AS cover,
    CASE w.family WHEN 'CHILD' THEN r.child_document_index ELSE r.document_index END AS insured,
    CASE w.family WHEN 'CHILD' THEN coalesce(c.born_on, r.child_document_born)
      ELSE m.born_on END AS born_on,
    CASE w.family WHEN 'CHILD' THEN coalesce(c.sex, r.child_document_sex) ELSE m.sex END AS sex
  FROM import_rows r
  LEFT JOIN members_organisation o ON o.code = r.union_code AND o.closed_on IS NULL
  LEFT JOIN members_member n ON n.document_index = r.document_index
  -- the number of a merged record finds the kept one
  LEFT JOIN members_member m ON m.id = coalesce(n.merged_into_id, n.id)
  LEFT JOIN import_plan_words w ON w.word = r.plan
  LEFT JOIN import_plans p ON p.word = r.plan AND p.on_sale @> r.starts_on
  LEFT JOIN members_child c ON w.family = 'CHILD' AND c.document_index = r.child_document_index
  LEFT JOIN policies_campaign g ON upper(g.code) = r.campaign
) f WHERE f.row_no = s.row_no
"""
# Every stored cover of a row's insured in its family, found once. Only the number of the person is
# left to the indexes: a scan of the exclusion constraint's GiST index costs ten times the B-tree's.
COVERS = """
INSERT INTO import_covers
SELECT s.row_no, p.id, p.cover, b.organisation_id AS org_id,
  (p.plan_version_id = s.version_id AND lower(p.cover) = s.starts_on
    AND b.organisation_id = s.org_id) IS TRUE AS same_key
FROM import_rows s JOIN policies_policy p ON p.{insured} = s.{insured}
JOIN policies_enrolmentbatch b ON b.id = p.batch_id
WHERE (p.family = s.family) IS TRUE AND (p.withdrawn_on IS NULL) IS TRUE AND {which}
"""
# the line that the same unit has stored under the row's key
STORED = """
UPDATE import_rows s SET policy_id = p.id, old_shares = p.shares, old_tier = p.tier,
  old_risk = p.high_risk, old_amount = p.amount
FROM import_covers c JOIN policies_policy p ON p.id = c.id
WHERE c.row_no = s.row_no AND c.same_key
"""
AGE_OF = (
    "(extract(year FROM r.starts_on) - extract(year FROM r.born_on)"
    " - ((extract(month FROM r.starts_on), extract(day FROM r.starts_on))"
    " < (extract(month FROM r.born_on), extract(day FROM r.born_on)))::int)::int"
)
PRICED = f"""
UPDATE import_rows s SET tier_code = f.tier, price = f.price, verdict = f.verdict,
  action = CASE WHEN s.policy_id IS NULL THEN 'create'
    WHEN f.note <> s.note OR f.funder <> s.funder THEN 'update' ELSE 'unchanged' END
FROM (
  SELECT r.row_no, t.tier, p.price, a.verdict, o.note, o.funder
  FROM import_rows r
  LEFT JOIN import_tiers t ON t.version_id = r.version_id
    AND t.word = coalesce(r.tier, r.old_tier, '')
  LEFT JOIN import_prices p ON p.version_id = r.version_id AND p.tier = t.tier
    AND p.shares = coalesce(r.shares, r.old_shares, 1)
    AND p.high_risk = coalesce(r.high_risk, r.old_risk, false)
  LEFT JOIN import_ages a ON a.version_id = r.version_id AND a.sex = r.sex
    AND a.age = greatest(-1, least(150, {AGE_OF}))
  LEFT JOIN policies_policy o ON o.id = r.policy_id
  WHERE r.version_id IS NOT NULL
) f WHERE f.row_no = s.row_no
"""  # noqa: S608 - constants only


def resolve(staging: Staging) -> None:
    """Fill the extra columns of every staged row."""
    load_terms(staging)
    staging.execute(NAMED)
    _forget_child_columns(staging)
    _find_covers(staging)
    load_tiers(staging)
    load_prices(staging)
    staging.execute(PRICED)


def _find_covers(staging: Staging) -> None:
    staging.execute("ANALYZE pg_temp.import_rows")
    staging.execute("DROP TABLE IF EXISTS pg_temp.import_covers")
    staging.execute(
        "CREATE TEMPORARY TABLE import_covers (row_no integer, id bigint, cover daterange,"
        " org_id bigint, same_key boolean) ON COMMIT DROP"
    )
    members = "(s.family <> 'CHILD') IS TRUE AND (p.child_id IS NULL) IS TRUE"
    staging.execute(COVERS.format(insured="member_id", which=members))
    staging.execute(COVERS.format(insured="child_id", which="s.family = 'CHILD'"))
    staging.execute("ANALYZE pg_temp.import_covers")
    staging.execute(STORED)


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
