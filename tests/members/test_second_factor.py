"""The second factor: set up, asked for, never taken twice, given up and reset."""

import base64
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django_otp.oath import totp

from core import crypto
from core.models import AuditEvent
from members.models import RecoveryCode, SecondFactor, Session, User
from members.services import second_factor
from tests import builders

pytestmark = pytest.mark.django_db
ADDRESS = "127.0.0.1"
NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def staff(role: str = "finance") -> User:
    password = make_password(builders.PASSWORD)
    return builders.user(role, username="chen", full_name="陈静", password=password)


def code_at(user: User, at: datetime, steps: int = 0) -> str:
    return code_of(bytes(SecondFactor.objects.get(user=user).key_sealed), at, steps)


def code_of(sealed: bytes, at: datetime, steps: int = 0) -> str:
    key = crypto.unseal(sealed, "totp")
    moment = int(at.timestamp()) + 30 * steps
    return f"{totp(base64.b32decode(key), t0=int(time.time()) - moment):06d}"


def with_factor(user: User, at: datetime = NOW) -> list[str]:
    """The recovery codes of a second factor that was set up at the moment."""
    viewer = builders.viewer(user)
    sealed = second_factor.new_key()
    code = code_of(bytes.fromhex(sealed), at)
    return second_factor.confirm(sealed_key=sealed, code=code, by=viewer, at=at).codes


def checked(user: User, code: str, at: datetime) -> second_factor.Checked:
    return second_factor.check(user_id=user.pk, code=code, address=ADDRESS, at=at)


def signed_in(user: User, client: Client) -> HttpResponse:
    sent = {"username": user.username, "password": builders.PASSWORD, "next": "/people/"}
    return client.post(reverse("members:login"), sent)  # type: ignore[return-value]


def test_the_key_and_the_codes_are_not_in_the_database() -> None:
    user = staff()
    codes = with_factor(user)
    assert len(set(codes)) == 10
    stored = str(list(RecoveryCode.objects.values()) + list(SecondFactor.objects.values()))
    key = crypto.unseal(SecondFactor.objects.get().key_sealed, "totp")
    assert not [word for word in (*codes, key) if word in stored or word.replace("-", "") in stored]


def test_a_code_is_taken_once() -> None:
    user = staff()
    with_factor(user)
    later = NOW + timedelta(minutes=2)
    code = code_at(user, later)
    assert checked(user, code, later).right
    assert not checked(user, code, later + timedelta(seconds=5)).right
    assert not checked(user, code_at(user, later, -1), later + timedelta(seconds=8)).right


def test_the_code_that_set_it_up_does_not_sign_in() -> None:
    user = staff()
    with_factor(user)
    assert not checked(user, code_at(user, NOW), NOW + timedelta(seconds=1)).right


def test_a_clock_half_a_minute_wrong_is_forgiven_and_no_more() -> None:
    user = staff()
    with_factor(user)
    later = NOW + timedelta(minutes=10)
    assert not checked(user, code_at(user, later, 3), later).right
    assert checked(user, code_at(user, later, 1), later + timedelta(seconds=1)).right


def test_wrong_codes_make_the_next_one_wait() -> None:
    user = staff()
    with_factor(user)
    later = NOW + timedelta(minutes=10)
    for number in range(4):
        later += timedelta(seconds=2**number)
        assert not checked(user, "000000", later).right
    refused = checked(user, code_at(user, later), later + timedelta(seconds=3))
    assert refused.refusal.endswith("秒后再试。")
    assert checked(user, code_at(user, later), later + timedelta(seconds=8)).right


def test_a_recovery_code_works_once() -> None:
    user = staff()
    code = with_factor(user)[3]
    assert checked(user, code.upper(), NOW + timedelta(minutes=1)).by_paper
    assert not checked(user, code, NOW + timedelta(minutes=2)).right
    assert RecoveryCode.objects.filter(used_at__isnull=True).count() == 9


def test_a_recovery_code_stands_once_per_account() -> None:
    user = staff()
    with_factor(user)
    twice = RecoveryCode.objects.first()
    assert twice is not None
    with pytest.raises(IntegrityError, match="recovery_code_once"):
        RecoveryCode.objects.create(user=user, code_hash=twice.code_hash)


