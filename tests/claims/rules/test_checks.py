"""May the claim be paid? One test or more for each row of the table (assessment contract §3)."""

from typing import Any

import pytest

from tests.claims.rules.builders import (
    Json,
    allowance,
    answer,
    answers,
    catalogue_with,
    claim,
    policy,
    stay,
)

CI = "CI-2018-1Y"
HOSPITAL = {"code": "H11010100001", "level": 3, "city": "110000"}
ALL_PAPERS = ["claim_form", "id_copy", "inpatient_fee_list", "card"]


def illness(diagnosed_on: str = "2018-06-01", family: str = "CI", **facts: Any) -> Json:
    return claim(family, diagnosed_on, **{"stage": "full"} | facts)


def decided(decision: str, amount: str = "10000.00", **more: Any) -> Json:
    return {"decision": decision, "amount": amount} | more


# NO_COVER


def test_without_a_policy_only_the_checks_that_need_none_are_reported() -> None:
    first = stay("2018-05-01", "2018-05-12", hospital=HOSPITAL)
    second = stay(
        "2018-05-01",
        "2018-05-12",
        filed_on="2030-01-01",
        hospital=HOSPITAL | {"level": 1},
        causes=["fraud"],
        documents=[],
    )

    outcome = answer([], first | {"decided": decided("payable", "1.00")}, second)

    assert outcome.codes == ("NO_COVER", "EXCLUDED", "DUPLICATE_STAY", "HOSPITAL", "OVERLAP")
    assert (outcome.policy, outcome.decision, str(outcome.amount)) == (None, "refused", "0.00")


def test_without_a_policy_a_paid_illness_is_still_found() -> None:
    paid = illness(illness="C50", decided=decided("payable"))

    outcome = answer([], paid, illness(illness="C50", first_signs_on="1990-01-01"))

    assert outcome.codes == ("NO_COVER", "ILLNESS_ALREADY_PAID")


def test_without_a_policy_the_exclusions_of_a_plan_do_not_count() -> None:
    outcome = answer([], allowance("2018-05-01", "2018-05-09", causes=["psychiatric_illness"]))

    assert outcome.codes == ("NO_COVER",)


# COVER_ENDED


@pytest.mark.parametrize(
    ("first_day", "stage"),
    [("2018-06-01", "full"), ("2018-06-01", "early"), ("2018-02-10", "full")],
)
def test_full_early_and_reduced_payments_end_the_cover(first_day: str, stage: str) -> None:
    paid, later = answers([policy(CI)], illness(first_day, stage=stage), illness("2018-09-01"))

    assert paid.decision == "payable"
    assert (later.decision, later.codes) == ("refused", ("COVER_ENDED",))


def test_a_claim_that_was_not_paid_ends_nothing() -> None:
    first = illness(documents=[])

    assert answer([policy(CI)], first, illness("2018-09-01")).decision == "payable"


def test_a_payment_under_another_policy_ends_nothing() -> None:
    policies = [policy(CI), policy(CI, id="p2", starts_on="2019-01-01")]

    assert answer(policies, illness(), illness("2019-06-01")).decision == "payable"


def test_a_version_without_that_end_pays_again() -> None:
    terms = catalogue_with({f"{CI}.benefit.ends_after_payment": False})

    assert answer([policy(CI)], illness(), illness("2018-09-01"), terms=terms).codes == ()


# ILLNESS_ALREADY_PAID


def test_an_illness_is_paid_once_under_any_policy() -> None:
    policies = [policy(CI), policy(CI, id="p2", starts_on="2019-01-01")]
    claims = [illness(illness="乳腺癌"), illness("2019-06-01", illness="乳腺癌")]

    assert answer(policies, *claims).codes == ("ILLNESS_ALREADY_PAID",)


@pytest.mark.parametrize("other", ["乳腺癌 ", "c50", None])
def test_illnesses_are_compared_character_by_character(other: str | None) -> None:
    policies = [policy(CI), policy(CI, id="p2", starts_on="2019-01-01")]
    claims = [illness(illness="C50"), illness("2019-06-01", illness=other)]

    assert answer(policies, *claims).codes == ()


def test_an_illness_paid_in_another_family_may_be_paid_here() -> None:
    policies = [policy(CI), policy("FEM-2018-1Y", id="p2")]
    claims = [illness(illness="C50"), illness(family="FEM", illness="C50")]

    assert answer(policies, *claims).codes == ()


# PRE_EXISTING


def test_first_signs_before_the_cover_refuse() -> None:
    outcome = answer([policy(CI)], illness(first_signs_on="2017-12-31"))

    assert outcome.codes == ("PRE_EXISTING",)
    assert answer([policy(CI)], illness(first_signs_on="2018-01-01")).codes == ()


