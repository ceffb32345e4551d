"""Reports asked for on a page: filled for the asking viewer and kept as files."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, files, jobs
from core.models import JobRun
from core.periods import Period
from members.access import Viewer
from members.models import User
from members.selectors import viewer_for
from reports.definitions import report_named
from reports.models import ReportFile
from reports.selectors.scope import Scope, scope_for
from reports.services.freezing import frozen_or_now
from reports.services.rendering import CONTENT_TYPES, NoSuchFormat, rendered

KIND = "reports.tasks.make_file"


@transaction.atomic(durable=True)
def request_file(
    *, report: str, period: Period, scope: Scope, format: str, by: Viewer, on: date
) -> JobRun:
    """Ask for a report as a file; ring the bell afterwards. `on`: the day up to which is known."""
    report_named(report).check_period(period)
    if format not in CONTENT_TYPES:
        raise NoSuchFormat(_("There is no format %s, use xlsx or pdf.") % format)
    asked = {
        "report": report,
        "period": str(period),
        "union": scope.code,
        "format": format,
        "on": on.isoformat(),
    }
    job = jobs.enqueue(
        kind=KIND,
        key=":".join([*asked.values(), str(by.user_id)])[:100],
        requested_by_id=by.user_id,
        parameters=asked,
    )
    audit.record(
        action="report.request",
        subject=f"report:{report}",
        by_id=by.user_id,
        path=scope.path,
        period=str(period),
        format=format,
    )
    return job


def make_step(job: JobRun) -> jobs.Chunk:
    """The whole of a file job: what its owner sees now, as a file."""
    asked = job.parameters
    report = report_named(asked["report"])
    scope = scope_for(_owner(job), asked["union"])
    period, day = Period.parse(asked["period"]), date.fromisoformat(asked["on"])
    filled, _closing = frozen_or_now(report, scope, period, day)
    made = rendered(report, filled, asked["format"], made_at=timezone.localtime(job.created_at))
    stored = files.store(made.content, name=made.name, content_type=made.content_type)
    row = ReportFile.objects.create(
        report=report.name, period=asked["period"], path=scope.path, format=asked["format"],
        file=stored, made_by_id=job.requested_by_id,
    )  # fmt: skip
    return jobs.Chunk(cursor={"file": row.pk}, done=1, total=1, finished=True)


def _owner(job: JobRun) -> Viewer:
    if job.requested_by_id is None:
        return Viewer.system()
    return viewer_for(User.objects.get(pk=job.requested_by_id))


@transaction.atomic(durable=True)
def note_board(*, count: int, searched: Iterable[str], year: int, by: Viewer) -> None:
    """Write down that the board of the unions is taken away, and by which fields it was cut."""
    audit.record(
        action="board.export", subject="report:unit_board", by_id=by.user_id, period=str(year),
        count=count, searched=", ".join(sorted(searched)),
    )  # fmt: skip
