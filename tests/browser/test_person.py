"""One person's page in a real browser: tabs, the rail with the counts, and back to the list."""

import pytest
from playwright.sync_api import expect

from core import clock
from members.models import Member
from tests.browser.conftest import Newcomer
from tests.browser.world import small_district
from tests.claims import builders as claims

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_persons_page(address: str, signed_in: Newcomer) -> None:
    district = small_district()
    members = Member.objects.filter(organisation=district.unit)
    member = members.order_by("sort_key", "pk")[0]
    claims.cover(member, "INPALW", starts_on=clock.today().replace(day=1))
    clerk = signed_in("dc_enrol")
    clerk.go("职工")
    page = clerk.page
    page.locator("#list").get_by_role("link", name=member.name, exact=True).first.click()
    expect(page.locator("h1")).to_contain_text(member.name)
    expect(page.locator(".cover-grid")).to_contain_text("已生效")
    expect(page.locator(".cover-grid .gap").first).to_contain_text("未参保")
    expect(page.locator(".claimable")).to_contain_text("本期尚余天数")
    expect(page.locator("#count-enrolment")).not_to_have_text("…")
    page.locator(".tabs").get_by_role("link", name="理赔").click()
    expect(page.locator(".with-rail")).to_contain_text("还没有理赔")
    page.get_by_role("link", name="下一人").click()
    expect(page.locator(".tabs [aria-current]")).to_contain_text("理赔")
    page.get_by_role("link", name="返回列表").click()
    expect(page.locator("h1")).to_have_text("职工")
