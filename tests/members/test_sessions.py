"""Sessions: their two ends, one for whoever moves money, the list, and rights at the next click."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from config.celery import TIMETABLE
from members.models import Organisation, RoleGrant, Session, User
from members.permissions import Role
from members.selectors.sessions import browser_words
from members.services import accounts
from tests import builders

pytestmark = pytest.mark.django_db
EDGE = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0")  # fmt: skip
ACCOUNT = "members:account"


def account(role: str, union: Organisation | None = None) -> User:
    return builders.user(role, union, username="ma", password=make_password(builders.PASSWORD))


def signed_in(address: str = "203.0.113.7", agent: str = EDGE) -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    sent = {"username": "ma", "password": builders.PASSWORD}
    assert client.post(reverse("members:login"), sent).status_code == 302
    return client


def moved(client: Client, **seconds: int) -> None:
    """The session's marks, so many seconds ago."""
    session = client.session
    for name, ago in seconds.items():
        session[name] -= ago
    session.save()


def test_half_an_hour_without_a_click_ends_it() -> None:
    account("agent", builders.union())
    client = signed_in()
    moved(client, seen=29 * 60)
    assert client.get(reverse(ACCOUNT)).status_code == 200
    moved(client, seen=30 * 60)
    away = client.get(reverse(ACCOUNT))
    assert away["Location"] == reverse("members:login") + "?next=%2Faccount%2F&ended=idle"
    assert "30分钟未操作，已自动退出" in client.get(away["Location"]).content.decode()
    assert not Session.objects.filter(user__isnull=False).exists()


def test_ten_hours_end_it_however_busy_one_is() -> None:
    account("agent", builders.union())
    client = signed_in()
    moved(client, started=10 * 3600 - 60)
    assert client.get(reverse(ACCOUNT)).status_code == 200
    moved(client, started=60)
    away = client.get(reverse(ACCOUNT))
    assert away["Location"].endswith("ended=day")
    assert "登录已满10小时" in client.get(away["Location"]).content.decode()


def test_a_fragment_leads_the_whole_page_to_the_sign_in() -> None:
    account("agent", builders.union())
    client = signed_in()
    moved(client, seen=30 * 60)
    asked = {"hx-request": "true", "hx-current-url": "http://testserver/people/?q=a"}
    answer = client.get(reverse("members:member-list"), headers=asked)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/login?next=%2Fpeople%2F%3Fq%3Da&ended=idle"


def test_a_stranger_is_not_told_of_a_session() -> None:
    assert "ended" not in Client().get(reverse(ACCOUNT))["Location"]


def test_whoever_moves_money_is_signed_in_at_one_place() -> None:
    account("finance")
    first, second = signed_in(), signed_in("198.51.100.9")
    assert second.get(reverse(ACCOUNT)).status_code == 200
    away = first.get(reverse(ACCOUNT))
    assert away["Location"].endswith("ended=elsewhere")
    assert "本次登录已失效" in first.get(away["Location"]).content.decode()


def test_others_may_be_signed_in_at_two_places() -> None:
    account("agent", builders.union())
    clients = [signed_in(), signed_in()]
    assert [client.get(reverse(ACCOUNT)).status_code for client in clients] == [200, 200]


def test_the_list_and_its_end() -> None:
    account("agent", builders.union())
    here, there = signed_in(), signed_in("198.51.100.9", "curl/8")
    page = here.get(reverse("members:session-list"))
    rows = page.context["sessions"]
    assert [(row.address, row.browser, row.present) for row in rows] == [
        ("203.0.113.7", "Edge · Windows", True), ("198.51.100.9", "", False),
    ]  # fmt: skip
    text = page.content.decode()
    assert not [key for key in Session.objects.values_list("session_key", flat=True) if key in text]
    here.post(reverse("members:session-end"), {"session": rows[1].handle})
    assert there.get(reverse(ACCOUNT)).status_code == 302
    assert here.get(reverse(ACCOUNT)).status_code == 200


