"""催办 from the desk and the board: who is reminded, and what the agent finds."""

from datetime import date
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from members.models import Notice
from policies.models import EnrolmentBatch
from tests import builders
from tests.reports.world import a_year

DAY = date(2019, 6, 30)
DESK = {"all": "filter"}
LATE = "?year=2018&kind=GRASSROOTS&late=1"


@pytest.fixture
def year(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr("core.clock.today", lambda: DAY)
    world = a_year()
    EnrolmentBatch.objects.exclude(status="DRAFT").update(submitted_on=F("starts_on"))
    world["late"] = [builders.union(f"TT0{n}", world["tt"], name=f"迟{n}工会") for n in (7, 8)]
    return world


def client_of(role: str, union: Any = None) -> Client:
    return builders.client_for(builders.user(role, union))


def urge(client: Client, sent: dict[str, Any], query: str = LATE) -> Any:
    return client.post(reverse("reports:board-urge") + query, sent)


def addressed() -> set[str]:
    return set(Notice.objects.get().units.values_list("organisation__code", flat=True))


def test_from_the_desk_to_the_agent_and_back(year: dict[str, Any]) -> None:
    agent = client_of("agent", year["late"][0])
    clerk = client_of("enrolment")
    desk = clerk.get("/").content.decode()
    assert reverse("reports:board-urge") in desk
    answer = urge(clerk, DESK)
    assert addressed() == {"TT07", "TT08"}
    notice = Notice.objects.get()
    assert (notice.about, notice.sent_on) == ("late:2018", DAY)
    assert "2018年度参保名单" in notice.body
    assert notice.title in agent.get("/").content.decode()  # it waits on the first page
    agent.post(reverse("members:notice-read", args=[notice.pk]))
    assert "2 个单位中 1 个已阅" in clerk.get(answer.headers["Location"]).content.decode()
    assert "2 个单位中 1 个已阅" in clerk.get("/").content.decode()


def test_only_late_units_are_reminded_once_a_day(year: dict[str, Any]) -> None:
    clerk = client_of("enrolment")
    late = year["late"][0]
    urge(clerk, {"pk": [late.pk, year["tt1"].pk, year["tt"].pk]}, "?year=2018")
    assert addressed() == {"TT07"}
    urge(clerk, {"pk": [late.pk]}, "?year=2018")
    assert Notice.objects.count() == 1
    board = clerk.get(reverse("reports:unit-board") + "?year=2018").content.decode()
    assert "2019-06-30 已催" in board


def test_a_street_reminds_its_own(year: dict[str, Any]) -> None:
    other = builders.union("DHS09", year["dhs"])
    coordinator = client_of("coordinator", year["tt"])
    assert urge(coordinator, {"pk": [other.pk]}).status_code == 404
    urge(coordinator, DESK)
    assert addressed() == {"TT07", "TT08"}
    assert urge(client_of("finance"), DESK).status_code == 403
