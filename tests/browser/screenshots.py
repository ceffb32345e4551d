"""Takes the pictures of docs/screenshots from a running server with the demo district.

    python -m tests.browser.screenshots http://127.0.0.1:8000 [name …]

The demo's passwords are used. Two rosters with errors are uploaded and one person is imported, for
the picture of how that is undone.
"""

import logging
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import randrange

from playwright.sync_api import Browser, Page, sync_playwright

from core.identity import check_character
from tests.browser import books
from tests.browser.flags import FLAGS
from tests.browser.people import WINDOW
from tests.conftest import CHROMIUM

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
PASSWORD = "dongcheng-2018"
LARGEST = 250_000  # bytes
log = logging.getLogger(__name__)
Walk = Callable[[Page], None]


def open_first(address: str, place: str = "main tbody th a") -> Walk:
    """The detail page of the first row of a list."""

    def walk(page: Page) -> None:
        page.goto(address)
        page.locator(place).first.click()
        page.wait_for_load_state("networkidle")

    return walk


def renewal(page: Page) -> None:
    """The list that a unit of the demo confirms for the year after."""
    page.goto("/units/?q=TT001")
    unit = page.locator("main tbody th a").first.get_attribute("href")
    assert unit is not None
    page.goto(f"/enrol/renew/{unit.strip('/').split('/')[-1]}/?starts_on=2019-03-01")


TRIAL = (
    "/claims/calculator/?family=INPMED&version=INPMED-2018&starts_on=2018-01-01&renews=on&shares=1"
    "&filed_on=2018-09-01&event_on=2018-05-02&discharged_on=2018-05-12&self_pay_1=4300.00"
)


def what_if(page: Page) -> None:
    """The stays of 2018 under the allowance of 2011, once the job is done."""
    page.goto("/claims/what-if/?version=INPALW-2011")
    page.locator("main [name=first_on]").fill("2018-01-01")
    page.locator("main [name=last_on]").fill("2018-12-31")
    page.locator("aside button.primary").click()
    page.wait_for_load_state("networkidle")
    for _turn in range(60):
        if not page.locator("main p.message a").count():
            return
        page.wait_for_timeout(1000)
        page.reload(wait_until="networkidle")


def plain(address: str) -> Walk:
    def walk(page: Page) -> None:
        page.goto(address, wait_until="networkidle")

    return walk


def upload(page: Page) -> None:
    """A roster with mistakes: a wrong check digit, a wrong amount, a stranger, a double."""
    with tempfile.TemporaryDirectory() as folder:
        page.goto("/enrol/")
        page.locator("#id_plan").select_option(value="INPMED")
        page.locator("#id_starts_on").fill("2027-01-01")
        with page.expect_download() as waiting:
            page.locator("main form button").first.click()
        template = Path(folder) / "template.xlsx"
        waiting.value.save_as(template)
        roster = books.spoil(template, Path(folder) / "2027年住院医疗参保名单.xlsx")
        page.goto("/import/new/enrolments/")
        page.locator("input[type=file]").set_input_files(roster)
        page.locator("main form button.primary").click()
        page.locator(".import-result").wait_for(timeout=60_000)


def members_roster(page: Page, number: str) -> None:
    """Upload a roster of one person."""
    with tempfile.TemporaryDirectory() as folder:
        page.goto("/import/new/members/")
        with page.expect_download() as waiting:
            page.locator(".upload a").click()
        template = Path(folder) / "template.xlsx"
        waiting.value.save_as(template)
        row = {"单位编号": "TT001", "姓名": "丁一宁", "证件号码": number}
        roster = books.fill(template, [row], Path(folder) / "会员花名册.xlsx")
        page.locator("input[type=file]").set_input_files(roster)
        page.locator("main form button.primary").click()
        page.locator(".import-result").wait_for(timeout=60_000)


def mend(page: Page) -> None:
    """The wrong cells of a roster as fields."""
    upload(page)
    page.get_by_role("link", name="在线修改").click()
    page.wait_for_load_state("networkidle")


