"""Signing in under attack and in everyday life (E38): counted, slowed, never at others' cost."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from core.models import AuditEvent
from members import selectors
from members.hashers import OfficeArgon2
from members.models import User
from members.services import accounts, sign_in
from tests import builders

pytestmark = pytest.mark.django_db
HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"
RIGHT, WRONG = builders.PASSWORD, "wrong password 1"
PAGE = "members:login"


@pytest.fixture
def ma() -> User:
    """An agent of a union in a street whose coordinator is 孙芳."""
    street = builders.union("JT01", kind="STREET")
    builders.user("coordinator", street, username="sun", full_name="孙芳")
    return account("ma", builders.union("JT0101", parent=street))


def account(username: str, union: Any = None, role: str = "agent", **fields: Any) -> User:
    password = make_password(RIGHT)
    return builders.user(role, union, username=username, password=password, **fields)


def tried(
    username: str,
    password: str,
    address: str = HOME,
    client: Client | None = None,
    forwarded: str = "",
) -> HttpResponse:
    """One try at the sign-in page, from an address."""
    sent = {"username": username, "password": password}
    return (client or Client()).post(  # type: ignore[return-value]
        reverse(PAGE),
        sent,
        REMOTE_ADDR=address,
        headers={"X-Forwarded-For": forwarded} if forwarded else None,
    )


def locked(username: str, address: str = HOME) -> HttpResponse:
    for _try in range(4):
        assert tried(username, WRONG, address).status_code == 422
    return tried(username, WRONG, address)


def actions(user: User) -> list[str]:
    found = AuditEvent.objects.filter(subject=f"user:{user.pk}").order_by("pk")
    return list(found.values_list("action", flat=True))


class CountingHasher(OfficeArgon2):
    """The office's own hasher; counts how often it works."""

    worked = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).worked += 1
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        type(self).worked += 1
        return super().verify(password, encoded)


def test_signing_in_is_written_down_with_its_address(ma: User) -> None:
    assert tried("ma", RIGHT)["Location"] == reverse("home")
    assert actions(ma) == ["user.sign_in"]
    assert AuditEvent.objects.get(action="user.sign_in").details["address"] == HOME


def test_a_refused_try_is_stored_though_nobody_signs_in(ma: User) -> None:
    answer = tried("ma", WRONG)
    assert answer.status_code == 422
    assert "用户名或密码不正确" in answer.content.decode()
    assert actions(ma) == ["user.sign_in_refused"]
    assert AccessAttempt.objects.get().failures_since_start == 1


def test_a_closed_account_does_not_sign_in(ma: User) -> None:
    User.objects.filter(pk=ma.pk).update(is_active=False)
    assert tried("ma", RIGHT).status_code == 422


def test_five_wrong_passwords_and_no_more(ma: User) -> None:
    """A sixth guess is not even compared: the right password is refused as well."""
    answer = locked("ma")
    assert answer.status_code == 429
    assert "密码连续输错5次，10分钟后可再试" in answer.content.decode()
    assert tried("ma", RIGHT).status_code == 429
    assert AccessAttempt.objects.get().failures_since_start == 5


def test_a_colleague_behind_the_same_address_gets_in(ma: User) -> None:
    account("li", builders.union("JT0102"))
    locked("ma")
    assert tried("li", RIGHT).status_code == 302


def test_the_lock_ends_after_ten_minutes(ma: User) -> None:
    locked("ma")
    _later(minutes=9)
    assert tried("ma", RIGHT).status_code == 429
    _later(minutes=2)
    assert tried("ma", RIGHT).status_code == 302


def _later(*, minutes: int) -> None:
    for row in AccessAttempt.objects.all():
        moved = row.attempt_time - timedelta(minutes=minutes)
        AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=moved)


def test_a_browser_that_is_known_is_told_who_can_unlock(ma: User) -> None:
    client = Client()
    assert tried("ma", RIGHT, client=client).status_code == 302
    client.post(reverse("members:logout"))
    for _try in range(5):
        answer = tried("ma", WRONG, client=client)
    assert "请孙芳解锁" in answer.content.decode()
    assert "孙芳" not in locked("ma", ELSEWHERE).content.decode()


def test_unknown_names_are_locked_alike_and_not_kept(ma: User) -> None:
    """A word typed into the wrong field may be a password: only a keyed hash of it is stored."""
    known, unknown = locked("ma"), locked("my-secret-word")
    assert known.status_code == unknown.status_code == 429
    assert "10分钟后可再试" in unknown.content.decode()
    stored = str(list(AccessAttempt.objects.values())) + str(list(AuditEvent.objects.values()))
    assert "my-secret-word" not in stored
    assert WRONG not in stored


@override_settings(PASSWORD_HASHERS=["tests.members.test_sign_in.CountingHasher"])
def test_an_unknown_name_costs_as_much_work_as_a_known_one(ma: User) -> None:
    counted = []
    for name in ("ma", "nobody-is-called-so"):
        CountingHasher.worked = 0
        tried(name, WRONG)
        counted.append(CountingHasher.worked)
    assert counted[0] == counted[1] == 1


