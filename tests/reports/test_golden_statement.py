"""The statement of a remittance, recomputed by SQL that shares no line with the program."""

from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from members.models import Organisation
from policies import selectors
from policies.models import EnrolmentBatch, Remittance
from policies.services import money
from tests import builders
from tests.policies.builders import TODAY, accepted, clerk, paid, receipt, remittance

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"
SUMS = ("units", "persons", "shares", "due", "received", "remitted")


def golden(name: str, made: Remittance) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute((GOLDEN / f"{name}.sql").read_text("utf-8"), {"remittance": made.pk})
        assert cursor.description is not None
        keys = [column.name for column in cursor.description]
        return [dict(zip(keys, row, strict=True)) for row in cursor.fetchall()]


def part(batch: EnrolmentBatch, amount: str, reference: str) -> None:
    money.record_receipt(
        payer_id=batch.organisation_id, batch_ids=[batch.pk], amount=Decimal(amount),
        received_on=TODAY, reference=reference, by=clerk(), on=TODAY,
        parts={batch.pk: Decimal(amount)},
    )  # fmt: skip


@pytest.fixture
def made() -> Remittance:
    """Three units: parts, a payment for two rosters, one taken back, two shares each."""
    one, two, three = (builders.union() for _ in range(3))
    in_parts = accepted(one, persons=3)
    part(in_parts, "80.00", "甲一")
    part(in_parts, "100.00", "甲二")
    together = [accepted(two, persons=2), accepted(two, plan="INPMED", persons=2)]
    money.reverse_receipt(receipt_id=receipt(together).pk, reason="重复", by=clerk(), on=TODAY)
    receipt(together, more=Decimal("7.50"))
    shares = paid(three, plan="CI", persons=2, 份数=2)
    again = paid(one, persons=1)
    paid(two)  # stands in no remittance
    return remittance([in_parts, *together, shares, again])


def by_plan(made: Remittance) -> list[dict[str, Any]]:
    rows, _total = selectors.statement_rows(clerk(), made)
    return [{key: getattr(row, key) for key in ("family", *SUMS)} for row in rows]


def by_unit(made: Remittance) -> list[dict[str, Any]]:
    return [asdict(row) for row in selectors.unit_rows(clerk(), made)]


def sorted_by(key: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str(row[key]))


@pytest.mark.parametrize("is_sent", [False, True])
def test_statement_by_plan_and_by_unit(made: Remittance, is_sent: bool) -> None:
    if is_sent:
        money.remit(
            remittance_id=made.pk, remitted_on=TODAY, reference="上缴甲", by=clerk(), on=TODAY
        )
        made.refresh_from_db()
    plans, units = golden("statement", made), golden("statement_units", made)
    assert sorted_by("family", by_plan(made)) == sorted_by("family", plans)
    assert sorted_by("code", by_unit(made)) == sorted_by("code", units)
    _rows, total = selectors.statement_rows(clerk(), made)
    for key in SUMS[1:]:
        assert getattr(total, key) == sum(row[key] for row in plans) == sum(u[key] for u in units)
    assert total.units == len(units) == 3
    assert total.remitted == made.amount


def test_counters_that_left_their_lines_are_found(made: Remittance) -> None:
    """Without it the SQL could read the batch's own counters and agree with any of them."""
    unit = Organisation.objects.get(code=golden("statement_units", made)[0]["code"])
    changed = EnrolmentBatch.objects.filter(organisation=unit, remittance_lines__remittance=made)
    assert changed.update(person_count=99, shares=99)
    assert sorted_by("family", by_plan(made)) != sorted_by("family", golden("statement", made))
    assert sorted_by("code", by_unit(made)) != sorted_by("code", golden("statement_units", made))
