"""What holds for every scenario, tried on many (assessment contract §1, §4, §5)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.rules.assess import assess
from claims.rules.facts import Decision
from claims.rules.outcome import ClaimOutcome
from claims.rules.scenario import parse_scenario
from core.money import ZERO
from tests.claims.rules.builders import (
    EVENTS,
    Json,
    allowance,
    amounts,
    answer,
    answers,
    catalogue,
    catalogue_with,
    claim,
    inpatient,
    member,
    outcome_of,
    outpatient,
    policy,
    scenario,
    stay,
)

pytestmark = pytest.mark.slow
settings.register_profile("rules", deadline=None, max_examples=100)
settings.load_profile("rules")

CAPPED = catalogue_with({"INPMED-2018.benefit.cap_per_term": "5000.00"})
POLICIES = [
    policy("INPMED-2008", id="p0", starts_on="2017-01-01"),
    policy(id="p1"),
    policy("INPALW-2018", id="p2", shares=2),
    policy("CI-2018-1Y", id="p3", shares=4),
    policy("FEM-2018-1Y", id="p4", starts_on="2017-06-01"),
    policy("ACC-2017", id="p5"),
    policy("CHILD-2018", id="p6"),
]

fen = st.integers(0, 3_000_000)
yuan = fen.map(lambda n: f"{n // 100}.{n % 100:02d}")
days = st.dates(date(2017, 6, 1), date(2019, 2, 1)).map(date.isoformat)
papers = st.sampled_from([None, [], ["claim_form", "id_copy", "inpatient_fee_list", "card"]])
hospitals = st.sampled_from(
    [None, {"code": "H1", "level": 3, "city": "110000"}, {"code": "H2", "level": 1, "city": "x"}]
)


@st.composite
def claims(draw: st.DrawFn) -> list[Json]:
    """Up to eight claims of one person on any plan, with transfers between them."""
    drawn: list[Json] = []
    for position in range(draw(st.integers(1, 8))):
        facts = draw(event()) | {"id": f"c{position + 1}"}
        before = draw(st.none() | st.sampled_from(drawn)) if drawn else None
        if before:
            facts |= {"transfer_from": before["id"], "transfer_slip": True}
            if facts["family"] in ("INPMED", "INPALW") and before.get("discharged_on"):
                facts |= {"admitted_on": before["discharged_on"], "discharged_on": "2019-12-31"}
        drawn.append(facts)
    return drawn


@st.composite
def event(draw: st.DrawFn) -> Json:
    family, day = draw(st.sampled_from(sorted(EVENTS))), draw(days)
    until = (date.fromisoformat(day) + timedelta(draw(st.integers(0, 90)))).isoformat()
    facts: dict[str, Any] = {"documents": draw(papers), "hospital": draw(hospitals)}
    facts |= {"discharged_on": until, "self_pay_1": draw(yuan)}
    facts |= {"stage": draw(st.sampled_from(["early", "full"])), "category": "x"}
    facts |= {"special_disease": draw(st.sampled_from([None, "inpatient", "outpatient"]))}
    facts |= {"death": draw(st.booleans()), "illness": draw(st.sampled_from([None, "C50", "D05"]))}
    facts |= {"disability_grade": draw(st.none() | st.integers(1, 10))}
    facts |= {"living_days": draw(st.integers(0, 200)), "hospital_days": draw(st.integers(0, 200))}
    return claim(family, day, **facts)


def total(outcomes: tuple[ClaimOutcome, ...]) -> Decimal:
    return sum((each.amount for each in outcomes), ZERO)


def payable(outcomes: tuple[ClaimOutcome, ...], policy_id: str) -> list[ClaimOutcome]:
    return [each for each in outcomes if each.policy == policy_id and each.decision == "payable"]


@given(claims())
def test_amounts_are_fen_never_negative_and_zero_where_refused_or_nil(events: list[Json]) -> None:
    for outcome in answers(POLICIES, *events):
        assert outcome.amount >= 0
        assert outcome.amount.as_tuple().exponent == -2
        assert (outcome.amount > 0) is (outcome.decision not in ("refused", "nil"))


@given(claims())
def test_caps_and_days_of_a_term_are_never_exceeded(events: list[Json]) -> None:
    outcomes = answers(POLICIES, *events, terms=CAPPED)

    assert total(tuple(payable(outcomes, "p1"))) <= Decimal("5000.00")
    assert total(tuple(payable(outcomes, "p2"))) <= Decimal("14400.00")
    assert sum(each.paid_days for each in payable(outcomes, "p2")) <= 180
    assert len(payable(outcomes, "p3")) <= 1
    disability = sum(each.items.get("disability_grade", ZERO) for each in payable(outcomes, "p5"))
    assert disability <= Decimal("60000.00")


@given(claims())
def test_a_person_never_gets_more_than_he_paid_himself(events: list[Json]) -> None:
    outcomes = answers(POLICIES, *events)
    medical = [each for each in events if each["family"] == "INPMED"]
    paid = [
        outcome
        for outcome, facts in zip(outcomes, events, strict=True)
        if facts["family"] == "INPMED" and outcome.decision == "payable"
    ]

    assert total(tuple(paid)) <= sum((Decimal(each["self_pay_1"]) for each in medical), ZERO)


@given(claims(), fen, fen)
def test_more_own_payment_never_pays_less(events: list[Json], one: int, other: int) -> None:
    less, more = sorted((one, other))
    last = stay("2018-12-01", "2018-12-09")
    before = [each | {"decided": {"decision": "nil", "amount": "0.00"}} for each in events]

    paid = [
        answer(POLICIES, *before, last | {"self_pay_1": f"{n // 100}.{n % 100:02d}"}).amount
        for n in (less, more)
    ]

    assert paid[0] <= paid[1]


@given(st.dates(date(2018, 2, 1), date(2018, 11, 1)), st.integers(0, 60), st.integers(0, 60))
def test_more_days_never_pay_less(day: date, one: int, other: int) -> None:
    short, long = sorted((one, other))
    paid = [
        answer(POLICIES, allowance(day.isoformat(), (day + timedelta(n)).isoformat())).amount
        for n in (short, long)
    ]

    assert paid[0] <= paid[1]


@given(claims(), st.randoms(use_true_random=False))
def test_the_order_of_keys_is_irrelevant(events: list[Json], random: Any) -> None:
    document = scenario(POLICIES, events, [member(outpatient("2018-02-01", "2500.00"))])

    def shuffled(value: Any) -> Any:
        if isinstance(value, list):
            return [shuffled(each) for each in value]
        if not isinstance(value, dict):
            return value
        keys = list(value)
        random.shuffle(keys)
        return {key: shuffled(value[key]) for key in keys}

    one, other = (
        assess(parse_scenario(each, catalogue())).as_json()
        for each in (document, shuffled(document))
    )
    assert one == other


@given(st.lists(st.tuples(fen, st.integers(0, 20)), min_size=1, max_size=6), st.integers(0, 2))
def test_a_stay_split_by_transfers_pays_the_same_as_the_whole(
    parts: list[tuple[int, int]], earlier: int
) -> None:
    day = date(2018, 3, 1)
    chain: list[tuple[str, str, str, Any]] = []
    for own, nights in parts:
        until = day + timedelta(nights)
        more = {"transfer_from": f"c{len(chain)}", "transfer_slip": True} if chain else {}
        facts = {"earlier_stays_in_year": earlier} | more
        chain.append((day.isoformat(), until.isoformat(), f"{own // 100}.{own % 100:02d}", facts))
        day = until
    own = sum(own for own, _ in parts)
    whole = ("2018-03-01", day.isoformat(), f"{own // 100}.{own % 100:02d}")

    medical = [stay(*part[:3], **part[3]) for part in chain]
    daily = [allowance(*part[:2], **part[3]) for part in chain]

    assert total(answers(POLICIES, *medical)) == total(
        answers(POLICIES, stay(*whole, earlier_stays_in_year=earlier))
    )
    assert total(answers(POLICIES, *daily)) == total(answers(POLICIES, allowance(*whole[:2])))


@given(claims())
def test_claims_decided_as_assessed_leave_the_next_answer_unchanged(events: list[Json]) -> None:
    outcomes = answers(POLICIES, *events)
    decided = [
        facts | {"decided": as_decided(outcome)}
        for facts, outcome in zip(events, outcomes, strict=True)
    ]

    again = answer(POLICIES, *decided[:-1], events[-1])

    assert again == outcomes[-1]


def as_decided(outcome: ClaimOutcome) -> Json:
    return {
        "decision": outcome.decision.value,
        "amount": str(outcome.amount),
        "paid_days": outcome.paid_days,
        "items": {name: str(amount) for name, amount in outcome.items.items()},
    }


@given(claims())
def test_only_earlier_claims_of_the_person_and_family_matter(events: list[Json]) -> None:
    last = events[-1]
    alone = [each for each in events if each is last or each["family"] == last["family"]]
    kept = {each["id"] for each in alone}
    alone = [
        each if each.get("transfer_from") in kept else each | {"transfer_from": None}
        for each in alone
    ]

    assert answer(POLICIES, *alone) == answer(POLICIES, *events)


@given(st.integers(1, 10**40))
def test_any_number_of_shares_is_paid_exactly(shares: int) -> None:
    event = claim("CI", "2018-06-01", stage="full")

    assert amounts([policy("CI-2018-1Y", shares=shares)], event) == [f"{shares * 10000}.00"]


signed = st.integers(-500_000, 1_000_000).map(
    lambda n: f"{'-' if n < 0 else ''}{abs(n) // 100}.{abs(n) % 100:02d}"
)
year_days = st.dates(date(2018, 1, 1), date(2018, 12, 31)).map(date.isoformat)
rows = st.lists(
    st.builds(outpatient, year_days, signed)
    | st.builds(inpatient, year_days, st.sampled_from(["2018-01-05", "2018-02-05"]), signed),
    min_size=1,
    max_size=10,
)


@given(rows, st.booleans())
def test_quarters_pay_the_highest_due_of_the_year_and_never_take_back(
    settled: list[Json], privileged: bool
) -> None:
    [year] = outcome_of([], [], [member(*settled, privileged=privileged)]).settlements

    assert all(quarter.pay >= 0 >= quarter.carried for quarter in year.quarters)
    assert all(not (quarter.pay and quarter.carried) for quarter in year.quarters)
    assert year.paid == max(quarter.due_ytd for quarter in year.quarters)


@given(rows)
def test_the_order_of_rows_is_irrelevant(settled: list[Json]) -> None:
    one, other = (
        outcome_of([], [], [member(*each)]).settlements for each in (settled, settled[::-1])
    )

    assert one == other


def test_the_five_decisions_are_those_of_the_contract() -> None:
    assert {each.value for each in Decision} == {
        "payable",
        "nil",
        "supplement",
        "referred",
        "refused",
    }
