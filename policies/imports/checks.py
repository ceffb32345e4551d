"""What can be wrong with a row of 参保名单, asked of all rows at once. Contract: docs/formats.

A cell that could not be read is NULL in the staging table, so a check over it finds nothing.
"""

from core.importing import Context, Expression, Staging
from policies.imports.campaigns import check_campaign_rules
from policies.imports.columns import PLACES
from policies.imports.covers import SIDES, check_covers
from policies.imports.exclusions import check_excluded
from policies.imports.resolve import resolve
from policies.plans import group_needed, paid_versions, terms_of

CHECK = "请核对后填写"
TERMS = "JOIN import_terms t ON t.version_id = s.version_id"
MEMBER = "JOIN members_member m ON m.id = s.member_id"
NEW = "s.policy_id IS NULL"


def check(staging: Staging, context: Context) -> None:
    """Find every error and warning that needs other rows or the tables."""
    resolve(staging)
    _check_union(staging, context)
    _check_member(staging)
    _check_plan(staging)
    _check_child(staging)
    _check_insured(staging)
    _check_price(staging)
    check_covers(staging)
    _check_campaign(staging)
    check_campaign_rules(staging)
    check_excluded(staging)
    _warn_group_size(staging)


def _check_union(staging: Staging, context: Context) -> None:
    staging.flag(
        "UNKNOWN_UNION",
        "单位编号",
        "s.union_code IS NOT NULL AND s.org_id IS NULL",
        message=Expression("'没有编号为“' || left(s.union_code, 40) || '”的单位'"),
        advice="请核对单位编号",
    )
    if context.scope_paths is not None:
        staging.flag(
            "UNION_OUT_OF_SCOPE",
            "单位编号",
            "NOT (o.path LIKE ANY (%s::text[]))",
            joins="JOIN members_organisation o ON o.id = s.org_id",
            message="该单位不在您的管理范围内",
            advice="请核对单位编号，或联系区代办处",
            params=[[f"{path}%" for path in context.scope_paths]],
        )


def _check_member(staging: Staging) -> None:
    staging.flag(
        "UNKNOWN_MEMBER",
        "证件号码",
        "s.document_index IS NOT NULL AND s.member_id IS NULL",
        message="会员库中没有此人",
        advice="请先在会员花名册中登记，再参保",
    )
    staging.flag(
        "NAME_MISMATCH",
        "姓名",
        "s.name_key IS NOT NULL AND m.name_key <> s.name_key",
        joins=MEMBER,
        message="与该证件号码登记的姓名不一致",
        advice="请核对证件原件",
    )
    staging.flag(
        "NOT_IN_SERVICE",
        "证件号码",
        "m.status <> 'IN_SERVICE'",
        joins=MEMBER,
        message="该会员不在职，不能参保",
        advice="如已变更，请先更新会员花名册",
    )
    staging.flag(
        "NO_CARD",
        "证件号码",
        "m.card_index IS NULL",
        joins=MEMBER,
        message="该会员尚未登记京卡",
        advice="请尽快办卡并补登卡号",
    )


def _check_plan(staging: Staging) -> None:
    staging.flag(
        "UNKNOWN_PLAN",
        "活动",
        "s.plan IS NOT NULL AND s.family IS NULL",
        message=Expression("'没有“' || left(s.plan, 40) || '”这项活动'"),
        advice="请从下拉列表中选择",
    )
    staging.flag(
        "NOT_ON_SALE",
        "活动",
        "s.family IS NOT NULL AND s.starts_on IS NOT NULL AND s.version_id IS NULL",
        message=Expression("'该活动在' || s.starts_on || '不受理参保'"),
        advice="请核对活动和起保日期",
    )
    staging.flag(
        "SHARES",
        "份数",
        f"{staging.right('shares')} AND coalesce(s.shares, s.old_shares, 1)"
        " NOT BETWEEN t.shares_min AND t.shares_max",
        joins=TERMS,
        message=Expression(
            "CASE WHEN t.shares_min = t.shares_max THEN '每人只能参保' || t.shares_max || '份'"
            " ELSE '每人可参保' || t.shares_min || '至' || t.shares_max || '份' END"
        ),
        advice=CHECK,
    )
    staging.flag(
        "TIER",
        "档次",
        f"{staging.right('tier')} AND g.problem IS NOT NULL",
        joins=f"{TERMS} JOIN import_tiers g ON g.version_id = s.version_id"
        " AND g.word = coalesce(s.tier, s.old_tier, '')",
        message=Expression("g.problem"),
        advice=Expression(
            "CASE t.tiers WHEN '' THEN '请将档次留空' ELSE '可填' || t.tiers || '或其价格' END"
        ),
    )


