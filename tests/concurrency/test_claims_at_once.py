"""Two hundred hands on one payout, officers who race on one claim, acts that lock the same rows in
opposite orders: exact counts, and controls in which the guard is off."""

import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from claims.models import Claim, Payment, Payout
from claims.services import casework, filing, moves, payouts
from claims.states import ClaimStatus
from ledger.models import Entry, Posting
from reports.selectors.invariants import invariants
from tests import builders
from tests.claims import builders as make
from tests.concurrency.crowd import crowd, deadlocks, told

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed")]
CROWD, ROUNDS = 200, 100
D = Decimal


def sound() -> None:
    """Every invariant but I3: the covers of these claims were made without their contributions."""
    broken = {each.code: rows for each in invariants() if (rows := each.broken())}
    assert broken.keys() <= {"I3"}
    sums = Posting.objects.aggregate(debit=Sum("debit"), credit=Sum("credit"))
    assert sums["debit"] == sums["credit"]
    assert deadlocks() == 0


def approved(number: int = 1) -> list[Claim]:
    unit = builders.union("A01")
    return [make.approved(make.filed(builders.member(unit))) for _one in range(number)]


def test_e02_two_hundred_confirm_one_payout() -> None:
    made = make.payout(*approved(3))
    act = partial(
        payouts.pay, payout_id=made.pk, paid_on=make.DAY, reference="回单甲",
        by=builders.viewer_as("approver"), on=make.DAY,
    )  # fmt: skip
    ends, times = crowd([act] * CROWD)
    told("confirm", ends, times)
    assert ends == Counter(done=1, PayoutMoved=CROWD - 1)
    assert Payment.objects.filter(status="PAID").count() == 3
    assert Entry.objects.filter(key=f"payout:{made.pk}:paid").count() == 1
    assert set(Claim.objects.values_list("status", flat=True)) == {"PAID"}
    sound()


def test_e02_two_hundred_put_one_claim_into_payouts() -> None:
    (claim,) = approved()
    act = partial(
        payouts.make_claim_payout, claim_ids=[claim.pk], by=builders.viewer_as("finance"),
        on=make.DAY,
    )  # fmt: skip
    ends, times = crowd([act] * CROWD)
    told("payouts", ends, times)
    assert ends == Counter(done=1, AlreadyInPayout=CROWD - 1)
    assert (Payout.objects.count(), Payment.objects.count()) == (1, 1)
    sound()


def test_e02_without_lock_and_constraint_a_claim_is_paid_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the race is real, and what holds it is what we say."""
    (claim,) = approved()
    unlocked = partial(Claim.objects.select_related("organisation").get, pk=claim.pk)
    monkeypatch.setattr(payouts, "locked", lambda *_args, **_more: [unlocked()])
    monkeypatch.setattr(payouts, "_insert", _insert_without_a_look)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX payment_claim_once")
    try:
        act = partial(
            payouts.make_claim_payout, claim_ids=[claim.pk], by=builders.viewer_as("finance"),
            on=make.DAY,
        )  # fmt: skip
        ends, _times = crowd([act] * 40)
        assert ends["done"] > 1
    finally:
        Payment.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX payment_claim_once ON claims_payment (claim_id)"
                " WHERE status IN ('PENDING', 'PAID')"
            )


_insert = payouts._insert


def _insert_without_a_look(statement: str, payout: Payout, **parameters: Any) -> None:
    """The statement after everybody has looked whether the claim is paid already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.3)")
    _insert(statement, payout, **parameters)


def test_e03_officers_race_on_one_claim() -> None:
    """Approve, refuse, send back and a changed amount at once: one wins, nobody approves unseen."""
    chance, won = random.Random(3), Counter[str]()
    approver, other = builders.viewer_as("approver"), builders.viewer_as("approver")
    unit = builders.union("A01")
    for _round in range(ROUNDS):
        claim = make.reviewed(make.filed(builders.member(unit)))
        seen = {claim.pk: claim.version}
        given: dict[str, Any] = {"claim_ids": [claim.pk], "on": make.DAY}
        acts: list[Callable[[], object]] = [
            partial(casework.approve, seen=seen, by=approver, **given),
            partial(casework.refuse, reason="不属于保障范围", by=other, **given),
            partial(casework.send_back, reason="请核对金额", by=other, **given),
        ]
        chance.shuffle(acts)
        ends, _times = crowd(acts)
        claim.refresh_from_db()
        won[claim.status] += 1
        assert ends["done"] == 1, (ends, claim.status)
    told("officers", won, [0.0])
    assert set(won) <= {"APPROVED", "REFUSED", "FILED"}
    assert sum(won.values()) == ROUNDS
    sound()


