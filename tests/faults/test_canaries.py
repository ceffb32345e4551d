"""A hundred numbers go through web, worker, broker and database; then every trace is searched.

None may stand in clear in a log, a bell, a file (its name included), a table or an error page. The
stored original and the error workbook hold them by need: sealed under the keys of the columns.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection

from core import files
from core.models import JobRun
from members.models import Member, User
from tests import builders
from tests.faults.visitor import Visitor
from tests.members.builders import roster

pytestmark = pytest.mark.slow
PEOPLE = 34
PATIENCE = 40
QUEUES = "celery,batch"


def canaries() -> list[dict[str, str]]:
    """Rows of a roster; the last four have a wrong number, which the findings must not show."""
    rows = [
        {
            "单位编号": "JT0101", "姓名": "金丝雀",
            "证件号码": builders.document_number(serial=88000 + n),
            "京卡卡号": builders.card_number(770000 + n), "手机号": f"139{n:04d}{8642 - n:04d}",
        }
        for n in range(PEOPLE)
    ]  # fmt: skip
    for row in rows[-4:]:
        number = row["证件号码"]
        row["证件号码"] = number[:-1] + ("1" if number[-1] != "1" else "2")
    return rows


def numbers_of(rows: list[dict[str, str]]) -> list[str]:
    return [row[name] for row in rows for name in ("证件号码", "京卡卡号", "手机号")]


class Searched:
    """Where the numbers are looked for, as text and as the hex of bytes."""

    def __init__(self, numbers: list[str]) -> None:
        forms = {form for number in numbers for form in (number, number.encode().hex())}
        self.pattern = re.compile("|".join(sorted(forms)).encode())
        self.hits: list[str] = []
        self.places = 0

    def look(self, place: str, content: bytes) -> None:
        self.places += 1
        if found := self.pattern.search(content):
            self.hits.append(f"{place}: …{content[max(found.start() - 60, 0) : found.end()]!r}")

    def folder(self, root: Path) -> None:
        for path in root.rglob("*"):
            self.look(f"name {path}", str(path).encode())
            if path.is_file():
                self.look(str(path), path.read_bytes())

    def database(self) -> None:
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
                for (row,) in cursor.fetchall():
                    self.look(f"table {table}", row.encode())

    def broker(self) -> None:
        with redis.Redis.from_url(settings.REDIS_URL.replace("redis+socket", "unix")) as held:
            for key in held.scan_iter("*"):
                self.look(f"broker {key!r}", key + (held.dump(key) or b""))


@pytest.fixture
def office(environment: dict[str, str], tmp_path: Path) -> Iterator[tuple[Visitor, Path]]:
    """A web server and a worker with logs, temporary files and stored files of their own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "tmp").mkdir()
    env = {**environment, "TMPDIR": str(tmp_path / "tmp"), "DEBUG": "0", "SECRET_KEY": "x" * 50}
    run = [sys.executable, "-m"]
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput"]
    subprocess.run(collect, env=env, cwd=settings.BASE_DIR, check=True, capture_output=True)
    web = [*run, "gunicorn", "config.wsgi:application", f"--bind=127.0.0.1:{port}"]
    web += ["--threads=4", "--access-logfile=-", "--no-control-socket"]
    worker = [*run, "celery", "-A", "config.celery", "worker", "-P", "solo", "-Q", QUEUES]
    worker += ["--without-mingle", "--without-gossip", "--loglevel=DEBUG", "-n", "canaries@%h"]
    started = []
    for name, command in (("web", web), ("worker", worker)):
        with (tmp_path / f"{name}.log").open("wb") as log:
            started.append(
                subprocess.Popen(
                    command, env=env, cwd=settings.BASE_DIR, stdout=log, stderr=log,
                    start_new_session=True,
                )
            )  # fmt: skip
    visitor = Visitor(f"http://127.0.0.1:{port}")
    until(lambda: answers(visitor))
    yield visitor, tmp_path
    for process in started:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(visitor: Visitor) -> bool:
    try:
        return visitor.get("/healthz")[0] == 200
    except OSError:
        return False


def until(true: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.1)


