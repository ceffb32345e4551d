"""理赔试算: the same answer as a filed claim's, under any version, and kept nowhere."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim
from core.models import AuditEvent
from tests import builders
from tests.claims import builders as make
from tests.policies.builders import plan_draft

pytestmark = pytest.mark.django_db
STAY = {
    "family": "INPMED", "starts_on": "2018-03-01", "event_on": "2018-05-02",
    "discharged_on": "2018-05-12", "self_pay_1": "4300.00", "filed_on": "2018-06-01",
    "version": "INPMED-2018", "shares": "1",
}  # fmt: skip


@pytest.fixture
def desk() -> Client:
    return builders.client_for(builders.user("reviewer"))


def asked(client: Client, **facts: str) -> Any:
    return client.get(reverse("claims:calculator"), facts)


def test_it_says_what_a_filed_claim_is_told(desk: Client) -> None:
    claim = make.reviewed(make.filed())
    answer = asked(desk, **STAY).context["answer"]
    assert (answer.decision, answer.amount) == (claim.decision, claim.amount)
    said = [line.text for line in answer.lines]
    assert len(said) == len(claim.steps)
    assert "1,800.00" in said[-1] or "1800.00" in " ".join(said)


def test_nothing_is_kept(desk: Client) -> None:
    before = AuditEvent.objects.count()
    asked(desk, **STAY)
    assert (Claim.objects.count(), AuditEvent.objects.count()) == (0, before)


def test_a_wait_and_a_renewal_without_a_break(desk: Client) -> None:
    illness = {
        "family": "CI", "version": "CI-2018-1Y", "starts_on": "2018-03-01", "shares": "2",
        "event_on": "2018-03-10", "filed_on": "2018-06-01", "stage": "full",
    }  # fmt: skip
    first = asked(desk, **illness).context["answer"]
    again = asked(desk, **illness, renews="on").context["answer"]
    assert first.amount < again.amount


def test_a_draft_is_tried_before_it_is_sold() -> None:
    draft = plan_draft("INPALW-2030", date(2030, 1, 1))
    facts = {
        "family": "INPALW", "version": draft.code, "starts_on": "2030-01-01", "shares": "1",
        "event_on": "2030-05-02", "discharged_on": "2030-05-12", "filed_on": "2030-06-01",
    }  # fmt: skip
    desk = builders.client_for(builders.user("enrolment"))
    assert asked(desk, **facts).context["answer"].amount > 0
    agent = builders.client_for(builders.user("agent", builders.union()))
    assert asked(agent, **facts).context["version"].code != draft.code


@pytest.mark.parametrize("family", ["INPMED", "INPALW", "CI", "FEM", "ACC", "CHILD"])
def test_every_plan_has_its_fields(desk: Client, family: str) -> None:
    page = asked(desk, family=family)
    assert page.status_code == 200
    assert page.context["version"].family == family
    assert not page.context["form"].is_bound


def test_what_is_missing_is_said(desk: Client) -> None:
    page = asked(desk, **(STAY | {"discharged_on": ""}))
    assert page.status_code == 422
    assert page.context["answer"] is None
    assert asked(desk, family="NOPLAN").status_code == 404
