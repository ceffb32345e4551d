"""Beijing's answer: confirmed, differences typed and settled, reconciled, or taken back."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from claims.models import Claim
from core.models import AuditEvent
from ledger import selectors as books
from ledger.models import Entry
from members.access import Viewer
from policies import selectors
from policies.models import EnrolmentBatch, Remittance, RemittanceLine, Reversal
from policies.services import money, targets
from policies.services.confirmation import (
    AmountImpossible,
    CannotTakeBack,
    ConfirmationIncomplete,
    NoSuchLine,
    NotConfirmed,
    NothingDiffers,
    NotInAgreement,
    SamePerson,
)
from policies.services.remittances import CannotMoveRemittance
from tests import builders
from tests.policies.builders import TODAY, clerk, paid, remittance, remitted
from tests.policies.test_credits import sound

pytestmark = pytest.mark.django_db
D = Decimal
LATER = date(2018, 3, 20)


@pytest.fixture
def sent() -> Remittance:
    """Two batches of 60.00 and 50.00 that went to Beijing in one transfer."""
    unit = builders.union()
    made = remittance([paid(unit), paid(unit, plan="INPMED")])
    money.remit(remittance_id=made.pk, remitted_on=TODAY, reference="上缴", by=clerk(), on=TODAY)
    return made


def confirm(made: Remittance, total: str = "110.00", **more: Any) -> Remittance:
    given: dict[str, Any] = {
        "remittance_id": made.pk, "beijing_receipt": "京收0031", "confirmed_on": LATER,
        "confirmed_total": D(total), "by": clerk(), "on": LATER,
    }  # fmt: skip
    return money.confirm_remittance(**{**given, **more})


def differ(made: Remittance, number: str, amount: str) -> RemittanceLine:
    return money.note_difference(
        remittance_id=made.pk, batch_number=number, confirmed_amount=D(amount), by=clerk(), on=LATER
    )


def reconcile(made: Remittance, by: Viewer | None = None) -> Remittance:
    return money.reconcile_remittance(remittance_id=made.pk, by=by or clerk(), on=LATER)


def counts() -> tuple[int, ...]:
    tables: tuple[Any, ...] = (Entry, AuditEvent, Reversal)
    return tuple(table.objects.count() for table in tables)


def test_planned_paid_confirmed_reconciled(sent: Remittance) -> None:
    targets.set_target(year=2018, amount=D(220), by=clerk(), on=TODAY)
    states = []
    for act in (confirm, reconcile):
        act(sent)
        sent.refresh_from_db()
        states.append(sent.status)
        progress = selectors.target_progress(node=builders.district(), year=2018)
        assert (progress.remitted, progress.completion) == (D(110), D("0.5"))
        assert selectors.remitted_by_month(node=builders.district(), year=2018)[2] == D(110)
    assert states == ["CONFIRMED", "RECONCILED"]
    assert (sent.beijing_receipt, sent.confirmed_on, sent.reconciled_on) == (
        "京收0031", LATER, LATER
    )  # fmt: skip
    assert set(EnrolmentBatch.objects.values_list("status", flat=True)) == {"EFFECTIVE"}
    sound()


def test_a_difference_is_typed_settled_and_then_it_agrees(sent: Remittance) -> None:
    number = sent.lines.order_by("pk")[0].batch.number
    confirm(sent, "100.00")
    with pytest.raises(NotInAgreement, match=r"100\.00.*110\.00.*10\.00"):
        reconcile(sent)
    differ(sent, f" {number} ", "50.00")
    assert [row.batch.number for row in selectors.differing_lines(clerk(), sent)] == [number]
    with pytest.raises(NotInAgreement, match=number):
        reconcile(sent)
    money.settle_difference(
        remittance_id=sent.pk, batch_number=number, reason="北京退回一人，下期冲抵",
        by=clerk(), on=LATER,
    )  # fmt: skip
    assert reconcile(sent).status == "RECONCILED"
    line: Any = selectors.differing_lines(clerk(), sent).get()
    assert (line.difference, line.settled_on) == (D("10.00"), LATER)


def test_typing_the_remitted_sum_takes_a_difference_out(sent: Remittance) -> None:
    number = sent.lines.order_by("pk")[0].batch.number
    confirm(sent)
    differ(sent, number, "0.00")
    differ(sent, number, "60.00")
    assert not selectors.differing_lines(clerk(), sent).exists()
    assert reconcile(sent).status == "RECONCILED"


def test_who_sent_the_money_does_not_reconcile(sent: Remittance) -> None:
    confirm(sent)
    sent.refresh_from_db()
    assert sent.remitted_by is not None
    with pytest.raises(SamePerson):
        reconcile(sent, builders.viewer(sent.remitted_by))
    rows = Remittance.objects.filter(pk=sent.pk)
    with pytest.raises(IntegrityError, match="remittance_four_eyes"), transaction.atomic():
        rows.update(status="RECONCILED", reconciled_on=LATER, reconciled_by=sent.remitted_by_id)


@pytest.mark.parametrize(
    "changes",
    [
        {"beijing_receipt": " "},
        {"confirmed_on": date(2018, 2, 28)},
        {"confirmed_on": date(2018, 3, 21)},
        {"confirmed_total": D(-1)},
    ],
)
def test_an_incomplete_answer(sent: Remittance, changes: dict[str, Any]) -> None:
    before = counts()
    with pytest.raises(ConfirmationIncomplete):
        confirm(sent, **changes)
    assert counts() == before


def test_states_that_do_not_follow(sent: Remittance) -> None:
    number = sent.lines.order_by("pk")[0].batch.number
    with pytest.raises(NotConfirmed):
        differ(sent, number, "1.00")
    with pytest.raises(CannotMoveRemittance):
        reconcile(sent)
    confirm(sent)
    with pytest.raises(CannotMoveRemittance):
        confirm(sent)
    with pytest.raises(NoSuchLine):
        differ(sent, "CB2018-999999", "1.00")
    with pytest.raises(AmountImpossible):
        differ(sent, number, "-1.00")
    with pytest.raises(NothingDiffers):
        money.settle_difference(
            remittance_id=sent.pk, batch_number=number, reason="无", by=clerk(), on=LATER
        )
    with pytest.raises(CannotMoveRemittance):
        money.reverse_remittance(remittance_id=sent.pk, reason="退汇", by=clerk(), on=LATER)


def test_a_transfer_that_came_back_is_a_paper_and_may_go_again(sent: Remittance) -> None:
    with pytest.raises(CannotTakeBack):
        money.reverse_remittance(remittance_id=sent.pk, reason=" ", by=clerk(), on=LATER)
    paper = money.reverse_remittance(remittance_id=sent.pk, reason="退汇", by=clerk(), on=LATER)
    assert (paper.number, paper.remittance_id, paper.amount) == ("CX2018-000001", sent.pk, D(110))
    assert set(EnrolmentBatch.objects.values_list("status", flat=True)) == {"PAID"}
    assert not selectors.policies_in_force(clerk(), day=date(2018, 4, 2)).exists()
    assert selectors.target_progress(node=builders.district(), year=2018).remitted == D(0)
    bank = {row.account.code: row.closing for row in books.balances(clerk(), as_of=LATER)}
    assert (bank["1002"], bank["2202"]) == (D(110), D(110))
    sound()
    again = remittance(list(EnrolmentBatch.objects.all()))
    money.remit(remittance_id=again.pk, remitted_on=LATER, reference="再", by=clerk(), on=LATER)
    sound()


def test_constraints_of_an_answer(sent: Remittance) -> None:
    rows, lines = Remittance.objects.filter(pk=sent.pk), sent.lines.all()

    def refused(name: str, update: Any) -> None:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            update()

    refused("remittance_confirmed_iff", lambda: rows.update(status="CONFIRMED"))
    refused("remittance_confirmed_iff", lambda: rows.update(confirmed_on=LATER))
    refused("remittance_reconciled_iff", lambda: rows.update(reconciled_on=LATER))
    refused("confirmed_not_negative", lambda: lines.update(confirmed_amount=-1))
    refused("settled_iff_reason", lambda: lines.update(settled_on=LATER))
    refused("reversal_of_one_paper", lambda: Reversal.objects.create(
        number="CX1", amount=1, reason="x", reversed_on=LATER))  # fmt: skip
    refused("reversal_has_a_reason", lambda: Reversal.objects.create(
        number="CX1", amount=1, reason="", reversed_on=LATER, remittance=sent))  # fmt: skip


def test_a_claimed_batch_keeps_its_remittance() -> None:
    batch = remitted(builders.union())
    policy = batch.policies.get()
    Claim.objects.create(
        number="LP2018-000001", organisation=batch.organisation, member=policy.member,
        family=policy.family, policy=policy, plan_version=policy.plan_version,
        filed_on=LATER, event_on=LATER, filed_by=builders.user("agent"),
    )  # fmt: skip
    made = batch.remittance_lines.get().remittance
    with pytest.raises(CannotTakeBack):
        money.reverse_remittance(remittance_id=made.pk, reason="退汇", by=clerk(), on=LATER)


def test_the_workbook_and_the_page_show_the_difference(sent: Remittance) -> None:
    number = sent.lines.order_by("pk")[0].batch.number
    confirm(sent, "100.00")
    differ(sent, number, "50.00")
    browser = builders.client_for(builders.user("finance"))
    page = browser.get(f"/remit/{sent.pk}/").content.decode()
    assert "与北京回执的差额" in page
    assert "50.00" in page
    browser.post(f"/remit/{sent.pk}/settle", {"batch_number": number, "reason": "下期冲抵"})
    content = browser.get(f"/remit/{sent.pk}/statement.xlsx").content
    sheet = load_workbook(io.BytesIO(content))["北京回执差额"]
    cells = [cell.value for row in sheet.iter_rows() for cell in row]
    assert number in cells
    assert "下期冲抵" in cells
    said = browser.post(f"/remit/{sent.pk}/reconcile", follow=True).content.decode()
    assert "已对账" in said
    assert Remittance.objects.get(pk=sent.pk).status == "RECONCILED"


def test_beijings_receipt_is_typed_on_the_page(sent: Remittance) -> None:
    browser = builders.client_for(builders.user("finance"))
    given = {"beijing_receipt": "京收1", "confirmed_on": "2018-03-20", "confirmed_total": "￥110"}
    wrong = browser.post(
        f"/remit/{sent.pk}/confirm", {**given, "confirmed_total": "多"}, follow=True
    )
    assert "北京回执金额" in wrong.content.decode()
    browser.post(f"/remit/{sent.pk}/confirm", given)
    sent.refresh_from_db()
    assert (sent.status, sent.confirmed_total) == ("CONFIRMED", D(110))


def test_a_reversal_has_a_page_and_a_paper(sent: Remittance) -> None:
    browser = builders.client_for(builders.user("finance"))
    browser.post(f"/remit/{sent.pk}/reverse", {"reason": "银行退汇"})
    paper = Reversal.objects.get()
    assert paper.number in browser.get("/reversals/").content.decode()
    assert "银行退汇" in browser.get(f"/reversals/{paper.pk}/").content.decode()
    assert browser.get(f"/reversals/{paper.pk}/paper.pdf").content.startswith(b"%PDF")
    stranger = builders.client_for(builders.user("finance", builders.union(kind="STREET")))
    assert stranger.get(f"/reversals/{paper.pk}/").status_code == 404
    assert paper.number not in stranger.get("/reversals/").content.decode()
