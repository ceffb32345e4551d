"""二次报销: quarters of the secondary reimbursement (assessment contract §4)."""

from typing import Any

import pytest

from claims.rules.facts import MemberSettlements, SettlementRow
from claims.rules.reimbursement import reimburse
from claims.rules.scenario import parse_scenario
from policies.rules.terms import Catalogue
from tests.claims.rules.builders import (
    Json,
    catalogue,
    catalogue_with,
    inpatient,
    member,
    outcome_of,
    outpatient,
    scenario,
)

PLAN = "SECREIMB-2017"


def years(*rows: Json, terms: Catalogue | None = None, **facts: Any) -> list[Json]:
    settlements = outcome_of([], [], [member(*rows, **facts)], terms).settlements
    return [year.as_json() for year in settlements]


def quarters(*rows: Json, terms: Catalogue | None = None, **facts: Any) -> list[tuple[str, ...]]:
    """(base, due, pay, carried) of each quarter of the only year."""
    [year] = years(*rows, terms=terms, **facts)
    return [
        (each["base_ytd"], each["due_ytd"], each["pay"], each["carried"])
        for each in year["quarters"]
    ]


def test_each_quarter_pays_what_the_earlier_ones_left() -> None:
    rows = [outpatient("2018-02-11", "2413.00"), outpatient("2018-05-11", "500.00")]

    assert quarters(*rows) == [
        ("613.00", "122.60", "122.60", "0.00"),
        ("1113.00", "222.60", "100.00", "0.00"),
    ]


def test_only_quarters_with_a_counted_row_are_listed_in_order() -> None:
    rows = [outpatient("2018-12-31", "1.00"), outpatient("2018-04-01", "1.00")]

    [year] = years(*rows)

    assert [each["quarter"] for each in year["quarters"]] == [2, 4]


@pytest.mark.parametrize(
    ("day", "quarter"), [("2018-03-31", 1), ("2018-04-01", 2), ("2018-09-30", 3), ("2018-10-01", 4)]
)
def test_the_quarter_is_that_of_the_settlement(day: str, quarter: int) -> None:
    [year] = years(inpatient(day, "2017-12-20", "2000.00"))

    assert year["quarters"][0]["quarter"] == quarter


def test_years_are_apart_and_ascending() -> None:
    rows = [outpatient("2019-01-01", "2800.00"), outpatient("2018-12-31", "2800.00")]

    result = years(*rows)

    assert [(year["year"], year["quarters"][0]["pay"]) for year in result] == [
        (2018, "200.00"),
        (2019, "200.00"),
    ]


def test_a_quarter_below_the_deductible_pays_nothing() -> None:
    assert quarters(outpatient("2018-02-11", "1800.00")) == [("0.00", "0.00", "0.00", "0.00")]


def test_the_sum_is_rounded_once_half_up() -> None:
    terms = catalogue_with({f"{PLAN}.benefit.rate_to_ceiling": "0.25"})

    assert quarters(outpatient("2018-02-11", "1800.02"), terms=terms)[0][1] == "0.01"


def test_privileged_members_have_a_rate_of_their_own() -> None:
    assert quarters(outpatient("2018-02-11", "2413.00"), privileged=True)[0][2] == "153.25"


# stays


def test_a_stay_is_known_by_its_admission() -> None:
    rows = [
        inpatient("2018-02-11", "2018-01-20", "1000.00"),
        inpatient("2018-03-11", "2018-01-20", "1000.00"),
        inpatient("2018-03-12", "2018-03-01", "1000.00"),
    ]

    assert quarters(*rows) == [("1050.00", "210.00", "210.00", "0.00")]


def test_stays_are_ordered_by_admission_even_if_settled_later() -> None:
    rows = [
        inpatient("2018-02-11", "2018-02-01", "2000.00"),
        inpatient("2018-05-11", "2018-01-05", "700.00"),
    ]

    assert quarters(*rows) == [
        ("700.00", "140.00", "140.00", "0.00"),
        ("1350.00", "270.00", "130.00", "0.00"),
    ]


def test_a_stay_that_was_reversed_gives_its_deductible_to_the_next() -> None:
    rows = [
        inpatient("2018-02-11", "2018-01-20", "3000.00"),
        inpatient("2018-02-12", "2018-02-01", "2000.00"),
        inpatient("2018-05-11", "2018-01-20", "-3000.00"),
    ]

    assert quarters(*rows) == [
        ("3050.00", "610.00", "610.00", "0.00"),
        ("700.00", "140.00", "0.00", "-470.00"),
    ]


def test_sums_below_zero_count_as_zero() -> None:
    rows = [
        outpatient("2018-02-11", "-5000.00"),
        inpatient("2018-02-12", "2018-01-20", "-1.00"),
        inpatient("2018-02-12", "2018-02-20", "2000.00"),
    ]

    assert quarters(*rows)[0][0] == "700.00"


