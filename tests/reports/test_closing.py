"""A quarter is closed once, after its end, by the district, and stays as it was."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from claims.models import Claim
from core import files, jobs
from core.models import AuditEvent, JobRun, JobStatus
from members.access import Viewer
from reports import tasks
from reports.models import QuarterClosing, ReportFile
from reports.selectors import archive
from reports.services import closing as services
from reports.services.closing import AlreadyClosed, MayNotClose, QuarterNotEnded
from reports.services.freezing import document_of
from tests import builders
from tests.reports.world import a_year

DAY = date(2018, 4, 2)


@pytest.fixture
def year(db: None) -> dict[str, Any]:
    return a_year()


def start(quarter: int = 1, on: date = DAY, by: Viewer | None = None) -> JobRun:
    return services.start_closing(year=2018, quarter=quarter, by=by or Viewer.system(), on=on)


def close(quarter: int = 1, on: date = DAY) -> QuarterClosing:
    job = start(quarter, on)
    jobs.run(job.pk, services.close_step)
    job.refresh_from_db()
    assert (job.status, job.error) == (JobStatus.DONE, "")
    return QuarterClosing.objects.get(year=2018, quarter=quarter)


@pytest.mark.slow
def test_a_closing_computes_prints_and_freezes(year: dict[str, Any]) -> None:
    closing = close()
    assert closing.status == "CLOSED"
    assert set(closing.figures) == {"payout_summary", "remittance"}
    assert document_of(closing.figures["remittance"])["figures"]["total"] == "240.00"
    rows = ReportFile.objects.filter(closing=closing).order_by("pk")
    made = [(row.report, row.format) for row in rows]
    assert made == [
        ("payout_summary", "xlsx"), ("payout_summary", "pdf"),
        ("remittance", "xlsx"), ("remittance", "pdf"),
    ]  # fmt: skip
    acts = AuditEvent.objects.filter(subject="quarter:2018Q1").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == ["quarter.start_closing", "quarter.close"]
    assert acts[1].details["files"]["remittance.pdf"] == rows[3].file.sha256
    assert archive.is_closed(date(2018, 3, 31))
    assert not archive.is_closed(date(2018, 4, 1))


@pytest.mark.slow
def test_what_happens_later_changes_neither_figures_nor_bytes(year: dict[str, Any]) -> None:
    closing = close()
    before = document_of(closing.figures["payout_summary"])
    row = ReportFile.objects.get(closing=closing, report="payout_summary", format="pdf")
    with files.open_file(row.file) as opened:
        content = opened.read()
    Claim.objects.update(amount="1.00")
    closing.refresh_from_db()
    assert document_of(closing.figures["payout_summary"]) == before
    with files.open_file(row.file) as opened:
        assert opened.read() == content


def test_a_quarter_that_has_not_ended_is_not_closed(year: dict[str, Any]) -> None:
    with pytest.raises(QuarterNotEnded, match="2018Q2"):
        start(quarter=2, on=date(2018, 6, 30))
    assert not QuarterClosing.objects.exists()
    assert not JobRun.objects.exists()


@pytest.mark.slow
def test_a_quarter_is_closed_once(year: dict[str, Any]) -> None:
    close()
    with pytest.raises(AlreadyClosed):
        start()
    assert JobRun.objects.count() == 1


def test_two_starts_are_one_job(year: dict[str, Any]) -> None:
    assert start() == start()
    assert QuarterClosing.objects.count() == 1


@pytest.mark.parametrize("role", ["agent", "leader", "auditor", "coordinator", "admin", "approver"])
def test_who_may_not_close(role: str, year: dict[str, Any]) -> None:
    place = year["tt1"] if role == "agent" else None
    with pytest.raises(MayNotClose):
        start(by=builders.viewer_as(role, place))
    assert not QuarterClosing.objects.exists()


def test_finance_of_a_street_may_not_close_the_district_s_quarter(year: dict[str, Any]) -> None:
    with pytest.raises(MayNotClose):
        start(by=builders.viewer_as("finance", year["tt"]))


def test_a_failed_closing_begins_again(year: dict[str, Any]) -> None:
    job = start()
    JobRun.objects.filter(pk=job.pk).update(status=JobStatus.FAILED)
    again = start()
    assert again.pk != job.pk
    assert QuarterClosing.objects.get().job_id == again.pk


@pytest.mark.slow
def test_every_step_can_be_done_twice(year: dict[str, Any]) -> None:
    job = start()
    for step in range(6):
        job.cursor = {"step": step}
        services.close_step(job)
        services.close_step(job)
    assert ReportFile.objects.count() == 4
    job.cursor = {"step": 6}
    assert services.close_step(job).finished
    assert services.close_step(job).finished


@pytest.mark.slow
def test_the_database_keeps_a_closed_quarter(year: dict[str, Any]) -> None:
    close()
    for table in ("reports_quarterclosing", "reports_reportfile"):
        with (
            pytest.raises(IntegrityError, match="closed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {table}")


def test_the_timetable_closes_the_quarter_before(
    year: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[JobRun] = []
    monkeypatch.setattr("core.jobs.ring", rung.append)
    monkeypatch.setattr("core.clock.today", lambda: date(2018, 7, 1))
    tasks.close_last_quarter()
    assert [(job.kind, job.key) for job in rung] == [(services.KIND, "2018Q2")]


def test_the_timetable_leaves_a_closed_quarter_alone(year: dict[str, Any]) -> None:
    QuarterClosing.objects.create(year=2018, quarter=2, status="CLOSED")
    assert services.close_last(on=date(2018, 7, 1)) is None
