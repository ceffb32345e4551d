"""理赔申请: claims that units hand in as a workbook. Contract: docs/formats, key 申请编号."""

from claims.imports import claims_sql as sql
from claims.imports.words import GRADES, LEVELS, SPECIAL, STAGES, YES_NO, resolve_member
from claims.services import intake
from core.excel.text import Cell, clean
from core.importing import CellError, Column, Context, Env, Kind, Staging, Template
from core.importing import columns as col
from core.importing.columns import Secret

LONGEST_CODE = 100
LONGEST_TEXT = 500
ILLNESS: Secret = "diagnosis"  # the purpose under which these columns are sealed


def _documents(cell: Cell, env: Env) -> list[str] | None:
    """Codes separated by ；, each at most 100 characters; their order means nothing."""
    codes = {part.strip() for part in clean(cell).replace("；", ";").split(";")} - {""}
    longest = max(map(len, codes), default=0)
    if longest > LONGEST_CODE:
        raise CellError("TOO_LONG", f"有一项共{longest}个字，最多100个字", "请用材料代码，以；分隔")
    return sorted(codes) or None


def _columns() -> tuple[Column, ...]:
    return (
        col.code("申请编号", "number", required=True, help="本单位自编，全区不重复"),
        col.code("单位编号", "unit", limit=0, required=True, help="申报单位的工会编号"),
        col.person_name("姓名", "name", required=True, width=12, help="会员姓名，与证件一致"),
        col.document("证件号码", "person", required=True, help="会员的证件号码"),
        col.document("子女证件号码", "child", help="子女意外必填，其他活动空白"),
        col.text("活动", "plan", limit=0, required=True, width=28, help="活动代码或全称"),
        col.day("申请日期", "filed_on", required=True),
        col.day("出险日期", "event_on", required=True, help="入院、确诊或事故发生之日"),
        col.day("出院日期", "discharged_on", help="住院医疗、住院津贴必填；特殊病门诊空白"),
        col.code("医院编码", "hospital_code"),
        col.text("医院名称", "hospital_name", width=24),
        col.choice("医院级别", "hospital_level", LEVELS, sql="smallint", width=10),
        col.amount("自付一", "self_pay_1", help="住院医疗必填，元"),
        col.choice("特殊病", "special_disease", SPECIAL, width=8),
        col.code("转院自", "transfer_from", limit=0, help="转出医院那次申请的申请编号"),
        col.choice("转诊单", "transfer_slip", YES_NO, sql="boolean", width=8),
        col.text("诊断", "diagnosis", limit=LONGEST_TEXT, secret=ILLNESS, width=24),
        col.code("诊断编码", "diagnosis_code", secret=ILLNESS),
        col.text("病种", "illness", secret=ILLNESS, help="重大疾病、女工特疾按条款名称填写"),
        col.choice("阶段", "stage", STAGES, width=8, help="重大疾病、女工特疾必填"),
        col.choice("身故", "death", YES_NO, sql="boolean", width=8),
        col.choice("伤残等级", "disability_grade", GRADES, sql="smallint", width=10),
        col.count("生活补助天数", "living_days"),
        col.count("住院补助天数", "hospital_days"),
        Column("材料", "documents", _documents, sql="varchar[]", width=28,
               help="材料代码，以；分隔，如 claim_form；id_copy"),
        col.text("专项活动", "campaign", limit=0, help="专项活动代码，没有则空白"),
    )  # fmt: skip


def check_sql(staging: Staging, context: Context) -> None:
    """Checks across rows and tables, in the contract's order of codes."""
    staging.execute(sql.RESOLVE_UNIT)
    staging.flag(
        "UNKNOWN_UNION", "单位编号", "s.unit IS NOT NULL AND s.organisation_id IS NULL",
        message="没有这个单位编号", advice="请核对单位名录中的编号",
    )  # fmt: skip
    if context.scope_paths is not None:
        staging.flag(
            "UNION_OUT_OF_SCOPE", "单位编号", f"NOT {sql.IN_SCOPE}",
            joins="JOIN members_organisation o ON o.id = s.organisation_id",
            params=[list(context.scope_paths)],
            message="该单位不在您的管理范围", advice="请核对单位编号，或联系区代办处",
        )  # fmt: skip
    resolve_member(staging, None)
    _resolve(staging)
    _check_required(staging)
    _check_days(staging)
    _check_transfer(staging)
    _check_closed(staging, context)


