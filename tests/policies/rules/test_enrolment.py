"""Who may join, when and at what price (columns of the enrolment roster 参保名单)."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import policies
from policies.rules.catalogue import parse_catalogue
from policies.rules.enrolment import (
    AgeVerdict,
    NoSuchTier,
    age_verdict,
    last_day_on_sale,
    on_sale,
    price_of,
    tier_for,
)
from policies.rules.terms import PlanTerms

CATALOGUE = parse_catalogue(
    yaml.safe_load(
        (Path(policies.__file__).with_name("data") / "catalogue.yaml").read_text(encoding="utf-8")
    )
)
START = date(2018, 1, 1)


def plan(code: str) -> PlanTerms:
    return CATALOGUE.plan_by_code[code]


# on sale


@pytest.mark.parametrize(
    ("code", "day", "sold"),
    [
        ("INPMED-2008", date(2007, 12, 31), False),
        ("INPMED-2008", date(2008, 1, 1), True),
        ("INPMED-2008", date(2017, 12, 31), True),
        ("INPMED-2008", date(2018, 1, 1), False),
        ("INPMED-2018", date(2018, 1, 1), True),
        ("INPMED-2018", date(2199, 1, 1), True),
        ("CI-2016", date(2017, 6, 1), True),
        ("CI-2005-3Y", date(2017, 6, 1), False),
    ],
)
def test_a_version_is_sold_until_the_next_of_its_family_begins(
    code: str, day: date, sold: bool
) -> None:
    assert on_sale(plan(code), CATALOGUE.plans, day) is sold


@pytest.mark.parametrize(
    ("effective_to", "last_day"),
    [(date(2010, 6, 30), date(2010, 6, 30)), (date(2020, 6, 30), date(2017, 12, 31))],
)
def test_the_end_that_comes_first_holds(effective_to: date, last_day: date) -> None:
    ended = replace(plan("INPMED-2008"), effective_to=effective_to)

    assert last_day_on_sale(ended, CATALOGUE.plans) == last_day


def test_the_latest_version_is_sold_without_end() -> None:
    assert last_day_on_sale(plan("INPMED-2018"), CATALOGUE.plans) is None


# tiers and prices


@pytest.mark.parametrize(
    ("code", "text", "tier"),
    [
        ("ACC-2017", "T50", "T50"),
        ("ACC-2017", "50", "T50"),
        ("ACC-2017", "50.00", "T50"),
        ("CHILD-2018", "", "STD"),
        ("CHILD-2018", None, "STD"),
        ("CHILD-2018", "STD", "STD"),
        ("INPMED-2018", "", None),
        ("INPMED-2018", None, None),
    ],
)
def test_a_tier_is_named_by_code_or_price(code: str, text: str | None, tier: str | None) -> None:
    assert tier_for(plan(code), text) == tier


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ACC-2017", ""),
        ("ACC-2017", None),
        ("ACC-2017", "T51"),
        ("ACC-2017", "62"),
        ("ACC-2017", "t50"),
        ("CHILD-2018", "T50"),
        ("INPMED-2018", "50"),
    ],
)
def test_a_missing_or_unknown_tier_is_an_error(code: str, text: str | None) -> None:
    with pytest.raises(NoSuchTier):
        tier_for(plan(code), text)


@pytest.mark.parametrize(
    ("code", "facts", "price"),
    [
        ("CI-2018-1Y", {"shares": 2}, "80.00"),
        ("INPMED-2018", {}, "50.00"),
        ("INPMED-2018", {"high_risk": True}, "50.00"),
        ("ACC-2017", {"tier": "T74"}, "74.00"),
        ("ACC-2017", {"tier": "T74", "high_risk": True}, "93.00"),
        ("CHILD-2018", {"tier": "STD", "high_risk": True}, "50.00"),
    ],
)
def test_the_price_of_a_term(code: str, facts: dict[str, Any], price: str) -> None:
    assert str(price_of(plan(code), **facts)) == price


def test_a_tier_without_high_risk_price_has_one_price() -> None:
    by_tier = replace(plan("CHILD-2018"), per_share=None)

    assert str(price_of(by_tier, tier="STD", high_risk=True)) == "50.00"


@pytest.mark.parametrize("tier", [None, "T51"])
def test_a_price_by_tier_needs_the_tier(tier: str | None) -> None:
    with pytest.raises(NoSuchTier):
        price_of(plan("ACC-2017"), tier=tier)


# ages


@pytest.mark.parametrize(
    ("code", "sex", "born_on", "verdict"),
    [
        ("INPMED-2018", "male", date(2002, 1, 1), AgeVerdict.OK),
        ("INPMED-2018", "male", date(2002, 1, 2), AgeVerdict.OUTSIDE),
        ("INPMED-2018", "male", date(1957, 1, 2), AgeVerdict.OK),
        ("INPMED-2018", "male", date(1957, 1, 1), AgeVerdict.FLAGGED),
        ("INPMED-2018", "female", date(1952, 1, 2), AgeVerdict.FLAGGED),
        ("INPMED-2018", "male", date(1952, 1, 1), AgeVerdict.OUTSIDE),
        ("ACC-2017", "male", date(1957, 1, 1), AgeVerdict.OUTSIDE),
        ("CHILD-2018", "male", date(2018, 1, 1), AgeVerdict.OK),
        ("CHILD-2018", "male", date(2000, 1, 2), AgeVerdict.OK),
        ("CHILD-2018", "male", date(2000, 1, 1), AgeVerdict.OUTSIDE),
        ("INPALW-2011", "female", date(1963, 1, 1), AgeVerdict.OUTSIDE),
        ("INPALW-2011", "female", date(1963, 1, 2), AgeVerdict.OK),
        ("INPALW-2011", "male", date(1963, 1, 1), AgeVerdict.OK),
        ("INPALW-2011", "male", date(1958, 1, 1), AgeVerdict.OUTSIDE),
    ],
)
def test_ages_are_completed_years_on_the_first_day(
    code: str, sex: str, born_on: date, verdict: AgeVerdict
) -> None:
    assert age_verdict(plan(code), born_on, sex, START) == verdict


def test_without_a_highest_age_everybody_older_may_join() -> None:
    terms = plan("INPMED-2018")
    ageless = replace(terms, ages=replace(terms.ages, max=None))

    assert age_verdict(ageless, date(1920, 1, 1), "male", START) == AgeVerdict.OK
