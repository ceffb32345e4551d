"""INPMED 住院医疗: stays of the year, deductibles, transfers, cap (assessment contract §4)."""

from typing import Any

import pytest

from claims.rules.steps import in_english
from tests.claims.rules.builders import (
    Json,
    allowance,
    amounts,
    answer,
    answers,
    catalogue_with,
    policy,
    stay,
)

RENEWED = [policy(), policy(id="p2", starts_on="2019-01-01")]


def transfer(admitted_on: str, discharged_on: str, self_pay_1: str, **facts: Any) -> Json:
    """A stay that follows the first claim with a slip."""
    usual = {"transfer_from": "c1", "transfer_slip": True}
    return stay(admitted_on, discharged_on, self_pay_1, **usual | facts)


FIRST = stay("2018-05-02", "2018-05-12", "2300.00")  # (2300 - 1300) × 0.60 = 600.00


# the stay of the year


def test_the_last_rate_holds_for_all_later_stays() -> None:
    stays = [stay(f"2018-0{month}-01", f"2018-0{month}-05", "1000.00") for month in range(1, 6)]

    assert amounts([policy("INPMED-2008")], *stays) == [
        "700.00",
        "600.00",
        "500.00",
        "500.00",
        "500.00",
    ]


def test_stays_are_counted_by_calendar_year_of_admission() -> None:
    claims = [
        stay("2018-12-30", "2019-01-05", "2300.00"),
        stay("2019-01-05", "2019-01-09", "2300.00"),
    ]

    assert amounts(RENEWED, *claims) == ["600.00", "600.00"]


def test_earlier_means_earlier_in_the_list_whatever_the_dates() -> None:
    claims = [stay("2018-09-01", "2018-09-05", "2300.00"), FIRST]

    assert amounts([policy()], *claims) == ["600.00", "825.00"]


@pytest.mark.parametrize(
    "before",
    [
        stay("2018-02-01", "2018-02-05", "2300.00", causes=["fraud"]),
        stay("2018-02-01", "2018-02-05", "2300.00", insured="m2"),
        stay("2018-02-01", "2018-02-05", "2300.00", special_disease="outpatient"),
        allowance("2018-02-01", "2018-02-05"),
    ],
    ids=["refused", "insured", "outpatient", "family"],
)
def test_what_is_no_earlier_stay(before: Json) -> None:
    assert amounts([policy()], before, FIRST)[-1] == "600.00"


@pytest.mark.parametrize("decision", ["nil", "supplement", "referred", "payable"])
def test_what_is_an_earlier_stay(decision: str) -> None:
    before = stay("2018-02-01", "2018-02-05", decided={"decision": decision, "amount": "1.00"})

    assert amounts([policy()], before, FIRST)[-1] == "825.00"


def test_declared_stays_are_taken_from_this_claim_only() -> None:
    claims = [
        stay("2018-02-01", "2018-02-05", "1650.00", earlier_stays_in_year=2),
        stay("2018-05-02", "2018-05-12", "1650.00"),
        stay("2018-06-02", "2018-06-12", "1650.00", earlier_stays_in_year=1),
    ]
    third_of_version = catalogue_with({"INPMED-2018.benefit.rates": ["0.60", "0.50", "0.40"]})

    assert amounts([policy()], *claims, terms=third_of_version) == ["400.00", "500.00", "400.00"]


def test_shares_do_not_multiply_the_medical_benefit() -> None:
    assert amounts([policy(shares=3)], FIRST) == ["600.00"]


def test_the_label_of_the_base_has_no_effect() -> None:
    terms = catalogue_with({"INPMED-2018.benefit.base": "self_pay_2"})

    assert amounts([policy()], FIRST, terms=terms) == ["600.00"]


# special diseases


def special(kind: str, admitted_on: str, self_pay_1: str = "2300.00", **facts: Any) -> Json:
    return stay(admitted_on, admitted_on, self_pay_1, special_disease=kind, **facts)


def test_special_inpatient_conditions_follow_the_stay_of_the_year() -> None:
    claims = [special("inpatient", "2018-02-01"), special("inpatient", "2018-03-01")]

    assert amounts([policy()], *claims) == ["600.00", "1150.00"]


def test_special_conditions_hold_only_in_versions_that_have_them() -> None:
    for kind in ("inpatient", "outpatient"):
        assert amounts([policy("INPMED-2008")], special(kind, "2018-02-01")) == ["1610.00"]


