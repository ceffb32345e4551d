"""Nobody is covered twice: doubles within the file, and against what is stored in the district."""

from core.importing import Staging

# where the finding stands, and who is covered
SIDES = (("证件号码", "s.family <> 'CHILD'"), ("子女证件号码", "s.family = 'CHILD'"))
SAME_KEY = """
SELECT k.row_no, '与本表第' || k.first || '行重复', '请删除多余的一行' FROM (
  SELECT s.row_no, min(s.row_no) OVER (PARTITION BY s.insured, s.version_id, s.starts_on) AS first
  FROM import_rows s
  WHERE {who} AND s.insured IS NOT NULL AND s.version_id IS NOT NULL
) k WHERE k.row_no > k.first
"""
OVERLAP_IN_FILE = """
SELECT DISTINCT ON (s.row_no) s.row_no, '与本表第' || e.row_no || '行的保障期重叠',
  '同一活动同一天只能参保一次，请删除其中一行'
FROM import_rows s JOIN import_rows e ON e.insured = s.insured AND e.family = s.family
  AND e.row_no < s.row_no AND e.cover && s.cover
WHERE {who} ORDER BY s.row_no, e.row_no
"""
OVERLAP_STORED = """
SELECT DISTINCT ON (s.row_no) s.row_no,
  CASE WHEN o.id = s.org_id THEN '本单位在此期间已为其参保该活动'
    ELSE '在此期间已由“' || o.name || '”参保该活动' END,
  CASE WHEN o.id = s.org_id THEN '请核对起保日期'
    ELSE '请与该单位核实；重复参保无效' END
FROM import_rows s JOIN import_covers c ON c.row_no = s.row_no
JOIN members_organisation o ON o.id = c.org_id
WHERE {who} AND NOT c.same_key AND c.cover && s.cover ORDER BY s.row_no, c.id
"""
# the row's key is stored by the same unit, and the row says something else about the cover
CHANGED = """
SELECT s.row_no, '本单位已参保，' || concat_ws('、',
    CASE WHEN s.shares <> s.old_shares THEN '份数' END,
    CASE WHEN s.tier_code <> s.old_tier THEN '档次' END,
    CASE WHEN s.amount <> s.old_amount AND {amount_right} THEN '金额' END,
    CASE WHEN s.high_risk <> s.old_risk THEN '职业风险' END,
    CASE WHEN s.campaign_id IS DISTINCT FROM b.campaign_id AND s.campaign IS NOT NULL
      THEN '专项活动' END) || '与原名单不同', '已有的保障不能用名单更改，请恢复原值'
FROM import_rows s JOIN policies_policy p ON p.id = s.policy_id
JOIN policies_enrolmentbatch b ON b.id = p.batch_id
WHERE {who} AND (s.shares <> s.old_shares OR s.tier_code <> s.old_tier
  OR s.amount <> s.old_amount AND {amount_right} OR s.high_risk <> s.old_risk
  OR s.campaign_id IS DISTINCT FROM b.campaign_id AND s.campaign IS NOT NULL)
"""


def check_covers(staging: Staging) -> None:
    """DUPLICATE_IN_FILE and DUPLICATE_COVER, at the number of the person who is covered."""
    right = staging.right("amount")
    for column, who in SIDES:
        staging.flag_select("DUPLICATE_IN_FILE", column, SAME_KEY.format(who=who))
        staging.flag_select("DUPLICATE_COVER", column, OVERLAP_IN_FILE.format(who=who))
        staging.flag_select("DUPLICATE_COVER", column, OVERLAP_STORED.format(who=who))
        changed = CHANGED.format(who=who, amount_right=right)
        staging.flag_select("DUPLICATE_COVER", column, changed)