def test_e03_an_amount_that_changed_meanwhile_is_not_approved() -> None:
    """Two hundred approve with the version on their screens while the version moves on."""
    claim = make.reviewed(make.filed(builders.member(builders.union("A01"))))
    old = {claim.pk: claim.version}
    Claim.objects.filter(pk=claim.pk).update(version=claim.version + 1)
    act = partial(
        casework.approve, claim_ids=[claim.pk], seen=old, by=builders.viewer_as("approver"),
        on=make.DAY,
    )  # fmt: skip
    ends, _times = crowd([act] * CROWD)
    assert ends["done"] == 0
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.REVIEWED


def _opposite(claims: list[Claim]) -> list[Callable[[], object]]:
    """Acts on the same claims, their members and the ledger, each in another order."""
    ids = [claim.pk for claim in claims]
    finance, reviewer = builders.viewer_as("finance"), builders.viewer_as("reviewer")
    given: dict[str, Any] = {"on": make.DAY}
    paper = make.papers()[0]
    return [
        *[partial(payouts.make_claim_payout, claim_ids=ids, by=finance, **given)] * 15,
        *[partial(payouts.make_claim_payout, claim_ids=ids[::-1], by=finance, **given)] * 15,
        *[partial(casework.review, claim_ids=ids[::-1], by=reviewer, **given)] * 15,
        *[partial(filing.add_paper, claim_id=ids[-1], paper=paper, by=reviewer, **given)] * 15,
    ]  # fmt: skip


def test_e05_sixty_in_opposite_orders_do_not_lock_each_other_out() -> None:
    claims = approved(6)
    before = deadlocks()
    ends, times = crowd(_opposite(claims))
    told("opposite", ends, times)
    assert ends["done"] == 1
    assert deadlocks() == before
    sound()


def test_e05_without_the_order_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: locked in the order in which they were chosen, the database has to break in."""
    claims = approved(6)
    before = deadlocks()
    monkeypatch.setattr(moves, "locked", _as_chosen)
    monkeypatch.setattr(payouts, "locked", _as_chosen)
    finance = builders.viewer_as("finance")
    ids = [claim.pk for claim in claims]
    acts = [
        partial(_surely, payouts.make_claim_payout, claim_ids=chosen, by=finance, on=make.DAY)
        for chosen in (ids, ids[::-1])
    ] * 20  # fmt: skip
    crowd(acts)
    assert deadlocks() > before or _BROKEN.total()
    _BROKEN.clear()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_reset()")  # the others count from nought


_BROKEN: Counter[str] = Counter()


def _surely(act: Callable[..., object], **given: Any) -> None:
    """Do it; what the database breaks off is counted."""
    try:
        act(**given)
    except Exception as broken:
        if "deadlock" not in str(broken):
            raise
        _BROKEN["deadlock"] += 1


def _as_chosen(ids: list[int], *_rest: Any, **_more: Any) -> list[Claim]:
    """The claims one by one in the order given, a little apart."""
    rows = []
    for pk in ids:
        rows.append(Claim.objects.select_for_update().select_related("organisation").get(pk=pk))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02)")
    return rows


def test_e06_the_fund_s_balance_is_the_sum_of_its_legs() -> None:
    """Forty payouts at once: what is owed and what was paid is the sum of them, to the fen."""
    claims = approved(40)
    finance = builders.viewer_as("finance")
    acts = [
        partial(payouts.make_claim_payout, claim_ids=[claim.pk], by=finance, on=make.DAY)
        for claim in claims
    ]
    ends, times = crowd(acts)
    told("fund", ends, times)
    assert ends == Counter(done=40)
    owed = Posting.objects.filter(account__code="2241").aggregate(total=Sum("credit"))["total"]
    assert owed == sum((claim.amount or D(0) for claim in claims), D(0))
    numbers = sorted(Payout.objects.values_list("number", flat=True))
    assert numbers == [f"FF2018-{n:06d}" for n in range(1, 41)]
    sound()


def test_one_payment_per_claim_holds_in_the_database_too() -> None:
    (claim,) = approved()
    made = make.payout(claim)
    payment = made.payments.get()
    payment.pk, payment.number = None, "FF-X"
    with pytest.raises(IntegrityError, match="payment_claim_once"), transaction.atomic():
        payment.save(force_insert=True)
