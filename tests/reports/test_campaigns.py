"""A campaign's page and its own report."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from claims.models import Claim
from claims.services.filing import NewClaim, file_claim
from policies.models import Campaign, Policy
from reports.selectors.campaigns import campaign_report, campaign_reports
from tests import builders
from tests.policies.builders import imported, line, person
from tests.reports import builders as make
from tests.reports.world import a_year

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def year() -> dict[str, Any]:
    return a_year()


@pytest.fixture
def campaign() -> Campaign:
    return Campaign.objects.get(code="BJQX-2018")


def test_the_figures_by_union(year: dict[str, Any], campaign: Campaign) -> None:
    """花市小学 has 3 people of 74 yuan; a draft of another unit counts as enrolled only."""
    make.batch(
        year["tt1"], "ACC", [(year["a"][0], 1)], accepted_on=None, status="DRAFT", tier="T74",
        campaign=campaign,
    )  # fmt: skip
    found = campaign_report(builders.viewer_as("leader"), campaign)
    lines = {row.name: (row.persons, row.amount, row.accepted, row.in_force) for row in found.lines}
    assert lines["花市小学工会"] == (3, D(222), D(222), D(222))
    assert lines["天坛饭店工会"] == (1, D(74), D(0), D(0))
    assert (found.total.persons, found.total.amount) == (4, D(296))
    claims = Claim.objects.filter(campaign=campaign).exclude(status="WITHDRAWN")
    assert found.total.claims == claims.count()
    listed = campaign_reports(builders.viewer_as("leader"))
    assert [(one.total.persons, one.total.amount) for one in listed] == [(4, D(296))]


def test_a_street_sees_its_part_only(year: dict[str, Any], campaign: Campaign) -> None:
    street = builders.viewer_as("coordinator", year["tt"])
    assert campaign_report(street, campaign).lines == []
    other = campaign_report(builders.viewer_as("coordinator", year["dhs"]), campaign)
    assert other.total.persons == 3
    client = builders.client_for(builders.user("coordinator", year["tt"]))
    page = client.get(reverse("reports:campaign-detail", args=["BJQX-2018"])).content.decode()
    assert "花市小学" not in page
    assert "222.00" not in page


def test_the_report_as_a_workbook(year: dict[str, Any]) -> None:
    client = builders.client_for(builders.user("leader"))
    answer = client.get(reverse("reports:campaign-export", args=["BJQX-2018"]))
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [value for row in sheet.iter_rows(values_only=True) for value in row if value]
    assert "花市小学工会" in cells
    assert "已发放互助金" in cells


def test_a_campaign_from_the_desk() -> None:
    desk = builders.client_for(builders.user("enrolment"))
    given = {
        "code": "BJQX-2019", "name_zh": "百街千巷二期", "family": "ACC", "tier": "T50",
        "starts_on": "2019-05-15", "sponsor": "区总工会", "budget": "100,000",
    }  # fmt: skip
    create = reverse("reports:campaign-create")
    assert desk.post(create, {**given, "tier": "T1"}).status_code == 422
    done = desk.post(create, given, follow=True)
    assert "百街千巷二期" in done.content.decode()
    edit = reverse("reports:campaign-edit", args=["BJQX-2019"])
    done = desk.post(edit, {**given, "code": "OTHER", "sponsor": "某公司"}, follow=True)
    assert "某公司" in done.content.decode()
    move = reverse("reports:campaign-move", args=["BJQX-2019"])
    desk.post(move, {"to": "COLLECTING"})
    assert Campaign.objects.get(code="BJQX-2019").status == "COLLECTING"
    refused = desk.post(move, {"to": "PLANNED"}, follow=True)
    assert "不能这样变更" in refused.content.decode()


def test_a_claim_filed_by_hand_belongs_to_the_campaign_of_its_cover() -> None:
    unit = builders.union()
    who = person(unit)
    cells = {"档次": "T74", "专项活动": "BJQX-2018", "起保日期": "2018-05-15"}
    assert imported([line(unit, who, "ACC", **cells)]).written
    policy = Policy.objects.get()
    policy.batch.status, policy.batch.accepted_on = "EFFECTIVE", date(2018, 5, 10)
    policy.batch.save()
    filed = file_claim(
        new=NewClaim(member_id=who[0].pk, family="ACC", event_on=date(2018, 6, 1), living_days=3),
        by=builders.viewer_as("agent", unit),
        on=date(2018, 6, 10),
    )
    assert filed.policy_id == policy.pk
    assert filed.campaign is not None
    assert filed.campaign.code == "BJQX-2018"
