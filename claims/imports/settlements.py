"""二次报销结算: one quarter's settlement rows of the medical insurance. Key 结算流水号.

Contract: docs/formats. A person who is no member is UNKNOWN_MEMBER; when the right rows are
imported all the same, his are kept in the list of mismatches and never paid.
"""

from claims.imports.words import KINDS, resolve_member
from claims.services import intake
from core.importing import Column, Context, Kind, Staging, Template, UnusableFile
from core.importing import columns as col
from core.periods import Period
from policies import plans

# staging field -> column; an admission belongs to a stay only
CHANGED = """(s.member_id <> t.member_id OR s.settled_on <> t.settled_on OR s.kind <> t.kind
    OR s.self_pay_1 <> t.self_pay_1
    OR (s.kind = 'INPATIENT' AND s.admitted_on IS DISTINCT FROM t.admitted_on))"""
STORED = "JOIN claims_settlement t ON t.number = s.number"
QUARTER_CLOSED = """EXISTS (SELECT 1 FROM claims_reimbursementquarter q WHERE q.year = t.year
    AND q.quarter = t.quarter AND q.status IN ('APPROVED', 'PAID'))"""

CLASSIFY_NEW = "UPDATE import_rows s SET action = 'create' WHERE NOT s.bad"
CLASSIFY_STORED = f"""
UPDATE import_rows s SET action = CASE WHEN {CHANGED} THEN 'update' ELSE 'unchanged' END
FROM claims_settlement t WHERE t.number = s.number AND NOT s.bad
"""  # noqa: S608 - constants only
INSERT = """
INSERT INTO claims_settlement
    (number, member_id, year, quarter, settled_on, kind, self_pay_1, admitted_on)
SELECT number, member_id, extract(year FROM settled_on), extract(quarter FROM settled_on),
    settled_on, kind, self_pay_1, CASE WHEN kind = 'INPATIENT' THEN admitted_on END
FROM import_rows s WHERE NOT s.bad AND s.action = 'create'
ORDER BY member_id, row_no
"""
UPDATE = """
UPDATE claims_settlement t SET
    member_id = s.member_id, settled_on = s.settled_on,
    year = extract(year FROM s.settled_on), quarter = extract(quarter FROM s.settled_on),
    kind = s.kind, self_pay_1 = s.self_pay_1,
    admitted_on = CASE WHEN s.kind = 'INPATIENT' THEN s.admitted_on END
FROM import_rows s WHERE t.number = s.number AND NOT s.bad AND s.action = 'update'
"""
TOUCHED = """
SELECT DISTINCT t.year, t.quarter FROM import_rows s JOIN claims_settlement t ON t.number = s.number
WHERE NOT s.bad AND s.action = 'update'
"""
# rows whose only fault is the person: kept for the unit to explain
MISMATCHES = """
INSERT INTO claims_settlementmismatch
    (number, year, quarter, code, name, document_sealed, document_index, settled_on, self_pay_1,
     kind, admitted_on)
SELECT s.number, extract(year FROM s.settled_on), extract(quarter FROM s.settled_on), f.code,
    s.name, s.person_sealed, s.person_index, s.settled_on, s.self_pay_1, s.kind,
    CASE WHEN s.kind = 'INPATIENT' THEN s.admitted_on END
FROM import_rows s JOIN (
    SELECT row_no, min(code) AS code FROM import_findings WHERE level = 'error'
    GROUP BY row_no HAVING bool_and(code IN ('UNKNOWN_MEMBER', 'NAME_MISMATCH'))
) f ON f.row_no = s.row_no
ON CONFLICT (number) DO UPDATE SET
    year = excluded.year, quarter = excluded.quarter, code = excluded.code, name = excluded.name,
    document_sealed = excluded.document_sealed, document_index = excluded.document_index,
    settled_on = excluded.settled_on, self_pay_1 = excluded.self_pay_1, kind = excluded.kind,
    admitted_on = excluded.admitted_on
"""
SOLVED = """
DELETE FROM claims_settlementmismatch m USING import_rows s
WHERE m.number = s.number AND NOT s.bad
"""