def test_the_password_alone_opens_nothing() -> None:
    user, client = staff(), Client()
    with_factor(user, datetime.now(UTC) - timedelta(minutes=5))
    assert signed_in(user, client)["Location"] == reverse("members:login-code")
    assert client.get(reverse("members:account")).status_code == 302
    assert not AuditEvent.objects.filter(action="user.sign_in").exists()
    page = client.get(reverse("members:login-code"))
    assert "请输入手机上显示的6位动态码" in page.content.decode()
    wrong = client.post(reverse("members:login-code"), {"code": "12345x"})
    assert wrong.status_code == 422
    before = client.session.session_key
    SecondFactor.objects.update(failures=0)
    sent = {"code": code_at(user, datetime.now(UTC))}
    assert client.post(reverse("members:login-code"), sent)["Location"] == "/people/"
    assert client.session.session_key != before
    assert client.get(reverse("members:account")).status_code == 200
    assert AuditEvent.objects.filter(action="user.sign_in", by_id=None).count() == 0
    assert Session.objects.filter(user=user).count() == 1


def test_after_five_wrong_codes_the_password_is_asked_for_again() -> None:
    user, client = staff(), Client()
    with_factor(user, datetime.now(UTC) - timedelta(minutes=5))
    signed_in(user, client)
    for _try in range(5):
        answer = client.post(reverse("members:login-code"), {"code": "000000"})
    assert answer["Location"] == reverse("members:login")
    assert client.get(reverse("members:login-code")).status_code == 302


@override_settings(SECOND_FACTOR="required")
def test_staff_of_the_district_set_it_up_before_anything_else() -> None:
    user = staff()
    client = builders.client_for(user)
    setup = reverse("members:second-factor")
    assert client.get(reverse("members:member-list"))["Location"] == setup
    page = client.get(setup).content.decode()
    assert 'src="data:image/svg+xml' in page
    waiting = bytes.fromhex(client.session["second-factor-key"])
    key = crypto.unseal(waiting, "totp")
    assert " ".join(key[place : place + 4] for place in range(0, 32, 4)) in page
    assert client.post(setup, {"code": "abc"}).status_code == 422
    assert not SecondFactor.objects.exists()  # looking at the page changes nothing
    done = client.post(setup, {"code": code_of(waiting, datetime.now(UTC))})
    assert done.content.decode().count("<li><b") == 10
    assert "no-store" in done["Cache-Control"]
    assert client.get(reverse("members:member-list")).status_code == 200
    client.post(reverse("members:second-factor-remove"))
    assert SecondFactor.objects.exists()  # the role does not allow it


@override_settings(SECOND_FACTOR="required")
@pytest.mark.parametrize("role", ["agent", "coordinator"])
def test_agents_and_coordinators_may_do_without(role: str) -> None:
    union = builders.union("JT01", kind="STREET")
    client = builders.client_for(builders.user(role, union))
    assert client.get(reverse("members:account")).status_code == 200


def test_whoever_set_it_up_freely_may_remove_it() -> None:
    user = builders.user("agent", builders.union(), username="ma")
    with_factor(user)
    builders.client_for(user).post(reverse("members:second-factor-remove"))
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_new_codes_against_a_code_of_the_phone() -> None:
    user = staff()
    old = with_factor(user)
    later, viewer = NOW + timedelta(minutes=5), builders.viewer(user)
    with pytest.raises(second_factor.WrongCode):
        second_factor.renew_codes(code="000000", by=viewer, at=later)
    new = second_factor.renew_codes(code=code_at(user, later), by=viewer, at=later).codes
    assert not set(new) & set(old)
    assert not checked(user, old[0], later + timedelta(minutes=1)).right


def test_an_administrator_resets_it_and_its_holder_is_out() -> None:
    user = staff()
    with_factor(user)
    theirs = builders.client_for(user)
    theirs.get(reverse("members:account"))
    admin = builders.client_for(builders.user("admin"))
    page = reverse("members:user-detail", args=[user.pk])
    address = reverse("members:user-reset-factor", args=[user.pk])
    assert address in admin.get(page).content.decode()
    admin.post(address)
    assert not SecondFactor.objects.exists()
    assert theirs.get(reverse("members:account")).status_code == 302
    last = AuditEvent.objects.order_by("-pk").first()
    assert last is not None
    assert last.action == "second_factor.remove"
