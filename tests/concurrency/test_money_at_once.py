"""Two hundred hands on one receipt, one batch, one credit, one remittance: exact counts."""

from collections import Counter
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from core.models import AuditEvent
from ledger.models import Entry, Posting
from policies.models import EnrolmentBatch, Receipt, ReceiptLine, Remittance, Reversal
from policies.selectors import credit_of
from policies.services import money
from reports.selectors.invariants import invariants
from tests import builders
from tests.concurrency.crowd import crowd, deadlocks, told
from tests.policies.builders import TODAY, accepted, clerk, paid, receipt, remittance

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed")]
CROWD = 200
D = Decimal


def sound() -> None:
    assert {each.code: rows for each in invariants() if (rows := each.broken())} == {}
    sums = Posting.objects.aggregate(debit=Sum("debit"), credit=Sum("credit"))
    assert sums["debit"] == sums["credit"]
    assert deadlocks() == 0


def test_two_hundred_record_one_transfer() -> None:
    batch = accepted(builders.union("A01"))
    act = partial(
        money.record_receipt, payer_id=batch.organisation_id, batch_ids=[batch.pk],
        amount=batch.amount, received_on=TODAY, reference="回单甲", by=clerk(), on=TODAY,
    )  # fmt: skip
    ends, times = crowd([act] * CROWD)
    told("receipt", ends, times)
    assert ends == Counter(done=1, CannotMove=CROWD - 1)
    assert Receipt.objects.get().number == "SK2018-000001"
    assert ReceiptLine.objects.count() == 1
    assert Entry.objects.filter(key__startswith="receipt:").count() == 1
    assert AuditEvent.objects.filter(action="receipt.record").count() == 1
    # a refused one gave its number back: the next receipt follows without a gap
    assert receipt([accepted(builders.union("B01"))]).number == "SK2018-000002"
    sound()


def test_two_hundred_pay_parts_of_one_batch() -> None:
    """60.00 in parts of 0.50: 120 fit, 80 are told, no part is lost and no number left out."""
    batch, by = accepted(builders.union("A01")), clerk()
    acts = [
        partial(
            money.record_receipt, payer_id=batch.organisation_id, batch_ids=[batch.pk],
            amount=D("0.50"), parts={batch.pk: D("0.50")}, received_on=TODAY,
            reference=f"回单{n}", by=by, on=TODAY,
        )
        for n in range(CROWD)
    ]  # fmt: skip
    ends, times = crowd(acts)
    told("parts", ends, times)
    assert ends == Counter(done=120, CannotMove=80)
    numbers = sorted(Receipt.objects.values_list("number", flat=True))
    assert numbers == [f"SK2018-{n:06d}" for n in range(1, 121)]
    batch.refresh_from_db()
    assert batch.status == "PAID"
    sound()


def test_two_hundred_use_one_credit() -> None:
    """A credit of 50.00 for a batch of 60.00: 100 halves of a yuan fit."""
    union, by = builders.union("A01"), clerk()
    made = receipt([accepted(union)], more=D(50))
    batch = accepted(union, plan="INPALW")
    act = partial(
        money.use_credit, receipt_id=made.pk, batch_ids=[batch.pk],
        parts={batch.pk: D("0.50")}, by=by, on=TODAY,
    )  # fmt: skip
    ends, times = crowd([act] * CROWD)
    told("credit", ends, times)
    assert ends == Counter(done=100, CreditTooSmall=100)
    assert credit_of(made) == 0
    sound()


def test_two_hundred_reverse_one_receipt() -> None:
    batch = accepted(builders.union("A01"))
    made = receipt([batch])
    act = partial(money.reverse_receipt, receipt_id=made.pk, reason="错", by=clerk(), on=TODAY)
    ends, times = crowd([act] * CROWD)
    told("reversal", ends, times)
    assert ends == Counter(done=1, CannotReverse=CROWD - 1)
    assert Reversal.objects.get().number == "CX2018-000001"
    sound()


def test_reversing_and_remitting_race_for_one_batch() -> None:
    """Ten rounds: the receipt goes back or the batch goes out, never both."""
    union, by, results = builders.union("A01"), clerk(), Counter[str]()
    batches = [paid(union, plan=plan) for plan in ("INPALW", "INPMED", "CI")] + [
        paid(builders.union(), plan="CI") for _ in range(7)
    ]
    for batch in batches:
        made = batch.receipt_lines.get().receipt
        ends, _times = crowd([
            partial(money.reverse_receipt, receipt_id=made.pk, reason="错", by=by, on=TODAY),
            partial(money.make_remittance, batch_ids=[batch.pk], by=by, on=TODAY),
        ])  # fmt: skip
        results += ends
    assert results["done"] == len(batches)
    assert results["NotPaid"] + results["CannotReverse"] == len(batches)
    assert Reversal.objects.count() + Remittance.objects.count() == len(batches)
    sound()


def test_two_hundred_send_one_remittance() -> None:
    made = remittance([paid(builders.union("A01"))])
    act = partial(
        money.remit,
        remittance_id=made.pk,
        remitted_on=TODAY,
        reference="上缴",
        by=clerk(),
        on=TODAY,
    )
    ends, times = crowd([act] * CROWD)
    told("remit", ends, times)
    assert ends == Counter(done=1, CannotMoveRemittance=CROWD - 1)
    assert Entry.objects.filter(key=f"remittance:{made.pk}").count() == 1
    sound()


def test_without_the_lock_the_money_comes_twice() -> None:
    """The negative control: look, think and write without locking, and without the trigger."""
    batch = accepted(builders.union("A01"))
    made = Receipt.objects.create(
        number="SK2018-000001", payer=batch.organisation, received_on=TODAY, amount=600,
        reference="甲",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE policies_receiptline DISABLE TRIGGER receipt_line_fits")

    def pay() -> None:
        with transaction.atomic():
            seen = EnrolmentBatch.objects.get(pk=batch.pk)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.1)")
            if seen.status == "ACCEPTED":
                ReceiptLine.objects.create(receipt=made, batch=batch, amount=batch.amount)
                EnrolmentBatch.objects.filter(pk=batch.pk).update(status="PAID")

    try:
        crowd([pay] * 10)
        assert ReceiptLine.objects.filter(batch=batch).count() > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE policies_receiptline ENABLE TRIGGER receipt_line_fits")


def test_the_trigger_alone_keeps_the_second_out() -> None:
    """Even past the services: ten at once write a line for the whole batch, one stays."""
    batch = accepted(builders.union("A01"))
    made = Receipt.objects.create(
        number="SK2018-000001", payer=batch.organisation, received_on=TODAY, amount=600,
        reference="甲",
    )  # fmt: skip

    kept_out: list[int] = []

    def pay() -> None:
        try:
            ReceiptLine.objects.create(receipt=made, batch=batch, amount=batch.amount)
        except IntegrityError:
            kept_out.append(1)

    crowd([pay] * 10)
    assert (ReceiptLine.objects.filter(batch=batch).count(), len(kept_out)) == (1, 9)
