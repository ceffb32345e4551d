"""One person by hand: the grid, and the same refusals as of a roster."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from core.models import AuditEvent
from members.models import Organisation
from policies.models import EnrolmentBatch, Policy
from policies.rules.renewal import Choice
from policies.selectors.by_hand import plan_columns
from policies.services.by_hand import (
    EnrolmentRefused,
    MemberGone,
    NothingChosen,
    PlanLine,
    enrol_person,
)
from tests import builders
from tests.policies.builders import START, TODAY, Person, imported, line, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Organisation:
    return builders.union(name="天坛饭店工会")


def enrol(unit: Organisation, who: Person, *lines: PlanLine, day: date = START) -> Any:
    agent = builders.viewer_as("agent", unit)
    return enrol_person(member_id=who[0].pk, lines=lines, starts_on=day, by=agent, on=TODAY)


def test_several_plans_at_once(unit: Organisation) -> None:
    who = person(unit)
    done = enrol(
        unit,
        who,
        PlanLine("INPALW", Choice()),
        PlanLine("ACC", Choice(tier="T50", high_risk=True, funder="MEMBER")),
    )
    assert len(done.batch_ids) == 2
    made = Policy.objects.get(member=who[0], family="ACC")
    assert (made.tier, made.high_risk, made.funder) == ("T50", True, "MEMBER")
    assert EnrolmentBatch.objects.get(pk=made.batch_id).amount == made.amount
    assert AuditEvent.objects.get(action="batch.by_hand").subject == f"member:{who[0].pk}"
    assert AuditEvent.objects.filter(action="batch.fill").count() == 2
    other = person(unit, name="吴二")
    assert enrol(unit, other, PlanLine("INPALW", Choice())).batch_ids == done.batch_ids[:1]


def test_a_child_new_and_known(unit: Organisation) -> None:
    who = person(unit)
    number = builders.document_number(born_on=date(2010, 5, 1))
    new = PlanLine("CHILD", Choice(), child_name="张小", child_number=number, relation="父子")
    enrol(unit, who, new)
    first = Policy.objects.get(family="CHILD")
    known = PlanLine("CHILD", Choice(), child_id=first.child_id)
    enrol(unit, who, known, day=date(START.year + 1, START.month, START.day))
    assert Policy.objects.filter(child=first.child_id, relation="父子").count() == 2
    with pytest.raises(MemberGone):
        enrol(unit, person(unit), known)


CASES: list[tuple[str, str, dict[str, Any], Choice, dict[str, Any]]] = [
    ("AGE", "INPMED", {"born_on": date(1940, 1, 1)}, Choice(), {}),
    ("SEX", "FEM", {}, Choice(), {}),
    ("SHARES", "INPMED", {}, Choice(shares=3), {"份数": 3}),
    ("TIER", "ACC", {}, Choice(tier=""), {}),
    ("NOT_IN_SERVICE", "INPMED", {"status": "RETIRED"}, Choice(), {}),
    ("GUARDIAN", "CHILD", {}, Choice(), {}),
    ("DUPLICATE_COVER", "INPALW", {}, Choice(), {}),
]


@pytest.mark.parametrize(("code", "plan", "fields", "choice", "cells"), CASES)
def test_the_same_refusals_as_of_a_roster(
    unit: Organisation, code: str, plan: str, fields: dict[str, Any], choice: Choice,
    cells: dict[str, Any],
) -> None:  # fmt: skip
    who = person(unit, **fields)
    if code == "DUPLICATE_COVER":
        elsewhere = builders.union(name="花市小学工会")
        assert imported([line(elsewhere, who, "INPALW", 起保日期="2018-03-01")]).written
    roster = imported([line(unit, who, plan, **cells)], commit=False)
    said = {found.reason for found in roster.findings if found.code == code}
    assert said
    with pytest.raises(EnrolmentRefused) as refused:
        enrol(unit, who, PlanLine(plan, choice), PlanLine("CI", Choice()))
    told = "；".join(refused.value.problems[plan])
    assert all(reason in told for reason in said)
    assert not Policy.objects.filter(batch__organisation=unit).exists()  # CI neither


def test_who_may_enrol_whom(unit: Organisation) -> None:
    with pytest.raises(MemberGone):
        enrol(builders.union(), person(unit), PlanLine("INPALW", Choice()))
    with pytest.raises(NothingChosen):
        enrol(unit, person(unit))


def test_the_grid_says_what_stands_against(unit: Organisation) -> None:
    who = person(unit, born_on=date(1980, 1, 1))
    imported([line(unit, who, "INPALW")])
    said = {column.family.value: column.obstacle for column in plan_columns(who[0], START)}
    assert "天坛饭店工会" in said["INPALW"]
    assert said["FEM"]
    assert said["INPMED"] == said["CHILD"] == ""


def test_the_pages(unit: Organisation) -> None:
    who = person(unit, name="吴二")
    agent = builders.client_for(builders.user("agent", unit))
    page = reverse("policies:by-hand", args=[who[0].pk])
    found = agent.post(reverse("policies:by-hand-find"), {"text": who[1][-4:]})
    assert found["Location"] == page
    assert agent.get(page).status_code == 200
    refused = agent.post(page, {"starts_on": "2030-01-01", "ACC-take": "on"})
    assert refused.status_code == 422
    assert "该活动分档次，必须填写" in refused.content.decode()
    sent = {"starts_on": "2030-01-01", "INPALW-take": "on", "INPALW-funder": "UNION"}
    assert agent.post(page, sent)["Location"] == reverse("policies:by-hand-find")
    assert Policy.objects.get(member=who[0]).family == "INPALW"