@pytest.mark.parametrize("waived", [True, False])
def test_first_signs_are_compared_with_the_first_day_of_the_chain(waived: bool) -> None:
    terms = catalogue_with({f"{CI}.waiting.waived_on_renewal": waived})
    policies = [
        policy(CI, id="p1", starts_on="2016-01-01"),
        policy(CI, id="p2", starts_on="2017-01-01"),
        policy(CI, id="p3", starts_on="2018-01-01"),
    ]

    inside = answer(policies, illness(first_signs_on="2016-01-01"), terms=terms)
    before = answer(policies, illness(first_signs_on="2015-12-31"), terms=terms)

    assert (inside.codes, before.codes) == ((), ("PRE_EXISTING",))


# WAITING


@pytest.mark.parametrize(
    ("day", "codes"),
    [("2018-01-01", ("WAITING",)), ("2018-01-30", ("WAITING",)), ("2018-01-31", ())],
)
def test_the_waiting_days_include_their_last(day: str, codes: tuple[str, ...]) -> None:
    assert answer([policy(CI)], illness(day)).codes == codes


@pytest.mark.parametrize("waiting", [None, {}, {"days": None}])
def test_where_no_days_are_known_there_is_no_waiting(waiting: Json | None) -> None:
    terms = catalogue_with({f"{CI}.waiting": waiting})

    assert str(answer([policy(CI)], illness("2018-01-01"), terms=terms).amount) == "10000.00"


def test_waiting_is_checked_in_every_family() -> None:
    terms = catalogue_with({"INPMED-2018.waiting.days": 5})

    outcome = answer([policy()], stay("2018-01-05", "2018-01-09", "4300.00"), terms=terms)

    assert outcome.codes == ("WAITING",)


# LATE


@pytest.mark.parametrize(
    ("filed_on", "codes"),
    [("2020-05-02", ()), ("2020-05-03", ("LATE",)), ("2017-01-01", ())],
)
def test_the_last_day_of_the_limit_is_in_time(filed_on: str, codes: tuple[str, ...]) -> None:
    late = stay("2018-05-02", "2018-05-12", "4300.00", filed_on=filed_on)

    assert answer([policy()], late).codes == codes


def test_the_limit_of_29_february_falls_back() -> None:
    event = stay("2024-02-29", "2024-03-05", "4300.00", filed_on="2026-02-28")
    policies = [policy(starts_on="2024-01-01")]

    assert answer(policies, event).codes == ()
    assert answer(policies, event | {"filed_on": "2026-03-01"}).codes == ("LATE",)


# EXCLUDED


@pytest.mark.parametrize(
    ("cause", "codes"),
    [("psychiatric_illness", ("EXCLUDED",)), ("fraud", ("EXCLUDED",)), ("rain", ())],
)
def test_exclusions_of_the_plan_and_the_common_ones(cause: str, codes: tuple[str, ...]) -> None:
    event = allowance("2018-05-01", "2018-05-09", causes=["rain", cause])

    assert answer([policy("INPALW-2018")], event).codes == codes


# DUPLICATE_STAY


def test_the_same_hospital_and_day_is_the_same_stay() -> None:
    first = stay("2018-05-02", "2018-05-12", "4300.00", hospital=HOSPITAL)
    again = stay("2018-05-02", "2018-05-03", "900.00", hospital=HOSPITAL | {"level": 2})

    assert answer([policy()], first, again).codes == ("DUPLICATE_STAY", "OVERLAP")


@pytest.mark.parametrize(
    "other",
    [
        stay("2018-05-03", "2018-05-12", "4300.00", hospital=HOSPITAL),
        stay("2018-05-02", "2018-05-12", "4300.00", hospital=HOSPITAL | {"code": "other"}),
        stay("2018-05-02", "2018-05-12", "4300.00"),
        stay("2018-05-02", "2018-05-12", "4300.00", hospital=HOSPITAL, causes=["fraud"]),
        stay("2018-05-02", "2018-05-12", "4300.00", hospital=HOSPITAL, insured="m2"),
        stay("2018-05-02", "2018-05-12", "4300.00", hospital=HOSPITAL)
        | {"special_disease": "outpatient"},
        allowance("2018-05-02", "2018-05-12", hospital=HOSPITAL),
    ],
    ids=["day", "hospital", "unknown", "refused", "insured", "outpatient", "family"],
)
def test_other_claims_are_no_duplicates(other: Json) -> None:
    again = stay("2018-05-02", "2018-05-12", "4300.00", hospital=HOSPITAL)

    assert "DUPLICATE_STAY" not in answer([policy()], other, again).codes


@pytest.mark.parametrize("decision", ["nil", "supplement", "referred", "payable"])
def test_any_claim_that_was_not_refused_counts_as_a_stay(decision: str) -> None:
    first = stay("2018-05-02", "2018-05-12", hospital=HOSPITAL, decided=decided(decision))
    again = stay("2018-05-02", "2018-05-12", "4300.00", hospital=HOSPITAL)

    assert answer([policy()], first, again).codes == ("DUPLICATE_STAY", "OVERLAP")