def test_outpatient_deductible_once_a_calendar_year() -> None:
    days = ["2018-11-01", "2018-12-01", "2019-01-02", "2019-02-02"]
    claims = [special("outpatient", day) for day in days]

    assert amounts(RENEWED, *claims) == ["500.00", "1150.00", "500.00", "1150.00"]


def test_a_refused_outpatient_claim_leaves_the_deductible() -> None:
    refused = special("outpatient", "2018-02-01", causes=["fraud"])

    assert amounts([policy()], refused, special("outpatient", "2018-03-01"))[-1] == "500.00"


@pytest.mark.parametrize("decision", ["nil", "supplement", "referred", "payable"])
def test_a_decided_outpatient_claim_bears_the_deductible_without_a_policy_too(
    decision: str,
) -> None:
    before = special("outpatient", "2018-01-02")
    before["decided"] = {"decision": decision, "amount": "0.00"}
    policies = [policy(starts_on="2018-02-01")]

    assert amounts(policies, before, special("outpatient", "2018-03-01"))[-1] == "1150.00"


def test_outpatient_treatment_may_lack_a_discharge() -> None:
    treated = {**special("outpatient", "2018-02-01"), "discharged_on": None}

    assert amounts([policy()], treated) == ["500.00"]


def test_without_special_terms_it_is_a_stay_without_nights() -> None:
    treated = {**special("outpatient", "2018-02-01"), "discharged_on": None}
    claims = [treated, stay("2018-02-01", "2018-02-05", "1000.00")]

    outcome = answer([policy("INPMED-2008")], *claims)

    assert (str(outcome.amount), outcome.codes) == ("600.00", ())


# transfers


def test_a_merged_stay_has_one_deductible_and_pays_the_rest() -> None:
    assert amounts([policy()], FIRST, transfer("2018-05-13", "2018-05-20", "1000.00")) == [
        "600.00",
        "600.00",
    ]


def test_the_first_part_may_have_been_nil() -> None:
    claims = [stay("2018-05-02", "2018-05-12", "1000.00")]

    assert amounts([policy()], *claims, transfer("2018-05-12", "2018-05-20", "1000.00")) == [
        "0.00",
        "420.00",
    ]


def test_a_merged_stay_counts_once() -> None:
    claims = [
        FIRST,
        transfer("2018-05-12", "2018-05-20", "1000.00"),
        stay("2018-08-01", "2018-08-09", "2650.00"),
        stay("2018-09-01", "2018-09-09", "2650.00"),
    ]
    third = catalogue_with({"INPMED-2018.benefit.rates": ["0.60", "0.50", "0.40"]})

    assert amounts([policy()], *claims, terms=third)[2:] == ["1000.00", "800.00"]


def test_a_merged_stay_counts_in_the_year_in_which_it_began() -> None:
    claims = [
        stay("2018-12-20", "2018-12-31", "2300.00"),
        transfer("2019-01-01", "2019-01-09", "1000.00"),
        stay("2019-03-01", "2019-03-09", "2300.00"),
    ]

    assert amounts(RENEWED, *claims) == ["600.00", "600.00", "600.00"]


def test_a_chain_and_two_transfers_out_of_one_claim_are_one_stay() -> None:
    claims = [
        FIRST,
        transfer("2018-05-12", "2018-05-20", "1000.00"),
        transfer("2018-05-21", "2018-05-25", "100.00", transfer_from="c2"),
        transfer("2018-05-13", "2018-05-13", "10.00"),
    ]

    assert amounts([policy()], *claims) == ["600.00", "600.00", "60.00", "6.00"]


@pytest.mark.parametrize(
    "facts",
    [
        {"transfer_slip": False},
        {"transfer_slip": None},
        {"transfer_from": None},
        {"admitted_on": "2018-05-14"},
        {"admitted_on": "2018-05-11"},
        {"insured": "m2"},
        {"special_disease": "outpatient"},
    ],
)
def test_what_is_not_merged(facts: Json) -> None:
    policies = [policy(), policy(id="p2", insured="m2")]
    outcome = answer(policies, FIRST, transfer("2018-05-12", "2018-05-20", "2300.00") | facts)

    assert "one stay with" not in " ".join(map(in_english, outcome.steps))
    assert str(outcome.amount) in {"825.00", "600.00", "500.00"}


@pytest.mark.parametrize("decision", ["refused", "supplement", "referred"])
def test_only_a_payable_or_nil_claim_is_continued(decision: str) -> None:
    first = FIRST | {"decided": {"decision": decision, "amount": "0.00"}}
    stay_no = 1 if decision == "refused" else 2
    due = {1: "600.00", 2: "825.00"}[stay_no]

    assert amounts([policy()], first, transfer("2018-05-12", "2018-05-20", "2300.00"))[-1] == due


