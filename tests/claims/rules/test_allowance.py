"""INPALW 住院津贴: days, transfers, limits (assessment contract §4)."""

from typing import Any

import pytest

from tests.claims.rules.builders import Json, allowance, amounts, answer, answers, catalogue_with
from tests.claims.rules.builders import policy as any_policy

PLAN = "INPALW-2018"


def policy(plan: str = PLAN, **facts: Any) -> Json:
    return any_policy(plan, **facts)


def transfer(admitted_on: str, discharged_on: str, **facts: Any) -> Json:
    usual = {"transfer_from": "c1", "transfer_slip": True}
    return allowance(admitted_on, discharged_on, **usual | facts)


@pytest.mark.parametrize(
    ("discharged_on", "paid_days", "amount"),
    [
        ("2018-05-02", 0, "0.00"),
        ("2018-05-03", 0, "0.00"),
        ("2018-05-04", 1, "40.00"),
        ("2018-05-12", 9, "360.00"),
    ],
)
def test_days_above_one_are_paid_but_the_first(
    discharged_on: str, paid_days: int, amount: str
) -> None:
    outcome = answer([policy()], allowance("2018-05-02", discharged_on))

    assert (outcome.paid_days, str(outcome.amount)) == (paid_days, amount)


def test_min_days_are_a_threshold_and_unpaid_days_a_deduction() -> None:
    terms = catalogue_with(
        {f"{PLAN}.benefit.min_days_exclusive": 4, f"{PLAN}.benefit.unpaid_days_per_stay": 2}
    )
    claims = [allowance("2018-05-02", "2018-05-06"), allowance("2018-06-02", "2018-06-07")]

    assert amounts([policy()], *claims, terms=terms) == ["0.00", "120.00"]


def test_without_a_threshold_the_unpaid_days_alone_count() -> None:
    claims = [allowance("2018-05-02", "2018-05-05"), allowance("2018-06-02", "2018-06-06")]

    assert amounts([policy("INPALW-2011")], *claims) == ["0.00", "40.00"]


def test_shares_multiply_amount_and_cap_but_not_days() -> None:
    claims = [allowance("2018-01-02", "2018-06-01"), allowance("2018-06-02", "2018-12-01")]

    outcomes = answers([policy(shares=2)], *claims)

    assert [each.paid_days for each in outcomes] == [149, 31]
    assert [str(each.amount) for each in outcomes] == ["11920.00", "2480.00"]


def test_only_payable_claims_use_up_the_days_of_the_term() -> None:
    claims = [
        allowance("2018-01-02", "2018-06-01"),
        allowance("2018-06-02", "2018-08-01", documents=[]),
        allowance("2018-08-02", "2018-12-01"),
    ]

    outcomes = answers([policy()], *claims)

    assert [each.paid_days for each in outcomes] == [149, 31, 31]


def test_a_renewal_has_days_of_its_own() -> None:
    policies = [policy(), policy(id="p2", starts_on="2019-01-01")]
    claims = [allowance("2018-01-02", "2018-10-01"), allowance("2019-01-02", "2019-10-01")]

    assert amounts(policies, *claims) == ["7200.00", "7200.00"]


def test_days_count_as_paid_where_the_cap_cuts_the_amount() -> None:
    terms = catalogue_with(
        {f"{PLAN}.benefit.cap_per_term": "100.00", f"{PLAN}.benefit.max_days_per_term": 12}
    )
    claims = [
        allowance("2018-05-02", "2018-05-12", decided={"decision": "payable", "amount": "60.00"}),
        allowance("2018-06-02", "2018-06-12"),
        allowance("2018-07-02", "2018-07-12"),
    ]
    claims[0]["decided"]["paid_days"] = 1

    outcomes = answers([policy()], *claims, terms=terms)

    assert [(each.paid_days, str(each.amount)) for each in outcomes] == [
        (1, "60.00"),
        (9, "40.00"),
        (0, "0.00"),
    ]


def test_without_limits_in_the_version_all_days_are_paid() -> None:
    terms = catalogue_with(
        {f"{PLAN}.benefit.cap_per_term": None, f"{PLAN}.benefit.max_days_per_term": None}
    )

    assert amounts([policy()], allowance("2018-01-02", "2019-01-02"), terms=terms) == ["14560.00"]


# transfers


def test_the_day_between_discharge_and_readmission_is_none() -> None:
    claims = [allowance("2018-05-02", "2018-05-07"), transfer("2018-05-08", "2018-05-13")]

    assert [each.paid_days for each in answers([policy()], *claims)] == [4, 5]


def test_one_day_stays_add_up_to_a_paid_one() -> None:
    claims = [allowance("2018-05-02", "2018-05-03"), transfer("2018-05-03", "2018-05-04")]

    assert [each.paid_days for each in answers([policy()], *claims)] == [0, 1]


def test_a_claim_is_never_paid_more_than_its_own_days() -> None:
    policies = [
        policy("INPALW-2011", starts_on="2017-06-01"),
        policy(id="p2", starts_on="2018-06-01"),
    ]
    first = allowance("2018-05-22", "2018-06-01")  # 10 − 3 = 7 paid
    second = transfer("2018-06-01", "2018-06-02")  # (11 − 1) − 7 = 3, but one day of its own

    assert [each.paid_days for each in answers(policies, first, second)] == [7, 1]


def test_a_stay_paid_in_full_pays_nothing_more() -> None:
    decided = {"decision": "payable", "amount": "4000.00", "paid_days": 100}
    claims = [
        allowance("2018-05-02", "2018-05-07", decided=decided),
        transfer("2018-05-07", "2018-05-13"),
    ]

    assert answer([policy()], *claims).codes == ("NOTHING_DUE",)


def test_a_version_without_merge_keeps_stays_apart() -> None:
    claims = [allowance("2018-05-02", "2018-05-07"), transfer("2018-05-07", "2018-05-12")]

    assert [each.paid_days for each in answers([policy("INPALW-2011")], *claims)] == [2, 2]


def test_special_disease_has_no_effect() -> None:
    claims = [
        allowance("2018-05-02", "2018-05-12", special_disease="outpatient"),
        allowance("2018-05-05", "2018-05-12", earlier_stays_in_year=3),
    ]

    outcomes = answers([policy()], *claims)

    assert [each.codes for each in outcomes] == [(), ("OVERLAP",)]
    assert [str(each.amount) for each in outcomes] == ["360.00", "240.00"]
