"""SECREIMB above the ceiling (assessment contract §4)."""

from datetime import date
from decimal import Decimal

import pytest

from claims.rules.assess import assess_claims
from claims.rules.facts import ClaimFacts
from claims.rules.scenario import Malformed
from tests.claims.rules.builders import (
    above_ceiling,
    amounts,
    answer,
    answers,
    catalogue,
    catalogue_with,
    member,
    outcome_of,
    outpatient,
)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("10000.00", "4000.00"),
        ("10000.01", "4000.01"),
        ("50000.00", "28000.00"),
        ("60000.00", "37000.00"),
        ("0.01", "0.00"),
        ("0.02", "0.01"),
    ],
)
def test_each_band_pays_its_part_and_the_sum_is_rounded_once(amount: str, expected: str) -> None:
    assert amounts([], above_ceiling(amount)) == [expected]


def test_bands_need_not_begin_at_zero_nor_touch() -> None:
    bands = [
        {"from": "100.00", "to": "200.00", "rate": "0.50"},
        {"from": "300.00", "to": "400.00", "rate": "0.10"},
    ]
    terms = catalogue_with({"SECREIMB-2017.benefit.over_ceiling.bands": bands})
    claims = [above_ceiling(amount, insured=amount) for amount in ("50.00", "250.00", "999.00")]

    assert amounts([], *claims, terms=terms) == ["0.00", "50.00", "60.00"]


def test_what_was_received_elsewhere_is_deducted() -> None:
    outcome = answer([], above_ceiling("20000.00", deductions=["5000.00", "5000.00"]))

    assert str(outcome.amount) == "4000.00"
    assert (outcome.policy, outcome.decision, outcome.codes) == (None, "payable", ())


def test_deductions_above_the_amount_leave_nothing_due() -> None:
    outcome = answer([], above_ceiling("20000.00", deductions=["30000.00"]))

    assert (outcome.decision, outcome.codes) == ("nil", ("NOTHING_DUE",))


def test_the_year_leaves_what_quarters_and_earlier_claims_did_not_pay() -> None:
    terms = catalogue_with({"SECREIMB-2017.benefit.max_per_year": "5000.00"})
    rows = [outpatient("2018-02-11", "2800.00"), outpatient("2018-05-11", "1000.00")]
    claims = [
        above_ceiling("5000.00"),
        above_ceiling("5000.00", insured="m2"),
        above_ceiling("10000.00"),
        above_ceiling("1.00"),
        above_ceiling("10000.00", year=2019),
    ]

    outcome = outcome_of([], claims, [member(*rows)], terms)

    assert [str(claim.amount) for claim in outcome.claims] == [
        "2000.00",
        "2000.00",
        "2600.00",
        "0.00",
        "4000.00",
    ]


def test_a_maximum_already_exceeded_takes_nothing_back() -> None:
    terms = catalogue_with({"SECREIMB-2017.benefit.max_per_year": "100.00"})
    decided = {"decision": "payable", "amount": "4000.00"}

    outcome = answer([], above_ceiling("1.00", decided=decided), above_ceiling("9.00"), terms=terms)

    assert outcome.codes == ("NOTHING_DUE",)


def test_without_a_maximum_the_bands_decide_alone() -> None:
    terms = catalogue_with({"SECREIMB-2017.benefit.max_per_year": None})

    assert amounts([], above_ceiling("1000000.00"), terms=terms) == ["883000.00"]


@pytest.mark.parametrize(
    ("filed_on", "codes"),
    [
        ("2018-12-31", ("LATE",)),
        ("2019-01-01", ()),
        ("2019-03-31", ()),
        ("2019-04-01", ("LATE",)),
        ("2020-02-01", ("LATE",)),
    ],
)
def test_it_is_filed_in_the_first_quarter_of_the_next_year(
    filed_on: str, codes: tuple[str, ...]
) -> None:
    outcome = answer([], above_ceiling("20000.00", filed_on=filed_on))

    assert (outcome.codes, outcome.decision) == (codes, "refused" if codes else "payable")


def test_without_bands_it_is_refused() -> None:
    outcome = answer([], above_ceiling("20000.00", year=2016, filed_on="2018-01-01"))

    assert (outcome.decision, outcome.codes) == ("refused", ("NO_BANDS", "LATE"))
    assert str(outcome.amount) == "0.00"


def test_no_other_check_is_made() -> None:
    claim = above_ceiling(
        "20000.00",
        causes=["fraud"],
        documents=[],
        hospital={"code": "x", "level": 1, "city": "x"},
    )

    assert answers([], claim, claim)[1].codes == ()


@pytest.mark.parametrize("year", [2011, 0, -5, 10**30])
def test_a_year_without_a_version_is_malformed(year: int) -> None:
    closed = catalogue_with({"SECREIMB-2017.effective_to": "2020-12-31"})
    with pytest.raises(Malformed) as fault:
        answer([], above_ceiling("1.00", filed_on="2019-01-01") | {"year": year}, terms=closed)

    assert fault.value.place == "claims[0].year"


def test_far_years_are_late_but_well_formed() -> None:
    claim = above_ceiling("1.00", filed_on="2019-01-01") | {"year": 10**30}

    assert answer([], claim).codes == ("LATE",)


def test_the_plan_must_be_a_secondary_one_but_chooses_nothing() -> None:
    assert amounts([], above_ceiling("10000.00", plan="SECREIMB-2012")) == ["4000.00"]
    with pytest.raises(Malformed, match=r"claims\[0\]\.plan"):
        answer([], above_ceiling("10000.00", plan="INPMED-2018"))


def test_plain_facts_need_a_year_with_a_version() -> None:
    claim = ClaimFacts(
        id="c1",
        insured="m1",
        family="SECREIMB",
        filed_on=date(2012, 1, 1),
        year=2011,
        amount=Decimal("1.00"),
    )
    with pytest.raises(LookupError, match="2011"):
        assess_claims([], [claim], catalogue())
