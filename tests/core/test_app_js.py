"""What the script shows is what the server says, in a real browser."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, Route, sync_playwright

from core.money import in_capitals
from tests.conftest import CHROMIUM

pytestmark = pytest.mark.browser

ADDRESS = "http://pages.test/"
PAGE = """<!DOCTYPE html><meta charset="utf-8"><body>
<div data-capitals><input id="amount"><output class="capitals"></output></div>
<form data-selection><div class="selection-bar"><input type="checkbox" data-select-all>
<b data-selected-count></b> <span data-selected-sum></span>
<button data-confirm="pay {count}, {sum}?">pay</button></div>
<table><tbody>
<tr><td><input type="checkbox" name="pk" value="1" data-amount="61204.50"></td></tr>
<tr><td><input type="checkbox" name="pk" value="2" data-amount="0.1"></td></tr>
<tr><td><input type="checkbox" name="pk" value="3" data-amount="1000000"></td></tr>
</tbody></table></form>
<dialog id="confirm"><p id="confirm-text"></p><button data-answer="yes">yes</button></dialog>
<script src="/app.js"></script></body>"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    script = Path(settings.BASE_DIR) / "static" / "app.js"

    def answer(route: Route) -> None:
        if route.request.url.endswith("app.js"):
            route.fulfill(path=script)
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        opened = browser.new_page()
        opened.route(f"{ADDRESS}**", answer)
        opened.goto(ADDRESS)
        yield opened
        browser.close()


@pytest.mark.parametrize(
    "amount",
    [
        "1409.50", "6007.14", "107000.53", "16409.02", "325.04", "0.05", "0.5", "0", "10",
        "100000000", "100010000.10", "20030000", "6922000.00", "110000000001", "1000000100.01",
    ],
)  # fmt: skip
def test_capitals_are_those_of_the_server(page: Page, amount: str) -> None:
    page.fill("#amount", amount)
    assert page.inner_text(".capitals") == in_capitals(Decimal(amount))


@pytest.mark.parametrize("typed", ["", "12a", "-3", "1.234"])
def test_what_is_no_amount_has_no_capitals(page: Page, typed: str) -> None:
    page.fill("#amount", typed)
    assert page.inner_text(".capitals") == ""


def test_the_selection_is_counted_and_summed_to_the_fen(page: Page) -> None:
    page.goto(ADDRESS)
    assert page.is_disabled("form button")
    page.check("[data-select-all]")
    assert page.inner_text("[data-selected-count]") == "3"
    assert page.inner_text("[data-selected-sum]") == "1,061,204.60"
    page.uncheck("input[value='3']")
    assert page.inner_text("[data-selected-sum]") == "61,204.60"
    page.click("form button")
    assert page.inner_text("#confirm-text") == "pay 2, 61,204.60?"
