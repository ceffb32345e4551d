"""参保名单 as a kind of workbook: its columns, its checks, and what it does."""

from core.importing import Context, Kind, Staging, Template
from policies.imports.checks import check
from policies.imports.columns import COLUMNS, EXTRA
from policies.services.rosters import add_roster

SUMS = """
SELECT coalesce(sum(coalesce(s.old_amount, s.price)), 0),
  count(DISTINCT (s.org_id, s.version_id, s.starts_on, s.campaign_id))
FROM import_rows s WHERE NOT s.bad
"""


def classify(staging: Staging, context: Context) -> None:
    """The checks have said what each row does; the summary tells the `amount` of the right ones."""
    ((amount, batches),) = staging.fetch(SUMS)
    staging.summary.update(amount=amount, batches=batches)


def apply(staging: Staging, context: Context) -> None:
    """Write the right rows."""
    staging.summary.update(
        add_roster(
            staging,
            on=context.today,
            by_id=context.requested_by_id,
            import_run_id=context.options.get("run_id"),
        )
    )


ENROLMENTS = Kind(
    name="enrolments",
    title="参保名单",
    columns=COLUMNS,
    key_columns=("insured", "version_id", "starts_on"),
    extra=EXTRA,
    check_sql=check,
    classify_sql=classify,
    apply=apply,
    undo_tables=("members_child", "policies_enrolmentbatch", "policies_policy"),
    undo_people={"members_child": "member_id", "policies_policy": "member_id"},
    template=Template(
        notes=(
            "一行是一人参加一项活动；一人参加几项活动就填几行。",
            "参保人须先登记在会员花名册中，并在职。",
            "子女意外活动：姓名和证件号码填职工本人，子女姓名、子女证件号码、关系三列必填；"
            "监护人同意书在批次页面登记后才能受理。",
            "同一单位、同一活动、同一起保日期的人员进入同一批次；上报前可再次导入补充。",
        ),
    ),
)
