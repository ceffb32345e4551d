"""E17: a process dies at every point of receipt, remit, confirm, reconcile and reverse.

Each death leaves "not done" or "done once", and doing it again ends in done once.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from core.models import AuditEvent
from ledger.models import Entry, Posting
from members.access import Viewer
from policies import exports_statement
from policies.models import EnrolmentBatch, Receipt, Remittance, Reversal
from policies.services import money
from reports.selectors.invariants import invariants
from tests import builders
from tests.faults.dying import DIED, DONE, REFUSED, in_a_process
from tests.policies.builders import TODAY, accepted, clerk, confirmed, paid, receipt, remittance

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed")]
LOG = logging.getLogger(__name__)
MADE_AT = datetime(2018, 3, 1, 9, 0, tzinfo=UTC)
TABLES = (EnrolmentBatch, Receipt, Remittance, Reversal, Entry, Posting)


@dataclass(frozen=True)
class Scene:
    """An act on a small world, its event, and the file that it lets somebody make."""

    act: Callable[[], object]
    event: str
    number: str  # of the paper that the act makes or moves
    file: Callable[[], object] | None = None


def receiving() -> Scene:
    batch, by = accepted(builders.union("A01")), clerk()

    def act() -> Receipt:
        return money.record_receipt(
            payer_id=batch.organisation_id, batch_ids=[batch.pk], amount=batch.amount,
            received_on=TODAY, reference="回单甲", by=by, on=TODAY,
        )  # fmt: skip

    return Scene(act, "receipt.record", "SK2018-000001")


def sending() -> Scene:
    made, by = remittance([paid(builders.union("A01"))]), clerk()

    def act() -> Remittance:
        return money.remit(
            remittance_id=made.pk, remitted_on=TODAY, reference="上缴甲", by=by, on=TODAY
        )

    return Scene(act, "remittance.remit", made.number, lambda: statement(made.pk))


def statement(pk: int) -> bytes:
    """What the office prints of a remittance after the act."""
    sent = Remittance.objects.get(pk=pk)
    return exports_statement.statement_workbook(Viewer.system(), sent, made_at=MADE_AT)


def _sent() -> Remittance:
    made = remittance([paid(builders.union("A01"))])
    return money.remit(
        remittance_id=made.pk, remitted_on=TODAY, reference="上缴甲", by=clerk(), on=TODAY
    )


def confirming() -> Scene:
    sent, by = _sent(), clerk()

    def act() -> Remittance:
        return money.confirm_remittance(
            remittance_id=sent.pk, beijing_receipt="京收1", confirmed_on=TODAY,
            confirmed_total=sent.amount, by=by, on=TODAY,
        )  # fmt: skip

    return Scene(act, "remittance.confirm", sent.number, lambda: statement(sent.pk))


def reconciling() -> Scene:
    sent, by = confirmed(_sent()), clerk()

    def act() -> Remittance:
        return money.reconcile_remittance(remittance_id=sent.pk, by=by, on=TODAY)

    return Scene(act, "remittance.reconcile", sent.number, lambda: statement(sent.pk))


def reversing_receipt() -> Scene:
    made, by = receipt([accepted(builders.union("A01"))]), clerk()

    def act() -> Receipt:
        return money.reverse_receipt(receipt_id=made.pk, reason="重复", by=by, on=TODAY)

    return Scene(act, "receipt.reverse", made.number)


def reversing_remittance() -> Scene:
    sent, by = _sent(), clerk()

    def act() -> Reversal:
        return money.reverse_remittance(remittance_id=sent.pk, reason="退回", by=by, on=TODAY)

    return Scene(act, "remittance.reverse", sent.number, lambda: statement(sent.pk))


SCENES = [receiving, sending, confirming, reconciling, reversing_receipt, reversing_remittance]


def state() -> dict[str, Any]:
    """Every row that money touches, and how many events there are."""
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}
    return {**rows, "events": AuditEvent.objects.count(), "series": _series()}


def _series() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prefix, year, last FROM core_numberseries ORDER BY 1, 2")
        return list(cursor.fetchall())


def sound() -> None:
    assert {each.code: rows for each in invariants() if (rows := each.broken())} == {}
    sums = Posting.objects.aggregate(debit=Sum("debit"), credit=Sum("credit"))
    assert sums["debit"] == sums["credit"]


def outcome(before: dict[str, Any], scene: Scene) -> str:
    """How a death left things; anything but the two good ends is named for what it is."""
    events = AuditEvent.objects.filter(action=scene.event).count()
    if state() == before:
        return "not done"
    return "done once" if events == 1 else f"done {events} times"


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_dead_at_every_point_of(make: Callable[[], Scene]) -> None:
    scene, table = make(), {}
    before = state()
    write = 0
    while True:  # after each statement that writes, until the act has no further one
        write += 1
        code = in_a_process(lambda: _die_at_the_end(scene), point="after_effect", write=write)
        if AuditEvent.objects.filter(action=scene.event).exists():
            break
        assert code == DIED
        table[f"after_effect {write}"] = outcome(before, scene)
        sound()
        if write == 1:  # once is enough: before the commit nothing of it was there
            assert in_a_process(scene.act, point="before_commit") == DIED
            table["before_commit"] = outcome(before, scene)
            sound()
    assert write > 2
    assert set(table.values()) == {"not done"}
    table["after_file" if scene.file else "after the act"] = outcome(before, scene)
    _done_once_for_ever(before, scene)
    LOG.warning("%s: %d points, %s", make.__name__, len(table), table)


def _die_at_the_end(scene: Scene) -> None:
    """The act, the file that follows it, and no return."""
    scene.act()
    if scene.file:
        assert scene.file()
    os._exit(DIED)


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_dead_after_the_commit_of(make: Callable[[], Scene]) -> None:
    scene = make()
    before = state()
    assert in_a_process(scene.act, point="after_commit") == DIED
    _done_once_for_ever(before, scene)


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_dead_before_it_and_done_again(make: Callable[[], Scene]) -> None:
    """The repeat after "not done" does it, with the number that the dead one gave back."""
    scene = make()
    before = state()
    assert in_a_process(scene.act, point="before_commit") == DIED
    assert outcome(before, scene) == "not done"
    assert in_a_process(scene.act) == DONE
    event = AuditEvent.objects.get(action=scene.event)
    assert event.details["number"] == scene.number
    _done_once_for_ever(before, scene)


def _done_once_for_ever(before: dict[str, Any], scene: Scene) -> None:
    assert outcome(before, scene) == "done once"
    sound()
    after = state()
    assert in_a_process(scene.act) == REFUSED
    assert state() == after
    sound()


def test_without_one_transaction_a_death_leaves_half() -> None:
    """The negative control: the same act in autocommit is neither done nor not done."""
    batch = accepted(builders.union("A01"))

    def act() -> None:
        made = Receipt.objects.create(
            number="SK2018-000001", payer=batch.organisation, received_on=TODAY, amount=600,
            reference="甲",
        )  # fmt: skip
        made.lines.create(batch=batch, amount=batch.amount)

    assert in_a_process(act, point="after_effect", write=1) == DIED
    assert (Receipt.objects.count(), batch.receipt_lines.count()) == (1, 0)
