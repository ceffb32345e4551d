"""Which policy answers, terms and renewals (assessment contract §1, §2)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from claims.rules.facts import ClaimFacts, PolicyFacts, SettlementRow
from claims.rules.scenario import Malformed
from policies.rules.enrolment import ends_on
from tests.claims.rules.builders import (
    answer,
    answers,
    catalogue_with,
    claim,
    outcome_of,
    policy,
    stay,
)


@pytest.mark.parametrize(
    ("starts_on", "months", "last_day"),
    [
        (date(2018, 3, 1), 12, date(2019, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2018, 1, 31), 1, date(2018, 2, 27)),
        (date(2005, 8, 17), 36, date(2008, 8, 16)),
    ],
)
def test_a_term_ends_the_day_before_the_same_day(
    starts_on: date, months: int, last_day: date
) -> None:
    assert ends_on(starts_on, months) == last_day


@pytest.mark.parametrize(
    ("admitted_on", "expected"),
    [("2018-02-28", None), ("2018-03-01", "p1"), ("2019-02-28", "p1"), ("2019-03-01", None)],
)
def test_both_ends_of_the_term_are_covered(admitted_on: str, expected: str | None) -> None:
    outcome = answer([policy(starts_on="2018-03-01")], stay(admitted_on, "2019-06-01"))

    assert outcome.policy == expected
    assert ("NO_COVER" in outcome.codes) is (expected is None)


@pytest.mark.parametrize("status", ["cancelled", "unpaid"])
def test_only_a_policy_in_force_answers(status: str) -> None:
    outcome = answer([policy(status=status)], stay("2018-05-02", "2018-05-12", "4300.00"))

    assert (outcome.policy, outcome.decision, outcome.codes) == (None, "refused", ("NO_COVER",))
    assert str(outcome.amount) == "0.00"


def test_a_policy_of_another_person_or_family_does_not_answer() -> None:
    policies = [policy(insured="m2"), policy("INPALW-2018", id="p2")]

    assert answer(policies, stay("2018-05-02", "2018-05-12")).policy is None


def test_terms_that_share_a_day_are_malformed_at_the_later_one() -> None:
    policies = [
        policy(id="late", starts_on="2018-06-01"),
        policy(id="other", starts_on="2018-06-01", insured="m2"),
        policy(id="early", starts_on="2017-06-02"),
    ]

    with pytest.raises(Malformed) as fault:
        outcome_of(policies, [])

    assert fault.value.place == "policies[2]"


def test_terms_may_touch_and_cancelled_ones_may_overlap() -> None:
    policies = [
        policy(),
        policy(id="p2", starts_on="2019-01-01"),
        policy(id="p3", status="cancelled"),
        policy("INPALW-2018", id="p4"),
    ]

    assert answer(policies, stay("2019-01-01", "2019-01-02")).policy == "p2"


def test_a_renewal_has_no_waiting() -> None:
    policies = [policy("CI-2018-1Y", starts_on="2017-01-01"), policy("CI-2018-1Y", id="p2")]

    outcome = answer(policies, claim("CI", "2018-01-01", stage="full"))

    assert (outcome.policy, str(outcome.amount)) == ("p2", "10000.00")


def test_a_gap_of_a_day_is_no_renewal() -> None:
    policies = [policy("CI-2018-1Y", starts_on="2016-12-31"), policy("CI-2018-1Y", id="p2")]

    assert answer(policies, claim("CI", "2018-01-30", stage="full")).codes == ("WAITING",)


def test_a_cancelled_policy_is_not_renewed() -> None:
    before = policy("CI-2018-1Y", starts_on="2017-01-01", status="cancelled")

    outcome = answer(
        [before, policy("CI-2018-1Y", id="p2")], claim("CI", "2018-01-30", stage="full")
    )

    assert outcome.codes == ("WAITING",)


def test_another_version_of_the_family_is_renewed_too() -> None:
    policies = [policy("CI-2016", starts_on="2015-01-01"), policy("CI-2018-1Y", id="p2")]

    assert str(answer(policies, claim("CI", "2018-01-02", stage="full")).amount) == "10000.00"


@pytest.mark.parametrize("waived", [False, None])
def test_the_answering_version_must_waive_the_waiting(waived: bool | None) -> None:
    terms = catalogue_with({"CI-2018-1Y.waiting.waived_on_renewal": waived})
    policies = [policy("CI-2018-1Y", starts_on="2017-01-01"), policy("CI-2018-1Y", id="p2")]

    outcome = answer(policies, claim("CI", "2018-01-30", stage="full"), terms=terms)

    assert outcome.codes == ("WAITING",)


def test_a_cover_ended_by_payment_is_still_renewed() -> None:
    policies = [policy("CI-2018-1Y", starts_on="2017-01-01"), policy("CI-2018-1Y", id="p2")]

    paid, again = answers(
        policies,
        claim("CI", "2017-06-01", stage="full"),
        claim("CI", "2018-01-01", stage="full"),
    )

    assert [str(paid.amount), str(again.amount)] == ["10000.00", "10000.00"]


def test_facts_with_unknown_words_are_refused_outside_json_too() -> None:
    day = date(2018, 1, 1)
    usual: dict[str, Any] = {"id": "c1", "insured": "m1", "filed_on": day}
    with pytest.raises(ValueError, match="status"):
        PolicyFacts(id="p1", plan="INPMED-2018", insured="m1", starts_on=day, status="IN_FORCE")
    with pytest.raises(ValueError, match="stage"):
        ClaimFacts(**usual, family="CI", diagnosed_on=day, stage="FULL")
    with pytest.raises(ValueError, match="lacks admitted_on"):
        assert ClaimFacts(**usual, family="INPMED").event_on


def test_settlement_rows_say_what_they_are() -> None:
    day = date(2018, 1, 1)
    with pytest.raises(ValueError, match="kind"):
        SettlementRow(settled_on=day, kind="INPATIENT", self_pay_1=Decimal("1.00"), admitted_on=day)
    with pytest.raises(ValueError, match="lacks admitted_on"):
        SettlementRow(settled_on=day, kind="inpatient", self_pay_1=Decimal("1.00"))