def test_a_forged_header_changes_nothing(ma: User) -> None:
    for number in range(5):
        tried("ma", WRONG, forwarded=f"10.0.0.{number}")
    assert tried("ma", RIGHT, forwarded="10.9.9.9").status_code == 429
    assert {row.ip_address for row in AccessAttempt.objects.all()} == {HOME}


@override_settings(TRUSTED_PROXIES=1)
def test_what_our_own_proxy_wrote_counts_and_nothing_before_it(ma: User) -> None:
    tried("ma", WRONG, address="127.0.0.1", forwarded=f"1.2.3.4, {ELSEWHERE}")
    tried("ma", WRONG, address="127.0.0.1", forwarded="rubbish")
    found = AccessAttempt.objects.order_by("pk").values_list("ip_address", flat=True)
    assert list(found) == [ELSEWHERE, "127.0.0.1"]


def test_many_addresses_against_one_account_are_slowed_down(ma: User) -> None:
    client = Client()
    tried("ma", RIGHT, client=client)
    for number in range(11):
        tried("ma", WRONG, f"192.0.2.{number}")
    slow = tried("ma", RIGHT, ELSEWHERE)
    assert slow.status_code == 429
    assert "秒后再试" in slow.content.decode()
    client.post(reverse("members:logout"))
    assert tried("ma", RIGHT, client=client).status_code == 302  # at home nobody waits


def spray(names: int = 25) -> None:
    for number in range(names):
        tried(f"user-{number}", WRONG, f"192.0.2.{number}")


def test_spraying_is_noticed_once() -> None:
    spray()
    event = AuditEvent.objects.get(action="login.spraying")
    assert event.details == {"count": 20, "addresses": 20}


def test_a_morning_of_typing_mistakes_is_no_spraying() -> None:
    """Whoever gets in after a mistake no longer counts."""
    for number in range(25):
        account(f"agent-{number}", builders.union(f"V{number}"))
        assert tried(f"agent-{number}", WRONG, HOME).status_code == 422
        assert tried(f"agent-{number}", RIGHT, HOME).status_code == 302
    assert not AuditEvent.objects.filter(action="login.spraying").exists()


def test_while_names_are_tried_out_unknown_browsers_wait(ma: User) -> None:
    client = Client()
    tried("ma", RIGHT, client=client)
    client.post(reverse("members:logout"))
    spray()
    tried("ma", WRONG, HOME)
    assert tried("ma", RIGHT, HOME).status_code == 429
    assert tried("ma", RIGHT, HOME, client).status_code == 302
    assert tried("ma", RIGHT, ELSEWHERE).status_code == 302  # an address that has not failed


@pytest.mark.parametrize(("role", "told"), [("admin", True), ("auditor", True), ("finance", False)])
def test_the_alarm_stands_on_the_first_page_of_those_who_watch(role: str, told: bool) -> None:
    spray()
    page = builders.client_for(builders.user(role)).get(reverse("home")).content.decode()
    assert ("有人批量试探用户名" in page) is told


def test_a_coordinator_unlocks_from_the_list(ma: User) -> None:
    locked("ma")
    client = builders.client_for(User.objects.get(username="sun"))
    page = client.get(reverse("members:user-list"), {"state": "paused"})
    assert [row.username for row in page.context["page"]] == ["ma"]
    assert "已锁定（密码连错）" in page.content.decode()
    address = reverse("members:user-unlock", args=[ma.pk])
    assert address in page.content.decode()
    assert client.post(address, {"list": "1"})["Location"] == reverse("members:user-list")
    assert tried("ma", RIGHT).status_code == 302
    assert "user.unlock" in actions(ma)


def test_nobody_unlocks_an_account_elsewhere(ma: User) -> None:
    locked("ma")
    other = builders.user("coordinator", builders.union("JT02", kind="STREET"))
    with pytest.raises(User.DoesNotExist):
        sign_in.unlock(user_id=ma.pk, by=builders.viewer(other))
    assert list(selectors.locked_names()) == ["ma"]


def test_a_one_time_password_expires_after_a_week(ma: User) -> None:
    new = accounts.reset_password(user_id=ma.pk, by=builders.viewer_as("admin"))
    set_at = User.objects.get(pk=ma.pk).password_set_at
    User.objects.filter(pk=ma.pk).update(password_set_at=set_at - timedelta(days=6, hours=23))
    assert tried("ma", new.password).status_code == 302
    User.objects.filter(pk=ma.pk).update(password_set_at=set_at - timedelta(days=7, minutes=1))
    answer = tried("ma", new.password)
    assert answer.status_code == 422
    assert "一次性密码已过期" in answer.content.decode()


@override_settings(PASSWORD_MAX_AGE_DAYS=90)
def test_an_old_password_is_replaced_where_the_office_must(ma: User) -> None:
    client = builders.client_for(ma)
    assert client.get(reverse("members:account")).status_code == 200
    page = client.get(reverse("members:password")).content.decode()
    assert "超过90天" not in page  # he came by himself
    User.objects.filter(pk=ma.pk).update(password_set_at=ma.created_at - timedelta(days=91))
    assert client.get(reverse("members:account"))["Location"] == reverse("members:password")
    page = client.get(reverse("members:password")).content.decode()
    assert "当前密码已使用超过90天，请更换后继续使用。" in page
    assert "由他人发放" not in page
    assert 'value="en"' in page  # the switch of the language