# HOSPITAL


@pytest.mark.parametrize(
    ("hospital", "codes"),
    [
        (HOSPITAL | {"level": 2}, ()),
        (HOSPITAL | {"level": 1}, ("HOSPITAL",)),
        (HOSPITAL | {"city": "120000"}, ("HOSPITAL",)),
        (None, ()),
    ],
)
def test_level_and_city_of_the_hospital(hospital: Json | None, codes: tuple[str, ...]) -> None:
    event = stay("2018-05-02", "2018-05-12", "4300.00", hospital=hospital)
    outcome = answer([policy()], event)

    assert outcome.codes == codes
    assert outcome.decision == ("referred" if codes else "payable")
    assert str(outcome.amount) == "1800.00"


def test_special_outpatient_treatment_is_checked_for_the_hospital() -> None:
    event = stay("2018-05-02", "2018-05-02", "4300.00", hospital=HOSPITAL | {"level": 1})

    assert answer([policy()], event | {"special_disease": "outpatient"}).codes == ("HOSPITAL",)


def test_the_hospital_of_an_accident_is_not_checked() -> None:
    event = claim("ACC", "2018-05-02", hospital_days=3, hospital=HOSPITAL | {"level": 1})

    assert answer([policy("ACC-2017")], event).codes == ()


# OVERLAP


@pytest.mark.parametrize(
    ("admitted_on", "discharged_on", "codes"),
    [
        ("2018-05-11", "2018-05-20", ("OVERLAP",)),
        ("2018-04-20", "2018-05-03", ("OVERLAP",)),
        ("2018-05-04", "2018-05-05", ("OVERLAP",)),
        ("2018-05-12", "2018-05-20", ()),
        ("2018-04-20", "2018-05-02", ()),
        ("2018-05-05", "2018-05-05", ()),
    ],
)
def test_nights_are_half_open(admitted_on: str, discharged_on: str, codes: tuple[str, ...]) -> None:
    first = stay("2018-05-02", "2018-05-12", "4300.00")

    assert answer([policy()], first, stay(admitted_on, discharged_on, "4300.00")).codes == codes


def test_outpatient_treatment_during_a_stay_is_no_overlap() -> None:
    treated = stay("2018-05-03", "2018-05-09", "4300.00", special_disease="outpatient")

    assert answer([policy()], stay("2018-05-02", "2018-05-12", "1.00"), treated).codes == ()


def test_where_the_version_knows_no_special_diseases_it_is_a_stay() -> None:
    policies = [policy("INPMED-2008")]
    treated = stay("2018-05-03", "2018-05-09", "4300.00", special_disease="outpatient")

    first = stay("2018-05-02", "2018-05-12", "1.00")
    assert answer(policies, first, treated).codes == ("OVERLAP",)


# DOCUMENTS


def test_a_missing_document_asks_for_a_supplement() -> None:
    event = stay("2018-05-02", "2018-05-12", "4300.00", documents=ALL_PAPERS[1:])
    outcome = answer([policy()], event)

    assert (outcome.decision, outcome.codes) == ("supplement", ("DOCUMENTS",))
    assert str(outcome.amount) == "1800.00"


@pytest.mark.parametrize("papers", [None, [*ALL_PAPERS, "letter"]])
def test_all_documents_or_no_list_are_in_order(papers: list[str] | None) -> None:
    event = stay("2018-05-02", "2018-05-12", "4300.00", documents=papers)

    assert answer([policy()], event).codes == ()


# decision


def test_the_hardest_finding_decides_and_all_are_reported_in_order() -> None:
    event = stay(
        "2018-05-02",
        "2018-05-12",
        "4300.00",
        filed_on="2030-01-01",
        causes=["fraud"],
        hospital=HOSPITAL | {"level": 1},
        documents=[],
    )
    outcome = answer([policy()], event)

    assert outcome.codes == ("LATE", "EXCLUDED", "HOSPITAL", "DOCUMENTS")
    assert (outcome.decision, str(outcome.amount)) == ("refused", "0.00")


def test_a_supplement_goes_before_a_referral() -> None:
    event = stay(
        "2018-05-02", "2018-05-12", "4300.00", hospital=HOSPITAL | {"level": 1}, documents=[]
    )
    outcome = answer([policy()], event)

    assert (outcome.decision, outcome.codes) == ("supplement", ("HOSPITAL", "DOCUMENTS"))


def test_nothing_due_goes_before_a_supplement() -> None:
    outcome = answer([policy()], stay("2018-05-02", "2018-05-12", "1.00", documents=[]))

    assert (outcome.decision, outcome.codes) == ("nil", ("DOCUMENTS", "NOTHING_DUE"))


def test_nothing_due_is_not_said_of_a_refused_claim() -> None:
    outcome = answer([policy()], stay("2018-05-02", "2018-05-12", "1.00", causes=["fraud"]))

    assert outcome.codes == ("EXCLUDED",)
