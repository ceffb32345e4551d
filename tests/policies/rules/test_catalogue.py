"""The typed schema of the plan catalogue: what it reads, and where a fault is."""

import json
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import policies
from policies.rules.catalogue import (
    Malformed,
    parse_catalogue,
    parse_common,
    parse_plan,
    parse_secondary,
)
from policies.rules.terms import AccidentTable, PercentOverDeductible

DOCUMENT = yaml.safe_load(
    (Path(policies.__file__).with_name("data") / "catalogue.yaml").read_text(encoding="utf-8")
)
CATALOGUE = parse_catalogue(DOCUMENT)
INPMED, ACC = 1, 9  # positions in the list of plans


def fault_of(change: Callable[[Any], object]) -> str:
    document = deepcopy(DOCUMENT)
    change(document)
    with pytest.raises(Malformed) as fault:
        parse_catalogue(document)
    assert str(fault.value).startswith(f"{fault.value.place}: ")
    return fault.value.place


def test_the_shipped_catalogue_has_every_family() -> None:
    assert {plan.family for plan in CATALOGUE.plans} == {
        "INPMED",
        "INPALW",
        "CI",
        "FEM",
        "ACC",
        "CHILD",
    }
    assert [terms.code for terms in CATALOGUE.secondary] == ["SECREIMB-2012", "SECREIMB-2017"]
    assert [campaign.code for campaign in CATALOGUE.campaigns] == ["BJQX-2018"]


def test_parameters_become_decimals_and_typed_benefits() -> None:
    benefit = CATALOGUE.plan_by_code["INPMED-2018"].benefit

    assert isinstance(benefit, PercentOverDeductible)
    assert benefit.rates == (Decimal("0.60"), Decimal("0.50"))
    assert (benefit.first_deductible, benefit.cap_per_term) == (Decimal("1300.00"), None)


def test_a_plan_read_back_from_json_is_the_same() -> None:
    for document, plan in zip(DOCUMENT["plans"], CATALOGUE.plans, strict=True):
        assert parse_plan(json.loads(json.dumps(document))) == plan
    for document, terms in zip(
        DOCUMENT["secondary_reimbursement"], CATALOGUE.secondary, strict=True
    ):
        assert parse_secondary(json.loads(json.dumps(document))) == terms
    assert parse_common(DOCUMENT["common"]) == CATALOGUE.common


def test_all_of_a_staff_up_to_a_number_is_below_the_next() -> None:
    groups = {plan.code: plan.min_group for plan in CATALOGUE.plans if plan.min_group}

    assert groups["CI-2005-3Y"].all_if_staff_below == 21
    assert groups["ACC-2017"].all_if_staff_below == 30


def test_only_accident_plans_have_tiers_and_only_lump_sums_end_the_cover() -> None:
    plans = CATALOGUE.plan_by_code

    assert [tier.code for tier in plans["ACC-2017"].tiers] == ["T26", "T50", "T74", "T100"]
    assert plans["INPMED-2018"].tiers == ()
    assert plans["CI-2018-1Y"].ends_after_payment
    assert not plans["INPALW-2018"].ends_after_payment


@pytest.mark.parametrize("year", [2011, 1, -4])
def test_before_the_first_version_there_is_no_secondary_reimbursement(year: int) -> None:
    assert CATALOGUE.secondary_in(year) is None


def test_the_secondary_version_of_a_year() -> None:
    found = [CATALOGUE.secondary_in(year) for year in (2012, 2016, 2017, 99999)]

    assert [terms.code for terms in found if terms] == [
        "SECREIMB-2012",
        "SECREIMB-2012",
        "SECREIMB-2017",
        "SECREIMB-2017",
    ]


# evidence