def test_what_is_carried_enters_no_other_figure() -> None:
    rows = [
        outpatient("2018-02-11", "2800.00"),
        outpatient("2018-05-11", "-1000.00"),
        outpatient("2018-08-11", "500.00"),
        outpatient("2018-11-11", "1000.00"),
    ]

    assert [each[2:] for each in quarters(*rows)] == [
        ("200.00", "0.00"),
        ("0.00", "-200.00"),
        ("0.00", "-100.00"),
        ("100.00", "0.00"),
    ]


# the year's maximum


def test_the_maximum_of_the_year_limits_what_is_due() -> None:
    terms = catalogue_with({f"{PLAN}.benefit.max_per_year": "150.00"})
    rows = [outpatient("2018-02-11", "2413.00"), outpatient("2018-05-11", "500.00")]

    assert [each[1:3] for each in quarters(*rows, terms=terms)] == [
        ("122.60", "122.60"),
        ("150.00", "27.40"),
    ]


def test_without_a_maximum_everything_is_due() -> None:
    terms = catalogue_with({f"{PLAN}.benefit.max_per_year": None})

    assert quarters(outpatient("2018-02-11", "2001800.00"), terms=terms)[0][2] == "400000.00"


# the card


@pytest.mark.parametrize(
    ("valid", "ignored"),
    [
        ({"card_valid_from": "2018-02-11", "card_valid_to": "2018-02-11"}, [1, 2]),
        ({"card_valid_from": "2018-02-12"}, [0]),
        ({"card_valid_to": "2018-05-10"}, [1, 2]),
        ({"card_valid_from": None, "card_valid_to": None}, []),
    ],
)
def test_rows_without_a_valid_card_are_listed_and_do_not_count(
    valid: Json, ignored: list[int]
) -> None:
    rows = [
        outpatient("2018-02-11", "2413.00"),
        outpatient("2018-05-11", "500.00"),
        outpatient("2018-05-12", "500.00"),
    ]

    [year] = years(*rows, **valid)

    assert year["ignored"] == [{"row": row, "code": "NO_CARD"} for row in ignored]
    assert len(year["quarters"]) == (2 if not ignored else 1)


def test_a_year_of_ignored_rows_only_is_listed_with_the_positions_of_all_rows() -> None:
    rows = [outpatient("2018-02-11", "2413.00"), outpatient("2017-05-11", "500.00")]

    assert years(*rows, card_valid_from="2018-01-01")[0] == {
        "insured": "m1",
        "year": 2017,
        "quarters": [],
        "ignored": [{"row": 1, "code": "NO_CARD"}],
    }


# the version


def test_the_version_in_force_on_1_january_is_used() -> None:
    terms = catalogue_with({f"{PLAN}.effective_from": "2017-01-02"})
    terms_2012 = {
        "SECREIMB-2012.effective_to": None,
        "SECREIMB-2012.benefit.rate_to_ceiling": "0.10",
    }
    old = catalogue_with({f"{PLAN}.effective_from": "2018-01-02"} | terms_2012)

    assert quarters(outpatient("2018-02-11", "2800.00"), terms=terms)[0][2] == "200.00"
    assert quarters(outpatient("2018-02-11", "2800.00"), terms=old)[0][2] == "100.00"


def test_of_two_versions_in_force_the_later_one_is_used() -> None:
    both = catalogue_with(
        {"SECREIMB-2012.effective_to": None, "SECREIMB-2012.benefit.rate_to_ceiling": "0.10"}
    )

    assert quarters(outpatient("2018-02-11", "2800.00"), terms=both)[0][2] == "200.00"


def test_the_plan_of_the_settlements_chooses_nothing() -> None:
    document = scenario([], [], [member(outpatient("2018-02-11", "2413.00"))])
    document["settlements"]["plan"] = "SECREIMB-2012"

    assert parse_scenario(document, catalogue()).members[0].rows[0].kind == "outpatient"


def test_members_come_back_in_the_given_order_and_without_rows_not_at_all() -> None:
    row = outpatient("2018-02-11", "2413.00")
    members = [member(row, insured=name) for name in ("m3", "m1")] + [member(insured="m2")]

    assert [each.insured for each in outcome_of([], [], members).settlements] == ["m3", "m1"]


def test_plain_facts_are_settled_without_json() -> None:
    terms = catalogue().secondary_in(2018)
    assert terms is not None
    document = scenario([], [], [member(inpatient("2018-02-11", "2018-02-01", "2300.00"))])
    [parsed] = parse_scenario(document, catalogue()).members
    row = SettlementRow(
        settled_on=parsed.rows[0].settled_on,
        kind="inpatient",
        self_pay_1=parsed.rows[0].self_pay_1,
        admitted_on=parsed.rows[0].admitted_on,
    )

    [year] = reimburse(MemberSettlements(insured="m1", rows=(row,)), terms)

    assert (year.plan, str(year.paid)) == (PLAN, "200.00")
