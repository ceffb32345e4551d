"""Plans that one person cannot have on the same day (`excludes` of a version); none is shipped."""

from core.importing import Staging
from policies.plans import paid_versions, terms_of

PAIRS = "unnest(%s::bigint[], %s::text[]) AS x (version_id, family)"
STORED = f"""
SELECT DISTINCT ON (s.row_no) s.row_no,
  CASE WHEN o.id = s.org_id
    THEN '本单位在此期间已为其参保“' || v.name_zh || '”，两项活动不能同时参加'
    ELSE '在此期间已由“' || o.name || '”参保“' || v.name_zh || '”，两项活动不能同时参加' END,
  '请核实后只保留其中一项'
FROM import_rows s
JOIN policies_policy p ON p.member_id = s.member_id AND p.child_id IS NULL
  AND p.withdrawn_on IS NULL AND p.cover && s.cover
JOIN policies_planversion v ON v.id = p.plan_version_id
JOIN policies_enrolmentbatch b ON b.id = p.batch_id
JOIN members_organisation o ON o.id = b.organisation_id
JOIN {PAIRS} ON (x.version_id = s.version_id AND x.family = p.family)
  OR (x.version_id = p.plan_version_id AND x.family = s.family)
WHERE s.family <> 'CHILD' AND s.policy_id IS NULL ORDER BY s.row_no, p.id
"""  # noqa: S608 - constants only
IN_FILE = f"""
SELECT DISTINCT ON (s.row_no) s.row_no,
  '与本表第' || e.row_no || '行的“' || v.name_zh || '”不能同时参加', '请核实后只保留其中一项'
FROM import_rows s
JOIN import_rows e ON e.member_id = s.member_id AND e.row_no < s.row_no AND e.cover && s.cover
JOIN policies_planversion v ON v.id = e.version_id
JOIN {PAIRS} ON (x.version_id = s.version_id AND x.family = e.family)
  OR (x.version_id = e.version_id AND x.family = s.family)
WHERE s.family <> 'CHILD' AND e.family <> 'CHILD' AND s.policy_id IS NULL
ORDER BY s.row_no, e.row_no
"""  # noqa: S608 - constants only


def check_excluded(staging: Staging) -> None:
    """DUPLICATE_COVER that names the other plan, in the file and in the district."""
    pairs = [
        (version.pk, family)
        for version in paid_versions()
        for family in terms_of(code=version.code).excludes
    ]
    if not pairs:
        return
    versions, families = (list(side) for side in zip(*pairs, strict=True))
    for query in (IN_FILE, STORED):
        staging.flag_select("DUPLICATE_COVER", "证件号码", query, [versions, families])