@pytest.mark.parametrize(
    ("plan", "path", "code"),
    [
        ("ACC-2017", "benefit.tiers.T26.price", "V"),
        ("ACC-2017", "benefit.tiers.T26.price_high_risk", "S"),
        ("ACC-2017", "benefit.tiers.T100.death_and_funeral", "V"),
        ("ACC-2017", "benefit.tiers.T50.death_and_funeral", "D"),
        ("ACC-2017", "benefit.disability_percent_by_grade.3", "G"),
        ("INPMED-2018", "benefit.deductible.first", "S"),
        ("INPMED-2018", "benefit.cap_per_term", "D"),
        ("INPMED-2018", "ages.max", "S"),
        ("FEM-2018-1Y", "benefit.per_share.full", "V"),
    ],
)
def test_evidence_is_found_by_path_wildcard_prefix_and_default(
    plan: str, path: str, code: str
) -> None:
    assert CATALOGUE.plan_by_code[plan].evidence_of(path) == code


def test_evidence_of_the_benefit_may_leave_out_its_name() -> None:
    assert CATALOGUE.secondary[0].evidence_of("benefit.over_ceiling.bands") == "D"
    assert CATALOGUE.secondary[0].evidence_of("benefit.rate_to_ceiling") == "V"


@pytest.mark.parametrize(
    ("path", "confirmed"),
    [
        ("benefit.per_share.full", True),
        ("waiting.days", True),
        ("benefit.per_share.reduced", False),  # a benefit from a secondary source
        ("shares.max", False),
    ],
)
def test_verified_and_secondary_parameters_are_confirmed(path: str, confirmed: bool) -> None:
    assert CATALOGUE.plan_by_code["FEM-2018-1Y"].is_confirmed(path) is confirmed


# faults


