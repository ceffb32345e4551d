"""People at their computers: each has a browser of his own, and every page of it is watched."""

import re
from collections import Counter
from pathlib import Path

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Response,
    ViewportSize,
    expect,
)

WINDOW: ViewportSize = {"width": 1366, "height": 768}
PATIENCE = 20_000  # milliseconds for anything to appear: a worker may have to start first
expect.set_options(timeout=PATIENCE)


class Person:
    """One person with a browser; remembers every complaint of its pages."""

    def __init__(self, browser: Browser, address: str, name: str, tally: Counter[str]) -> None:
        self.name, self.tally, self.step = name, tally, ""
        self.complaints: list[str] = []
        self.allowed: set[int] = set()  # statuses that a test asks for on purpose
        self.context = browser.new_context(
            base_url=address, locale="zh-CN", viewport=WINDOW, accept_downloads=True
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self._complain(str(error.error)))
        self.context.on("response", self._answered)
        self.page: Page = self.context.new_page()

    def _complain(self, text: str) -> None:
        self.complaints.append(f"{self.name} at {self.page.url}: {text}")

    def _heard(self, message: ConsoleMessage) -> None:
        found = re.search(r"status of (\d{3})", message.text)
        if message.type == "error" and not (found and int(found[1]) in self.allowed):
            self._complain(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self._complain(f"{response.status} {response.url}")

    # ---- what people do
    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)

    def press(self, what: Locator | str) -> None:
        """Click a button by its words, or anything else."""
        self.tally[self.step] += 1
        self.button(what).click() if isinstance(what, str) else what.click()

    def follow(self, words: str) -> None:
        """Click a link by its words."""
        self.tally[self.step] += 1
        self.page.get_by_role("link", name=words, exact=True).first.click()

    def go(self, words: str) -> None:
        """Click a line of the navigation."""
        self.tally[self.step] += 1
        self.page.locator(".sidebar").get_by_role("link", name=words, exact=True).click()

    def type(self, field: str, text: str) -> None:
        """Fill in a field, by its name."""
        self.page.locator(f"main [name={field}]").fill(text)

    def choose(self, field: str, value: str) -> None:
        self.page.locator(f"main [name={field}]").select_option(value=value)

    def tick(self, words: str) -> None:
        """Tick the row of a table."""
        self.tally[self.step] += 1
        self.page.get_by_role("checkbox", name=words, exact=True).check()

    def answer(self, asked: str) -> None:
        """Read the question of the dialog and confirm it."""
        dialog = self.page.locator("dialog#confirm")
        expect(dialog).to_contain_text(asked)
        self.press(dialog.get_by_role("button", name="确定"))

    def press_and_answer(self, what: Locator | str, asked: str) -> None:
        self.press(what)
        self.answer(asked)

    def attach(self, path: Path) -> None:
        """Choose a workbook on the upload page and send it."""
        self.page.locator("input[type=file]").set_input_files(path)
        self.press("上传并校验")

    def download(self, what: Locator, folder: Path) -> Path:
        """Click a download; returns where it lies."""
        self.tally[self.step] += 1
        with self.page.expect_download() as waiting:
            what.click()
        target = folder / waiting.value.suggested_filename
        waiting.value.save_as(target)
        return target

    # ---- what people see
    def button(self, words: str) -> Locator:
        """The button whose words begin like this."""
        begins = re.compile(rf"^\s*{re.escape(words)}")
        return self.page.locator("main").get_by_role("button", name=begins).first

    def link(self, words: str) -> Locator:
        return self.page.locator("main").get_by_role("link", name=words).first

    def sees(self, *words: str) -> None:
        """Every one of the words stands on the page, or will in a moment."""
        for text in words:
            expect(self.page.locator("main")).to_contain_text(text)

    def heading(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    def tile(self, label: str) -> Locator:
        return self.page.locator(".tile", has_text=label).locator(".tile-value")

    def row(self, words: str) -> Locator:
        return self.page.locator("main tr", has_text=words).first
