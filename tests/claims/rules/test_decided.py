"""Claims decided before enter the history as they are (assessment contract §5)."""

from typing import Any

import pytest

from tests.claims.rules.builders import (
    Json,
    above_ceiling,
    allowance,
    amounts,
    answer,
    answers,
    claim,
    policy,
    stay,
)


def decided(decision: str = "payable", amount: str = "123.45", **more: Any) -> Json:
    return {"decided": {"decision": decision, "amount": amount} | more}


@pytest.mark.parametrize("decision", ["payable", "nil", "supplement", "referred", "refused"])
def test_a_decided_claim_comes_back_as_it_was(decision: str) -> None:
    event = stay("2018-05-02", "2018-05-12", "4300.00", causes=["fraud"], documents=[])

    outcome = answer([policy()], event | decided(decision))

    assert (outcome.policy, outcome.decision, outcome.codes) == ("p1", decision, ())
    assert str(outcome.amount) == "123.45"


def test_without_a_policy_it_keeps_its_answer_and_is_a_stay_of_its_own() -> None:
    policies = [policy(starts_on="2018-05-12")]
    first = stay("2018-04-02", "2018-05-02", "1.00") | decided()
    second = stay(
        "2018-05-02", "2018-05-12", "1.00", transfer_from="c1", transfer_slip=True
    ) | decided("payable", "9.00")
    third = stay("2018-05-12", "2018-05-20", "2650.00", transfer_from="c2", transfer_slip=True)

    outcomes = answers(policies, first, second, third)

    assert [each.policy for each in outcomes] == [None, None, "p1"]
    # stay 2 of the year: (1.00 + 2650.00 − 650.00) × 0.50 = 1000.50, less 9.00
    assert str(outcomes[2].amount) == "991.50"


def test_a_decided_transfer_is_merged_by_its_facts() -> None:
    claims = [
        stay("2018-05-02", "2018-05-12", "2300.00") | decided("payable", "600.00"),
        stay("2018-05-12", "2018-05-20", "1000.00", transfer_from="c1", transfer_slip=True)
        | decided("payable", "500.00"),
        stay("2018-05-20", "2018-05-25", "100.00", transfer_from="c2", transfer_slip=True),
        stay("2018-08-20", "2018-08-25", "1650.00"),
    ]

    assert amounts([policy()], *claims)[2:] == ["160.00", "500.00"]


def test_paid_days_consume_the_days_of_the_term() -> None:
    claims = [
        allowance("2018-05-02", "2018-05-12") | decided("payable", "40.00", paid_days=175),
        allowance("2018-06-02", "2018-06-12"),
    ]

    assert answer([policy("INPALW-2018")], *claims).paid_days == 5


@pytest.mark.parametrize("decision", ["nil", "supplement", "referred", "refused"])
def test_only_payable_ones_consume(decision: str) -> None:
    claims = [
        allowance("2018-05-02", "2018-05-12") | decided(decision, "7200.00", paid_days=180),
        allowance("2018-06-02", "2018-06-12"),
    ]

    assert answer([policy("INPALW-2018")], *claims).paid_days == 9


def test_a_decided_lump_sum_ends_the_cover() -> None:
    claims = [
        claim("CI", "2018-05-02", illness="C50") | decided(),
        claim("CI", "2018-06-02", illness="C50", stage="full"),
    ]

    assert answer([policy("CI-2018-1Y")], *claims).codes == ("COVER_ENDED", "ILLNESS_ALREADY_PAID")


def test_decided_items_limit_disability_and_death() -> None:
    items = {"disability_grade": "50000.00", "death": None}
    claims = [
        claim("ACC", "2018-05-02") | decided(items=items),
        claim("ACC", "2018-05-02", disability_grade=1, documents=[]),
        claim("ACC", "2018-05-02", death=True),
    ]

    assert amounts([policy("ACC-2017")], *claims)[1:] == ["10000.00", "10000.00"]


def test_a_decided_death_is_known_by_the_facts_of_the_claim() -> None:
    claims = [
        claim("ACC", "2018-05-02", death=True) | decided(),
        claim("ACC", "2018-06-02", death=True),
    ]

    assert amounts([policy("ACC-2017")], *claims) == ["123.45", "0.00"]


def test_a_decided_claim_above_the_ceiling_counts_in_its_year() -> None:
    claims = [
        above_ceiling("1.00") | decided("payable", "200000.00"),
        above_ceiling("10000.00"),
        above_ceiling("10000.00", year=2019),
    ]

    assert amounts([], *claims)[1:] == ["653.00", "4000.00"]
