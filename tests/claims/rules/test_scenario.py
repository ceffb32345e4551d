"""What a scenario may say, and where a wrong one is at fault (assessment contract §1, §5)."""

from typing import Any

import pytest

from claims.rules.assess import assess
from claims.rules.scenario import Malformed, parse_scenario
from tests.claims.rules.builders import (
    Json,
    above_ceiling,
    allowance,
    catalogue,
    claim,
    inpatient,
    member,
    outpatient,
    policy,
    scenario,
    stay,
)

MISSING = object()


def whole_scenario() -> Json:
    """One of everything, in order."""
    return scenario(
        [policy(shares=1), policy("ACC-2017", id="p2"), policy("CI-2018-1Y", id="p3")],
        [
            stay(
                "2018-05-02",
                "2018-05-12",
                "4300.00",
                hospital={"code": "H1", "level": 3, "city": "110000"},
                causes=["rain"],
                documents=["card"],
            ),
            allowance("2018-05-02", "2018-05-12"),
            claim("CI", "2018-05-02", stage="full", illness="C50", first_signs_on="2018-04-01"),
            claim("ACC", "2018-05-02", death=False, disability_grade=5, living_days=1),
            above_ceiling("100.00", deductions=["1.00"]),
            stay("2018-06-02", "2018-06-12", "1.00", transfer_from="c1")
            | {"decided": {"decision": "payable", "amount": "1.00", "items": {"death": "1.00"}}},
        ],
        [
            member(
                outpatient("2018-02-11", "-1.00"),
                inpatient("2018-02-11", "2018-02-01", "1.00"),
                card_valid_from="2015-01-01",
            )
        ],
    )


def fault_of(document: object) -> str:
    with pytest.raises(Malformed) as fault:
        parse_scenario(document, catalogue())
    return fault.value.place


def changed(path: str, value: object) -> Json:
    """The whole scenario with one value set, or removed; `claims.0.id` is claims[0].id."""
    document = whole_scenario()
    target: Any = document
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        target = target[step]
    if value is MISSING:
        del target[last]
    else:
        target[last] = value
    return document


def place_of(path: str) -> str:
    """`claims.0.id` as a place: claims[0].id."""
    return "".join(f"[{step}]" if step.isdigit() else f".{step}" for step in path.split("."))[1:]


def test_one_of_everything_is_well_formed() -> None:
    assert len(assess(parse_scenario(whole_scenario(), catalogue())).claims) == 6


@pytest.mark.parametrize("document", [{}, {"policies": None, "claims": [], "settlements": {}}])
def test_every_part_is_optional_and_both_answers_are_always_there(document: Json) -> None:
    outcome = assess(parse_scenario(document, catalogue()))

    assert outcome.as_json() == {"claims": [], "settlements": []}


@pytest.mark.parametrize("document", [None, [], 7, "x", True])
def test_a_scenario_is_an_object(document: object) -> None:
    assert fault_of(document) == ""


REQUIRED = [
    "policies.0.id",
    "policies.0.plan",
    "policies.0.insured",
    "policies.0.starts_on",
    "policies.1.tier",
    "claims.0.id",
    "claims.0.insured",
    "claims.0.family",
    "claims.0.filed_on",
    "claims.0.admitted_on",
    "claims.0.discharged_on",
    "claims.0.self_pay_1",
    "claims.0.hospital.code",
    "claims.0.hospital.level",
    "claims.0.hospital.city",
    "claims.1.admitted_on",
    "claims.1.discharged_on",
    "claims.2.diagnosed_on",
    "claims.3.accident_on",
    "claims.4.year",
    "claims.4.amount",
    "claims.5.decided.decision",
    "claims.5.decided.amount",
    "settlements.members.0.insured",
    "settlements.members.0.rows.0.settled_on",
    "settlements.members.0.rows.0.kind",
    "settlements.members.0.rows.0.self_pay_1",
    "settlements.members.0.rows.1.admitted_on",
]


@pytest.mark.parametrize("path", REQUIRED)
@pytest.mark.parametrize("nothing", [MISSING, None], ids=["absent", "null"])
def test_a_missing_value_is_named(path: str, nothing: object) -> None:
    assert fault_of(changed(path, nothing)) == place_of(path)


