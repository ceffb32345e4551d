"""Part payments, credit and its use, closed books, papers that take back: acts and refusals."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import AuditEvent
from ledger import selectors as books
from ledger import services as ledger
from ledger.models import BooksClosing, Entry
from ledger.services import PeriodClosed
from members.access import Viewer
from members.models import Organisation
from policies import selectors
from policies.models import EnrolmentBatch, Receipt, ReceiptLine, Reversal
from policies.selectors import credit_of
from policies.services import enrolment, money
from policies.services.credits import CreditTooSmall
from policies.services.locking import CannotMove, NoBatches
from policies.services.receipts import (
    AmountDiffers,
    CannotReverse,
    PartTooLarge,
    ReceiptGone,
    ReceiptIncomplete,
)
from reports.selectors.invariants import invariants
from tests import builders
from tests.policies.builders import TODAY, accepted, clerk, paid, remittance, submitted

pytestmark = pytest.mark.django_db
D = Decimal
LATER = date(2018, 4, 10)


@pytest.fixture
def unit() -> Organisation:
    return builders.union()


def record(payer: Organisation, batches: list[EnrolmentBatch], amount: str, **more: Any) -> Receipt:
    given: dict[str, Any] = {
        "payer_id": payer.pk,
        "batch_ids": [row.pk for row in batches],
        "amount": D(amount),
        "received_on": TODAY,
        "reference": f"回单{Receipt.objects.count()}",
        "by": clerk(),
        "on": TODAY,
    }
    return money.record_receipt(**{**given, **more})


def status(batch: EnrolmentBatch) -> str:
    batch.refresh_from_db()
    return batch.status


def balance(code: str, on: date = LATER) -> Decimal:
    rows = books.balances(Viewer.system(), as_of=on)
    return next(row.closing for row in rows if row.account.code == code)


def sound() -> None:
    """I1 to I12 hold, the deferred checks of the database too."""
    assert {each.code: rows for each in invariants() if (rows := each.broken())} == {}


def counts() -> tuple[int, ...]:
    tables: tuple[Any, ...] = (Receipt, ReceiptLine, Entry, AuditEvent, Reversal)
    return tuple(table.objects.count() for table in tables)


def test_a_batch_is_paid_in_parts(unit: Organisation) -> None:
    batch = accepted(unit, persons=2)
    first = record(unit, [batch], "50.00", parts={batch.pk: D("50.00")})
    assert (status(batch), balance("1122"), balance("1002")) == ("ACCEPTED", D(70), D(50))
    owing: Any = selectors.unpaid_batches(clerk(), payer_path=unit.path).get()
    assert (owing.came, owing.rest) == (D(50), D(70))
    sound()
    second = record(unit, [batch], "70.00")
    assert (status(batch), balance("1122"), balance("1002")) == ("PAID", D(0), D(120))
    assert [line.receipt for line in selectors.receipt_lines_of(batch)] == [first, second]
    sound()


def test_a_part_paid_batch_is_not_remitted(unit: Organisation) -> None:
    batch = accepted(unit)
    record(unit, [batch], "10.00", parts={batch.pk: D(10)})
    with pytest.raises(Exception, match=batch.number):
        remittance([batch])
    assert status(batch) == "ACCEPTED"


@pytest.mark.parametrize(
    ("amount", "part", "refusal"),
    [("61", "61", PartTooLarge), ("0", "0", PartTooLarge), ("-5", "-5", PartTooLarge),
     ("20", "30", AmountDiffers), ("40", "30", AmountDiffers)],
)  # fmt: skip
def test_a_part_that_does_not_fit(
    unit: Organisation, amount: str, part: str, refusal: type[Exception]
) -> None:
    batch = accepted(unit)
    before = counts()
    with pytest.raises(refusal):
        record(unit, [batch], amount, parts={batch.pk: D(part)})
    assert (counts(), status(batch)) == (before, "ACCEPTED")


def test_what_is_too_much_stays_as_credit_and_is_used(unit: Organisation) -> None:
    first = accepted(unit)
    made = record(unit, [first], "200.00", keep_rest=True)
    assert (status(first), selectors.credit_of(made), balance("2203")) == ("PAID", D(140), D(140))
    assert [row.pk for row in selectors.credits_left(Receipt.objects.all())] == [made.pk]
    second, third = accepted(unit, plan="INPMED"), accepted(unit, plan="CI", persons=3)
    money.use_credit(receipt_id=made.pk, batch_ids=[second.pk], by=clerk(), on=LATER)
    assert (status(second), balance("2203"), balance("1122")) == ("PAID", D(90), D(120))
    with pytest.raises(CreditTooSmall, match=r"90\.00.*120\.00"):
        money.use_credit(receipt_id=made.pk, batch_ids=[third.pk], by=clerk(), on=LATER)
    money.use_credit(
        receipt_id=made.pk, batch_ids=[third.pk], parts={third.pk: D(90)}, by=clerk(), on=LATER
    )
    assert (status(third), selectors.credit_of(made), balance("2203")) == ("ACCEPTED", D(0), D(0))
    assert not selectors.credits_left(Receipt.objects.all()).exists()
    sound()


def test_too_much_without_a_word_is_refused(unit: Organisation) -> None:
    batch = accepted(unit)
    before = counts()
    with pytest.raises(AmountDiffers, match=r"200\.00.*60\.00.*140\.00"):
        record(unit, [batch], "200.00")
    assert counts() == before


def test_a_credit_is_its_payers_and_gone_with_its_receipt(unit: Organisation) -> None:
    made = record(unit, [accepted(unit)], "100.00", keep_rest=True)
    foreign = accepted(builders.union())
    with pytest.raises(Exception, match=foreign.number):
        money.use_credit(receipt_id=made.pk, batch_ids=[foreign.pk], by=clerk(), on=TODAY)
    own = accepted(unit, plan="CI")
    agent = builders.viewer_as("agent", unit)
    with pytest.raises(ReceiptGone):
        money.use_credit(receipt_id=made.pk, batch_ids=[own.pk], by=agent, on=TODAY)
    money.reverse_receipt(receipt_id=made.pk, reason="错", by=clerk(), on=TODAY)
    with pytest.raises(ReceiptGone):
        money.use_credit(receipt_id=made.pk, batch_ids=[own.pk], by=clerk(), on=TODAY)


def test_a_reversal_is_a_paper_and_takes_the_used_credit_back(unit: Organisation) -> None:
    first = accepted(unit)
    made = record(unit, [first], "110.00", keep_rest=True)
    second = accepted(unit, plan="INPMED")
    money.use_credit(receipt_id=made.pk, batch_ids=[second.pk], by=clerk(), on=TODAY)
    officer = clerk()
    money.reverse_receipt(receipt_id=made.pk, reason="付款方有误", by=officer, on=LATER)
    paper = Reversal.objects.get()
    assert (paper.number, paper.receipt, paper.amount) == ("CX2018-000001", made, D("110.00"))
    assert (paper.reason, paper.reversed_on, paper.made_by_id) == (
        "付款方有误", LATER, officer.user_id
    )  # fmt: skip
    assert (status(first), status(second)) == ("ACCEPTED", "ACCEPTED")
    assert (balance("1002"), balance("1122"), balance("2203")) == (D(0), D(110), D(0))
    assert Entry.objects.filter(reverses__isnull=False).count() == 2
    sound()


def test_a_part_paid_batch_in_force_keeps_every_receipt(unit: Organisation) -> None:
    batch = accepted(unit)
    first = record(unit, [batch], "20.00", parts={batch.pk: D(20)})
    record(unit, [batch], "40.00")
    remittance([batch])
    with pytest.raises(CannotReverse):
        money.reverse_receipt(receipt_id=first.pk, reason="错", by=clerk(), on=TODAY)


def test_the_database_lets_no_batch_or_receipt_be_overdrawn(unit: Organisation) -> None:
    first, second = accepted(unit), accepted(unit, plan="CI")
    made = record(unit, [first], "60.00")
    with pytest.raises(IntegrityError, match="would be paid"), transaction.atomic():
        ReceiptLine.objects.create(receipt=made, batch=first, amount=D("0.01"))
    with pytest.raises(IntegrityError, match="would settle"), transaction.atomic():
        ReceiptLine.objects.create(receipt=made, batch=second, amount=D("0.01"))


@pytest.fixture
def closed(unit: Organisation) -> date:
    """The books are closed up to the end of March."""
    last = date(2018, 3, 31)
    assert ledger.close_books(until=last, by_id=None, on=date(2018, 4, 2))
    return last


def test_closed_books_refuse_every_act_on_an_earlier_day(unit: Organisation) -> None:
    waiting, due = submitted(unit), accepted(unit, plan="INPMED")
    ready = paid(builders.union())
    credit = record(unit, [accepted(unit, plan="CI")], "60.00", keep_rest=True)
    planned = remittance([ready])
    ledger.close_books(until=date(2018, 3, 31), by_id=None, on=date(2018, 4, 2))
    before, officer, late = counts(), clerk(), date(2018, 3, 31)
    acts = [
        lambda: enrolment.accept(batch_ids=[waiting.pk], by=officer, on=late),
        lambda: record(unit, [due], "50.00", received_on=late, on=LATER),
        lambda: money.use_credit(receipt_id=credit.pk, batch_ids=[due.pk], by=officer, on=late,
                                 parts={due.pk: D(1)}),
        lambda: money.reverse_receipt(receipt_id=credit.pk, reason="错", by=officer, on=late),
        lambda: money.remit(remittance_id=planned.pk, remitted_on=late, reference="1",
                            by=officer, on=LATER),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(PeriodClosed, match="2018"):
            act()
    assert counts() == before
    assert [status(row) for row in (waiting, due, ready)] == ["SUBMITTED", "ACCEPTED", "PAID"]
    record(unit, [due], "50.00", received_on=date(2018, 4, 1), on=LATER)
    sound()


def test_a_mistake_of_a_closed_month_is_reversed_in_the_open_one(unit: Organisation) -> None:
    made = record(unit, [batch := accepted(unit)], "60.00")
    ledger.close_books(until=date(2018, 3, 31), by_id=None, on=date(2018, 4, 2))
    money.reverse_receipt(receipt_id=made.pk, reason="错", by=clerk(), on=LATER)
    assert (status(batch), balance("1002", date(2018, 3, 31)), balance("1002")) == (
        "ACCEPTED", D(60), D(0)
    )  # fmt: skip


def test_the_trigger_refuses_when_the_service_is_passed_by(closed: date) -> None:
    union = builders.union()
    with pytest.raises(IntegrityError, match="the books are closed"), transaction.atomic():
        Entry.objects.create(key="x", posted_on=closed, memo="x", organisation=union)


def test_books_are_closed_forward_only_and_for_ever(closed: date) -> None:
    assert ledger.close_books(until=date(2018, 1, 31), by_id=None, on=LATER) is None
    assert BooksClosing.objects.count() == 1
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        BooksClosing.objects.all().delete()
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        BooksClosing.objects.update(until_on=date(2018, 1, 1))


def test_a_paid_batch_takes_no_more(unit: Organisation) -> None:
    batch = accepted(unit)
    record(unit, [batch], "60.00")
    with pytest.raises(CannotMove):
        record(unit, [batch], "1.00", parts={batch.pk: D(1)})


def test_parts_credit_and_its_use_on_the_pages(unit: Organisation) -> None:
    first, second = accepted(unit), accepted(unit, plan="INPMED")
    browser = builders.client_for(builders.user("finance"))
    slip = {"received_on": TODAY.isoformat(), "pk": first.pk}
    wrong = browser.post(
        f"/receipts/new/{unit.pk}/",
        {**slip, "amount": "20", "reference": "甲", f"part-{first.pk}": "二十"},
    )
    assert (wrong.status_code, "二十" in wrong.content.decode()) == (422, True)
    browser.post(
        f"/receipts/new/{unit.pk}/",
        {**slip, "amount": "20", "reference": "甲", f"part-{first.pk}": "￥20.00"},
    )
    assert "部分到账" in browser.get(f"/enrol/batches/{first.pk}/").content.decode()
    page = browser.get(f"/receipts/new/{unit.pk}/").content.decode()
    assert ("40.00" in page, "应缴60.00，已到账20.00" in page) == (True, True)
    browser.post(
        f"/receipts/new/{unit.pk}/", {**slip, "amount": "70", "reference": "乙", "keep_rest": "on"}
    )
    made = Receipt.objects.get(reference="乙")
    assert (status(first), selectors.credit_of(made)) == ("PAID", D(30))
    listed = browser.get("/receipts/", {"credit": "left"}).content.decode()
    assert (made.number in listed, "SK2018-000001" in listed) == (True, False)
    assert "预收余额" in browser.get(f"/receipts/{made.pk}/").content.decode()
    use = f"/receipts/{made.pk}/use/"
    refused = browser.post(use, {"pk": second.pk}).content.decode()
    assert "余额30.00" in refused
    browser.post(use, {"pk": second.pk, f"part-{second.pk}": "30"})
    assert (status(second), selectors.credit_of(made)) == ("ACCEPTED", D(0))
    assert "余额冲抵" in browser.get(f"/receipts/{made.pk}/").content.decode()


def test_an_advance_waits_for_a_batch(unit: Organisation) -> None:
    """Money that comes before any batch is credit, and pays the batch that comes later."""
    made = record(unit, [], "100.00", keep_rest=True)
    assert (made.lines.count(), credit_of(made)) == (0, D(100))
    assert (balance("1002"), balance("2203"), balance("1122")) == (D(100), D(100), D(0))
    batch = accepted(unit)
    money.use_credit(receipt_id=made.pk, batch_ids=[batch.pk], by=clerk(), on=TODAY)
    assert (status(batch), credit_of(made)) == ("PAID", D(40))
    sound()
    money.reverse_receipt(receipt_id=made.pk, reason="退款", by=clerk(), on=TODAY)
    assert (status(batch), balance("2203"), balance("1002")) == ("ACCEPTED", D(0), D(0))
    sound()


@pytest.mark.parametrize(
    ("amount", "keep_rest", "refusal"),
    [
        ("100.00", False, NoBatches),
        ("0.00", True, ReceiptIncomplete),
        ("-5", True, ReceiptIncomplete),
    ],
)
def test_an_advance_is_money_and_said_to_be_one(
    unit: Organisation, amount: str, keep_rest: bool, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        record(unit, [], amount, keep_rest=keep_rest)
    assert not Receipt.objects.exists()


def test_an_advance_is_typed_on_the_page(unit: Organisation) -> None:
    desk = builders.client_for(builders.user("finance"))
    address = reverse("policies:receipt-create", args=[unit.pk])
    page = desk.get(address).content.decode()
    assert "预收余额" in page
    assert "checked" in page  # keeping the rest is what this union can do
    typed = {"amount": "80", "received_on": "2018-03-01", "reference": "预缴甲", "keep_rest": "on"}
    assert desk.post(address, typed).status_code == 302
    assert credit_of(Receipt.objects.get()) == D(80)
