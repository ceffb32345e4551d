"""Random sequences of enrolling, paying, remitting and taking back keep the books true."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from policies.models import Receipt, Remittance
from policies.services import money, receipts, reversals
from tests.policies.builders import TODAY
from tests.policies.machine import MoneyMachine

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# the same sequences every time: a failure is a failure for everybody
RANDOM = settings(
    max_examples=8, stateful_step_count=25, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate],
)  # fmt: skip


def test_whatever_is_done_the_books_are_the_papers() -> None:
    MoneyMachine.done.clear()
    MoneyMachine.refused.clear()
    run_state_machine_as_test(MoneyMachine, settings=RANDOM)
    # the sequences reached the acts that move money, and were refused now and then
    assert {
        "submit", "accept", "record_receipt", "reverse_receipt", "make_remittance", "remit",
    } <= MoneyMachine.done  # fmt: skip
    assert MoneyMachine.refused


def played(*acts: Any) -> None:
    """A fixed sequence, and what must hold after it."""
    machine = MoneyMachine()
    try:
        machine.accepted_batches()
        for act in acts:
            act(machine)
        machine.the_books_are_the_papers()
        machine.batches_are_paid_by_their_lines()
        machine.the_invariants_hold()
    finally:
        machine.teardown()


def cancelled(machine: MoneyMachine) -> None:
    planned = Remittance.objects.get()
    machine.act(money.cancel_remittance, remittance_id=planned.pk, by=machine.clerk)


def sent(machine: MoneyMachine) -> None:
    planned = Remittance.objects.get()
    machine.act(
        money.remit, remittance_id=planned.pk, remitted_on=TODAY, reference="上缴", by=machine.clerk
    )


def reversed_(machine: MoneyMachine) -> None:
    paid = Receipt.objects.get()
    machine.act(money.reverse_receipt, receipt_id=paid.pk, reason="错", by=machine.clerk)


def nothing(*given: Any) -> None:
    return None


def test_a_posting_that_is_forgotten_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a reversal that is not booked, and the machine notices."""
    played(cancelled, reversed_)
    monkeypatch.setattr(reversals, "_book", nothing)
    with pytest.raises(AssertionError):
        played(cancelled, reversed_)


def test_a_guard_that_is_off_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one: a receipt may be reversed though its batch went to Beijing."""
    played(sent, reversed_)
    monkeypatch.setattr(receipts, "_must_not_be_planned", nothing)
    with pytest.raises(AssertionError):
        played(sent, reversed_)