@pytest.mark.parametrize(
    "path",
    ["policies", "claims", "settlements.members", "settlements.members.0.rows", "claims.0.causes"],
)
@pytest.mark.parametrize("value", [{}, "x", 1])
def test_lists_are_lists(path: str, value: object) -> None:
    assert fault_of(changed(path, value)) == place_of(path)


@pytest.mark.parametrize(
    "path",
    [
        "policies.0",
        "claims.0",
        "claims.0.hospital",
        "claims.5.decided",
        "claims.5.decided.items",
        "settlements",
        "settlements.members.0",
        "settlements.members.0.rows.0",
    ],
)
@pytest.mark.parametrize("value", [[], "x", 1, True])
def test_objects_are_objects(path: str, value: object) -> None:
    assert fault_of(changed(path, value)) == place_of(path)


DATES = [
    "policies.0.starts_on",
    "claims.0.filed_on",
    "claims.0.admitted_on",
    "claims.0.discharged_on",
    "claims.2.diagnosed_on",
    "claims.2.first_signs_on",
    "claims.3.accident_on",
    "settlements.members.0.card_valid_from",
    "settlements.members.0.card_valid_to",
    "settlements.members.0.rows.0.settled_on",
    "settlements.members.0.rows.1.admitted_on",
]


@pytest.mark.parametrize("path", DATES)
@pytest.mark.parametrize("value", ["2018-02-29", "20180501", 20180501, "2018-5-1"])
def test_dates_everywhere(path: str, value: object) -> None:
    assert fault_of(changed(path, value)) == place_of(path)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " 2018-05-02",
        "2018-05-02\n",
        "2018-05-02T00:00",
        "2018-W18-3",
        "1899-12-31",
        "2200-01-01",
        "2018-13-01",
        "2018-00-01",
        "２０１８-05-02",
        True,
        ["2018-05-02"],
    ],
)
def test_a_date_is_written_in_one_way(value: object) -> None:
    assert fault_of(changed("claims.0.filed_on", value)) == "claims[0].filed_on"


@pytest.mark.parametrize("value", ["1900-01-01", "2199-12-31"])
def test_the_years_of_dates_reach_from_1900_to_2199(value: str) -> None:
    assert parse_scenario(changed("claims.0.filed_on", value), catalogue())


AMOUNTS = [
    "claims.0.self_pay_1",
    "claims.4.amount",
    "claims.4.deductions.0",
    "claims.5.decided.amount",
]


@pytest.mark.parametrize("path", [*AMOUNTS, "claims.5.decided.items.death"])
@pytest.mark.parametrize("value", ["-1.00", 4300, 4300.0, "1,000.00", "1.005", "1.", ".50"])
def test_amounts_everywhere(path: str, value: object) -> None:
    assert fault_of(changed(path, value)) == place_of(path)


@pytest.mark.parametrize(
    "value", ["", "+1", "1e3", " 1", "1\n", "1234567890123", "１２", "NaN", True, {"amount": "1"}]
)
def test_an_amount_is_written_in_one_way(value: object) -> None:
    assert fault_of(changed("claims.0.self_pay_1", value)) == "claims[0].self_pay_1"


@pytest.mark.parametrize("value", ["0", "1.5", "999999999999.99", "007.10"])
def test_amounts_have_up_to_twelve_digits_and_two_places(value: str) -> None:
    assert parse_scenario(changed("claims.0.self_pay_1", value), catalogue())


@pytest.mark.parametrize("value", ["--1", "+1.00", "- 1", "-", 1, "-1.005"])
def test_a_settlement_may_be_negative_but_is_an_amount(value: object) -> None:
    path = "settlements.members.0.rows.0.self_pay_1"

    assert fault_of(changed(path, value)) == place_of(path)


WHOLE = [
    ("policies.0.shares", 0),
    ("claims.0.earlier_stays_in_year", -1),
    ("claims.1.earlier_stays_in_year", -1),
    ("claims.3.disability_grade", 0),
    ("claims.3.disability_grade", 11),
    ("claims.3.living_days", -1),
    ("claims.3.hospital_days", -1),
    ("claims.5.decided.paid_days", -1),
]


