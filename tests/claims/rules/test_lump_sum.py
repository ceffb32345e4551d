"""CI 重大疾病 and FEM 女职工特殊疾病 (assessment contract §4)."""

from typing import Any

import pytest

from claims.rules.scenario import Malformed
from tests.claims.rules.builders import Json, amounts, answer, catalogue_with, claim, policy

CI = "CI-2018-1Y"
RENEWED = [policy(CI, starts_on="2017-01-01"), policy(CI, id="p2")]


def illness(diagnosed_on: str, stage: str | None = "full", **facts: Any) -> Json:
    return claim("CI", diagnosed_on, stage=stage, **facts)


@pytest.mark.parametrize("stage", ["full", "early"])
def test_the_reduced_period_pays_the_same_whatever_the_stage(stage: str) -> None:
    for day, amount in [("2018-01-31", "500.00"), ("2018-03-01", "500.00")]:
        assert amounts([policy(CI)], illness(day, stage)) == [amount]


@pytest.mark.parametrize(("stage", "amount"), [("full", "10000.00"), ("early", "2000.00")])
def test_after_the_reduced_period_and_on_renewals_the_stage_decides(
    stage: str, amount: str
) -> None:
    assert amounts([policy(CI)], illness("2018-03-02", stage)) == [amount]
    assert amounts(RENEWED, illness("2018-01-01", stage)) == [amount]


@pytest.mark.parametrize("until", [None, 30])
def test_without_reduced_days_there_is_no_reduced_period(until: int | None) -> None:
    terms = catalogue_with({f"{CI}.waiting.reduced_until_day": until})

    assert amounts([policy(CI)], illness("2018-01-31"), terms=terms) == ["10000.00"]


def test_without_waiting_days_the_reduced_period_begins_on_day_one() -> None:
    terms = catalogue_with({f"{CI}.waiting.days": None})

    assert amounts([policy(CI)], illness("2018-01-01"), terms=terms) == ["500.00"]


@pytest.mark.parametrize(
    ("key", "day", "stage"),
    [
        ("reduced", "2018-02-01", "full"),
        ("early_stage", "2018-06-01", "early"),
        ("full", "2018-06-01", "full"),
    ],
)
def test_an_unknown_amount_is_nothing_due(key: str, day: str, stage: str) -> None:
    terms = catalogue_with({f"{CI}.benefit.per_share.{key}": None})
    outcome = answer([policy(CI)], illness(day, stage), terms=terms)

    assert (outcome.decision, outcome.codes) == ("nil", ("NOTHING_DUE",))


def test_a_claim_that_pays_nothing_ends_no_cover() -> None:
    policies = [policy("FEM-2010-2Y", shares=1)]
    claims = [claim("FEM", day, stage=stage) for day, stage in [("2018-06-01", "early")] * 2]

    assert amounts(policies, *claims, claim("FEM", "2018-07-01", stage="full")) == [
        "0.00",
        "0.00",
        "10000.00",
    ]


# lump_sum: by category


@pytest.mark.parametrize(
    ("category", "amount"),
    [
        ("listed_disease_or_operation", "20000.00"),
        ("in_situ_or_skin_cancer_operation", "10000.00"),
    ],
)
def test_the_category_chooses_the_amount_per_share(category: str, amount: str) -> None:
    policies = [policy("CI-2005-3Y", shares=2)]

    assert amounts(policies, claim("CI", "2018-01-01", category=category)) == [amount]


def test_a_category_without_amount_is_nothing_due() -> None:
    terms = catalogue_with({"CI-2016.benefit.per_share.listed_disease": None})
    event = claim("CI", "2018-01-01", category="listed_disease")

    assert answer([policy("CI-2016")], event, terms=terms).codes == ("NOTHING_DUE",)


# what a claim must say


@pytest.mark.parametrize(
    ("plan", "facts", "place"),
    [
        (CI, {}, "stage"),
        (CI, {"stage": "late"}, "stage"),
        (CI, {"stage": ""}, "stage"),
        ("CI-2016", {}, "category"),
        ("CI-2016", {"category": "full"}, "category"),
        ("CI-2016", {"category": "listed_disease", "stage": "late"}, "stage"),
        (CI, {"stage": "full", "category": ""}, "category"),
        (CI, {"stage": "full", "category": 7}, "category"),
    ],
)
def test_stage_or_category_is_required_by_the_version(plan: str, facts: Json, place: str) -> None:
    with pytest.raises(Malformed) as fault:
        answer([policy(plan)], claim("CI", "2018-06-01", **facts))

    assert fault.value.place == f"claims[0].{place}"


def test_a_refused_claim_must_say_its_stage_too() -> None:
    with pytest.raises(Malformed, match="stage"):
        answer([policy(CI)], claim("CI", "2018-01-01", causes=["fraud"]))


@pytest.mark.parametrize(
    ("policies", "facts"),
    [
        ([], {}),
        ([policy(CI)], {"decided": {"decision": "payable", "amount": "1.00"}}),
        ([policy("CI-2016")], {"decided": {"decision": "nil", "amount": "0.00"}, "category": "x"}),
        ([policy(CI)], {"stage": "full", "category": "any text"}),
        ([policy("CI-2016")], {"stage": "early", "category": "listed_disease"}),
    ],
)
def test_where_nothing_is_paid_by_it_it_is_not_required(policies: list[Json], facts: Json) -> None:
    assert answer(policies, claim("CI", "2018-06-01", **facts)).id == "c1"
