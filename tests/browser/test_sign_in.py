"""Signing in as people do: with a code of the phone, one from paper, and after five mistakes."""

import base64
import time
from collections import Counter

import pytest
from django.test.utils import override_settings
from django_otp.oath import totp
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, Newcomer
from tests.browser.people import Person
from tests.browser.world import District, account, small_district

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STEP = 30  # seconds of a code


@pytest.fixture
def district(address: str) -> District:
    made = small_district()
    account("tt", "coordinator", made.street, "郑协管")
    account("tt001", "agent", made.unit, "吴代办")
    return made


def code_of(key: str, *, ahead: int = 0) -> str:
    """What a phone with this key shows, or one whose clock is some half minutes ahead."""
    return f"{totp(base64.b32decode(key), t0=-STEP * ahead, step=STEP):06d}"


def sign_in(person: Person, username: str, password: str = PASSWORD) -> None:
    person.type("username", username)
    person.type("password", password)
    person.press("登录")


def sign_out(person: Person) -> None:
    person.press(person.page.locator(".topbar summary"))
    person.press(person.page.locator(".topbar").get_by_role("button", name="退出"))
    expect(person.page.locator(".login-card")).to_be_visible()


@override_settings(SECOND_FACTOR="required")
def test_a_cashier_sets_a_second_factor_up_and_signs_in_with_it(
    district: District, newcomer: Newcomer, tally: Counter[str]
) -> None:
    cashier = newcomer("dc_finance")
    cashier.allowed = {422}
    cashier.step = "set up"
    cashier.open("/login")
    sign_in(cashier, "dc_finance")
    cashier.heading("设置动态码验证")
    expect(cashier.page.locator("img.qr")).to_be_visible()
    key = "".join(cashier.page.locator(".one-time-password").inner_text().split())
    cashier.type("code", code_of(key))
    cashier.press("启用")
    cashier.heading("备用码")
    papers = cashier.page.locator(".recovery b").all_inner_texts()
    assert len(papers) == 10
    cashier.follow("已打印，开始工作")
    expect(cashier.page.locator(".sidebar")).to_be_visible()
    sign_out(cashier)
    cashier.step = "phone"
    sign_in(cashier, "dc_finance")
    cashier.type("code", code_of(key))  # the one of the set-up, taken already
    cashier.press("登录")
    cashier.sees("动态码错误或已使用过")
    time.sleep(1)  # a wrong code makes the next one wait
    cashier.type("code", code_of(key, ahead=1))
    cashier.press("登录")
    expect(cashier.page.locator(".sidebar")).to_be_visible()
    sign_out(cashier)
    cashier.step = "paper"
    sign_in(cashier, "dc_finance")
    cashier.type("code", papers[3])
    cashier.press("登录")
    expect(cashier.page.locator(".sidebar")).to_be_visible()
    assert (tally["set up"], tally["phone"], tally["paper"]) == (5, 5, 2)


def test_five_wrong_passwords_and_the_coordinator_unlocks(
    district: District, signed_in: Newcomer, tally: Counter[str]
) -> None:
    agent = signed_in("tt001")
    agent.allowed = {422, 429}
    agent.step = "locked"
    sign_out(agent)
    for _mistake in range(5):
        sign_in(agent, "tt001", "not this one")
        expect(agent.page.locator(".error-summary")).to_be_visible()
    agent.sees("连续输错5次", "郑协管")  # this browser is known: it is told who can help
    sign_in(agent, "tt001")
    agent.sees("连续输错5次")  # not even the right password is compared
    coordinator = signed_in("tt")
    coordinator.step = "unlock"
    coordinator.go("账号")
    expect(coordinator.row("tt001")).to_contain_text("密码连错")
    coordinator.press("解锁")
    coordinator.sees("已解锁")
    expect(coordinator.row("tt001")).not_to_contain_text("密码连错")
    sign_in(agent, "tt001")
    agent.heading("参保")
    assert tally["unlock"] == 2
