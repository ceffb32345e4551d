"""close_quarter 2018Q1: close a quarter here and now, or go on where a closing stands."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core import clock, jobs
from core.models import JobRun, JobStatus
from core.periods import Period
from members.management.plain_command import PlainCommand, Unusable, viewer_named
from reports.models import QuarterClosing, ReportFile
from reports.selectors.archive import closing_of
from reports.services.closing import AlreadyClosed, close_step, start_closing
from reports.services.freezing import document_of


class Command(PlainCommand):
    help = "Close a quarter: compute, print and freeze its reports; a closed one is only shown."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("quarter", metavar="2018Q1")

    def handle(self, *_args: Any, **options: Any) -> None:
        period = _quarter(options["quarter"])
        viewer = viewer_named(options["as_user"])
        try:
            job = start_closing(
                year=period.year, quarter=period.quarter, by=viewer, on=clock.today()
            )
        except AlreadyClosed:
            job = None
        if job is not None:
            self._work(job)
        closing = closing_of(period)
        assert closing is not None  # just closed
        if options["json"]:
            self.print_json(answer(closing))
        else:
            self._print(closing)

    def _work(self, job: JobRun) -> None:
        jobs.run(job.pk, close_step)
        job.refresh_from_db()
        if job.status == JobStatus.FAILED:
            raise Unusable(job.error)
        if job.is_open:
            raise Unusable(_("A worker is closing this quarter; see the jobs page."))

    def _print(self, closing: QuarterClosing) -> None:
        self.stdout.write(f"{closing} {closing.get_status_display()}")
        for row in answer(closing)["files"]:
            self.stdout.write(f"{row['report']}.{row['format']}\t{row['sha256']}\t{row['name']}")


def _quarter(text: str) -> Period:
    try:
        period = Period.parse(text)
    except ValueError:
        period = Period(1900)
    if not period.quarter:
        raise Unusable(_("%s is no quarter, write 2018Q1.") % text)
    return period


def answer(closing: QuarterClosing) -> dict[str, Any]:
    """The closing as JSON: its state, its frozen figures and its files."""
    rows = ReportFile.objects.filter(closing=closing).select_related("file").order_by("pk")
    return {
        "quarter": str(closing),
        "status": closing.status,
        "closed_at": closing.closed_at.isoformat() if closing.closed_at else None,
        "reports": {name: document_of(kept) for name, kept in closing.figures.items()},
        "files": [
            {"report": row.report, "format": row.format, "name": row.file.name,
             "sha256": row.file.sha256}
            for row in rows
        ],
    }  # fmt: skip
