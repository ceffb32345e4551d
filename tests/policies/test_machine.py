"""Random sequences of enrolling, paying, remitting and taking back keep the books true."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from policies.services import receipts
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
    # the sequences reached the acts that matter, and were refused now and then
    assert {
        "submit", "accept", "return_to_unit", "withdraw", "record_receipt", "use_credit",
        "reverse_receipt", "make_remittance", "remit", "confirm_remittance", "reverse_remittance",
    } <= MoneyMachine.done  # fmt: skip
    assert len(MoneyMachine.refused) > 10


def test_with_one_guard_off_the_machine_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: receipts of remitted batches may be reversed, and it is noticed."""

    def nothing(batches: Any) -> None:
        return None

    monkeypatch.setattr(receipts, "_must_not_be_planned", nothing)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(MoneyMachine, settings=RANDOM)
