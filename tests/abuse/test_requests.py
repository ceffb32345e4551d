"""E34: requests from elsewhere: no token, a foreign host, a way out; and GETs change nothing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import builders
from tests.abuse.access import asked, calls, snapshot

TRAIL = frozenset({"core_auditevent"})  # downloads are written down


def test_no_post_without_a_token(world: dict[str, Any]) -> None:
    let_through, tried = [], 0
    strict: dict[str, Client] = {}
    for call in calls(world, "post"):
        if call.who not in strict:
            strict[call.who] = Client(enforce_csrf_checks=True)
            strict[call.who].force_login(world["users"][call.who])
        tried += 1
        if strict[call.who].post(call.address, call.data).status_code != 403:
            let_through.append(call.name)
    assert let_through == []
    assert tried >= 40


def test_the_login_wants_a_token_too() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("members:login"), {"username": "x"}).status_code == 403


def test_a_get_changes_nothing_but_the_trail(
    world: dict[str, Any], clients: dict[str, Client]
) -> None:
    tried, wrong = 0, []
    before = snapshot(without=TRAIL)
    for call in calls(world, "get", everybody=True):
        asked(clients[call.who], call, "get", call.data)
        tried += 1
        now = snapshot(without=TRAIL) if tried % 20 == 0 else before
        if now != before:
            wrong.append(f"up to {call.name} as {call.who}")
            before = now
    assert snapshot(without=TRAIL) == before
    assert wrong == []
    assert tried >= 200


AWAY = (
    "//evil.test", "https://evil.test/", "http:evil.test", "/\\evil.test", "\\\\evil.test",
    "///evil.test", "javascript:alert(1)", " https://evil.test", "https:evil.test",
    "//evil.test@localhost/", "/%09/evil.test", "\t//evil.test", "http://testserver.evil.test/",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("away", AWAY)
@pytest.mark.parametrize("name", ["members:login", "set_language"])
def test_nobody_is_sent_away(name: str, away: str) -> None:
    account = builders.user("agent", builders.union())
    account.set_password(builders.PASSWORD)
    account.save()
    sent = {"username": account.username, "password": builders.PASSWORD, "language": "en"}
    answer = Client().post(reverse(name), {**sent, "next": away})
    assert answer.status_code == 302
    goal = answer.headers["Location"]
    assert goal.startswith("/")
    assert not goal.startswith(("//", "/\\"))
    assert "evil.test" not in goal or goal.startswith("/%09")


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.test", "localhost@evil.test", "testserver.evil.test", ""])
def test_a_foreign_host_is_refused(host: str) -> None:
    answer = Client().get(reverse("members:login"), headers={"Host": host})
    assert answer.status_code == 400 or host == ""
    assert b"evil.test" not in answer.content


def test_no_page_may_be_framed(world: dict[str, Any], clients: dict[str, Client]) -> None:
    for call in calls(world, "get"):
        answer = asked(clients[call.who], call, "get", call.data)
        policy = answer.headers.get("Content-Security-Policy", "")
        assert "default-src 'none'" in policy, call.name
        assert "frame-ancestors 'none'" in policy or call.name == "claims:paper", call.name
