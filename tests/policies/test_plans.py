"""The readers of the catalogue."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies import plans, selectors
from policies.models import PlanVersion
from policies.plans import NotOnSale, group_needed
from policies.rules.terms import MinGroup
from policies.states import PAID_FAMILIES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("family", "day", "code"),
    [
        ("INPMED", date(2017, 12, 31), "INPMED-2008"),
        ("INPMED", date(2018, 1, 1), "INPMED-2018"),
        ("CI", date(2015, 12, 31), "CI-2005-3Y"),
        ("CI", date(2016, 1, 1), "CI-2016"),
        ("ACC", date(2030, 1, 1), "ACC-2017"),
    ],
)
def test_the_version_on_sale(family: str, day: date, code: str) -> None:
    assert plans.terms_on(family=family, day=day).code == code


def test_nothing_on_sale_is_a_sentence() -> None:
    with pytest.raises(NotOnSale, match="2017-12-31"):
        plans.terms_on(family="CHILD", day=date(2017, 12, 31))
    with pytest.raises(NotOnSale):
        plans.terms_on(family="SECREIMB", day=date(2018, 1, 1))


def test_secondary_by_year() -> None:
    codes = {year: plans.secondary_terms(year=year) for year in (2011, 2012, 2016, 2017, 2018)}
    assert codes[2011] is None
    assert [codes[year].code for year in (2012, 2016, 2017, 2018)] == [  # type: ignore[union-attr]
        "SECREIMB-2012",
        "SECREIMB-2012",
        "SECREIMB-2017",
        "SECREIMB-2017",
    ]


def test_terms_are_parsed_once() -> None:
    plans.terms_of(code="CI-2018-1Y")
    with CaptureQueriesContext(connection) as queries:
        terms = plans.terms_of(code="CI-2018-1Y")
    assert len(queries) == 0
    assert terms.per_share == Decimal("40.00")
    with pytest.raises(PlanVersion.DoesNotExist):
        plans.terms_of(code="SECREIMB-2017")


def test_common_and_campaigns() -> None:
    assert plans.common().hospital_min_level == 2
    assert plans.campaigns().get().code == "BJQX-2018"


@pytest.mark.parametrize(
    ("rule", "staff", "needed"),
    [
        (None, 100, None),
        (MinGroup(ratio=Decimal("0.5"), all_if_staff_below=30), None, None),
        (MinGroup(ratio=Decimal("0.5"), all_if_staff_below=30), 29, 29),
        (MinGroup(ratio=Decimal("0.5"), all_if_staff_below=30), 30, 15),
        (MinGroup(ratio=Decimal("0.5"), all_if_staff_below=30), 31, 16),
        (MinGroup(all_if_staff_below=30), 31, None),
    ],
)
def test_group_needed(rule: Any, staff: int | None, needed: int | None) -> None:
    terms = replace(plans.terms_of(code="ACC-2017"), min_group=rule)
    assert group_needed(terms, staff) == needed


def test_every_version_can_be_shown() -> None:
    today = date(2018, 3, 1)
    cards = selectors.plan_cards(today=today)
    assert len(cards) == PlanVersion.objects.count()
    assert [card.version.family for card in cards[:6]] == [family.value for family in PAID_FAMILIES]
    for card in cards:
        groups = selectors.parameters_of(card.version)
        assert all(row.label and row.value for _title, rows in groups for row in rows)


def test_unconfirmed_values_wear_their_badge() -> None:
    version = PlanVersion.objects.get(code="INPMED-2018")
    rows = {row.label: row for _title, group in selectors.parameters_of(version) for row in group}
    price = selectors.plan_card(version, today=date(2018, 3, 1))
    assert (price.price_confirmed, price.unconfirmed > 0) == (False, True)
    assert [row.confirmed for row in rows.values()].count(False) == price.unconfirmed
