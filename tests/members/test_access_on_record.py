"""Who was refused, looked for a record out of reach or took a file away stands in the trail."""

import pytest
from django.urls import reverse

from core.models import AuditEvent
from members.models import Organisation
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Organisation:
    return builders.union("JT0101")


def events() -> list[tuple[str, str, object]]:
    found = AuditEvent.objects.filter(action__startswith="access.").order_by("pk")
    return [(event.action, event.subject, event.details) for event in found]


def test_a_page_without_the_right(unit: Organisation) -> None:
    agent = builders.user("agent", unit)
    builders.client_for(agent).get(reverse("members:audit-list") + "?subject=secret")
    assert events() == [
        ("access.refused", "page:members:audit-list", {"method": "GET", "keys": ""})
    ]
    assert AuditEvent.objects.get(action="access.refused").by_id == agent.pk


def test_a_record_out_of_reach(unit: Organisation) -> None:
    other = builders.member(builders.union())
    client = builders.client_for(builders.user("agent", unit))
    client.get(reverse("members:member-detail", args=[other.pk]))
    keys = {"method": "GET", "keys": str(other.pk)}
    assert events() == [("access.missed", "page:members:member-detail", keys)]
    client.get("/no/such/address/")
    assert len(events()) == 1


def test_a_file_taken_away(unit: Organisation) -> None:
    client = builders.client_for(builders.user("agent", unit))
    answer = client.get(reverse("members:import-template", args=["members"]))
    assert answer.status_code == 200
    assert [event[:2] for event in events()] == [
        ("access.download", "page:members:import-template")
    ]


def test_pages_in_order_and_strangers_leave_nothing(unit: Organisation) -> None:
    builders.client_for(builders.user("agent", unit)).get(reverse("members:organisation-list"))
    assert events() == []
