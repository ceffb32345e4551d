"""Two acts on one batch or one remittance at the same moment: exactly one outcome, never both."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from policies.models import EnrolmentBatch, ReceiptLine, Remittance
from policies.services import enrolment, money
from policies.states import BatchStatus
from tests import builders
from tests.concurrency.crowd import crowd
from tests.concurrency.test_money_at_once import sound
from tests.policies.builders import TODAY, accepted, clerk, paid, remittance, submitted

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed")]
ROUNDS = 10


def race(pairs: list[tuple[Callable[[], object], Callable[[], object]]]) -> Counter[str]:
    """The two acts of each pair at once, pair after pair; every other time the second one first."""
    results = Counter[str]()
    for turn, pair in enumerate(pairs):
        ends, _times = crowd(pair if turn % 2 else pair[::-1])
        results += ends
    return results


def states(batches: list[EnrolmentBatch]) -> Counter[str]:
    keys = [row.pk for row in batches]
    return Counter(EnrolmentBatch.objects.filter(pk__in=keys).values_list("status", flat=True))


def pay(row: EnrolmentBatch) -> Callable[[], object]:
    return partial(
        money.record_receipt, payer_id=row.organisation_id, batch_ids=[row.pk], amount=row.amount,
        received_on=TODAY, reference=f"回单{row.pk}", by=clerk(), on=TODAY,
    )  # fmt: skip


def take_back(row: EnrolmentBatch) -> Callable[[], object]:
    return partial(
        enrolment.withdraw_accepted, batch_ids=[row.pk], reason="重报", by=clerk(), on=TODAY
    )


def test_a_payment_and_a_withdrawal_race_for_one_batch() -> None:
    batches = [accepted(builders.union()) for _ in range(ROUNDS)]
    results = race([(pay(row), take_back(row)) for row in batches])
    assert results == Counter(done=ROUNDS, CannotMove=ROUNDS)
    ends = states(batches)
    assert ends["PAID"] + ends["WITHDRAWN"] == ROUNDS
    assert ReceiptLine.objects.filter(batch__status=BatchStatus.WITHDRAWN).count() == 0
    assert ReceiptLine.objects.filter(batch__status=BatchStatus.PAID).count() == ends["PAID"]
    sound()


def test_accepting_and_withdrawing_race_for_one_batch() -> None:
    batches = [submitted(builders.union()) for _ in range(ROUNDS)]
    pairs: list[tuple[Callable[[], object], Callable[[], object]]] = []
    for row in batches:
        agent = builders.viewer_as("agent", row.organisation)
        pairs.append((
            partial(enrolment.accept, batch_ids=[row.pk], by=clerk(), on=TODAY),
            partial(enrolment.withdraw, batch_ids=[row.pk], by=agent, on=TODAY),
        ))  # fmt: skip
    assert race(pairs) == Counter(done=ROUNDS, CannotMove=ROUNDS)
    ends = states(batches)
    assert ends["ACCEPTED"] + ends["WITHDRAWN"] == ROUNDS
    sound()


def test_sending_and_reversing_the_receipt_race() -> None:
    """The batch stands in a remittance: it goes out, and its receipt stays; never the other way."""
    batches = [paid(builders.union()) for _ in range(ROUNDS)]
    pairs: list[tuple[Callable[[], object], Callable[[], object]]] = []
    for row in batches:
        made, slip = remittance([row]), row.receipt_lines.get().receipt
        send = partial(
            money.remit, remittance_id=made.pk, remitted_on=TODAY, reference=made.number,
            by=clerk(), on=TODAY,
        )  # fmt: skip
        undo = partial(money.reverse_receipt, receipt_id=slip.pk, reason="错", by=clerk(), on=TODAY)
        pairs.append((send, undo))
    assert race(pairs) == Counter(done=ROUNDS, CannotReverse=ROUNDS)
    assert states(batches) == Counter(EFFECTIVE=ROUNDS)
    sound()


def test_sending_and_cancelling_race_for_one_remittance() -> None:
    made = [remittance([paid(builders.union())]) for _ in range(ROUNDS)]
    pairs: list[tuple[Callable[[], object], Callable[[], object]]] = [
        (
            partial(
                money.remit, remittance_id=row.pk, remitted_on=TODAY, reference=row.number,
                by=clerk(), on=TODAY,
            ),
            partial(money.cancel_remittance, remittance_id=row.pk, by=clerk(), on=TODAY),
        )
        for row in made
    ]  # fmt: skip
    assert race(pairs) == Counter(done=ROUNDS, CannotMoveRemittance=ROUNDS)
    ends = Counter(Remittance.objects.values_list("status", flat=True))
    assert ends["REMITTED"] + ends["CANCELLED"] == ROUNDS
    sound()


@pytest.mark.parametrize("locked", [True, False])
def test_what_the_lock_is_for(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: somebody pays while the withdrawal, all checked, is about to write.

    Without the lock both are done: the batch is withdrawn and its money lies on it.
    """
    if not locked:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)
    write, checked = enrolment._withdraw, Event()

    def slowly(*args: Any, **how: Any) -> None:
        checked.set()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(1)")
        write(*args, **how)

    monkeypatch.setattr(enrolment, "_withdraw", slowly)
    row = accepted(builders.union())
    payment = pay(row)
    ends, _times = crowd([take_back(row), lambda: checked.wait(20) and payment()])
    row.refresh_from_db()
    assert row.status == "WITHDRAWN"
    assert ends == (Counter(done=1, CannotMove=1) if locked else Counter(done=2))
    assert ReceiptLine.objects.filter(batch=row).count() == (0 if locked else 1)
