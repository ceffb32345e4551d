"""Receipts, remittances and the target: the acts, and refusals that change nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent
from ledger import selectors as books
from ledger.models import Entry
from members.access import Viewer
from members.models import Organisation
from policies import selectors
from policies.models import EnrolmentBatch, Receipt, Remittance
from policies.services import money, targets
from policies.services.locking import BatchesGone, CannotMove
from policies.services.receipts import (
    AmountDiffers,
    CannotReverse,
    NotOfPayer,
    PayerUnknown,
    ReceiptGone,
    ReceiptIncomplete,
    ReferenceUsed,
)
from policies.services.remittances import (
    AlreadyPlanned,
    CannotMoveRemittance,
    NotPaid,
    RemittanceGone,
    RemittanceIncomplete,
)
from policies.services.targets import NotForDistrict, TargetOutOfRange
from tests import builders
from tests.policies.builders import (
    START,
    TODAY,
    accepted,
    clerk,
    paid,
    receipt,
    remittance,
    remitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Organisation:
    return builders.union()


def counts() -> tuple[int, ...]:
    """All that a refusal must leave alone."""
    tables: tuple[Any, ...] = (Receipt, Remittance, Entry, AuditEvent)
    return tuple(table.objects.count() for table in tables)


def status(*batches: EnrolmentBatch) -> list[str]:
    keys = [batch.pk for batch in batches]
    rows = EnrolmentBatch.objects.filter(pk__in=keys).order_by("pk")
    return list(rows.values_list("status", flat=True))


def record(payer: Organisation, batches: list[EnrolmentBatch], **changes: Any) -> Receipt:
    given = {
        "payer_id": payer.pk,
        "batch_ids": [batch.pk for batch in batches],
        "amount": sum((batch.amount for batch in batches), Decimal(0)),
        "received_on": TODAY,
        "reference": "回单甲",
        "by": clerk(),
        "on": TODAY,
    }
    return money.record_receipt(**{**given, **changes})


def test_one_transfer_pays_batches_of_the_subtree() -> None:
    street = builders.union(kind="STREET")
    first, second = builders.union(parent=street), builders.union(parent=street)
    batches = [accepted(first), accepted(second, persons=2)]
    made = record(street, batches)
    assert (made.number, made.amount) == ("SK2018-000001", Decimal("180.00"))
    assert status(*batches) == ["PAID", "PAID"]
    entry = Entry.objects.get(key=f"receipt:{made.pk}")
    assert (entry.organisation_id, entry.posted_on) == (street.pk, TODAY)
    balances = {row.account.code: row.closing for row in books.balances(clerk(), as_of=TODAY)}
    assert balances["1002"] == Decimal("180.00")
    assert balances["1122"] == Decimal("0.00")
    assert balances["2202"] == Decimal("180.00")


def test_a_wrong_amount_is_told_with_both_figures(unit: Organisation) -> None:
    batch = accepted(unit)
    before = counts()
    with pytest.raises(AmountDiffers, match=r"59\.00.*60\.00.*1\.00"):
        record(unit, [batch], amount=Decimal("59.00"))
    assert (counts(), status(batch)) == (before, ["ACCEPTED"])


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"reference": "  "}, ReceiptIncomplete),
        ({"reference": "长" * 61}, ReceiptIncomplete),
        ({"received_on": date(2018, 3, 2)}, ReceiptIncomplete),
        ({"payer_id": 0}, PayerUnknown),
    ],
)
def test_an_incomplete_receipt(
    unit: Organisation, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    batch = accepted(unit)
    before = counts()
    with pytest.raises(refusal):
        record(unit, [batch], **changes)
    assert (counts(), status(batch)) == (before, ["ACCEPTED"])


def test_a_payer_pays_for_his_own(unit: Organisation) -> None:
    batch = accepted(builders.union())
    with pytest.raises(NotOfPayer):
        record(unit, [batch])
    assert status(batch) == ["ACCEPTED"]


def test_a_transfer_is_recorded_once(unit: Organisation) -> None:
    first, second = accepted(unit), accepted(unit, plan="INPMED")
    made = record(unit, [first])
    before = counts()
    with pytest.raises(ReferenceUsed, match=made.number):
        record(unit, [second])
    with pytest.raises(CannotMove):
        record(unit, [first], reference="回单乙")
    assert counts() == before


def test_an_agent_records_no_receipt(unit: Organisation) -> None:
    batch = accepted(unit)
    with pytest.raises(BatchesGone):
        record(unit, [batch], by=builders.viewer_as("agent", unit))


def test_a_receipt_is_reversed_and_recorded_again(unit: Organisation) -> None:
    batch = accepted(unit)
    first = record(unit, [batch])
    money.reverse_receipt(receipt_id=first.pk, reason="付款方有误", by=clerk(), on=TODAY)
    first.refresh_from_db()
    assert (first.reversed_on, status(batch)) == (TODAY, ["ACCEPTED"])
    mirror = Entry.objects.get(key=f"receipt:{first.pk}:reversed")
    assert mirror.reverses is not None
    assert mirror.reverses.key == f"receipt:{first.pk}"
    second = record(unit, [batch])
    assert (second.number, status(batch)) == ("SK2018-000002", ["PAID"])
    assert selectors.receipt_of(batch) == second
    bank = {row.account.code: row.closing for row in books.balances(clerk(), as_of=TODAY)}
    assert bank["1002"] == Decimal("60.00")


def test_a_receipt_is_not_reversed_twice_or_without_reason(unit: Organisation) -> None:
    made = receipt([accepted(unit)])
    with pytest.raises(CannotReverse):
        money.reverse_receipt(receipt_id=made.pk, reason=" ", by=clerk(), on=TODAY)
    money.reverse_receipt(receipt_id=made.pk, reason="错", by=clerk(), on=TODAY)
    before = counts()
    with pytest.raises(CannotReverse):
        money.reverse_receipt(receipt_id=made.pk, reason="错", by=clerk(), on=TODAY)
    with pytest.raises(ReceiptGone):
        money.reverse_receipt(receipt_id=0, reason="错", by=clerk(), on=TODAY)
    assert counts() == before


def test_a_receipt_stays_once_its_batch_is_in_a_remittance(unit: Organisation) -> None:
    batch = paid(unit)
    made = selectors.receipt_of(batch)
    assert made is not None
    planned = remittance([batch])
    with pytest.raises(CannotReverse):
        money.reverse_receipt(receipt_id=made.pk, reason="错", by=clerk(), on=TODAY)
    assert status(batch) == ["PAID"]
    money.cancel_remittance(remittance_id=planned.pk, by=clerk(), on=TODAY)
    money.reverse_receipt(receipt_id=made.pk, reason="错", by=clerk(), on=TODAY)
    assert status(batch) == ["ACCEPTED"]


def test_remitted_batches_are_in_force_from_their_first_day(unit: Organisation) -> None:
    batch = paid(unit, persons=2)
    made = remittance([batch])
    assert (made.number, made.amount) == ("SJ2018-000001", Decimal("120.00"))
    officer = clerk()
    money.remit(remittance_id=made.pk, remitted_on=TODAY, reference="上缴1", by=officer, on=TODAY)
    made.refresh_from_db()
    assert (made.status, made.remitted_on, status(batch)) == ("REMITTED", TODAY, ["EFFECTIVE"])
    assert Entry.objects.filter(key=f"remittance:{made.pk}").exists()
    balances = books.balances(officer, as_of=TODAY)
    assert {row.closing for row in balances} == {Decimal("0.00")}
    days = [date(2018, 3, 31), START, date(2019, 3, 31), date(2019, 4, 1)]
    in_force = [selectors.policies_in_force(officer, day=day).count() for day in days]
    assert in_force == [0, 2, 2, 0]


def test_what_is_not_paid_is_not_remitted(unit: Organisation) -> None:
    good, bad = paid(unit), accepted(unit, plan="INPMED")
    before = counts()
    with pytest.raises(NotPaid, match=bad.number):
        remittance([good, bad])
    assert counts() == before


def test_a_batch_is_remitted_once(unit: Organisation) -> None:
    batch = paid(unit)
    first = remittance([batch])
    with pytest.raises(AlreadyPlanned, match=first.number):
        remittance([batch])
    money.cancel_remittance(remittance_id=first.pk, by=clerk(), on=TODAY)
    assert remittance([batch]).number == "SJ2018-000002"


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": ""},
        {"remitted_on": date(2018, 3, 2)},
        {"remitted_on": date(2018, 2, 28)},
    ],
)
def test_an_incomplete_transfer(unit: Organisation, changes: dict[str, Any]) -> None:
    batch = paid(unit)
    made = remittance([batch])
    before = counts()
    given = {"remitted_on": TODAY, "reference": "上缴1", **changes}
    with pytest.raises(RemittanceIncomplete):
        money.remit(remittance_id=made.pk, by=clerk(), on=TODAY, **given)
    assert (counts(), status(batch)) == (before, ["PAID"])


def test_a_remittance_moves_once(unit: Organisation) -> None:
    sent = remitted(unit).remittance_lines.get().remittance
    before = counts()
    with pytest.raises(CannotMoveRemittance):
        money.cancel_remittance(remittance_id=sent.pk, by=clerk(), on=TODAY)
    with pytest.raises(CannotMoveRemittance):
        money.remit(remittance_id=sent.pk, remitted_on=TODAY, reference="再", by=clerk(), on=TODAY)
    assert counts() == before


def test_a_street_does_not_remit_the_districts_money() -> None:
    street = builders.union(kind="STREET")
    batches = [paid(builders.union(parent=street)), paid(builders.union())]
    made = remittance(batches)
    finance = builders.viewer_as("finance", street)
    with pytest.raises(RemittanceGone):
        money.cancel_remittance(remittance_id=made.pk, by=finance, on=TODAY)
    seen: Any = selectors.visible_remittances(finance).get()
    assert (seen.amount, seen.seen_amount) == (Decimal("120.00"), Decimal("60.00"))
    stranger = builders.viewer_as("finance", builders.union())
    assert not selectors.visible_remittances(stranger).exists()


def test_the_statement_counts_units_once(unit: Organisation) -> None:
    batches = [paid(unit, persons=2), paid(unit, plan="INPMED"), paid(builders.union())]
    rows, total = selectors.statement_rows(clerk(), remittance(batches))
    by_plan = {row.family: (row.units, row.persons, row.due, row.difference) for row in rows}
    assert by_plan["INPALW"] == (2, 3, Decimal("180.00"), Decimal("0.00"))
    assert by_plan["INPMED"] == (1, 1, Decimal("50.00"), Decimal("0.00"))
    assert by_plan["CHILD"] == (0, 0, Decimal("0.00"), Decimal("0.00"))
    assert (total.units, total.received, total.remitted) == (
        2,
        Decimal("230.00"),
        Decimal("230.00"),
    )


def test_remitting_many_takes_no_more_queries() -> None:
    few = [paid(builders.union()) for _ in range(2)]
    many = [paid(builders.union()) for _ in range(7)]
    officer, numbers = clerk(), []
    for batches in (few, many):
        with CaptureQueriesContext(connection) as queries:
            made = money.make_remittance(
                batch_ids=[batch.pk for batch in batches], by=officer, on=TODAY
            )
            money.remit(
                remittance_id=made.pk, remitted_on=TODAY, reference="1", by=officer, on=TODAY
            )
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_the_target_and_its_progress(unit: Organisation) -> None:
    officer = clerk()
    targets.set_target(year=2018, amount=Decimal("120.00"), by=officer, on=TODAY)
    targets.set_target(
        year=2017, amount=None, remitted_before=Decimal("50.00"), by=officer, on=TODAY
    )
    remitted(unit)
    found = selectors.target_progress(node=builders.district(), year=2018)
    assert (found.remitted, found.completion) == (Decimal("60.00"), Decimal("0.5"))
    assert (found.remitted_last_year, found.growth) == (Decimal("50.00"), Decimal("0.2"))
    assert found.missing == Decimal("60.00")
    assert selectors.remitted_by_month(node=builders.district(), year=2018)[2] == Decimal("60.00")
    assert selectors.target_progress(
        node=builders.district(), year=2019
    ).remitted_last_year == Decimal("60.00")
    assert selectors.target_progress(node=builders.district(), year=2017).remitted == Decimal(
        "50.00"
    )
    assert (
        selectors.target_progress(
            node=builders.district(), year=2018, as_of=date(2018, 2, 28)
        ).remitted
        == 0
    )


@pytest.mark.parametrize(
    "changes", [{"year": 1999}, {"amount": Decimal(0)}, {"remitted_before": Decimal(-1)}]
)
def test_a_target_out_of_range(changes: dict[str, Any]) -> None:
    given: dict[str, Any] = {"year": 2018, "amount": Decimal("1.00"), **changes}
    before = counts()
    with pytest.raises(TargetOutOfRange):
        targets.set_target(by=clerk(), on=TODAY, **given)
    assert counts() == before


def test_only_the_district_sets_the_target() -> None:
    street = builders.union(kind="STREET")
    viewer: Viewer = builders.viewer_as("enrolment", street)
    with pytest.raises(NotForDistrict):
        targets.set_target(year=2018, amount=Decimal("1.00"), by=viewer, on=TODAY)
