"""Imports of claims and of settlements taken back whole, until somebody has decided by them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.test import Client

from claims.models import Claim, ReimbursementQuarter, Settlement, SettlementMismatch
from claims.services import casework, reimbursement
from core import crypto
from core.models import AuditEvent
from members.access import Viewer
from members.models import ImportRun, Member, Organisation
from members.services import imports, undo
from tests import builders
from tests.claims import builders as make
from tests.claims.imports.test_claims_file import HEADER as CLAIMS
from tests.claims.imports.test_claims_file import row as claim_row
from tests.claims.imports.test_settlements_file import HEADER as SETTLEMENTS
from tests.claims.imports.test_settlements_file import row as settlement_row
from tests.members.builders import received, workbook, worked
from tests.members.importing import imported_file, page

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed")]


@pytest.fixture
def member(unit: Organisation) -> Member:
    made = builders.member(unit, name="张三")
    make.cover(made)
    return made


@pytest.fixture
def clerk() -> Viewer:
    return builders.viewer_as("enrolment", Organisation.objects.get(code="DC"))


def rows_of(header: Sequence[str], *rows: dict[str, Any]) -> bytes:
    return workbook(header, *[[cells.get(name) for name in header] for cells in rows])


def claims(unit: Organisation, agent: Viewer, *rows: dict[str, Any]) -> ImportRun:
    return imported_file(unit, agent, rows_of(CLAIMS, *rows), "claims")


def settlements(clerk: Viewer, *rows: dict[str, Any], quarter: str = "2018Q1") -> ImportRun:
    home = Organisation.objects.get(code="DC")
    return imported_file(home, clerk, rows_of(SETTLEMENTS, *rows), "settlements", quarter=quarter)


def stands(run: ImportRun, by: Viewer) -> undo.Preview:
    """The preview of an import that somebody has built on; the undo says the same."""
    with pytest.raises(undo.NotUndoable):
        undo.undo(run_id=run.pk, reason="x", by=by)
    run.refresh_from_db()
    assert run.status == "APPLIED"
    return undo.preview(run_id=run.pk, by=by)


# ------------------------------------------------------------------ claims


def test_claims_nobody_has_decided_on_go_and_changed_ones_return(
    agent_client: Client, unit: Organisation, agent: Viewer, member: Member
) -> None:
    claims(unit, agent, claim_row(member))
    before = Claim.objects.values().get()
    second = claim_row(member, "A2", 转院自="A1", 出险日期="2018-05-12", 出院日期="2018-05-20")
    run = claims(unit, agent, claim_row(member, 自付一="5000.00"), second)
    assert Claim.objects.get(number="A1").self_pay_1 == 5000
    assert "将删除新增的 1 条" in page(agent_client, "undo", run)
    assert Claim.objects.count() == 2  # it was only tried
    undo.undo(run_id=run.pk, reason="传错了表", by=agent)
    assert Claim.objects.values().get() == before
    event = AuditEvent.objects.get(action="import.undo")
    assert (event.by_id, event.details["removed"]) == (agent.user_id, 1)


def test_a_reviewed_claim_keeps_its_import_and_names_the_person(
    agent_client: Client, unit: Organisation, agent: Viewer, member: Member
) -> None:
    other = builders.member(unit, name="李四")
    rows = [claim_row(member, 材料="claim_form；id_copy；inpatient_fee_list；card")]
    run = claims(unit, agent, *rows, claim_row(other, "A2"))
    claim = Claim.objects.get(number="A1")
    casework.review(claim_ids=[claim.pk], by=builders.viewer_as("reviewer"), on=make.DAY)
    assert list(stands(run, agent).people) == ["张三"]
    assert "<b>张三</b>" in page(agent_client, "undo", run)
    assert Claim.objects.count() == 2


def test_a_claim_with_a_paper_of_its_own_keeps_its_import(
    unit: Organisation, agent: Viewer, member: Member
) -> None:
    run = claims(unit, agent, claim_row(member))
    paper = make.papers("card")[0]
    casework.add_paper(claim_id=Claim.objects.get().pk, paper=paper, by=agent, on=make.DAY)
    preview = stands(run, agent)
    assert list(preview.people) == ["张三"]
    assert Claim.objects.count() == 1


def test_a_later_transfer_keeps_the_import_it_names(
    unit: Organisation, agent: Viewer, member: Member
) -> None:
    run = claims(unit, agent, claim_row(member))
    make.filed(member, by=agent, transfer_from_id=Claim.objects.get().pk)
    assert list(stands(run, agent).people) == ["张三"]


# ------------------------------------------------------------------ settlements


def test_settlements_go_and_a_computed_quarter_opens_again(clerk: Viewer, member: Member) -> None:
    settlements(clerk, settlement_row(member))
    stood = Settlement.objects.values().get()
    rows = [settlement_row(member, 自付一="2000.00"), settlement_row(member, "S2")]
    run = settlements(clerk, *rows)
    make.computed()
    preview = undo.preview(run_id=run.pk, by=clerk)
    assert (preview.removed, preview.restored, preview.refusal) == (1, 1, "")
    assert ReimbursementQuarter.objects.get().status == "COMPUTED"  # it was only tried
    revision = ReimbursementQuarter.objects.get().revision
    undo.undo(run_id=run.pk, reason="传错了表", by=clerk)
    assert Settlement.objects.values().get() == stood
    quarter = ReimbursementQuarter.objects.get()
    assert (quarter.status, quarter.revision) == ("OPEN", revision + 1)
    assert AuditEvent.objects.get(action="quarter.import_undone").subject == "quarter:2018Q1"


def test_a_row_that_changed_its_quarter_opens_both(clerk: Viewer, member: Member) -> None:
    settlements(clerk, settlement_row(member))
    run = settlements(clerk, settlement_row(member, 结算日期="2018-05-03"), quarter="2018Q2")
    undo.undo(run_id=run.pk, reason="x", by=clerk)
    assert Settlement.objects.values_list("year", "quarter").get() == (2018, 1)
    events = AuditEvent.objects.filter(action="quarter.import_undone")
    assert set(events.values_list("subject", flat=True)) == {"quarter:2018Q1", "quarter:2018Q2"}


def test_an_approved_quarter_keeps_the_rows_it_counts_and_names_their_people(
    clerk: Viewer, member: Member
) -> None:
    run = settlements(clerk, settlement_row(member))
    make.quarter_approved()
    preview = stands(run, clerk)
    assert "2018Q1季度审批时已计入本次导入的结算" in preview.refusal
    assert list(preview.people) == ["张三"]
    assert (Settlement.objects.count(), ReimbursementQuarter.objects.get().status) == (
        1,
        "APPROVED",
    )


def test_late_rows_go_until_a_later_quarter_has_made_up_for_them(
    clerk: Viewer, member: Member
) -> None:
    settlements(clerk, settlement_row(member))
    make.quarter_approved()
    run = settlements(clerk, settlement_row(member, "S2"))
    assert undo.preview(run_id=run.pk, by=clerk).refusal == ""
    second = settlement_row(member, "S3", 结算日期="2018-05-03")
    settlements(clerk, second, quarter="2018Q2")
    make.quarter_approved(2018, 2)
    assert "2018Q2季度审批时已计入" in stands(run, clerk).refusal


def test_late_rows_that_nobody_counted_go(clerk: Viewer, member: Member) -> None:
    settlements(clerk, settlement_row(member))
    make.quarter_approved()
    run = settlements(clerk, settlement_row(member, "S2"))
    undo.undo(run_id=run.pk, reason="x", by=clerk)
    assert list(Settlement.objects.values_list("number", flat=True)) == ["S1"]
    assert ReimbursementQuarter.objects.get().status == "APPROVED"


def test_the_list_of_mismatches_is_as_it_was(clerk: Viewer, member: Member) -> None:
    home, number = Organisation.objects.get(code="DC"), builders.document_number()
    stranger = {"姓名": "赵六", "证件号码": number}
    kept = settlement_row(member, "S9", **stranger)
    new = settlement_row(member, "S8", **{**stranger, "证件号码": builders.document_number()})

    def skipping(*rows: dict[str, Any]) -> ImportRun:
        run = received(home, rows_of(SETTLEMENTS, *rows), by=clerk, kind="settlements",
                       options={"quarter": "2018Q1"})  # fmt: skip
        run = imports.request_apply(run_id=worked(run).pk, skip_errors=True, by=clerk)
        return worked(run)

    skipping(kept, settlement_row(member, "S1"))
    before = SettlementMismatch.objects.values().get()
    joined = builders.member(member.organisation, name="赵六", number=number)
    run = skipping(kept, new)  # one is solved, another one comes in
    assert SettlementMismatch.objects.get().number == "S8"
    undo.undo(run_id=run.pk, reason="x", by=clerk)
    assert SettlementMismatch.objects.values().get() == before
    assert not Settlement.objects.filter(member=joined).exists()
    opened = crypto.unseal(bytes(SettlementMismatch.objects.get().document_sealed), "id")
    assert opened == number


def test_a_quarter_opened_by_the_undo_is_not_approved_as_it_was_computed(
    clerk: Viewer, member: Member
) -> None:
    run = settlements(clerk, settlement_row(member))
    make.computed()
    undo.undo(run_id=run.pk, reason="x", by=clerk)
    with pytest.raises(reimbursement.QuarterMoved):
        reimbursement.approve_quarter(
            year=2018, quarter=1, by=builders.viewer_as("approver"), on=date(2018, 4, 1)
        )
    assert not Settlement.objects.exists()