def _resolve(staging: Staging) -> None:
    staging.execute(sql.RESOLVE_FAMILY)
    staging.execute(sql.RESOLVE_CHILD)
    staging.execute(sql.RESOLVE_CAMPAIGN)
    staging.execute(sql.RESOLVE_CLAIM)
    staging.flag(
        "UNKNOWN_MEMBER", "子女证件号码",
        "s.family = 'CHILD' AND s.child_index IS NOT NULL AND s.child_id IS NULL"
        f" AND {staging.right('child')}",
        message="该子女没有参保登记", advice="请核对子女证件号码",
    )  # fmt: skip
    staging.flag(
        "UNKNOWN_PLAN", "活动", "s.plan IS NOT NULL AND s.family IS NULL",
        message="没有这个活动", advice="请填写活动代码或全称",
    )  # fmt: skip
    staging.flag(
        "UNKNOWN_CAMPAIGN", "专项活动", "s.campaign IS NOT NULL AND s.campaign_id IS NULL",
        message="没有这个专项活动", advice="请核对专项活动代码",
    )  # fmt: skip


def _check_required(staging: Staging) -> None:
    """What a plan asks for besides (contract: REQUIRED besides)."""
    for column, field, families in sql.NEEDED:
        value = f"{field}_index" if field == "child" else field
        staging.flag(
            "REQUIRED", column, f"{families} AND s.{value} IS NULL AND {staging.right(field)}",
            message="此活动必填，不能为空", advice="请补填",
        )  # fmt: skip


def _check_days(staging: Staging) -> None:
    staging.flag(
        "DATE", "出院日期",
        "coalesce(s.discharged_on, c.discharged_on) < s.event_on"
        f" AND {staging.right('discharged_on', 'event_on')}",
        joins="LEFT JOIN claims_claim c ON c.id = s.claim_id",
        message="早于出险日期", advice="请核对入院和出院日期",
    )  # fmt: skip
    staging.flag(
        "DATE", "出险日期", f"s.event_on > s.filed_on AND {staging.right('event_on', 'filed_on')}",
        message="晚于申请日期", advice="请核对出险日期和申请日期",
    )  # fmt: skip


def _check_transfer(staging: Staging) -> None:
    staging.flag(
        "CHOICE", "转院自", sql.TRANSFER_UNKNOWN,
        message="不是已登记的申请编号，也不在本表前面的行中", advice="请填写转出那次申请的编号",
    )  # fmt: skip


def _check_closed(staging: Staging, context: Context) -> None:
    paths = list(context.scope_paths) if context.scope_paths is not None else None
    staging.flag(
        "CLOSED", "申请编号", f"NOT (%s::text[] IS NULL OR {sql.IN_SCOPE})",
        joins=sql.STORED, params=[paths, paths],
        message="该申请编号已被其他单位使用", advice="请换一个编号",
    )  # fmt: skip
    changeable = staging.right(*(column.field for column in staging.kind.columns))
    staging.flag(
        "CLOSED", "申请编号",
        f"c.status NOT IN ('FILED', 'SUPPLEMENT') AND {changeable} AND ({sql.CHANGED})",
        joins=sql.STORED,
        message="该申请已初审，不能再用文件修改", advice="如需更正请联系区代办处",
    )  # fmt: skip


def classify_sql(staging: Staging, context: Context) -> None:
    """New numbers are created; stored ones updated when a filled cell differs."""
    staging.execute(sql.CLASSIFY_NEW)
    staging.execute(sql.CLASSIFY_STORED)
    staging.summary["amount"] = staging.fetch(
        "SELECT sum(self_pay_1) FROM import_rows s WHERE NOT s.bad"
    )[0][0]


def apply(staging: Staging, context: Context) -> None:
    """One INSERT, one UPDATE, transfers tied; then every claim of the file is assessed."""
    staging.execute(sql.LOCK_MEMBERS)
    created = staging.fetch(sql.INSERT, [context.requested_by_id])
    changed = staging.fetch(sql.UPDATE)
    staging.execute(sql.TIE_TRANSFERS)
    intake.claims_taken_in(
        created=[row[0] for row in created],
        changed=[row[0] for row in changed],
        by_id=context.requested_by_id,
    )


CLAIMS = Kind(
    name="claims",
    title="理赔申请",
    columns=_columns(),
    key_columns=("number",),
    duplicate_column="申请编号",
    check_sql=check_sql,
    classify_sql=classify_sql,
    apply=apply,
    undo_tables=("claims_claim",),
    undo_people={"claims_claim": "member_id"},
    extra=(
        ("organisation_id", "bigint"),
        ("member_id", "bigint"),
        ("child_id", "bigint"),
        ("family", "text"),
        ("campaign_id", "bigint"),
        ("claim_id", "bigint"),
    ),
    template=Template(
        notes=(
            "一行一份申请，不要合并单元格，不要改动表头。",
            "住院医疗填自付一、出院日期；住院津贴填出院日期；重大疾病、女工特疾填阶段；子女意外填子女证件号码。",
            "材料填代码，以；分隔；不填表示材料另行提交纸质件，系统不核对。",
            "申请编号相同的再次上传，只更新有内容的单元格；初审之后不能再改。",
        ),
    ),
)