def undo(page: Page) -> None:
    """What taking an import of one new person back would do."""
    born_on = date(1990, 1, 1) + timedelta(days=randrange(5000))
    stem = f"110101{born_on:%Y%m%d}{randrange(100, 999)}"
    members_roster(page, stem + check_character(stem))
    page.locator(".sticky-bar button.primary").click()
    page.locator("dialog#confirm").get_by_role("button", name="确定").click()
    page.get_by_role("link", name="撤销本次导入").click(timeout=60_000)
    page.wait_for_load_state("networkidle")


def life(page: Page) -> None:
    """The history of a member and the acts on his record, one of them open."""
    person(page)
    page.get_by_role("link", name="会籍与办理").click()
    page.locator("details.panel summary").first.click()
    page.wait_for_load_state("networkidle")


def claim(page: Page) -> None:
    """The newest claim that waits for its review, with the list of fees beside the terms."""
    open_first("/claims/?status=FILED")(page)
    page.locator(".paper-strip a", has_text="费用清单").click()
    page.wait_for_load_state("networkidle")


def person(page: Page) -> None:
    """The member of the newest claim."""
    open_first("/claims/")(page)
    page.locator("main .facts a").first.click()
    page.wait_for_load_state("networkidle")


# name: who looks, and at what
PICTURES: dict[str, tuple[str, Walk]] = {
    "01-login": ("", plain("/login")),
    "02-desk": ("dc_review", plain("/")),
    "04-import-result": ("tt001", upload),  # before the home page that then tells of it
    "03-agent-home": ("tt001", plain("/")),
    "05-batch": ("dc_enrol", open_first("/enrol/batches/?status=SUBMITTED")),
    "06-remittance": ("dc_finance", open_first("/remit/")),
    "07-claim": ("dc_review", claim),
    "08-quarter": ("dc_approve", open_first("/reimb/")),
    "09-report-centre": (
        "dc_leader", plain("/reports/?report=payout_summary&year=2018&quarter=1"),
    ),
    "10-annual": ("dc_leader", plain("/reports/annual/2018/")),
    "11-unit": ("dc_enrol", open_first("/units/?q=TT001")),
    "12-person": ("dc_review", person),
    "13-second-factor": ("dc_enrol", plain("/account/otp/")),
    "14-mend": ("tt001", mend),
    "15-undo": ("tt001", undo),
    "16-life": ("dc_enrol", life),
    "17-units": ("dc_enrol", plain("/units/")),
    "18-accounts": ("dc_admin", plain("/sys/users/")),
    "19-audit": ("dc_audit", plain("/audit/")),
    "20-people": ("dc_enrol", plain("/people/")),
    "21-board": ("dc_enrol", plain("/reports/units/?year=2018")),
    "22-comparison": ("dc_enrol", plain("/plans/compare/?a=INPALW-2011&b=INPALW-2018")),
    "23-season": ("dc_enrol", plain("/remit/season/?year=2018")),
    "24-target": ("dc_leader", plain("/remit/target/?year=2018")),
    "25-renewal": ("tt001", renewal),
    "26-blank-spots": ("dc_enrol", plain("/reports/blank/")),
    "27-renewals": ("dc_enrol", plain("/renewals/?year=2019")),
    "28-campaign": ("dc_enrol", plain("/campaigns/BJQX-2018/")),
    "29-calculator": ("dc_review", plain(TRIAL)),
    "30-what-if": ("dc_enrol", what_if),
    "31-subsidies": ("dc_enrol", plain("/remit/subsidies/?year=2018")),
}  # fmt: skip


def main(address: str, *names: str) -> None:
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        for name, (username, walk) in PICTURES.items():
            if not names or name in names:
                take(browser, address, name, username, walk)
        browser.close()


def take(browser: Browser, address: str, name: str, username: str, walk: Walk) -> None:
    """Sign in, go there, and keep the picture."""
    context = browser.new_context(base_url=address, locale="zh-CN", viewport=WINDOW)
    page = context.new_page()
    if username:
        page.goto("/login")
        page.locator("#id_username").fill(username)
        page.locator("#id_password").fill(PASSWORD)
        page.locator("main button.primary").click()
        page.wait_for_url("**/")
    walk(page)
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    context.close()
    log.warning("%s: %s bytes", name, path.stat().st_size)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{name} is larger than {LARGEST} bytes")


if __name__ == "__main__":
    main(sys.argv[1], *sys.argv[2:])
