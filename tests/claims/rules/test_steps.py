"""The explanation: every number that led to the amount, in two languages (contract §5)."""

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import claims.rules
from claims.rules.facts import Decision
from claims.rules.phrases import PHRASES, WORDS
from claims.rules.steps import Step, in_chinese, in_english
from policies.rules.terms import LumpSum
from tests.claims.rules.builders import (
    Json,
    above_ceiling,
    allowance,
    answer,
    answers,
    catalogue,
    claim,
    policy,
    stay,
)


def english(policies: list[Json], *claims: Json) -> list[str]:
    return [in_english(step) for step in answer(policies, *claims).steps]


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("code", PHRASES)
def test_both_languages_say_the_same_figures(code: str) -> None:
    chinese, in_english_too = PHRASES[code]

    assert fields(chinese) == fields(in_english_too)


def test_the_chinese_is_short_and_complete() -> None:
    outcome = answer([policy()], stay("2018-05-02", "2018-05-12", "4300.00"))

    assert [in_chinese(step) for step in outcome.steps] == [
        "INPMED-2018，2018年第1次住院",
        "(4300.00 − 1300.00) × 0.60 = 1800.00",
    ]


def test_codes_are_words_in_chinese() -> None:
    event = stay("2018-05-02", "2018-05-12", "4300.00", documents=["claim_form", "id_copy"])

    assert in_chinese(answer([policy()], event).steps[-1]) == "缺少材料：住院费用清单、京卡"
    assert in_english(answer([policy()], event).steps[-1]) == (
        "missing documents: inpatient_fee_list, card"
    )


def test_every_document_exclusion_and_category_of_the_catalogue_has_its_word() -> None:
    plans = catalogue().plans
    codes = {code for plan in plans for code in (*plan.documents, *plan.exclusions, plan.family)}
    codes |= set(catalogue().common.exclusions)
    codes |= {
        key for each in plans if isinstance(each.benefit, LumpSum) for key in each.benefit.per_share
    }

    assert codes <= set(WORDS)


def test_a_step_names_the_parameters_it_used() -> None:
    outcome = answer([policy()], stay("2018-05-02", "2018-05-12", "4300.00"))

    assert outcome.steps[1].uses == ("benefit.deductible.first", "benefit.rates")


def test_a_step_that_was_stored_reads_the_same() -> None:
    for step in answer([policy()], stay("2018-05-02", "2018-05-12", "4300.00")).steps:
        code, values = step.code, dict(step.values)

        assert in_english(Step(code, values)) == in_english(step)


def test_a_stay_that_goes_on() -> None:
    first = stay("2018-05-02", "2018-05-12", "2300.00")
    second = stay("2018-05-12", "2018-05-20", "1000.00", transfer_from="c1", transfer_slip=True)

    assert english([policy()], first, second) == [
        "INPMED-2018, one stay with claim c1, stay 1 of 2018",
        "(2300.00 + 1000.00 − 1300.00) × 0.60 = 1200.00",
        "1200.00 − 600.00 already paid for the stay leaves 600.00",
    ]


def test_days_up_to_the_limit_of_the_term() -> None:
    claims = [allowance("2018-01-05", "2018-06-16"), allowance("2018-07-01", "2018-09-09")]

    assert english([policy("INPALW-2018")], *claims) == [
        "INPALW-2018, 70 days in hospital",
        "70 − 1 = 69 paid days",
        "at most 180 days per term − 161 already payable = 19 days",
        "19 days × 40.00 × 1 shares = 760.00",
    ]


def test_a_refusal_names_the_version_and_the_reason() -> None:
    assert english([policy("CI-2018-1Y")], claim("CI", "2018-01-10", stage="full")) == [
        "CI-2018-1Y, policy p1, cover from 2018-01-01 to 2018-12-31",
        "day 10 of cover lies within the waiting period of 30 days",
    ]


def test_an_illness_is_never_written_into_a_step() -> None:
    policies = [policy("CI-2018-1Y"), policy("CI-2018-1Y", id="p2", starts_on="2019-01-01")]
    claims = [claim("CI", day, stage="full", illness="C50") for day in ("2018-06-01", "2019-06-01")]

    said = english(policies, *claims)

    assert said[-1] == "the same illness was paid with claim c1"
    assert "C50" not in " ".join(said)


def test_the_bands_above_the_ceiling() -> None:
    assert english([], above_ceiling("20000.00", deductions=["5000.00"])) == [
        "SECREIMB-2017, above the ceiling of 2018: 20000.00 − 5000.00, not below zero: 15000.00",
        "10000.00 above 0.00 × 0.40",
        "5000.00 above 10000.00 × 0.60",
        "all bands together 7000.00",
    ]


VERSIONS: list[tuple[list[Json], Any]] = [
    ([policy()], stay("2018-05-02", "2018-05-12", "1.00")),
    ([policy()], stay("2018-05-02", "2018-05-12", "1.00", special_disease="outpatient")),
    ([policy()], stay("2018-05-02", "2018-05-12", causes=["fraud"])),
    (
        [policy()],
        stay("2018-05-02", "2018-05-12") | {"decided": {"decision": "nil", "amount": "0"}},
    ),
    ([policy("INPALW-2018")], allowance("2018-05-02", "2018-05-03")),
    ([policy("CI-2018-1Y")], claim("CI", "2018-05-02", stage="full")),
    ([policy("CI-2005-3Y")], claim("CI", "2018-05-02", category="listed_disease_or_operation")),
    ([policy("FEM-2010-2Y")], claim("FEM", "2018-05-02", stage="early")),
    ([policy("ACC-2017")], claim("ACC", "2018-05-02", death=True, disability_grade=3)),
    ([policy("CHILD-2018")], claim("CHILD", "2018-05-02", living_days=3, hospital_days=4)),
    ([], above_ceiling("1.00")),
    ([], above_ceiling("1.00", filed_on="2018-01-01")),
]


@pytest.mark.parametrize(("policies", "event"), VERSIONS)
def test_some_step_names_the_version_and_each_reads_in_both_languages(
    policies: list[Json], event: Json
) -> None:
    outcome = answer(policies, event)
    plan = policies[0]["plan"] if policies else "SECREIMB-2017"

    assert any(plan in in_english(step) for step in outcome.steps)
    assert any(plan in in_chinese(step) for step in outcome.steps)
    assert str(outcome.amount) in " ".join(map(in_english, outcome.steps)) or not outcome.amount


def test_every_phrase_is_used_and_every_step_has_one() -> None:
    """Each code of a step in the rules has its sentence, and no sentence is left over."""
    sources = Path(claims.rules.__file__).parent.glob("*.py")
    text = "".join(path.read_text("utf-8") for path in sources if path.name != "phrases.py")
    indirect = {f"decided_{decision}" for decision in Decision}
    indirect |= {"sum_reduced", "sum_early_stage", "sum_full"}
    indirect |= {"living_days_left", "hospital_days_left"}

    assert set(PHRASES) - indirect <= set(re.findall(r'"([a-z_]+)"', text))


def test_answers_of_several_claims_keep_their_order() -> None:
    events = [stay(f"2018-0{month}-01", f"2018-0{month}-02") for month in (5, 3, 4)]

    assert [each.id for each in answers([policy()], *events)] == ["c1", "c2", "c3"]
