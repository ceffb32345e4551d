"""北京回执名单: what the Beijing office booked for each batch of one remittance. Key 批次号.

The list goes out as this same workbook, filled in with what was remitted. A batch that was booked
otherwise is a warning: it becomes a difference of the remittance, settled on its page.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from core.importing import Column, Context, Expression, Kind, Result, Staging, Template, Upload, run
from core.importing import columns as col
from core.importing.templates import template_of
from members.access import Viewer
from policies import selectors
from policies.services import answers

LINES = """JOIN policies_enrolmentbatch b ON b.number = s.batch
JOIN policies_remittanceline l ON l.batch_id = b.id AND NOT l.is_void AND l.remittance_id = %s"""
UNKNOWN = """s.batch IS NOT NULL AND NOT EXISTS (SELECT 1 FROM policies_enrolmentbatch b
    JOIN policies_remittanceline l ON l.batch_id = b.id AND NOT l.is_void AND l.remittance_id = %s
    WHERE b.number = s.batch)"""
SENT = "coalesce(l.sent_persons, b.person_count)"
SUMS_DIFFER = (
    "'上缴 ' || l.amount || '，北京入账 ' || s.booked || '，相差 ' || (l.amount - s.booked)"
)
PERSONS_DIFFER = f"'上缴 ' || {SENT} || ' 人，北京登记 ' || s.persons || ' 人'"
CLASSIFY = """
UPDATE import_rows s SET action = CASE WHEN l.confirmed_amount IS DISTINCT FROM s.booked
    THEN 'update' ELSE 'unchanged' END
FROM policies_remittanceline l JOIN policies_enrolmentbatch b ON b.id = l.batch_id
WHERE b.number = s.batch AND NOT l.is_void AND l.remittance_id = %s AND NOT s.bad
"""
BOOKED = "SELECT batch, booked, receipt FROM import_rows s WHERE NOT s.bad ORDER BY batch"


def _columns() -> tuple[Column, ...]:
    return (
        col.code("批次号", "batch", required=True, width=18, help="上缴单中的批次号"),
        col.text("单位", "union_name", width=30, help="供核对，不读入"),
        col.count("人数", "persons", help="北京登记的人数"),
        col.amount("上缴金额", "sent", help="供核对，不读入"),
        col.amount("北京入账", "booked", required=True, help="北京实际入账的金额，未入账填 0"),
        col.text("回执号", "receipt", required=True, limit=60, width=20, help="全表同一回执号"),
    )


def check_sql(staging: Staging, context: Context) -> None:
    """Each batch stands in the remittance; what is booked otherwise is told, not refused."""
    params = [context.options["remittance"]]
    staging.flag(
        "UNKNOWN_BATCH", "批次号", f"{UNKNOWN} AND {staging.right('batch')}", params=params,
        message="该批次不在本上缴单中", advice="请核对批次号，其他上缴单的批次另行上传",
    )  # fmt: skip
    staging.flag(
        "BOOKED_OTHERWISE", "北京入账",
        f"s.booked <> l.amount AND {staging.right('batch', 'booked')}", joins=LINES, params=params,
        message=Expression(SUMS_DIFFER), advice="登记后在上缴单上说明如何处理",
    )  # fmt: skip
    staging.flag(
        "BOOKED_OTHERWISE", "人数", f"s.persons <> {SENT} AND {staging.right('batch', 'persons')}",
        joins=LINES, params=params,
        message=Expression(PERSONS_DIFFER), advice="请与北京办事处核对名册",
    )  # fmt: skip


def classify_sql(staging: Staging, context: Context) -> None:
    """A line that was booked so already is unchanged."""
    staging.execute(CLASSIFY, [context.options["remittance"]])
    total = staging.fetch("SELECT coalesce(sum(booked), 0) FROM import_rows s WHERE NOT s.bad")
    staging.summary["amount"] = total[0][0]


def apply(staging: Staging, context: Context) -> None:
    """The service locks the remittance and writes what Beijing booked."""
    answers.answer_taken_in(
        remittance_id=context.options["remittance"], confirmed_on=context.options["confirmed_on"],
        booked=staging.fetch(BOOKED), by=context.options["by"], on=context.today,
    )  # fmt: skip


ANSWERS = Kind(
    name="answers",
    title="北京回执名单",
    columns=_columns(),
    key_columns=("batch",),
    duplicate_column="批次号",
    check_sql=check_sql,
    classify_sql=classify_sql,
    apply=apply,
    template=Template(notes=("每批一行，北京入账与上缴金额不同的，系统逐行列出差额。",)),
)


def read_answer(
    upload: Upload, *, remittance_id: int, confirmed_on: date, by: Viewer, on: date, commit: bool
) -> Result:
    """Check the list that came back and, with `commit`, write it whole or not at all."""
    options = {"remittance": remittance_id, "confirmed_on": confirmed_on, "by": by}
    context = Context(today=on, requested_by_id=by.user_id, options=options)
    with transaction.atomic(durable=True):
        return run(ANSWERS, upload, context=context, commit=commit)


def list_to_send(viewer: Viewer, remittance: Any) -> bytes:
    """The list for the Beijing office: each batch with what was remitted, its answer left open."""
    rows: list[Mapping[str, Any]] = [
        {
            "批次号": line.batch.number,
            "单位": line.batch.organisation.name,
            "人数": line.persons,
            "上缴金额": line.amount,
        }
        for line in selectors.statement_lines(viewer, remittance)
    ]
    return template_of(ANSWERS, rows=rows)