@pytest.mark.parametrize(("path", "value"), WHOLE)
def test_whole_numbers_have_bounds(path: str, value: int) -> None:
    assert fault_of(changed(path, value)) == place_of(path)


@pytest.mark.parametrize(
    "path", [*sorted({path for path, _ in WHOLE}), "claims.0.hospital.level", "claims.4.year"]
)
@pytest.mark.parametrize("value", [True, False, "1", 1.0, [1]])
def test_whole_numbers_are_json_integers(path: str, value: object) -> None:
    assert fault_of(changed(path, value)) == place_of(path)


@pytest.mark.parametrize(
    "path", ["claims.0.transfer_slip", "claims.3.death", "settlements.members.0.privileged"]
)
@pytest.mark.parametrize("value", [0, 1, "true", []])
def test_flags_are_true_or_false(path: str, value: object) -> None:
    assert fault_of(changed(path, value)) == place_of(path)


@pytest.mark.parametrize(
    "path",
    [
        "policies.0.id",
        "policies.0.insured",
        "claims.0.insured",
        "claims.0.causes.0",
        "claims.0.documents.0",
        "claims.0.hospital.code",
        "claims.0.hospital.city",
        "claims.0.transfer_from",
        "claims.2.illness",
        "settlements.members.0.insured",
    ],
)
@pytest.mark.parametrize("value", ["", 1, ["x"], "\ud800"])
def test_texts_are_not_empty(path: str, value: object) -> None:
    assert fault_of(changed(path, value)) == place_of(path)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("policies.0.plan", "INPMED-2017"),
        ("policies.0.plan", "SECREIMB-2017"),
        ("policies.0.status", "IN_FORCE"),
        ("policies.1.tier", "T1"),
        ("claims.0.family", "NONWORK"),
        ("claims.0.family", ["INPMED"]),
        ("claims.0.special_disease", "dialysis"),
        ("claims.1.special_disease", "dialysis"),
        ("claims.4.plan", "SECREIMB-2018"),
        ("claims.5.decided.decision", "approved"),
        ("settlements.plan", "INPMED-2018"),
        ("settlements.members.0.rows.0.kind", "dental"),
    ],
)
def test_words_are_those_of_the_contract(path: str, value: object) -> None:
    assert fault_of(changed(path, value)) == place_of(path)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("policies.1.id", "p1"),
        ("claims.3.id", "c1"),
        ("claims.5.transfer_from", "c6"),
        ("claims.0.transfer_from", "c2"),
        ("claims.0.transfer_from", "unknown"),
        ("claims.0.discharged_on", "2018-05-01"),
        ("claims.1.discharged_on", "2018-05-01"),
        ("claims.4.year", 2011),
        ("settlements.members.0.rows.0.settled_on", "2011-12-31"),
    ],
)
def test_what_must_fit_together(path: str, value: object) -> None:
    assert fault_of(changed(path, value)) == place_of(path)


def test_a_member_stands_once() -> None:
    document = whole_scenario()
    document["settlements"]["members"].append(member())

    assert fault_of(document) == "settlements.members[1].insured"


def test_only_special_outpatient_treatment_may_lack_a_discharge() -> None:
    for family_claim in (0, 1):
        document = changed(f"claims.{family_claim}.discharged_on", None)
        document["claims"][family_claim]["special_disease"] = (
            "inpatient" if not family_claim else "outpatient"
        )

        assert fault_of(document) == f"claims[{family_claim}].discharged_on"


@pytest.mark.parametrize(
    ("position", "key"),
    [(2, "admitted_on"), (3, "stage"), (1, "self_pay_1"), (4, "accident_on"), (0, "illness")],
)
def test_keys_of_other_families_are_ignored(position: int, key: str) -> None:
    assert parse_scenario(changed(f"claims.{position}.{key}", 7), catalogue())


def test_unknown_keys_are_ignored() -> None:
    for path in ("note", "policies.0.tier", "claims.0.note", "settlements.note"):
        assert parse_scenario(changed(path, 7), catalogue())
    assert parse_scenario(changed("claims.5.decided.items.coffin", 7), catalogue())


def test_null_is_absent() -> None:
    for path in ("policies.0.shares", "policies.0.status", "claims.0.hospital", "claims.0.causes"):
        assert parse_scenario(changed(path, None), catalogue())
