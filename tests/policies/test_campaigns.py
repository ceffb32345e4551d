"""Centrally funded drives: made and moved by the district, kept by the rosters."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.models import AuditEvent
from members.models import Organisation
from policies.models import Campaign, PlanVersion, Policy
from policies.services import campaigns, plans
from tests import builders
from tests.policies.builders import (
    TODAY,
    batch,
    clerk,
    codes,
    imported,
    line,
    person,
    plan_draft,
)

pytestmark = pytest.mark.django_db
FACTS: dict[str, Any] = {
    "code": "BJQX-2019",
    "name_zh": "百街千巷二期",
    "family": "ACC",
    "tier": "T50",
    "starts_on": date(2019, 5, 15),
    "sponsor": "东城区总工会",
    "budget": Decimal("100000.00"),
}


@pytest.fixture
def unit() -> Organisation:
    return builders.union(name="天坛饭店工会")


def row(unit: Organisation, **cells: Any) -> dict[str, Any]:
    given = {"档次": "T74", "专项活动": "BJQX-2018", "起保日期": "2018-05-15", **cells}
    return line(unit, person(unit), "ACC", **given)


def test_from_planned_to_closed() -> None:
    officer = clerk()
    made = campaigns.make_campaign(**FACTS, by=officer, on=TODAY)
    assert (made.status, made.plan_version.code) == ("PLANNED", "ACC-2017")
    changed = {**FACTS, "tier": "T74", "sponsor_code": builders.union("ZG01").code}
    campaigns.change_campaign(**changed, by=officer, on=TODAY)
    for to in ("COLLECTING", "FUNDED", "CLOSED"):
        made = campaigns.move_campaign(code="BJQX-2019", to=to, by=officer, on=TODAY)
    assert made.sponsor_union is not None
    assert (made.tier, made.closed_on, made.sponsor_union.code) == ("T74", TODAY, "ZG01")
    acts = AuditEvent.objects.filter(subject="campaign:BJQX-2019").count()
    assert acts == 5


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (campaigns.CampaignMalformed, {"code": "BJQX-2018"}),
        (campaigns.CampaignMalformed, {"code": "百街"}),
        (campaigns.CampaignMalformed, {"tier": "T75"}),
        (campaigns.CampaignMalformed, {"family": "INPALW"}),  # has no tiers
        (campaigns.CampaignMalformed, {"starts_on": date(2001, 1, 1)}),
        (campaigns.CampaignMalformed, {"budget": Decimal(0)}),
        (campaigns.CampaignMalformed, {"sponsor_code": "NOBODY"}),
    ],
)
def test_what_does_not_fit(refusal: type[Exception], changes: dict[str, Any]) -> None:
    with pytest.raises(refusal):
        campaigns.make_campaign(**{**FACTS, **changes}, by=clerk(), on=TODAY)
    assert Campaign.objects.count() == 1


def test_only_the_district_and_only_along_the_moves(unit: Organisation) -> None:
    with pytest.raises(campaigns.CampaignNotForDistrict):
        campaigns.make_campaign(**FACTS, by=builders.viewer_as("agent", unit), on=TODAY)
    campaigns.make_campaign(**FACTS, by=clerk(), on=TODAY)
    for to in ("FUNDED", "PLANNED", "x"):
        with pytest.raises(campaigns.CampaignMoveNotAllowed):
            campaigns.move_campaign(code="BJQX-2019", to=to, by=clerk(), on=TODAY)


def test_what_rosters_were_checked_against_stays(unit: Organisation) -> None:
    assert imported([row(unit)]).written
    same: dict[str, Any] = {
        "code": "BJQX-2018", "name_zh": "百街千巷", "family": "ACC", "tier": "T74",
        "starts_on": date(2018, 5, 15), "sponsor": "东城区总工会", "by": clerk(), "on": TODAY,
    }  # fmt: skip
    campaigns.change_campaign(**same)
    with pytest.raises(campaigns.CampaignHasLines):
        campaigns.change_campaign(**{**same, "tier": "T50"})
    with pytest.raises(campaigns.CampaignMoveNotAllowed):  # a draft waits
        campaigns.move_campaign(code="BJQX-2018", to="CLOSED", by=clerk(), on=TODAY)


@pytest.mark.parametrize(
    "cells",
    [{"档次": "T50"}, {"起保日期": "2018-06-01"}, {"出资方": "工会"}],
)
def test_a_row_keeps_the_campaign_s_tier_day_and_funder(
    unit: Organisation, cells: dict[str, str]
) -> None:
    found = imported([row(unit, **cells)])
    assert codes(found) == [(2, "专项活动", "UNKNOWN_CAMPAIGN")]
    assert not found.written


def test_the_district_pays_for_a_campaign(unit: Organisation) -> None:
    assert imported([row(unit), row(unit, 出资方="区总工会"), line(unit, person(unit))]).written
    assert sorted(Policy.objects.values_list("family", "funder")) == [
        ("ACC", "DISTRICT"),
        ("ACC", "DISTRICT"),
        ("INPALW", "UNION"),
    ]


def test_a_closed_campaign_takes_no_roster_and_keeps_its_rows(unit: Organisation) -> None:
    rows = [row(unit)]
    assert imported(rows).written
    Campaign.objects.update(status="FUNDED")
    assert imported(rows).unchanged == 1  # what is stored may be brought in again
    assert codes(imported([row(unit)])) == [(2, "专项活动", "UNKNOWN_CAMPAIGN")]


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("campaign_status_known", {"status": "GONE"}),
        ("campaign_closed_iff_closed_on", {"status": "CLOSED"}),
        ("campaign_closed_iff_closed_on", {"closed_on": TODAY}),
        ("campaign_budget_positive", {"budget": Decimal(0)}),
    ],
)
def test_constraints(constraint: str, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Campaign.objects.update(**changes)


# ------------------------------------------------------------------ plans that exclude each other


@pytest.fixture
def excluding(unit: Organisation) -> PlanVersion:
    """住院津贴 from 2030 on excludes 住院医疗."""
    officer = clerk()
    draft = plan_draft("INPALW-2030X", by=officer)
    terms = {**draft.parameters, "excludes": ["INPMED"]}
    plans.change_draft(code=draft.code, parameters=terms, by=officer, on=TODAY)
    plans.propose(code=draft.code, by=officer, on=TODAY)
    boss = builders.viewer_as("approver")
    return plans.publish(code=draft.code, by=boss, on=TODAY, at=AuditEvent.objects.latest("pk").at)


def test_plans_that_exclude_each_other(unit: Organisation, excluding: PlanVersion) -> None:
    who, start = person(unit), {"起保日期": "2030-04-01"}
    pair = [line(unit, who, "INPMED", **start), line(unit, who, "INPALW", **start)]
    found = imported(pair)
    assert codes(found) == [(3, "证件号码", "DUPLICATE_COVER")]
    assert "在职职工住院医疗互助保障活动" in found.findings[0].message
    for first, second in (pair, pair[::-1]):  # whichever of the two is stored already
        with transaction.atomic():
            assert imported([first]).written
            found = imported([second])
            assert codes(found) == [(2, "证件号码", "DUPLICATE_COVER")]
            assert "不能同时参加" in found.findings[0].message
            assert imported([first]).unchanged == 1
            transaction.set_rollback(True)
    other = builders.union(name="东花市小学工会")
    batch(other, plan="INPMED", start=date(2030, 4, 1))  # another person
    assert imported([pair[1]]).written


def test_no_pair_is_shipped(unit: Organisation) -> None:
    who = person(unit)
    assert imported([line(unit, who, "INPMED"), line(unit, who, "INPALW")]).written
