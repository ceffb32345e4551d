"""Imports whose worker is killed, killed by the file itself, or told to stop: never half."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from core import jobs
from core.models import AuditEvent, JobRun, JobStatus
from members.access import Viewer
from members.models import ImportRun, Member, Organisation
from members.services import imports
from tests import builders
from tests.faults.conftest import ring
from tests.members.builders import ON, received, worked

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("one_place")]
PATIENCE = 90  # seconds; a worker needs about four to start
ROWS = 5_000
WRITING = """
SELECT count(*) FROM pg_locks
 WHERE relation = 'members_member'::regclass AND mode = 'RowExclusiveLock'
   AND pid <> pg_backend_pid()
"""
WORKING = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
)
# as if the parser took its parent along: what happens without a process of its own and a guard
POISONED = """
import os, signal, sys
import django
django.setup()
from core.excel import reader
reader.inspect = lambda upload: os.kill(os.getpid(), signal.SIGKILL)
from members.tasks import check_import
check_import(job_id=int(sys.argv[1]))
"""


@pytest.fixture
def one_place(environment: dict[str, str], settings: Any) -> None:
    """The files and the cache of the other process are ours."""
    place = {"location": Path(environment["VAR_DIR"]) / "files"}
    kept = settings.STORAGES["default"]
    settings.STORAGES = {**settings.STORAGES, "default": {**kept, "OPTIONS": place}}
    cache = {k: v for k, v in settings.CACHES["default"].items() if k != "KEY_PREFIX"}
    settings.CACHES = {"default": cache}


@pytest.fixture
def unit(one_place: None) -> Organisation:
    return builders.union("JT0101")


@pytest.fixture
def agent(unit: Organisation) -> Viewer:
    return builders.viewer_as("agent", unit)


def sent(unit: Organisation, agent: Viewer, rows: int = ROWS) -> ImportRun:
    lines = (f"JT0101,张三,{builders.document_number(serial=n)}" for n in range(1, rows + 1))
    content = "\n".join(["单位编号,姓名,证件号码", *lines])
    return received(unit, content.encode(), by=agent, name="花名册.csv")


def count(query: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])


def at_work(job: JobRun) -> bool:
    return count(WORKING, jobs.LEASES, job.pk) > 0


def wait_until(reached: Callable[[], bool], patience: float = PATIENCE) -> float:
    """Seconds that it took."""
    begun = time.monotonic()
    while not reached():
        assert time.monotonic() - begun < patience, "it never came to that"
        time.sleep(0.01)
    return time.monotonic() - begun


def kill(worker: subprocess.Popen[bytes], job: JobRun) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    wait_until(lambda: not at_work(job))  # the server notices at its next answer


def reading(job: JobRun) -> bool:
    done, _total = jobs.progress(JobRun.objects.get(pk=job.pk))
    return done > 0


def test_killed_while_checking(
    worker: subprocess.Popen[bytes], unit: Organisation, agent: Viewer
) -> None:
    run = sent(unit, agent)
    job = run.job
    assert job is not None
    ring(job)
    wait_until(lambda: reading(job))
    kill(worker, job)
    run.refresh_from_db()
    assert (run.status, run.rows, run.issues.count()) == ("CHECKING", 0, 0)
    run = worked(run)  # the sweeper rings, another worker comes
    assert (run.status, run.rows, run.created, run.wrong) == ("CHECKED", ROWS, ROWS, 0)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.DONE, 2)
    assert Member.objects.count() == 0


def test_killed_while_writing(
    worker: subprocess.Popen[bytes], unit: Organisation, agent: Viewer
) -> None:
    run = worked(sent(unit, agent))
    run = imports.request_apply(run_id=run.pk, skip_errors=False, by=agent)
    job = run.job
    assert job is not None
    ring(job)
    wait_until(lambda: count(WRITING) > 0)
    kill(worker, job)
    run.refresh_from_db()
    assert (run.status, run.applied_at, Member.objects.count()) == ("APPLYING", None, 0)
    run = worked(run)
    assert (run.status, run.created, Member.objects.count()) == ("APPLIED", ROWS, ROWS)
    jobs.run(job.pk, partial(imports.apply, on=ON))  # a late bell changes nothing
    assert AuditEvent.objects.filter(action="import.apply").count() == 1
    assert Member.objects.count() == ROWS


def test_a_file_that_kills_its_worker_is_tried_three_times(
    environment: dict[str, str], unit: Organisation, agent: Viewer
) -> None:
    run = sent(unit, agent, rows=1)
    job = run.job
    assert job is not None
    codes = []
    for attempt in range(1, 5):
        done = subprocess.run(
            [sys.executable, "-c", POISONED, str(job.pk)],
            env={**environment, "DJANGO_SETTINGS_MODULE": "config.settings"},
            cwd=settings.BASE_DIR, check=False,
        )  # fmt: skip
        codes.append(done.returncode)
        wait_until(lambda: not at_work(job))
        job.refresh_from_db()
        assert job.attempts == min(attempt, 3)  # counted before the file was opened
    assert codes == [-signal.SIGKILL] * 3 + [0]
    assert job.status == JobStatus.FAILED
    client = builders.client_for(run.uploaded_by)
    shown = client.get(reverse("members:import-detail", args=[run.pk])).content.decode()
    assert "无法处理，已停止重试。" in shown
    client.post(reverse("members:import-cancel", args=[run.pk]))  # and it can be put away
    run.refresh_from_db()
    assert (run.status, Member.objects.count()) == ("CANCELLED", 0)


def test_a_running_check_is_cancelled_within_five_seconds(
    worker: subprocess.Popen[bytes], unit: Organisation, agent: Viewer
) -> None:
    run = sent(unit, agent, rows=60_000)
    job = run.job
    assert job is not None
    ring(job)
    wait_until(lambda: reading(job))
    begun = time.monotonic()
    imports.cancel(run_id=run.pk, by=agent)
    jobs.interrupt(job.pk)
    wait_until(lambda: not at_work(job))
    assert time.monotonic() - begun < 5
    run.refresh_from_db()
    job.refresh_from_db()
    assert (run.status, run.rows, job.status) == ("CANCELLED", 0, JobStatus.CANCELLED)
    assert (run.issues.count(), Member.objects.count()) == (0, 0)
