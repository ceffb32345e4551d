"""Random sequences of enrolling, paying, remitting and taking back keep the books true."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from policies.services import receipts, reversals
from tests.policies.machine import MoneyMachine

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# the same sequences every time: a failure is a failure for everybody
RANDOM = settings(
    max_examples=12, stateful_step_count=30, deadline=None, derandomize=True, database=None,
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


def test_a_posting_that_is_forgotten_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a reversal that is not booked, and the machine notices."""

    def nothing(key: str, number: str, paper: Any) -> None:
        return None

    monkeypatch.setattr(reversals, "_book", nothing)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(MoneyMachine, settings=RANDOM)


def test_a_guard_that_is_off_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one: a receipt may be reversed though its batch went to Beijing."""

    def nothing(batches: Any) -> None:
        return None

    monkeypatch.setattr(receipts, "_must_not_be_planned", nothing)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(MoneyMachine, settings=RANDOM)