def plan_of(document: Any, position: int = INPMED) -> Any:
    return document["plans"][position]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.update(rates=1), "rates"),
        (lambda d: d.pop("common"), "common"),
        (lambda d: d.update(schema="other/2"), "schema"),
        (lambda d: plan_of(d).update(titel="x"), "plans[1].titel"),
        (lambda d: plan_of(d).pop("benefit"), "plans[1].benefit"),
        (lambda d: plan_of(d).update(family="SECREIMB"), "plans[1].family"),
        (lambda d: plan_of(d)["benefit"].update(kind="per_diem"), "plans[1].benefit.kind"),
        (lambda d: plan_of(d)["benefit"].update(rates=[]), "plans[1].benefit.rates"),
        (lambda d: plan_of(d)["benefit"].update(rates=[0.6]), "plans[1].benefit.rates[0]"),
        (lambda d: plan_of(d)["benefit"].update(rate="0.60"), "plans[1].benefit.rate"),
        (lambda d: plan_of(d).update(effective_from="2018"), "plans[1].effective_from"),
        (lambda d: plan_of(d).update(term_months=0), "plans[1].term_months"),
        (lambda d: plan_of(d).update(term_months=1201), "plans[1].term_months"),
        (lambda d: plan_of(d)["waiting"].update(day=1), "plans[1].waiting.day"),
        (lambda d: plan_of(d)["price"].pop("per_share"), "plans[1].price.per_share"),
        (lambda d: plan_of(d).update(price={"by_tier": True}), "plans[1].price"),
        (lambda d: plan_of(d)["claim_limit"].update(unit="days"), "plans[1].claim_limit.unit"),
        (lambda d: plan_of(d)["evidence"].update(price="X"), "plans[1].evidence.price"),
        (lambda d: plan_of(d)["evidence"].pop("_default"), "plans[1].evidence._default"),
        (lambda d: plan_of(d, 2).update(code="INPMED-2018"), "plans[2].code"),
        (lambda d: plan_of(d, ACC)["benefit"].update(tiers=[]), "plans[9].benefit.tiers"),
        (
            lambda d: plan_of(d, ACC)["benefit"]["tiers"][1].update(tier="T26"),
            "plans[9].benefit.tiers",
        ),
        (
            lambda d: plan_of(d, ACC)["benefit"]["disability_percent_by_grade"].pop(10),
            "plans[9].benefit.disability_percent_by_grade",
        ),
        (
            lambda d: plan_of(d, ACC)["benefit"]["disability_percent_by_grade"].update({3: 1}),
            "plans[9].benefit.disability_percent_by_grade.3",
        ),
        (
            lambda d: d["secondary_reimbursement"][1].pop("benefit"),
            "secondary_reimbursement[1].benefit",
        ),
        (
            lambda d: d["secondary_reimbursement"][1].update(code="SECREIMB-2012"),
            "secondary_reimbursement[1].code",
        ),
        (lambda d: d["common"]["hospital"].pop("city"), "common.hospital.city"),
        (lambda d: d["campaigns"][0].update(plan="ACC-2018"), "campaigns[0].plan"),
        (lambda d: d["campaigns"][0].update(tier="T75"), "campaigns[0].tier"),
        (lambda d: d["campaigns"][0].update(amount="-1.00"), "campaigns[0].amount"),
        # what no rule reads has a type too
        (lambda d: d.update(compiled="yesterday"), "compiled"),
        (lambda d: d["conventions"].update(evidence=1), "conventions.evidence"),
        (lambda d: d["reference_variants"][0].pop("source"), "reference_variants[0].source"),
        (lambda d: d["common"].update(card_required="yes"), "common.card_required"),
        (
            lambda d: d["common"]["payment_promise"].update(unit="moons"),
            "common.payment_promise.unit",
        ),
        (lambda d: d["common"]["min_group"].update(least=3), "common.min_group.least"),
        (
            lambda d: d["plans"][INPMED]["channel_limits"].update(fax="1.00"),
            "plans[1].channel_limits.fax",
        ),
        (lambda d: d["plans"][INPMED].update(excludes=["SECREIMB"]), "plans[1].excludes[0]"),
        (
            lambda d: d["plans"][INPMED]["benefit"].update(max_stays="two"),
            "plans[1].benefit.max_stays",
        ),
        (lambda d: d["plans"][INPMED]["ages"].update(basis=1), "plans[1].ages.basis"),
        (
            lambda d: d["plans"][4]["benefit"]["illness_list"].update(A="all"),
            "plans[4].benefit.illness_list.A",
        ),
        (
            lambda d: d["secondary_reimbursement"][0]["price"].update(per_share="free"),
            "secondary_reimbursement[0].price.per_share",
        ),
        (
            lambda d: d["secondary_reimbursement"][1]["data_flow"]["below_ceiling"].pop("cycle"),
            "secondary_reimbursement[1].data_flow.below_ceiling.cycle",
        ),
        (lambda d: d["other_free_plans"][0].update(kind="gift"), "other_free_plans[0].kind"),
        (
            lambda d: d["other_free_plans"][0]["benefit"].pop("fire_loss_max"),
            "other_free_plans[0].benefit.fire_loss_max",
        ),
        (lambda d: d["campaigns"][0]["claims"].update(persons="11"), "campaigns[0].claims.persons"),
    ],
)
def test_a_fault_is_named_by_its_path(change: Callable[[Any], object], place: str) -> None:
    assert fault_of(change) == place


@pytest.mark.parametrize("document", [None, [], "x"])
def test_a_catalogue_is_an_object(document: object) -> None:
    with pytest.raises(Malformed, match=r"^not an object$"):
        parse_catalogue(document)


def test_what_has_no_effect_may_be_left_out() -> None:
    document = deepcopy(DOCUMENT)
    for key in ("campaigns", "secondary_reimbursement", "other_free_plans", "conventions"):
        del document[key]
    for key in ("waiting", "documents", "documents_if_applicable", "channel_limits"):
        del document["plans"][INPMED][key]
    del document["common"]["exclusions"]

    plan = parse_catalogue(document).plans[INPMED]

    assert (plan.waiting.days, plan.documents, plan.exclusions) == (None, (), ())


def test_a_tier_is_found_by_its_code() -> None:
    benefit = CATALOGUE.plan_by_code["CHILD-2018"].benefit

    assert isinstance(benefit, AccidentTable)
    assert benefit.tier("STD") == benefit.tiers[0]
    assert benefit.tier(None) is None
