"""Real pages in a real browser, with a real worker behind them. Marked `browser`."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, sync_playwright

from tests.browser.flags import FLAGS
from tests.browser.people import Person
from tests.conftest import CHROMIUM, FOLDER
from tests.faults.conftest import _sown_again, committed

__all__ = ["_sown_again", "committed"]  # the fixtures of tests that commit for good
PASSWORD = "tian tan dong li 2018"
Newcomer = Callable[[str], Person]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's browser; while it is open Playwright's loop runs in this thread beside Django."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        yield browser
        browser.close()
        connection.close()  # beside the loop Django keeps another one than without it
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def address(committed: None, request: pytest.FixtureRequest) -> str:
    """Of the web server; asked for after `committed`, or it would empty the tables too early."""
    return str(request.getfixturevalue("live_server").url)


@pytest.fixture
def worker(address: str, pytestconfig: pytest.Config) -> Iterator[None]:
    """A worker process on this test's database, with its files, and on bells of its own."""
    folder = pytestconfig.stash[FOLDER]
    environment = {
        **os.environ,
        "DATABASE_URL": _database_url(),
        "FIELD_KEYS_FILE": str(settings.FIELD_KEYS_FILE),
        "VAR_DIR": str(folder),
    }
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.worker", folder.name],
            env=environment, cwd=settings.BASE_DIR, stdout=log, stderr=log,
        )  # fmt: skip
        yield
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _database_url() -> str:
    base = connection.settings_dict
    host, port = base["HOST"], base["PORT"]
    account = f"{base['USER']}:{base['PASSWORD']}" if base["PASSWORD"] else base["USER"]
    if host.startswith("/"):
        return f"postgres://{account}@/{base['NAME']}?host={host}&port={port or 5432}"
    return f"postgres://{account}@{host}:{port or 5432}/{base['NAME']}"


@pytest.fixture
def tally() -> Counter[str]:
    """Clicks by step."""
    return Counter()


@pytest.fixture
def people(tmp_path: Path) -> list[Person]:
    """Everybody who has come to the test so far; pictures of a failure go to the test's folder."""
    return []


@pytest.fixture
def newcomer(
    chromium: Browser, address: str, people: list[Person], tally: Counter[str]
) -> Iterator[Newcomer]:
    """Somebody with a browser; whatever her pages complain about fails the test."""

    def come(name: str) -> Person:
        person = Person(chromium, address, name, tally)
        people.append(person)
        return person

    yield come
    for person in people:
        person.context.close()
    assert [text for person in people for text in person.complaints] == []


@pytest.fixture
def signed_in(newcomer: Newcomer) -> Newcomer:
    """Somebody of the staff who has signed in with the tests' password."""

    def come(username: str) -> Person:
        person = newcomer(username)
        person.open("/login")
        person.type("username", username)
        person.type("password", PASSWORD)
        person.press("登录")
        person.page.wait_for_url("**/")
        return person

    return come


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed journey leaves a picture of every page, and the worker's log, in its folder."""
    report = yield
    funcargs = getattr(item, "funcargs", {})
    if report.failed and call.when == "call" and {"people", "tmp_path"} <= funcargs.keys():
        folder: Path = funcargs["tmp_path"]
        for person in funcargs["people"]:
            person.page.screenshot(path=folder / f"{person.name}.png")
        if (log := item.config.stash[FOLDER] / "worker.log").exists():
            shutil.copy(log, folder)
        report.sections.append(("Pages", f"pictures in {folder}"))
    return report