def _check_child(staging: Staging) -> None:
    for column, field in (("子女姓名", "child_name"), ("子女证件号码", "child_document")):
        staged = "child_name" if field == "child_name" else "child_document_index"
        staging.flag(
            "REQUIRED",
            column,
            f"s.family = 'CHILD' AND s.{staged} IS NULL AND {staging.right(field)}",
            message="参加子女意外活动必须填写",
            advice="请补填",
        )
    staging.flag(
        "GUARDIAN",
        "关系",
        f"s.family = 'CHILD' AND s.relation IS NULL AND {staging.right('relation')}",
        message="没有填写职工与子女的关系",
        advice="请填写，如：父子、母女、监护",
    )
    staging.flag(
        "GUARDIAN",
        "子女证件号码",
        "s.family = 'CHILD' AND s.child_document_index = s.document_index",
        message="与职工本人的证件号码相同",
        advice="请填写子女的证件号码",
    )
    staging.flag(
        "ID_FORMAT",
        "子女证件号码",
        "s.family = 'CHILD' AND s.child_document_index IS NOT NULL AND s.born_on IS NULL",
        message="号码中没有出生日期，无法核对年龄",
        advice="请填写子女的居民身份证号码",
    )
    staging.flag(
        "NAME_MISMATCH",
        "子女姓名",
        f"{NEW} AND s.child_name_key IS NOT NULL"
        " AND replace(normalize(c.name, NFKC), ' ', '') <> s.child_name_key",
        joins="JOIN members_child c ON c.id = s.child_id",
        message="与该证件号码登记的姓名不一致",
        advice="请核对证件原件",
    )


def _check_insured(staging: Staging) -> None:
    """Sex and age, at the number of the person who is covered."""
    limits = "import_ages a ON a.version_id = s.version_id AND a.sex = s.sex AND a.age = 0"
    for column, who in SIDES:
        staging.flag(
            "SEX",
            column,
            f"{who} AND ((t.sex = 'female' AND s.sex = 'M') OR (t.sex = 'male' AND s.sex = 'F'))",
            joins=TERMS,
            message=Expression(
                "'该活动只限' || CASE t.sex WHEN 'female' THEN '女' ELSE '男' END || '职工参加'"
            ),
            advice="请核对证件号码和活动",
        )
        staging.flag(
            "AGE",
            column,
            f"{who} AND s.verdict = 'outside'",
            joins=f"JOIN {limits}",
            message=Expression(
                "'起保日' || extract(year FROM age(s.starts_on, s.born_on))"
                " || '周岁，该活动限' || a.limits"
            ),
            advice="请核对证件号码和起保日期",
        )
        staging.flag(
            "OVER_60",
            column,
            f"{who} AND s.verdict = 'flagged'",
            message=Expression(
                "'起保日已满' || extract(year FROM age(s.starts_on, s.born_on)) || '周岁'"
            ),
            advice="请在备注中说明",
        )


def _check_price(staging: Staging) -> None:
    staging.flag(
        "AMOUNT",
        "金额",
        f"{staging.right('amount', 'shares', 'tier', 'high_risk')} AND s.amount <> s.price",
        message=Expression("'应为' || s.price || '元，现为' || s.amount || '元'"),
        advice="请按价格×份数填写，或留空由系统计算",
    )


def _check_campaign(staging: Staging) -> None:
    staging.flag(
        "UNKNOWN_CAMPAIGN",
        "专项活动",
        "s.campaign IS NOT NULL AND s.campaign_id IS NULL",
        message=Expression("'没有代码为“' || left(s.campaign, 40) || '”的专项活动'"),
        advice="请核对代码；不属于专项活动的请留空",
    )
    staging.flag(
        "UNKNOWN_CAMPAIGN",
        "专项活动",
        "s.version_id IS NOT NULL AND g.plan_version_id <> s.version_id",
        joins="JOIN policies_campaign g ON g.id = s.campaign_id",
        message="该专项活动不是针对这项活动的",
        advice="请核对活动；不属于专项活动的请留空",
    )


GROUPS = """
WITH heads AS (
  SELECT DISTINCT ON (org_id, version_id) org_id, version_id, row_no, starts_on
  FROM import_rows WHERE org_id IS NOT NULL AND version_id = ANY(%s)
  ORDER BY org_id, version_id, row_no
), fresh AS (
  SELECT org_id, version_id, starts_on, count(DISTINCT insured) AS persons FROM import_rows
  WHERE version_id = ANY(%s) AND wrong = '{}' AND policy_id IS NULL GROUP BY 1, 2, 3
), stored AS (
  SELECT organisation_id AS org_id, plan_version_id AS version_id, starts_on,
    sum(person_count) AS persons
  FROM policies_enrolmentbatch
  WHERE plan_version_id = ANY(%s) AND status <> 'WITHDRAWN' GROUP BY 1, 2, 3
)
SELECT h.row_no, v.code, w.staff, v.family = 'FEM', coalesce(f.persons, 0) + coalesce(t.persons, 0)
FROM heads h
JOIN members_organisation o ON o.id = h.org_id
JOIN policies_planversion v ON v.id = h.version_id
-- the women's plan asks for a part of the women
JOIN LATERAL (SELECT CASE v.family WHEN 'FEM' THEN o.female_staff_count ELSE o.staff_count END
  AS staff) w ON w.staff IS NOT NULL
LEFT JOIN fresh f USING (org_id, version_id, starts_on)
LEFT JOIN stored t USING (org_id, version_id, starts_on)
"""


def _warn_group_size(staging: Staging) -> None:
    """GROUP_SIZE once per unit and plan, on the unit's first row of the plan."""
    ruled = [version.pk for version in paid_versions() if terms_of(code=version.code).min_group]
    found = []
    for row, code, staff, women, persons in staging.fetch(GROUPS, [ruled] * 3):
        needed = group_needed(terms_of(code=code), staff)
        if needed is not None and persons < needed:
            who = "女职工" if women else "职工"
            message = f"{who}{staff}人，该活动至少须{needed}人参保，现为{persons}人"
            found.append((row, PLACES["union_code"], "GROUP_SIZE", message, "请核实是否漏报"))
    staging.add_findings(found)
