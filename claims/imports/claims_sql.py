"""The statements of the 理赔申请 import; `s` is the staging row, `c` the stored claim."""

RESOLVE_UNIT = """
UPDATE import_rows s SET organisation_id = o.id FROM members_organisation o WHERE o.code = s.unit
"""
IN_SCOPE = "EXISTS (SELECT 1 FROM unnest(%s::text[]) scope WHERE starts_with(o.path, scope))"

# any version of a paid family names it: by family code, plan code or Chinese plan name
RESOLVE_FAMILY = """
UPDATE import_rows s SET family = v.family FROM policies_planversion v
WHERE v.family NOT IN ('SECREIMB', 'NONWORK') AND v.status = 'PUBLISHED'
  AND s.plan IN (v.family, v.code, normalize(v.name_zh, NFKC))
"""
RESOLVE_CHILD = """
UPDATE import_rows s SET child_id = (
    SELECT min(c.id) FROM members_child c WHERE c.document_index = s.child_index
) WHERE s.family = 'CHILD' AND s.child_index IS NOT NULL
"""
RESOLVE_CAMPAIGN = """
UPDATE import_rows s SET campaign_id = k.id FROM policies_campaign k WHERE k.code = s.campaign
"""
RESOLVE_CLAIM = """
UPDATE import_rows s SET claim_id = c.id FROM claims_claim c WHERE c.number = s.number
"""

# column, staging field, which rows
NEEDED = (
    ("出院日期", "discharged_on", "(s.family = 'INPALW' OR s.family = 'INPMED' AND NOT"
     " 'special_disease' = ANY (s.wrong) AND s.special_disease IS DISTINCT FROM 'outpatient')"),
    ("自付一", "self_pay_1", "s.family = 'INPMED'"),
    ("阶段", "stage", "s.family IN ('CI', 'FEM')"),
    ("子女证件号码", "child", "s.family = 'CHILD'"),
)  # fmt: skip

# an earlier row of the file or a stored claim, never the claim itself
TRANSFER_UNKNOWN = """
s.transfer_from IS NOT NULL AND (s.transfer_from = s.number OR NOT (
    EXISTS (SELECT 1 FROM claims_claim t WHERE t.number = s.transfer_from)
    OR EXISTS (SELECT 1 FROM import_rows e
               WHERE e.number = s.transfer_from AND e.row_no < s.row_no)))
"""

STORED = (
    "JOIN claims_claim c ON c.id = s.claim_id"
    " JOIN members_organisation o ON o.id = c.organisation_id"
    " LEFT JOIN claims_claim t ON t.id = c.transfer_from_id"
)
# staged under the claim's own column names; an empty cell (NULL) leaves what is stored
FIELDS = (
    "organisation_id", "member_id", "family", "filed_on", "event_on", "discharged_on",
    "hospital_code", "hospital_name", "hospital_level", "self_pay_1", "special_disease",
    "transfer_slip", "diagnosis_index", "diagnosis_code_index", "illness_index", "stage", "death",
    "disability_grade", "living_days", "hospital_days", "documents", "campaign_id",
)  # fmt: skip
CHANGED = " OR ".join(
    [
        *(f"(s.{name} IS NOT NULL AND s.{name} IS DISTINCT FROM c.{name})" for name in FIELDS),
        "(s.family = 'CHILD' AND s.child_id IS DISTINCT FROM c.child_id)",
        "(s.transfer_from IS NOT NULL AND s.transfer_from IS DISTINCT FROM t.number)",
    ]
)

CLASSIFY_NEW = "UPDATE import_rows s SET action = 'create' WHERE NOT s.bad"
CLASSIFY_STORED = f"""
UPDATE import_rows s SET action = CASE WHEN {CHANGED} THEN 'update' ELSE 'unchanged' END
FROM claims_claim c LEFT JOIN claims_claim t ON t.id = c.transfer_from_id
WHERE c.id = s.claim_id AND NOT s.bad
"""  # noqa: S608 - constants only

# members before claims, by id, as everywhere
LOCK_MEMBERS = """
SELECT m.id FROM members_member m WHERE m.id IN (
    SELECT s.member_id FROM import_rows s WHERE NOT s.bad
    UNION SELECT c.member_id FROM import_rows s JOIN claims_claim c ON c.id = s.claim_id
) ORDER BY m.id FOR NO KEY UPDATE
"""
INSERT = """
INSERT INTO claims_claim (
    number, organisation_id, member_id, child_id, family, campaign_id, filed_on, event_on,
    discharged_on, hospital_code, hospital_name, hospital_level, self_pay_1, special_disease,
    transfer_slip, diagnosis_sealed, diagnosis_index, diagnosis_code_sealed, diagnosis_code_index,
    illness_sealed, illness_index, stage, death, disability_grade, living_days, hospital_days,
    documents, filed_by_id, status, version, earlier_stays_in_year, category, causes, decision,
    codes, paid_days, items, steps, refusal_reason, note)
SELECT
    number, organisation_id, member_id, child_id, family, campaign_id, filed_on, event_on,
    discharged_on, coalesce(hospital_code, ''), coalesce(hospital_name, ''), hospital_level,
    self_pay_1, coalesce(special_disease, ''), coalesce(transfer_slip, false), diagnosis_sealed,
    coalesce(diagnosis_index, ''), diagnosis_code_sealed, coalesce(diagnosis_code_index, ''),
    illness_sealed, coalesce(illness_index, ''), coalesce(stage, ''), coalesce(death, false),
    disability_grade, coalesce(living_days, 0), coalesce(hospital_days, 0), documents, %s, 'FILED',
    1, 0, '', '{}', '', '{}', 0, '{}', '[]', '', ''
FROM import_rows s WHERE NOT s.bad AND s.action = 'create'
ORDER BY row_no
RETURNING id
"""

SEALED = ("diagnosis", "diagnosis_code", "illness")
KEEPING = ", ".join(f"{name} = coalesce(s.{name}, c.{name})" for name in FIELDS)
RESEALED = ", ".join(
    f"{name}_sealed = coalesce(s.{name}_sealed, c.{name}_sealed)" for name in SEALED
)
UPDATE = f"""
UPDATE claims_claim c SET
    {KEEPING},
    {RESEALED},
    child_id = CASE WHEN s.family = 'CHILD' THEN s.child_id END,
    version = c.version + 1
FROM import_rows s
WHERE c.id = s.claim_id AND NOT s.bad AND s.action = 'update'
RETURNING c.id
"""  # noqa: S608 - constants only

TIE_TRANSFERS = """
UPDATE claims_claim c SET transfer_from_id = t.id
FROM import_rows s JOIN claims_claim t ON t.number = s.transfer_from
WHERE c.number = s.number AND NOT s.bad AND s.action IN ('create', 'update')
  AND c.transfer_from_id IS DISTINCT FROM t.id
"""
