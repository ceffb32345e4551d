"""Two languages, keys, pages that are not there, and no page wider than the window."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from claims.models import Claim, Payout
from members.models import Member
from policies.models import EnrolmentBatch, Receipt, Remittance
from tests.browser.conftest import Newcomer
from tests.browser.people import Person
from tests.browser.world import District, account, small_district

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EXCESS = """() => {
  const right = (node) => Math.round(node.getBoundingClientRect().right);
  const tables = Array.from(document.querySelectorAll(".table-wrap table"));
  const beyond = tables.map((table) => right(table) - right(table.closest(".table-wrap")));
  return Math.max(document.scrollingElement.scrollWidth - window.innerWidth, ...beyond);
}"""


@pytest.fixture
def district(address: str) -> District:
    return small_district()


def test_the_pages_speak_english_and_chinese_again(district: District, signed_in: Newcomer) -> None:
    clerk = signed_in("dc_enrol")
    clerk.go("到账")
    clerk.follow("登记到账")
    page = clerk.page
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".brand")).to_be_visible()
    for words in ("Workbench", "Enrolment", "Claims", "Ledger"):
        expect(page.locator(".sidebar").get_by_role("link", name=words, exact=True)).to_be_visible()
    expect(page.locator("main").get_by_label("Payer")).to_be_visible()
    expect(page.get_by_role("button", name="Search")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator(".sidebar")).to_contain_text("工作台")
    expect(page.locator("main").get_by_label("缴款单位")).to_be_visible()


def test_a_slash_leads_to_the_search(district: District, signed_in: Newcomer) -> None:
    clerk = signed_in("dc_enrol")
    clerk.go("单位")
    clerk.heading("单位")
    clerk.page.keyboard.press("/")
    expect(clerk.page.locator("#id_q")).to_be_focused()
    clerk.page.keyboard.type("花市")
    clerk.page.keyboard.press("Enter")
    expect(clerk.page.locator("#list tbody tr")).to_have_count(1)
    expect(clerk.page.locator("#list")).to_contain_text("花市小学工会")


def test_another_union_is_not_to_be_found(district: District, signed_in: Newcomer) -> None:
    account("tt001", "agent", district.unit, "吴代办")
    agent = signed_in("tt001")
    agent.allowed = {404}
    claim = Claim.objects.get()
    for address in (
        reverse("members:organisation-detail", args=[district.other.pk]),
        reverse("claims:claim-detail", args=[claim.pk]),
    ):
        answer = agent.page.goto(address)
        assert answer is not None
        assert answer.status == 404
        expect(agent.page.get_by_role("heading", level=1)).to_contain_text("没有找到")
        assert "花市" not in agent.page.content()


@pytest.mark.parametrize("username", ["dc_enrol", "dc_review", "dc_finance", "tt002"])
def test_no_page_is_wider_than_the_window(
    district: District, signed_in: Newcomer, username: str
) -> None:
    account("tt002", "agent", district.other, "郑代办")
    person = signed_in(username)
    addresses = [*_linked(person), *_details(district, username)]
    assert len(addresses) > 8
    too_wide = {address: by for address in addresses if (by := _excess(person, address))}
    assert too_wide == {}


def _linked(person: Person) -> list[str]:
    """The pages of the navigation; an agent's home has links instead."""
    links = person.page.locator(".sidebar a, main a[href^='/']")
    found = [str(link.get_attribute("href")) for link in links.all()]
    files = (".pdf", ".xlsx")
    return sorted({address for address in found if not address.split("?")[0].endswith(files)})


def _details(district: District, username: str) -> Iterator[str]:
    """A detail page of each kind that the person may see."""
    yield reverse("members:organisation-detail", args=[district.other.pk])
    member = Member.objects.filter(organisation=district.other).latest("pk")
    yield reverse("members:member-detail", args=[member.pk])
    yield reverse("policies:batch-detail", args=[EnrolmentBatch.objects.get().pk])
    yield reverse("claims:claim-detail", args=[Claim.objects.get().pk])
    yield reverse("policies:plan-detail", args=["INPALW-2018"])
    if username == "tt002":
        yield from (reverse("policies:enrol-start"), reverse("claims:claim-file"))
        yield reverse("members:import-upload", args=["enrolments"])
        return
    yield reverse("policies:receipt-detail", args=[Receipt.objects.get().pk])
    yield reverse("policies:remittance-detail", args=[Remittance.objects.get().pk])
    yield reverse("claims:payout-detail", args=[Payout.objects.get().pk])
    yield reverse("reports:annual", args=[district.last.year])
    yield from _reports(district)


def _reports(district: District) -> Iterator[str]:
    period = f"year={district.last.year}&quarter={district.last.quarter}"
    for report in ("payout_summary", "remittance", "annual", "unit_ledger"):
        yield f"{reverse('reports:report-list')}?report={report}&{period}"


def _excess(person: Person, address: str) -> int:
    """Pixels by which the page is wider than the window, or a table than its card."""
    answer = person.page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    return max(0, int(person.page.evaluate(EXCESS)))