def test_a_version_without_merge_keeps_stays_apart() -> None:
    claims = [FIRST, transfer("2018-05-12", "2018-05-20", "1000.00")]

    assert amounts([policy("INPMED-2008")], *claims) == ["1610.00", "600.00"]


def test_a_transfer_after_another_family_is_a_stay_of_its_own() -> None:
    first = allowance("2018-05-02", "2018-05-12")

    assert (
        amounts([policy()], first, transfer("2018-05-12", "2018-05-20", "2300.00"))[-1] == "600.00"
    )


def test_a_transfer_after_outpatient_treatment_is_a_stay_of_its_own() -> None:
    first = stay("2018-05-02", "2018-05-12", "2300.00", special_disease="outpatient")

    assert (
        amounts([policy()], first, transfer("2018-05-12", "2018-05-20", "2300.00"))[-1] == "600.00"
    )


def test_a_stay_without_discharge_is_not_continued() -> None:
    policies = [policy("INPMED-2008"), policy(id="p2", starts_on="2019-01-01")]
    first = stay("2018-12-31", "2018-12-31", "1.00", special_disease="outpatient")
    first["discharged_on"] = None

    assert amounts(policies, first, transfer("2019-01-01", "2019-01-09", "2300.00"))[-1] == "600.00"


@pytest.mark.parametrize(
    ("hours", "admitted_on", "merged"),
    [
        (0, "2018-05-12", True),
        (0, "2018-05-13", False),
        (47, "2018-05-14", False),
        (48, "2018-05-14", True),
    ],
)
def test_the_hours_are_days_of_24(hours: int, admitted_on: str, merged: bool) -> None:
    terms = catalogue_with({"INPMED-2018.benefit.merge.transfer_within_hours": hours})
    later = transfer(admitted_on, "2018-05-20", "1650.00")

    assert amounts([policy()], FIRST, later, terms=terms)[-1] == ("990.00" if merged else "500.00")


def test_conditions_are_those_of_the_claim_in_hand_but_the_number_of_the_first() -> None:
    policies = [
        policy("INPMED-2008", starts_on="2017-06-01"),
        policy(id="p2", starts_on="2018-06-01"),
    ]
    first = stay("2018-05-20", "2018-06-01", "1000.00")  # 1000 × 0.70 under INPMED-2008
    second = transfer("2018-06-01", "2018-06-09", "2000.00")  # (3000 - 1300) × 0.60 - 700

    assert amounts(policies, first, second) == ["700.00", "320.00"]


def test_a_merged_stay_never_takes_back() -> None:
    policies = [
        policy("INPMED-2008", starts_on="2017-06-01"),
        policy(id="p2", starts_on="2018-06-01"),
    ]
    first = stay("2018-05-20", "2018-06-01", "5000.00")
    outcome = answer(policies, first, transfer("2018-06-01", "2018-06-09", "10.00"))

    assert (str(outcome.amount), outcome.codes) == ("0.00", ("NOTHING_DUE",))


def test_the_sum_leaves_out_parts_that_were_not_payable() -> None:
    referred = transfer("2018-05-12", "2018-05-20", "1000.00")
    referred["hospital"] = {"code": "x", "level": 1, "city": "110000"}
    third = transfer("2018-05-12", "2018-05-12", "100.00")

    assert amounts([policy()], FIRST, referred, third) == ["600.00", "600.00", "60.00"]


# cap


def test_the_cap_counts_what_is_payable_under_the_policy() -> None:
    terms = catalogue_with({"INPMED-2018.benefit.cap_per_term": "1000.00"})
    claims = [
        FIRST,
        stay("2018-06-02", "2018-06-12", "2300.00", documents=[]),
        stay("2018-07-02", "2018-07-12", "2300.00"),
        stay("2018-08-02", "2018-08-12", "2300.00"),
        stay("2019-08-02", "2019-08-12", "2300.00"),
    ]

    outcomes = answers(RENEWED, *claims, terms=terms)

    assert [str(each.amount) for each in outcomes] == [
        "600.00",
        "400.00",
        "400.00",
        "0.00",
        "600.00",
    ]
    assert outcomes[3].codes == ("NOTHING_DUE",)


def test_the_cap_applies_to_outpatient_treatment_too() -> None:
    terms = catalogue_with({"INPMED-2018.benefit.cap_per_term": "400.00"})

    assert amounts([policy()], special("outpatient", "2018-02-01"), terms=terms) == ["400.00"]
