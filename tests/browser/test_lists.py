"""A list is as its user left it: the columns after a reload, the page and place after a detail."""

import pytest
from playwright.sync_api import Locator, expect

from members.models import ListSetting
from tests import builders
from tests.browser.conftest import Newcomer
from tests.browser.people import Person
from tests.browser.world import District, small_district

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MANY = 120


@pytest.fixture
def district(address: str) -> District:
    made = small_district()
    for number in range(MANY):
        builders.member(made.unit, name=f"职工{number:03d}")
    return made


def menu(person: Person, words: str) -> Locator:
    return person.page.locator(".list-bar summary", has_text=words)


def test_columns_are_chosen_kept_and_put_back(district: District, signed_in: Newcomer) -> None:
    clerk = signed_in("dc_enrol")
    clerk.go("职工")
    header = clerk.page.locator("table.data thead")
    expect(header).to_contain_text("证件号码")
    clerk.press(menu(clerk, "显示"))
    clerk.page.get_by_label("证件号码", exact=True).uncheck()
    clerk.page.get_by_label("宽松", exact=True).check()
    clerk.press("应用")
    expect(header).not_to_contain_text("证件号码")
    clerk.page.reload()
    expect(header).to_contain_text("性别")
    expect(header).not_to_contain_text("证件号码")
    row = clerk.page.locator("table.data tbody tr").first
    height = row.evaluate("row => row.getBoundingClientRect().height")
    assert 40 <= height < 42
    assert ListSetting.objects.get().hidden == ["document"]
    clerk.press(menu(clerk, "显示"))
    clerk.press("恢复默认")
    expect(header).to_contain_text("证件号码")
    assert not ListSetting.objects.exists()


def test_a_search_is_kept_and_found_again(district: District, signed_in: Newcomer) -> None:
    clerk = signed_in("dc_enrol")
    clerk.go("职工")
    clerk.choose("status", "IN_SERVICE")
    clerk.press("搜索")  # by htmx: the bar comes anew with the list
    clerk.page.wait_for_url("**status=IN_SERVICE**")
    clerk.press(menu(clerk, "保存筛选"))
    clerk.page.locator(".list-menu [name=name]").first.fill("在职")
    clerk.press(clerk.page.locator(".list-menu").get_by_role("button", name="保存筛选"))
    clerk.sees("筛选“在职”已保存。")
    clerk.go("职工")
    clerk.follow("在职")
    clerk.page.wait_for_url("**status=IN_SERVICE**")
    expect(clerk.page.locator(".chip[aria-current]")).to_have_text("在职")
    clerk.press(menu(clerk, "保存筛选"))
    clerk.press_and_answer("删除", "在职")
    clerk.sees("筛选“在职”已删除。")


def test_back_comes_to_the_same_page_and_place(district: District, signed_in: Newcomer) -> None:
    clerk = signed_in("dc_enrol")
    page = clerk.page
    clerk.go("职工")
    clerk.press(page.locator(".pager-sizes").get_by_role("link", name="50"))
    page.wait_for_url("**size=50**")
    clerk.press(page.locator(".pager-links").get_by_role("link", name="2", exact=True))
    page.wait_for_url("**page=2**")
    left = page.url
    row = page.locator("#list tbody tr").nth(30).locator("th a")
    for back in (
        page.go_back,
        lambda: page.locator(".breadcrumb a").first.click(),
        lambda: page.locator("[data-back]").click(),
    ):
        page.evaluate("window.scrollTo(0, 640)")
        name = row.inner_text()
        row.click()
        clerk.heading(name)
        back()
        page.wait_for_url(left)
        page.wait_for_function("Math.abs(window.scrollY - 640) < 2")
        assert row.inner_text() == name
    clerk.go("职工")  # from the navigation the list begins anew
    page.wait_for_url("**/people/")
    assert page.evaluate("window.scrollY") == 0


def test_who_signs_in_next_finds_nothing_of_it(district: District, signed_in: Newcomer) -> None:
    clerk = signed_in("dc_enrol")
    clerk.open("/people/?q=安")
    clerk.open("/")
    assert "lists" in clerk.page.evaluate("Object.keys(sessionStorage)")
    clerk.context.clear_cookies()
    clerk.open("/login")
    assert "lists" not in clerk.page.evaluate("Object.keys(sessionStorage)")
