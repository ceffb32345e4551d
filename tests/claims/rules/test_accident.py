"""ACC 在职职工意外 and CHILD 子女意外 (assessment contract §4)."""

from datetime import date
from typing import Any

import pytest

from claims.rules.assess import assess_claims
from claims.rules.facts import ClaimFacts, PolicyFacts
from tests.claims.rules.builders import (
    Json,
    amounts,
    answer,
    answers,
    catalogue,
    catalogue_with,
    claim,
    policy,
)

ACC = [policy("ACC-2017")]
DAY = "2018-06-01"
ANOTHER_DAY = "2018-07-01"
CUMULATIVE = catalogue_with({"ACC-2017.benefit.death_and_disability_exclusive": False})


def accident(day: str = DAY, **facts: Any) -> Json:
    return claim("ACC", day, **facts)


def items(outcome: Any) -> dict[str, str]:
    return {name: str(amount) for name, amount in outcome.items.items()}


@pytest.mark.parametrize(
    ("tier", "amount"),
    [("T26", "15000.00"), ("T50", "30000.00"), ("T74", "45000.00"), ("T100", "60000.00")],
)
def test_the_tier_decides(tier: str, amount: str) -> None:
    assert amounts([policy("ACC-2017", tier=tier)], accident(death=True)) == [amount]


def test_plain_facts_need_a_tier_of_the_plan() -> None:
    day = date(2018, 6, 1)
    facts = PolicyFacts(id="p1", plan="ACC-2017", insured="m1", starts_on=day)
    event = ClaimFacts(id="c1", insured="m1", family="ACC", filed_on=day, accident_on=day)

    with pytest.raises(ValueError, match="p1: no tier None"):
        assess_claims([facts], [event], catalogue())


def test_shares_do_not_multiply_a_tier() -> None:
    assert amounts([policy("ACC-2017", shares=3)], accident(death=True)) == ["60000.00"]


@pytest.mark.parametrize(("grade", "amount"), [(1, "60000.00"), (9, "12000.00"), (10, "6000.00")])
def test_disability_by_grade(grade: int, amount: str) -> None:
    assert amounts(ACC, accident(disability_grade=grade)) == [amount]


def test_items_are_summed_and_each_is_rounded() -> None:
    terms = catalogue_with({"ACC-2017.benefit.disability_percent_by_grade": percents("0.333333")})
    outcome = answer(ACC, accident(disability_grade=3, living_days=3, hospital_days=2), terms=terms)

    assert items(outcome) == {
        "disability_grade": "19999.98",
        "living_days": "60.00",
        "hospital_days": "80.00",
    }
    assert str(outcome.amount) == "20139.98"


def percents(third: str) -> dict[str, str]:
    return {str(grade): "0.50" for grade in range(1, 11)} | {"3": third}


def test_a_claim_without_items_is_nothing_due() -> None:
    assert answer(ACC, accident()).codes == ("NOTHING_DUE",)


# days


def test_each_kind_of_day_has_its_own_limit_over_the_policy() -> None:
    claims = [
        accident(living_days=170, hospital_days=10),
        accident(ANOTHER_DAY, living_days=20, hospital_days=20),
        accident(ANOTHER_DAY, living_days=5),
    ]

    outcomes = answers(ACC, *claims)

    assert items(outcomes[1]) == {"living_days": "200.00", "hospital_days": "800.00"}
    assert outcomes[2].codes == ("NOTHING_DUE",)


def test_only_payable_claims_use_up_days() -> None:
    claims = [accident(living_days=170, documents=[]), accident(living_days=20)]

    assert amounts(ACC, *claims) == ["3400.00", "400.00"]


def test_another_policy_has_days_of_its_own() -> None:
    policies = [*ACC, policy("ACC-2017", id="p2", starts_on="2019-01-01")]
    claims = [accident(hospital_days=200), accident("2019-06-01", hospital_days=200)]

    assert amounts(policies, *claims) == ["7200.00", "7200.00"]


def test_without_a_limit_all_days_are_paid() -> None:
    terms = catalogue_with({"ACC-2017.benefit.max_days_per_term": None})

    assert amounts(ACC, accident(living_days=400), terms=terms) == ["8000.00"]


