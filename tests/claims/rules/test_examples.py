"""The worked examples that staff can read: tests/examples/*.yaml (assessment contract §6)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.claims.rules import builders

EXAMPLES = Path(__file__).parents[2] / "examples"
PLANS = (
    "inpatient_medical",
    "hospital_allowance",
    "critical_illness",
    "female_illness",
    "accident",
)


def plain(value: Any) -> Any:
    """Days as the contract writes them."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text("utf-8"))
    return document


def cases(*names: str) -> list[Any]:
    return [
        pytest.param(document, case, id=f"{name}: {case['title']}")
        for name in names
        for document in [read(name)]
        for case in document["cases"]
    ]


@pytest.mark.parametrize(("document", "case"), cases(*PLANS))
def test_claims_pay_what_the_example_says(document: dict[str, Any], case: dict[str, Any]) -> None:
    policy = builders.policy(**plain(case.get("policy", document["policy"])))
    family = document["family"]
    claims = [
        builders.claim(family, event_on=plain(facts)[builders.EVENTS[family]], **others(facts))
        for facts in case["claims"]
    ]

    outcomes = builders.answers([policy], *claims)

    assert [(str(each.amount), str(each.decision)) for each in outcomes] == [
        (facts["pays"], facts.get("decision", "payable")) for facts in case["claims"]
    ]


def others(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in plain(facts).items() if key not in builders.EVENTS.values()}


@pytest.mark.parametrize(("document", "case"), cases("secondary_reimbursement"))
def test_quarters_pay_what_the_example_says(document: dict[str, Any], case: dict[str, Any]) -> None:
    rows = [plain(row) for row in case["rows"]]
    member = builders.member(*rows, privileged=case.get("privileged", False))

    [year] = builders.outcome_of([], [], [member]).settlements

    assert [each.as_json() for each in year.quarters] == [
        {
            "quarter": expected["quarter"],
            "base_ytd": expected["base"],
            "due_ytd": each.as_json()["due_ytd"],
            "pay": expected["pay"],
            "carried": expected.get("carried", "0.00"),
        }
        for each, expected in zip(year.quarters, case["quarters"], strict=True)
    ]


def test_the_bank_employee_of_the_press_gets_both_lump_sums() -> None:
    """30,000 for two shares of the female plan and 40,000 for four of critical illness."""
    policies = [
        builders.policy("FEM-2018-1Y", shares=2),
        builders.policy("CI-2018-1Y", id="p2", shares=4),
    ]
    claims = [builders.claim(family, "2018-06-01", stage="full") for family in ("FEM", "CI")]

    assert builders.amounts(policies, *claims) == ["30000.00", "40000.00"]
