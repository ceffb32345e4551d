"""kill -9 of the worker in the middle of close_quarter: the next run ends with the same figures."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from typing import Any

import pytest
from django.conf import settings

from core import jobs
from core.models import JobRun, JobStatus
from core.periods import Period
from members.access import Viewer
from reports.definitions import CLOSED_WITH_THE_QUARTER, report_named
from reports.models import ClosingStatus, QuarterClosing, ReportFile
from reports.selectors.scope import scope_for
from reports.services.closing import close_step, start_closing
from tests.faults.conftest import ring
from tests.reports.world import a_year

PERIOD = Period(2018, 2)
PATIENCE = 60  # seconds; a worker needs about four to start


def figures() -> dict[str, Any]:
    """The figures as they are when nobody is killed."""
    scope = scope_for(Viewer.system())
    return {
        name: report_named(name).filled(scope, PERIOD, date(2018, 10, 8)).document()["figures"]
        for name in CLOSED_WITH_THE_QUARTER
    }


def kill_in_the_middle(worker: subprocess.Popen[bytes], job: JobRun) -> int:
    """Kill -9 as soon as the job is past its first steps; returns how many were done."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        job.refresh_from_db()
        if job.done >= 3:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
            job.refresh_from_db()
            return job.done
        time.sleep(0.02)
    raise AssertionError(f"the worker did not get to it: {job.status} {job.done} {job.error}")


@pytest.mark.slow
def test_the_next_run_ends_with_the_same_figures(
    worker: subprocess.Popen[bytes], environment: dict[str, str]
) -> None:
    a_year()
    expected = figures()
    job = start_closing(year=2018, quarter=2, by=Viewer.system(), on=date(2018, 10, 8))
    ring(job)
    done = kill_in_the_middle(worker, job)
    assert 3 <= done < 7
    assert QuarterClosing.objects.get().status == ClosingStatus.RUNNING

    command = [sys.executable, "manage.py", "close_quarter", "2018Q2", "--json"]
    again = subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, check=False
    )
    assert (again.returncode, again.stderr) == (0, b"")
    answer = json.loads(again.stdout)
    assert answer["status"] == ClosingStatus.CLOSED
    assert {name: report["figures"] for name, report in answer["reports"].items()} == expected
    job.refresh_from_db()
    assert (job.status, job.done, job.attempts) == (JobStatus.DONE, 7, 2)
    assert ReportFile.objects.count() == 4
    jobs.run(job.pk, close_step)  # a late bell changes nothing
    assert ReportFile.objects.count() == 4