def test_days_that_pay_nothing_use_nothing_up() -> None:
    child = [policy("CHILD-2018")]
    claims = [claim("CHILD", DAY, living_days=10, hospital_days=days) for days in (170, 20)]

    assert amounts(child, *claims) == ["3400.00", "200.00"]


def test_decided_items_use_up_days_by_their_amount_rounded_down() -> None:
    decided = {"decision": "payable", "amount": "3599.00", "items": {"living_days": "3599.00"}}

    assert amounts(ACC, accident(decided=decided), accident(living_days=9))[-1] == "20.00"


# death and disability


def test_within_one_claim_only_death_pays() -> None:
    assert items(answer(ACC, accident(death=True, disability_grade=1))) == {
        "death": "60000.00",
        "disability_grade": "0.00",
    }


def test_death_pays_the_rest_after_disability_of_the_same_accident() -> None:
    claims = [accident(disability_grade=5), accident(death=True)]

    assert amounts(ACC, *claims) == ["36000.00", "24000.00"]


def test_death_by_another_accident_pays_in_full() -> None:
    claims = [accident(disability_grade=5), accident(ANOTHER_DAY, death=True)]

    assert amounts(ACC, *claims) == ["36000.00", "60000.00"]


def test_death_never_takes_back() -> None:
    terms = catalogue_with({"ACC-2017.benefit.tiers": tiers(disability_base="90000.00")})
    claims = [accident(disability_grade=1), accident(death=True)]

    assert amounts(ACC, *claims, terms=terms) == ["90000.00", "0.00"]


def tiers(**changes: str) -> list[Json]:
    usual = {
        "tier": "T100",
        "price": "100.00",
        "death_and_funeral": "60000.00",
        "disability_base": "60000.00",
        "living_per_day": "20.00",
        "hospital_per_day": "40.00",
    }
    campaign = {**usual, "tier": "T74"}
    return [usual | changes, campaign]


def test_disability_after_death_of_the_same_accident_pays_nothing() -> None:
    claims = [accident(death=True), accident(disability_grade=1)]

    assert amounts(ACC, *claims) == ["60000.00", "0.00"]


def test_disability_after_death_by_another_accident_pays() -> None:
    claims = [accident(death=True), accident(ANOTHER_DAY, disability_grade=1)]

    assert amounts(ACC, *claims) == ["60000.00", "60000.00"]


@pytest.mark.parametrize("second", [DAY, ANOTHER_DAY])
def test_death_is_paid_once_under_a_policy(second: str) -> None:
    for terms in (None, CUMULATIVE):
        claims = [accident(death=True), accident(second, death=True)]

        assert amounts(ACC, *claims, terms=terms) == ["60000.00", "0.00"]


def test_death_is_paid_once_even_if_its_own_item_was_nothing() -> None:
    terms = catalogue_with({"ACC-2017.benefit.tiers": tiers(disability_base="90000.00")})
    claims = [
        accident(disability_grade=1),
        accident(death=True, hospital_days=1),
        accident(ANOTHER_DAY, death=True),
    ]

    assert amounts(ACC, *claims, terms=terms) == ["90000.00", "40.00", "0.00"]


def test_a_death_that_was_not_payable_does_not_count() -> None:
    claims = [accident(death=True, documents=[]), accident(ANOTHER_DAY, death=True)]

    assert amounts(ACC, *claims) == ["60000.00", "60000.00"]


def test_disability_is_limited_by_its_base_over_the_policy() -> None:
    claims = [
        accident(disability_grade=3),
        accident(ANOTHER_DAY, disability_grade=5),
        accident("2018-08-01", disability_grade=10),
    ]

    assert amounts(ACC, *claims) == ["48000.00", "12000.00", "0.00"]


def test_where_they_are_not_exclusive_both_pay() -> None:
    both = accident(death=True, disability_grade=5)
    apart = [accident(disability_grade=5), accident(death=True), accident(disability_grade=8)]

    assert amounts(ACC, both, terms=CUMULATIVE) == ["96000.00"]
    assert amounts(ACC, *apart, terms=CUMULATIVE) == ["36000.00", "60000.00", "18000.00"]