def test_nobody_ends_the_session_of_another() -> None:
    account("agent", builders.union())
    mine = signed_in()
    handle = mine.get(reverse("members:session-list")).context["sessions"][0].handle
    other = builders.client_for(builders.user("admin"))
    other.post(reverse("members:session-end"), {"session": handle})
    assert mine.get(reverse(ACCOUNT)).status_code == 200


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one() -> None:
    account("agent", builders.union())
    here, there = signed_in(), signed_in()
    new = "yong ding men wai 2019"
    here.post(reverse("members:password"), {"old": builders.PASSWORD, "new": new, "again": new})
    assert here.get(reverse(ACCOUNT)).status_code == 200
    assert there.get(reverse(ACCOUNT)).status_code == 302
    assert Session.objects.filter(user__isnull=False).count() == 1


def test_a_reset_ends_all_sessions() -> None:
    user = account("agent", builders.union())
    client = signed_in()
    accounts.reset_password(user_id=user.pk, by=builders.viewer_as("admin"))
    assert client.get(reverse(ACCOUNT)).status_code == 302
    assert not Session.objects.filter(user=user).exists()


def test_the_session_has_another_key_after_the_sign_in() -> None:
    account("agent", builders.union())
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = str(session.session_key)
    client.post(reverse("members:login"), {"username": "ma", "password": builders.PASSWORD})
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_role_taken_counts_at_the_next_click() -> None:
    user = account("agent", builders.union())
    RoleGrant.objects.create(user=user, role=Role.COORDINATOR, organisation=builders.union())
    client = signed_in()
    assert client.get(reverse("members:user-list")).status_code == 200
    taken = user.grants.get(role=Role.COORDINATOR)
    accounts.take_role(grant_id=taken.pk, by=builders.viewer_as("admin"))
    assert client.get(reverse("members:user-list")).status_code == 403


def test_a_union_moved_counts_at_the_next_click() -> None:
    street, other = builders.union("JT01", kind="STREET"), builders.union("JT02", kind="STREET")
    unit = builders.union("JT0101", parent=street)
    account("coordinator", street)
    client = signed_in()
    page = reverse("members:organisation-detail", args=[unit.pk])
    assert client.get(page).status_code == 200
    unit.parent, unit.path = other, f"{other.path}{unit.pk:04d}/"
    unit.save()
    assert client.get(page).status_code == 404


def test_a_closed_account_is_out_at_the_next_click() -> None:
    user = account("agent", builders.union())
    client = signed_in()
    accounts.set_active(user_id=user.pk, active=False, by=builders.viewer_as("admin"))
    assert client.get(reverse(ACCOUNT)).status_code == 302


def test_the_account_page_tells_the_time_before() -> None:
    account("agent", builders.union(name="天坛饭店工会"))
    signed_in("198.51.100.9")
    page = signed_in().get(reverse(ACCOUNT)).content.decode()
    assert "天坛饭店工会" in page
    assert page.index("203.0.113.7") < page.index("198.51.100.9")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (EDGE, "Edge · Windows"),
        ("Mozilla/5.0 (Windows NT 6.1) Chrome/86 Safari/537.36 360SE", "360浏览器 · Windows"),
        ("Mozilla/5.0 (Linux; Android 12) Chrome/98 Mobile MicroMessenger/8.0", "微信 · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko Firefox/128.0", "Firefox · Linux"),
        ("", ""),
    ],
)
def test_a_browser_in_words(agent: str, words: str) -> None:
    assert browser_words(agent) == words


def test_sessions_that_have_run_out_are_not_listed() -> None:
    user = account("agent", builders.union())
    client = signed_in()
    other = signed_in()
    key = other.session.session_key
    past = Session.objects.get(session_key=key).expire_date - timedelta(hours=11)
    Session.objects.filter(session_key=key).update(expire_date=past)
    assert len(client.get(reverse("members:session-list")).context["sessions"]) == 1
    assert Session.objects.filter(user=user).count() == 2


def test_sessions_that_are_over_are_swept() -> None:
    assert "members.tasks.sweep_sessions" in {row["task"] for row in TIMETABLE.values()}
    client = builders.client_for(builders.user("agent"))
    assert client.get("/").status_code == 200
    assert Session.objects.count() == 1
    call_command("clearsessions")  # all that the task does
    assert Session.objects.count() == 1
    Session.objects.update(expire_date=datetime(2020, 1, 1, tzinfo=UTC))
    call_command("clearsessions")  # all that the task does
    assert not Session.objects.exists()
