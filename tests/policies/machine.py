"""The money of a small district as a machine: any act in any order, and what must hold after each.

Whatever is chosen, an act is done whole or refused by name; the books are then held against a
model that knows nothing of the books, and against the invariants of reports/sql.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import count
from typing import Any, ClassVar, cast

from django.db import connection, transaction
from django.db.models import F, Sum
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.errors import RuleViolation
from ledger import selectors as books
from ledger.models import Posting
from members.access import Viewer
from policies import selectors
from policies.models import EnrolmentBatch, Receipt, Remittance, RemittanceLine
from policies.services import enrolment, money
from policies.states import SENT, UNDECIDED_BATCHES, BatchStatus
from reports.selectors.invariants import invariants
from tests import builders
from tests.policies.builders import TODAY, clerk, imported, line, person

ZERO = Decimal(0)
ASKED = ("I1", "I2", "I3", "I5", "I7", "I8")
PLANS = ("INPALW", "INPMED", "CI")
_references = count(1)
Data = Any


class MoneyMachine(RuleBasedStateMachine):
    """Every act of the services over a street with two units and three people."""

    refused: ClassVar[set[str]] = set()
    done: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.frame = cast(Any, transaction.atomic())
        self.frame._from_testcase = True  # the services want to be outermost
        self.frame.__enter__()
        self.street = builders.union(kind="STREET")
        self.units = [builders.union(parent=self.street) for _ in range(2)]
        self.people = [person(self.units[n % 2]) for n in range(3)]
        self.clerk, self.colleague = clerk(), clerk()
        self.coordinator = builders.viewer_as("coordinator", self.street)
        self.agents = {unit.pk: builders.viewer_as("agent", unit) for unit in self.units}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    def act(self, service: Callable[..., object], **given: Any) -> None:
        name = service.__name__
        try:
            service(on=TODAY, **given)
        except RuleViolation as refusal:
            self.refused.add(f"{name}: {type(refusal).__name__}")
        else:
            self.done.add(name)

    # ------------------------------------------------------------------ choosing

    def batches(self, *states: BatchStatus) -> list[EnrolmentBatch]:
        rows = EnrolmentBatch.objects.select_related("organisation").order_by("pk")
        return list(rows.filter(status__in=states) if states else rows)

    def some(self, data: Data, rows: Sequence[Any]) -> list[Any]:
        places = st.lists(st.sampled_from(range(len(rows))), min_size=1, max_size=3, unique=True)
        return [rows[place] for place in data.draw(places)]

    def one(self, data: Data, rows: Sequence[Any]) -> Any:
        return rows[data.draw(st.integers(0, len(rows) - 1))]

    def likely(self, data: Data, *states: BatchStatus) -> list[int]:
        """Batches in a state that fits, and now and then just any."""
        fitting = self.batches(*states)
        rows = fitting if fitting and data.draw(st.integers(0, 4)) else self.batches()
        return [row.pk for row in self.some(data, rows)]

    # ------------------------------------------------------------------ enrolment

    def enrolled(self, *rows: tuple[str, int, int]) -> None:
        """A roster of (plan, unit, person), brought in by the import."""
        imported([line(self.units[unit], self.people[who], plan) for plan, unit, who in rows])

    @initialize()
    def accepted_batches(self) -> None:
        self.enrolled(("INPALW", 0, 0), ("INPALW", 0, 2), ("CI", 1, 1), ("INPMED", 1, 1))
        for row in self.batches():
            self.act(enrolment.submit, batch_ids=[row.pk], by=self.agents[row.organisation_id])
        ids = [row.pk for row in self.batches()]
        self.act(enrolment.accept, batch_ids=ids, by=self.clerk)
        # one of them is paid, with something left over, and stands in a remittance
        first = self.batches()[0]
        self.act(
            money.record_receipt, payer_id=self.street.pk, batch_ids=[first.pk],
            amount=first.amount + 50, keep_rest=True, received_on=TODAY,
            reference=f"机{next(_references)}", by=self.clerk,
        )  # fmt: skip
        self.act(money.make_remittance, batch_ids=[first.pk], by=self.clerk)

    @rule(plan=st.sampled_from(PLANS), unit=st.integers(0, 1), who=st.integers(0, 2))
    def enrol(self, plan: str, unit: int, who: int) -> None:
        self.enrolled((plan, unit, who))

    @rule(data=st.data(), which=st.integers(0, 4))
    def move_batches(self, data: Data, which: int) -> None:
        drafts = BatchStatus.DRAFT, BatchStatus.RETURNED
        service, states, more = (
            (enrolment.submit, drafts, {"by": Viewer.system()}),
            (enrolment.accept, UNDECIDED_BATCHES, {"by": self.clerk}),
            (enrolment.return_to_unit, UNDECIDED_BATCHES,
             {"by": self.clerk, "reason": "有误"}),
            (enrolment.withdraw, (*drafts, *UNDECIDED_BATCHES), {"by": Viewer.system()}),
            (enrolment.check, (BatchStatus.SUBMITTED,), {"by": self.coordinator}),
        )[which]  # fmt: skip
        self.act(service, batch_ids=self.likely(data, *states), **more)

    # ------------------------------------------------------------------ the units' money

    @rule(data=st.data(), part=st.integers(0, 3), more=st.integers(0, 2), keep=st.booleans())
    def pay(self, data: Data, part: int, more: int, keep: bool) -> None:
        """All that is owed, a part of the first batch, or more than is owed."""
        ids = self.likely(data, BatchStatus.ACCEPTED)
        rests = {row.pk: row.amount for row in self.batches()}
        came = selectors.paid_in(rests)
        rests = {key: amount - came.get(key, ZERO) for key, amount in rests.items()}
        parts = {ids[0]: Decimal(10 * part)} if part else {}
        due = sum((parts.get(key, rests[key]) for key in ids), ZERO)
        self.act(
            money.record_receipt, payer_id=self.one(data, [self.street, *self.units]).pk,
            batch_ids=ids, parts=parts, amount=due + 30 * more, keep_rest=keep,
            received_on=TODAY, reference=f"机{next(_references)}", by=self.clerk,
        )  # fmt: skip

    @precondition(lambda self: selectors.credits_left(Receipt.objects.all()).exists())
    @rule(data=st.data(), part=st.integers(0, 2))
    def use_credit(self, data: Data, part: int) -> None:
        receipt = self.one(data, list(selectors.credits_left(Receipt.objects.order_by("pk"))))
        ids = self.likely(data, BatchStatus.ACCEPTED)
        parts = {ids[0]: Decimal(10 * part)} if part else {}
        self.act(money.use_credit, receipt_id=receipt.pk, batch_ids=ids, parts=parts, by=self.clerk)

    @precondition(lambda self: Receipt.objects.exists())
    @rule(data=st.data())
    def reverse_receipt(self, data: Data) -> None:
        receipt = self.one(data, list(Receipt.objects.order_by("pk")))
        self.act(money.reverse_receipt, receipt_id=receipt.pk, reason="错", by=self.clerk)

    # ------------------------------------------------------------------ Beijing

    @precondition(lambda self: EnrolmentBatch.objects.filter(status="PAID").exists())
    @rule(data=st.data())
    def make_remittance(self, data: Data) -> None:
        self.act(
            money.make_remittance, batch_ids=self.likely(data, BatchStatus.PAID), by=self.clerk
        )

    @precondition(lambda self: Remittance.objects.filter(status="DRAFT").exists())
    @rule(data=st.data(), give_up=st.integers(0, 3))
    def send(self, data: Data, give_up: int) -> None:
        act: Callable[..., object] = money.cancel_remittance if give_up == 3 else money.remit
        self.to_remittance(data, act, "DRAFT")

    @precondition(lambda self: Remittance.objects.filter(status="REMITTED").exists())
    @rule(data=st.data(), act=st.sampled_from((money.confirm_remittance, money.reverse_remittance)))
    def answer(self, data: Data, act: Callable[..., object]) -> None:
        self.to_remittance(data, act, "REMITTED")

    @precondition(lambda self: Remittance.objects.filter(status="CONFIRMED").exists())
    @rule(
        data=st.data(),
        act=st.sampled_from(
            (money.note_difference, money.settle_difference, money.reconcile_remittance)
        ),
    )
    def compare(self, data: Data, act: Callable[..., object]) -> None:
        self.to_remittance(data, act, "CONFIRMED")

    @precondition(lambda self: Remittance.objects.exists())
    @rule(data=st.data(), act=st.sampled_from((
        money.remit, money.cancel_remittance, money.confirm_remittance, money.reverse_remittance,
        money.reconcile_remittance,
    )))  # fmt: skip
    def out_of_turn(self, data: Data, act: Callable[..., object]) -> None:
        self.to_remittance(data, act)

    def to_remittance(self, data: Data, act: Callable[..., object], state: str = "") -> None:
        rows = Remittance.objects.order_by("pk")
        row = self.one(data, list(rows.filter(status=state) if state else rows))
        line = row.lines.select_related("batch").order_by("pk")[0]
        number = line.batch.number
        given: dict[str, dict[str, Any]] = {
            "remit": {"remitted_on": TODAY, "reference": "上缴"},
            "confirm_remittance": {
                "beijing_receipt": "京收", "confirmed_on": TODAY,
                "confirmed_total": row.amount - data.draw(st.sampled_from((0, 10))),
            },
            "note_difference": {
                "batch_number": number, "confirmed_amount": line.amount - 10
            },
            "settle_difference": {"batch_number": number, "reason": "下期冲抵"},
            "reverse_remittance": {"reason": "退汇"},
        }  # fmt: skip
        by = self.colleague if act is money.reconcile_remittance else self.clerk
        self.act(act, remittance_id=row.pk, by=by, **given.get(act.__name__, {}))

    # ------------------------------------------------------------------ what must hold

    @invariant()
    def the_books_are_the_papers(self) -> None:
        """The trial balance is what the papers come to, counted without the books."""
        sums = Posting.objects.aggregate(debit=Sum("debit"), credit=Sum("credit"))
        assert sums["debit"] == sums["credit"]
        closing = {
            row.account.code: row.closing for row in books.balances(Viewer.system(), as_of=TODAY)
        }
        due = _sum(EnrolmentBatch.objects.filter(accepted_on__isnull=False))
        received = _sum(Receipt.objects.filter(reversed_on__isnull=True))
        settled = sum(selectors.paid_in(row.pk for row in self.batches()).values(), ZERO)
        sent = _sum(Remittance.objects.filter(status__in=SENT))
        assert closing["1122"] == due - settled
        assert closing["2203"] == received - settled >= 0
        assert closing["2202"] == due - sent
        assert closing["1002"] == received - sent >= 0

    @invariant()
    def batches_are_paid_by_their_lines(self) -> None:
        rows = self.batches()
        came = selectors.paid_in(row.pk for row in rows)
        in_force = set(
            RemittanceLine.objects.filter(is_void=False, remittance__status__in=SENT).values_list(
                "batch_id", flat=True
            )
        )
        for row in rows:
            whole = row.status in (BatchStatus.PAID, BatchStatus.EFFECTIVE)
            assert (came.get(row.pk, ZERO) == row.amount > 0) == whole
            assert (row.pk in in_force) == (row.status == BatchStatus.EFFECTIVE)

    @invariant()
    def the_invariants_hold(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        broken = {each.code: rows for each in asked() if (rows := each.broken())}
        assert broken == {}

    @invariant()
    def what_is_reconciled_agrees(self) -> None:
        lines = RemittanceLine.objects.filter(remittance__status="RECONCILED", is_void=False)
        assert not lines.exclude(confirmed_amount=F("amount")).filter(settled_on=None).exists()


def asked() -> list[Any]:
    return [each for each in invariants() if each.code in ASKED]


def _sum(rows: Any) -> Decimal:
    return rows.aggregate(sum=Sum("amount"))["sum"] or ZERO
