"""Rosters, batches, receipts and remittances for tests, made by the imports and services."""

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from openpyxl import Workbook

from core.importing import Context, Result, Upload, run
from members.access import Viewer
from members.models import Member, Organisation
from policies.imports import ENROLMENTS
from policies.models import (
    BatchPaper,
    Correction,
    EnrolmentBatch,
    PlanVersion,
    Receipt,
    Remittance,
    Subsidy,
)
from policies.services import corrections, enrolment, funding, money, papers, plans
from policies.states import CorrectionKind
from tests import builders

TODAY = date(2018, 3, 1)
START = date(2018, 4, 1)
HEADER = [column.name for column in ENROLMENTS.columns]
_references = count(1)

# (name, number) of people that `person` has made
Person = tuple[Member, str]


def person(union: Organisation, *, name: str = "张三", card: bool = True, **fields: Any) -> Person:
    """A member with a card and his document number, which the tables hold only sealed."""
    number = fields.pop("number", "") or builders.document_number(
        born_on=fields.pop("born_on", date(1980, 1, 15)), sex=fields.get("sex", "M")
    )
    made = builders.member(
        union, name=name, number=number, card=builders.card_number() if card else "", **fields
    )
    return made, number


def line(
    union: Organisation | str, who: Person, plan: str = "INPALW", **cells: Any
) -> dict[str, Any]:
    """A row of 参保名单 by the contract's headers."""
    member, number = who
    return {
        "单位编号": union if isinstance(union, str) else union.code,
        "活动": plan,
        "姓名": member.name,
        "证件号码": number,
        "起保日期": START.isoformat(),
        **cells,
    }


def workbook(rows: Sequence[dict[str, Any]], header: Sequence[str] = HEADER) -> Upload:
    """The rows as an agent's workbook."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(header))
    for row in rows:
        sheet.append([row.get(name) for name in header])
    target = io.BytesIO()
    book.save(target)
    return Upload("参保名单.xlsx", target.getvalue())


def imported(
    rows: Sequence[dict[str, Any]],
    *,
    commit: bool = True,
    skip_errors: bool = False,
    scope: tuple[str, ...] | None = None,
    by: Viewer | None = None,
    on: date = TODAY,
) -> Result:
    """Run the rows through the import as it is."""
    context = Context(
        today=on, scope_paths=scope, requested_by_id=by.user_id if by else None, options={}
    )
    file = workbook(rows)
    return run(ENROLMENTS, file, context=context, commit=commit, skip_errors=skip_errors)


def codes(result: Result) -> list[tuple[int, str, str]]:
    """(row, column, code) of every finding."""
    return [(found.row, found.column, found.code) for found in result.findings]


def batch(
    union: Organisation,
    *,
    persons: int = 1,
    plan: str = "INPALW",
    start: date = START,
    **cells: Any,
) -> EnrolmentBatch:
    """A draft batch of the union, brought in by a roster."""
    rows = [
        line(union, person(union), plan, **{"起保日期": start.isoformat(), **cells})
        for _ in range(persons)
    ]
    result = imported(rows)
    assert result.written, codes(result)
    return EnrolmentBatch.objects.get(pk=result.summary["batch_ids"][0])


def clerk() -> Viewer:
    """A district enrolment clerk."""
    return builders.viewer_as("enrolment")


def submitted(union: Organisation, **fields: Any) -> EnrolmentBatch:
    made = batch(union, **fields)
    agent = builders.viewer_as("agent", union)
    enrolment.submit(batch_ids=[made.pk], by=agent, on=TODAY)
    made.refresh_from_db()
    return made


def accepted(union: Organisation, **fields: Any) -> EnrolmentBatch:
    made = submitted(union, **fields)
    enrolment.accept(batch_ids=[made.pk], by=clerk(), on=TODAY)
    made.refresh_from_db()
    return made


def receipt(
    batches: Sequence[EnrolmentBatch], *, by: Viewer | None = None, more: Decimal = Decimal(0)
) -> Receipt:
    """One payment of the first batch's union for all the batches; `more` stays as credit."""
    return money.record_receipt(
        payer_id=batches[0].organisation_id,
        batch_ids=[batch.pk for batch in batches],
        amount=sum((batch.amount for batch in batches), more),
        keep_rest=bool(more),
        received_on=TODAY,
        reference=f"回单{next(_references)}",
        by=by or clerk(),
        on=TODAY,
    )


def paid(union: Organisation, **fields: Any) -> EnrolmentBatch:
    made = accepted(union, **fields)
    receipt([made])
    made.refresh_from_db()
    return made


def remittance(batches: Sequence[EnrolmentBatch]) -> Remittance:
    """A remittance that was not sent yet."""
    ids = [batch.pk for batch in batches]
    return money.make_remittance(batch_ids=ids, by=clerk(), on=TODAY)


def remitted(union: Organisation, **fields: Any) -> EnrolmentBatch:
    made = paid(union, **fields)
    money.remit(
        remittance_id=remittance([made]).pk,
        remitted_on=TODAY,
        reference=f"上缴{next(_references)}",
        by=clerk(),
        on=TODAY,
    )
    made.refresh_from_db()
    return made


def subsidy(union: Organisation, *, per_head: str = "200.00", year: int = 2017) -> Subsidy:
    """What the union gives a head, as the district records it."""
    return funding.set_subsidy(
        organisation_id=union.pk, from_year=year, per_head=Decimal(per_head), by=clerk(),
        basis="系统工会补贴办法", on=TODAY,
    )  # fmt: skip


def paper(batch: EnrolmentBatch) -> BatchPaper:
    """A scanned roster of the batch."""
    agent = builders.viewer_as("agent", batch.organisation)
    return papers.add_batch_paper(
        batch_id=batch.pk, kind="ROSTER", name="名册.pdf", content=b"%PDF-1.4 a scan", by=agent,
        on=TODAY,
    )  # fmt: skip


def correction(batch: EnrolmentBatch, *, by: Viewer | None = None, **values: str) -> Correction:
    """A correction of the batch's first line, asked for by its agent; by default of the name."""
    line = batch.policies.order_by("pk").first()
    assert line is not None
    wanted = {CorrectionKind[kind]: text for kind, text in values.items()}
    return corrections.ask_for_correction(
        batch_id=batch.pk, policy_id=line.pk, values=wanted or {CorrectionKind.NAME: "张山"},
        reason="录入有误", by=by or builders.viewer_as("agent", batch.organisation), on=TODAY,
    )  # fmt: skip


def confirmed(sent: Remittance, *, on: date = TODAY) -> Remittance:
    """Beijing's receipt for a remittance, without a difference."""
    return money.confirm_remittance(
        remittance_id=sent.pk,
        beijing_receipt=f"京收{next(_references)}",
        confirmed_on=on,
        confirmed_total=sent.amount,
        by=clerk(),
        on=on,
    )


def plan_draft(
    code: str = "INPALW-2030",
    first: date = date(2030, 1, 1),
    *,
    based_on: str = "",
    by: Viewer | None = None,
) -> PlanVersion:
    """A draft on the terms of the family's version of 2018."""
    based_on = based_on or f"{code.split('-')[0]}-2018"
    return plans.draft_version(
        based_on=based_on, code=code, effective_from=first, by=by or clerk(), on=TODAY
    )


def plan_proposed(code: str = "INPALW-2030", first: date = date(2030, 1, 1)) -> PlanVersion:
    officer = clerk()
    plan_draft(code, first, by=officer)
    return plans.propose(code=code, by=officer, on=TODAY)