def _columns() -> tuple[Column, ...]:
    return (
        col.code("结算流水号", "number", required=True, width=22, help="医保结算流水号，不重复"),
        col.person_name("姓名", "name", required=True, width=12),
        col.document("证件号码", "person", required=True),
        col.day("结算日期", "settled_on", required=True, help="须在所选季度内"),
        col.choice("类别", "kind", KINDS, required=True, width=8),
        col.amount("自付一", "self_pay_1", negative=True, required=True, help="冲销填负数"),
        col.day("入院日期", "admitted_on", help="住院必填"),
    )


def _period(context: Context) -> Period:
    """The quarter the file is for; raises UnusableFile for another word or a year without terms."""
    try:
        period = Period.parse(str(context.options.get("quarter", "")))
    except ValueError as error:
        raise UnusableFile(str(error)) from error
    if not period.quarter:
        raise UnusableFile(f"{period}：请指明季度，如 2018Q1")
    if plans.secondary_terms(year=period.year) is None:
        raise UnusableFile(f"{period.year}年没有生效的二次报销方案，不能导入结算数据")
    return period


def check_sql(staging: Staging, context: Context) -> None:
    """Checks across rows and tables, in the contract's order of codes."""
    period = _period(context)
    resolve_member(staging, context.scope_paths)
    staging.flag(
        "REQUIRED", "入院日期",
        f"s.kind = 'INPATIENT' AND s.admitted_on IS NULL AND {staging.right('admitted_on')}",
        message="住院必填，不能为空", advice="请补填入院日期",
    )  # fmt: skip
    staging.flag(
        "WRONG_QUARTER", "结算日期", "s.settled_on NOT BETWEEN %s AND %s",
        params=[period.first_day, period.last_day],
        message=f"不在{period.year}年第{period.quarter}季度内",
        advice="请改用该日期所在的季度导入",
    )  # fmt: skip
    fields = ("number", "name", "person", "settled_on", "kind", "self_pay_1", "admitted_on")
    staging.flag(
        "CLOSED", "结算流水号", f"{QUARTER_CLOSED} AND {CHANGED} AND {staging.right(*fields)}",
        joins=STORED,
        message="该结算所在季度已审批，不能再修改", advice="更正请用新的流水号导入",
    )  # fmt: skip


def classify_sql(staging: Staging, context: Context) -> None:
    """New numbers are created; stored ones updated when something differs."""
    staging.execute(CLASSIFY_NEW)
    staging.execute(CLASSIFY_STORED)
    staging.summary["amount"] = staging.fetch(
        "SELECT sum(self_pay_1) FROM import_rows s WHERE NOT s.bad"
    )[0][0]


def apply(staging: Staging, context: Context) -> None:
    """Lock the quarters, then one statement each: new rows, changed rows, mismatches."""
    period = _period(context)
    counts = staging.actions()
    if counts.get("create") or counts.get("update"):
        own = [(period.year, period.quarter)]
        intake.quarters_touched(quarters=[*own, *staging.fetch(TOUCHED)])
    created = staging.execute(INSERT)
    changed = staging.execute(UPDATE)
    staging.execute(SOLVED)
    mismatches = staging.execute(MISMATCHES)
    intake.settlements_taken_in(
        quarter=str(period),
        created=created,
        changed=changed,
        mismatches=mismatches,
        by_id=context.requested_by_id,
    )


SETTLEMENTS = Kind(
    name="settlements",
    title="二次报销结算",
    columns=_columns(),
    key_columns=("number",),
    duplicate_column="结算流水号",
    check_sql=check_sql,
    classify_sql=classify_sql,
    apply=apply,
    undo_tables=("claims_settlement", "claims_settlementmismatch"),
    undo_people={"claims_settlement": "member_id"},
    undo_beside=("claims_reimbursementquarter",),
    before_undo=intake.settlements_taken_back,
    extra=(("member_id", "bigint"),),
    template=Template(
        notes=(
            "一行一笔结算，不要合并单元格，不要改动表头。",
            "只填自付一；冲销另起一行填负数，流水号不同。",
            "迟到的结算按其结算日期所在季度导入，已审批季度的差额在以后季度补付。",
            "不是会员的人员不付款，选择“仅导入正确的行”时列入待核实名单。",
        ),
    ),
)
