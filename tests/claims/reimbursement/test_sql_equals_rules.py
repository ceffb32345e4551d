"""The set-based statement and the pure function give the same figures to the fen."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from claims.models import Reimbursement, ReimbursementQuarter, Settlement
from claims.rules.facts import MemberSettlements, SettlementRow
from claims.rules.reimbursement import settle_year
from claims.services import reimbursement
from members.models import Member
from policies import plans
from tests import builders

pytestmark = pytest.mark.django_db
YEAR = 2018


def _settlements(member: Member, dice: random.Random) -> list[Settlement]:
    """A random year: treatment and stays with reversals, around the deductibles and the cap."""
    rows: list[Settlement] = []
    for _place in range(dice.randint(0, 14)):
        settled_on = date(YEAR, 1, 1) + timedelta(days=dice.randint(0, 364))
        admitted_on = date(YEAR, dice.randint(1, 3), dice.choice([1, 5, 9]))
        is_stay = dice.random() < 0.5
        amount = Decimal(dice.choice([130000, 65000, 180000, dice.randint(1, 900000)])) / 100
        if dice.random() < 0.25:
            amount = -amount
        if dice.random() < 0.03:
            amount *= 1000
        rows.append(
            Settlement(
                number=f"R{member.pk}-{len(rows)}", member=member, year=YEAR,
                quarter=(settled_on.month + 2) // 3, settled_on=settled_on,
                kind="INPATIENT" if is_stay else "OUTPATIENT", self_pay_1=amount,
                admitted_on=admitted_on if is_stay else None,
            )
        )  # fmt: skip
    return rows


def _facts(member: Member, rows: list[Settlement]) -> MemberSettlements:
    return MemberSettlements(
        insured=str(member.pk),
        privileged=member.category != "ORDINARY",
        card_valid_from=member.card_issued_on,
        rows=tuple(
            SettlementRow(
                settled_on=row.settled_on,
                kind=row.kind.lower(),
                self_pay_1=row.self_pay_1,
                admitted_on=row.admitted_on,
            )
            for row in rows
        ),
    )


@pytest.mark.parametrize("seed", range(4))
def test_random_years_come_to_the_same(seed, monkeypatch):
    monkeypatch.setattr(reimbursement, "CHUNK", 17)
    dice = random.Random(seed)
    union = builders.union()
    rows = {}
    for place in range(60):
        late = date(YEAR, 4, place % 28 + 1)
        member = builders.member(
            union,
            category=dice.choice(["ORDINARY", "ORDINARY", "MODEL_WORKER", "HARDSHIP"]),
            card_issued_on=dice.choice([None, None, date(2015, 1, 1), late]),
        )
        rows[member] = _settlements(member, dice)
    Settlement.objects.bulk_create([row for own in rows.values() for row in own])
    for quarter in (1, 2, 3, 4):
        reimbursement.settlements_changed(year=YEAR, quarter=quarter)
    for quarter in (1, 2, 3, 4):
        reimbursement.compute_quarter(
            year=YEAR, quarter=quarter, by=builders.viewer_as("enrolment")
        )
        ReimbursementQuarter.objects.filter(quarter=quarter).update(status="APPROVED")
    terms = plans.secondary_terms(year=YEAR)
    assert terms is not None
    expected = {
        (member.pk, each.quarter): (each.base_ytd, each.due_ytd, each.pay, each.carried)
        for member, own in rows.items()
        for each in settle_year(_facts(member, own), YEAR, terms).quarters
    }
    stored = {
        (row.member_id, row.quarter): (row.base_ytd, row.due_ytd, row.pay, row.carried)
        for row in Reimbursement.objects.all()
    }
    assert len(expected) > 100
    assert stored == expected
