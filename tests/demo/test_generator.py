"""The invented district: exact at scale 1, valid in every number, the same every time."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from core.identity import document_fault, luhn_ok
from core.money import to_fen
from reports.demo import article
from reports.demo.claims import cases
from reports.demo.district import district
from reports.demo.enrolments import Line, rosters
from reports.demo.people import card_number, worker
from reports.demo.settlements import quarters
from reports.demo.workbooks import members

Rosters = dict[str, list[Line]]


@pytest.fixture(scope="module")
def year() -> Rosters:
    return rosters(1.0)


def test_the_tree_has_the_articles_workers_members_and_unions() -> None:
    units = district(1.0).units
    assert len(units) == article.UNIONS
    assert sum(unit.members for unit in units) == article.MEMBERS
    assert sum(unit.staff for unit in units) == article.WORKERS
    assert all(unit.women <= unit.staff for unit in units)


def test_contributions_sum_to_the_article(year: Rosters) -> None:
    assert sum(line.amount for lines in year.values() for line in lines) == article.REMITTED
    campaign = [line for lines in year.values() for line in lines if line.campaign]
    assert (len(campaign), sum(line.amount for line in campaign)) == (3497, 258_778)


@pytest.mark.parametrize(
    ("code", "lines", "amount", "persons", "units"),
    [("RSJ", 1977, 158_160, 659, 17), ("DHS", 1866, 67_260, None, None),
     ("TT", 2192, None, None, 29), ("DFXD", None, None, 1216, 8), ("WJW", None, None, 6712, 27)],
)  # fmt: skip
def test_each_portrait(
    year: Rosters,
    code: str,
    lines: int | None,
    amount: int | None,
    persons: int | None,
    units: int | None,
) -> None:
    found = year[code]
    assert lines in (None, len(found))
    assert amount in (None, sum(line.amount for line in found))
    assert persons in (None, len({line.person for line in found}))
    assert units in (None, len({line.unit for line in found}))


def test_nobody_has_two_covers_of_a_family(year: Rosters) -> None:
    covers = Counter((line.person, line.family) for lines in year.values() for line in lines)
    assert max(covers.values()) == 1


def test_only_women_are_in_the_female_plan(year: Rosters) -> None:
    women = [line for lines in year.values() for line in lines if line.family == "FEM"]
    assert women
    assert all(worker(line.person).female for line in women)


def test_claims_come_to_the_articles_sum() -> None:
    year_of_claims = cases(1.0)
    assert len(year_of_claims) == article.CLAIMS
    assert sum(case.amount for case in year_of_claims) == article.CLAIMS_PAID
    assert sum(case.amount for case in year_of_claims if case.line.campaign) == 82_560
    assert sum(1 for case in year_of_claims if case.line.campaign) == 11


def test_reimbursements_come_to_the_articles_sum() -> None:
    outpatient: dict[int, Decimal] = {}
    stays: dict[int, Decimal] = {}
    paid: dict[int, Decimal] = {}
    times = []
    for rows in quarters(1.0):
        for row in rows:
            sums = outpatient if row.kind == "门诊" else stays
            sums[row.person] = sums.get(row.person, Decimal(0)) + row.self_pay_1
        before = sum(paid.values())
        for person in {row.person for row in rows}:
            base = max(Decimal(0), outpatient.get(person, Decimal(0)) - 1800)
            base += max(Decimal(0), stays.get(person, Decimal(0)) - 1300)
            paid[person] = to_fen(base * Decimal("0.20"))
        times.append(sum(paid.values()) - before > 0 and len(rows))
    assert tuple(times) == article.REIMBURSED
    assert sum(paid.values()) == article.REIMBURSEMENTS_PAID


def test_every_number_is_valid_and_nobody_shares_one() -> None:
    people = [worker(index) for index in range(0, article.MEMBERS, 37)]
    day = date(2018, 1, 1)
    assert not any(document_fault(one.number, document=None, today=day) for one in people)
    assert all(luhn_ok(card_number(index)) for index in range(1000))
    assert len({worker(index).number for index in range(30_000)}) == 30_000
    assert len({card_number(index) for index in range(1000)}) == 1000


@pytest.mark.parametrize("scale", [0.002, 0.01, 0.1])
def test_small_districts_work_too(scale: float) -> None:
    covers = Counter(
        (line.person, line.family) for lines in rosters(scale).values() for line in lines
    )
    assert max(covers.values()) == 1
    assert cases(scale)
    assert all(rows for rows in quarters(scale))


def test_the_same_scale_gives_the_same_cells() -> None:
    assert list(members(0.01, "WJW")) == list(members(0.01, "WJW"))
