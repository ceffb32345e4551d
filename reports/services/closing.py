"""Closing a quarter: the figures are computed once, printed, and frozen.

Each step is one transaction of the job together with its cursor, and each can be done twice: a
worker that dies at any instruction loses one step at most, and the next run ends with the same
figures. A quarter is begun (RUNNING) until the last step, then CLOSED for ever.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import audit, files, jobs
from core.errors import RuleViolation
from core.models import JobRun
from core.periods import Period
from ledger import services as ledger
from members.access import Viewer
from members.permissions import Permission
from reports.definitions import CLOSED_WITH_THE_QUARTER, report_named
from reports.models import ClosingStatus, QuarterClosing, ReportFile
from reports.selectors.scope import scope_for
from reports.services.freezing import frozen, thawed
from reports.services.rendering import rendered

KIND = "reports.tasks.close_quarter"
FORMATS = ("xlsx", "pdf")
Step = Callable[[QuarterClosing, JobRun], None]


class QuarterNotEnded(RuleViolation):
    """A quarter is closed after its last day."""


class AlreadyClosed(RuleViolation):
    """A quarter is closed once."""


class MayNotClose(RuleViolation):
    """Only staff of the district with the right may close."""


@transaction.atomic(durable=True)
def start_closing(*, year: int, quarter: int, by: Viewer, on: date) -> JobRun:
    """Begin to close a quarter, or hand back the job that is at it; ring the bell afterwards.

    `on`: the day of closing, up to which movements are known. Raises MayNotClose, QuarterNotEnded
    and AlreadyClosed.
    """
    period = Period(year, quarter)
    _check_right(by)
    if on <= period.last_day:
        raise QuarterNotEnded(
            _("%(period)s ends on %(day)s and cannot be closed before.")
            % {"period": period, "day": period.last_day}
        )
    closing, begun = QuarterClosing.objects.select_for_update().get_or_create(
        year=year, quarter=quarter
    )
    if closing.status == ClosingStatus.CLOSED:
        raise AlreadyClosed(_("%s is closed already; its figures stay as they are.") % period)
    if closing.job is not None and closing.job.is_open:
        return closing.job
    closing.job = jobs.enqueue(
        kind=KIND,
        key=str(period),
        requested_by_id=by.user_id,
        parameters={"closing": closing.pk, "on": on.isoformat()},
    )
    closing.closed_by_id = by.user_id
    closing.save(update_fields=["job", "closed_by"])
    # from here on nothing comes in behind the figures that are computed now
    ledger.close_books(until=period.last_day, by_id=by.user_id, on=on)
    audit.record(
        action="quarter.start_closing" if begun else "quarter.resume_closing",
        subject=f"quarter:{period}",
        by_id=by.user_id,
    )
    return closing.job


def close_step(job: JobRun) -> jobs.Chunk:
    """One step of a closing job: the cursor says which."""
    steps = _steps()
    at = int(job.cursor.get("step", 0))
    closing = QuarterClosing.objects.select_for_update().get(pk=job.parameters["closing"])
    if closing.status != ClosingStatus.CLOSED:
        steps[at](closing, job)
    done = at + 1
    return jobs.Chunk(
        cursor={"step": done}, done=done, total=len(steps), finished=done == len(steps)
    )


def _check_right(by: Viewer) -> None:
    district = scope_for(Viewer.system())
    if not by.can_at(Permission.QUARTER_CLOSE, district.path):
        raise MayNotClose(_("Only the district's finance and enrolment clerks close quarters."))


def _steps() -> list[Step]:
    """Compute every report, then print every report in every format, then freeze."""
    computing = [_computing(name) for name in CLOSED_WITH_THE_QUARTER]
    printing = [_printing(name, how) for name in CLOSED_WITH_THE_QUARTER for how in FORMATS]
    return [*computing, *printing, _freeze]


def _computing(name: str) -> Step:
    def compute(closing: QuarterClosing, job: JobRun) -> None:
        as_of = date.fromisoformat(job.parameters["on"])
        period = Period(closing.year, closing.quarter)
        with translation.override("zh-hans"):
            filled = report_named(name).filled(scope_for(Viewer.system()), period, as_of)
            closing.figures[name] = frozen(filled)
        closing.save(update_fields=["figures"])

    return compute


def _printing(name: str, how: str) -> Step:
    def print_it(closing: QuarterClosing, job: JobRun) -> None:
        report = report_named(name)
        filled = thawed(report, closing.figures[name])
        made = rendered(report, filled, how, made_at=timezone.localtime(job.created_at))
        stored = files.store(made.content, name=made.name, content_type=made.content_type)
        # a closing that failed and was begun again prints its papers anew
        ReportFile.objects.filter(closing=closing, report=name, format=how).delete()
        ReportFile.objects.create(
            report=name, period=str(closing), closing=closing, path=filled.path, format=how,
            file=stored, made_by=closing.closed_by,
        )  # fmt: skip

    return print_it


def _freeze(closing: QuarterClosing, job: JobRun) -> None:
    QuarterClosing.objects.filter(pk=closing.pk).update(
        status=ClosingStatus.CLOSED, closed_at=Now()
    )
    audit.record(
        action="quarter.close",
        subject=f"quarter:{closing}",
        by_id=job.requested_by_id,
        files=_checksums(closing),
    )


def _checksums(closing: QuarterClosing) -> dict[str, Any]:
    rows = ReportFile.objects.filter(closing=closing).select_related("file")
    return {f"{row.report}.{row.format}": row.file.sha256 for row in rows}


def close_last(*, on: date) -> JobRun | None:
    """Begin to close the quarter before the one of the day; nothing when that was done already."""
    period = Period.quarter_of(on).previous
    try:
        return start_closing(year=period.year, quarter=period.quarter, by=Viewer.system(), on=on)
    except AlreadyClosed:
        return None