def import_as_clerk(visitor: Visitor, content: bytes, name: str) -> str:
    """Upload, wait for the check, take the error workbook, import the correct rows."""
    upload = NamedBytes(content, name)
    visitor.get("/import/new/members/")
    status, _body, address = visitor.post("/import/new/members/", {"file": upload})
    assert status == 200
    page = address.removeprefix(visitor.base)
    until(lambda: b"/apply" in visitor.get(page)[1])
    assert visitor.get(f"{page}errors")[0] == 200
    visitor.get(page)
    assert visitor.post(f"{page}apply?only=correct", {})[0] == 200
    until(lambda: Member.objects.count() == PEOPLE - 4)
    return page


class NamedBytes:
    """A file for a form."""

    def __init__(self, content: bytes, name: str) -> None:
        self.content, self.name = content, name

    def read(self) -> bytes:
        return self.content


def work_with(visitor: Visitor, number: str, card: str) -> list[bytes]:
    """Searches, a reveal, an export and every kind of error; returns the error pages."""
    member = Member.objects.order_by("pk").first()
    assert member is not None
    for path in (f"/people/?q={number}", f"/people/?union={card}", "/people/"):
        assert visitor.get(path)[0] == 200
    visitor.post("/people/find", {"number": number})
    shown = visitor.post(
        f"/people/{member.pk}/reveal", {"what": "document", "reason": "other", "note": number}
    )
    assert shown[0] == 200
    assert visitor.get("/import/template/members.xlsx")[0] == 200
    wrong = [
        visitor.get(f"/people/{number}/"),
        visitor.get(f"/nowhere/{card}"),
        visitor.post("/people/find", {"number": number}, token=False),
        visitor.post("/import/new/members/", {"file": NamedBytes(number.encode(), f"{card}.xlsx")}),
        visitor.post(f"/people/{member.pk}/reveal", {"what": number, "reason": card}),
        visitor.get(f"/import/{number}/"),
    ]
    return [body for _status, body, _address in wrong]


def postgres_log() -> Path | None:
    """Of the throw-away servers; another server's log is not ours to read."""
    host = str(connection.settings_dict["HOST"])
    return next(Path(host).parent.rglob("postgres.log"), None) if host.startswith("/") else None


def test_no_number_stands_in_clear(office: tuple[Visitor, Path]) -> None:
    visitor, place = office
    rows = canaries()
    union = builders.union("JT0101", name="天坛饭店工会")
    account = builders.user("agent", union, username="canary")
    account.set_password(builders.PASSWORD)
    account.save()
    numbers = numbers_of(rows)
    visitor.sign_in("canary", builders.PASSWORD)
    page = import_as_clerk(visitor, roster(*rows), f"花名册{numbers[0]}.xlsx")
    errors = work_with(visitor, numbers[0], numbers[1])
    searched = Searched(numbers)
    searched.look("result page", visitor.get(page)[1])
    for body in errors:
        searched.look("error page", body)
    searched.folder(place)
    searched.database()
    searched.broker()
    log = postgres_log()
    if log is not None:
        searched.look(str(log), log.read_bytes())
    assert searched.hits == []
    assert searched.places > 300
    assert User.objects.count() >= 2
    stored = [path for path in (place / "var" / "files").rglob("*") if path.is_file()]
    assert len(stored) >= 2
    assert all(path.read_bytes().startswith(files.MARK) for path in stored)
    assert all((path.stat().st_mode & 0o077) == 0 for path in stored)
    assert all((path.parent.stat().st_mode & 0o077) == 0 for path in stored)
    arguments = [json.dumps(job.parameters) for job in JobRun.objects.all()]
    assert all(re.fullmatch(r'\{"run": \d+\}', each) for each in arguments)
    # the web server's log did see the requests, with the numbers gone
    assert b"/people/?q=[number]" in (place / "web.log").read_bytes()


def test_the_search_finds_what_is_there(committed: None, tmp_path: Path) -> None:
    """The control: a number in a file, a file's name and a table is a hit each."""
    number = builders.document_number(serial=89000)
    (tmp_path / "x.log").write_text(f"somebody wrote {number}")
    (tmp_path / number).write_text("")
    builders.member(builders.union(), note=number)
    searched = Searched([number])
    searched.folder(tmp_path)
    searched.database()
    assert len(searched.hits) == 3
