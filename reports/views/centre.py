"""The reports: list, parameters, preview as printed, and files."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core import clock, files, htmx, jobs
from core.errors import RuleViolation
from core.periods import Period
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import visible_jobs, with_progress
from reports.definitions import REPORTS
from reports.definitions.base import Report
from reports.definitions.shown import capitals_of, definitions, shown_figures, shown_table
from reports.forms import ParametersForm
from reports.selectors import archive, work
from reports.selectors.scope import NoSuchUnion, Scope, scope_for
from reports.selectors.years import years
from reports.services import requests
from reports.services.freezing import frozen_or_now
from reports.services.rendering import checksum, period_words

MOST_ROWS = 60  # of a table on the page; the workbook has all


@dataclass(frozen=True)
class Wish:
    """What the address asks for."""

    report: Report
    period: Period
    scope: Scope
    wan: bool

    def query(self, **changes: Any) -> str:
        """This wish as a query string, with some parts changed."""
        parts = {
            "report": self.report.name,
            "year": self.period.year,
            "quarter": self.period.quarter,
            "union": self.scope.code,
            "unit": "wan" if self.wan else "yuan",
        }
        return "?" + urlencode({**parts, **changes})


@require_permission(Permission.REPORT_VIEW)
@require_GET
def report_list(request: ScopedRequest) -> HttpResponse:
    """The reports with the preview of one of them."""
    wish = _wish(request, clock.today())
    return htmx.render(
        request,
        page="reports/centre.html",
        fragment="reports/_preview.html",
        context=_context(request, wish),
    )


@require_permission(Permission.REPORT_VIEW)
@require_POST
def file_request(request: ScopedRequest) -> HttpResponse:
    """Have the report of this page made as a file in the background."""
    today = clock.today()
    wish = _wish(request, today)
    try:
        job = requests.request_file(
            report=wish.report.name, period=wish.period, scope=wish.scope, by=request.viewer,
            format=request.POST.get("format", ""), on=today,
        )  # fmt: skip
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(reverse("reports:report-list") + wish.query())
    jobs.ring(job)
    return redirect("reports:file-progress", pk=job.pk)


@require_permission(Permission.REPORT_VIEW)
@never_cache
@require_GET
def file_progress(request: ScopedRequest, pk: int) -> HttpResponse:
    """How far the file is, and the file when it is there."""
    job = get_object_or_404(visible_jobs(request.viewer).filter(kind=requests.KIND), pk=pk)
    asked = job.parameters
    parts = {"report": asked["report"], "union": asked["union"], **_period_query(asked["period"])}
    context = {
        "job": with_progress(job),
        "title": f"{REPORTS[asked['report']].title} {period_words(asked['period'])}",
        "url": request.get_full_path(),
        "done_url": _download_url(job.cursor.get("file")),
        "done_label": _("Download"),
        "retry_url": reverse("members:job-retry", args=[pk]),
        "back_url": f"{reverse('reports:report-list')}?{urlencode(parts)}",
    }
    return htmx.render(
        request, page="reports/file.html", fragment="components/progress.html", context=context
    )


@require_permission(Permission.REPORT_VIEW)
@require_GET
def file_download(request: ScopedRequest, pk: int) -> FileResponse:
    """The bytes as they were made, to those who may see the union they are about."""
    row = get_object_or_404(archive.visible_files(request.viewer), pk=pk)
    return FileResponse(
        files.open_file(row.file),
        as_attachment=True,
        filename=row.file.name,
        content_type=row.file.content_type,
        headers={"X-Content-SHA256": row.file.sha256},
    )


def _download_url(made: int | None) -> str:
    return reverse("reports:file-download", args=[made]) if made else ""


def _period_query(text: str) -> dict[str, int]:
    period = Period.parse(text)
    return {"year": period.year, "quarter": period.quarter}


def _wish(request: ScopedRequest, today: date) -> Wish:
    """The report, period and union of the address; what is missing or odd falls back on its own."""
    form = ParametersForm(request.POST if request.method == "POST" else request.GET)
    form.is_valid()
    asked = form.cleaned_data
    report = REPORTS[asked.get("report") or next(iter(REPORTS))]
    try:
        scope = scope_for(request.viewer, asked.get("union") or None)
    except NoSuchUnion as error:
        raise Http404(str(error)) from error
    period = _period(report, asked.get("year"), asked.get("quarter"), today)
    return Wish(report, period, scope, asked.get("unit") == "wan")


def _period(report: Report, year: int | None, quarter: int | None, today: date) -> Period:
    """The period asked for; else the last quarter that has ended in the year people work with."""
    wanted = year or work.working_year(today)
    if quarter is None:
        last = Period.quarter_of(today).previous
        quarter = last.quarter if last.year == wanted else 4
    if not report.quarters:
        quarter = 0
    if not quarter and not report.years:
        quarter = 4
    return Period(wanted, quarter)


def _context(request: ScopedRequest, wish: Wish) -> dict[str, Any]:
    today = clock.today()
    filled, closed = frozen_or_now(wish.report, wish.scope, wish.period, today)
    return {
        "wish": wish,
        "reports": [
            (report, wish.query(report=report.name), report == wish.report)
            for report in REPORTS.values()
        ],
        "years": [(year, year == wish.period.year) for year in years(today)],
        "quarters": [
            (number, wish.query(quarter=number), number == wish.period.quarter)
            for number in (1, 2, 3, 4)
            if wish.report.quarters
        ],
        "whole_year": wish.query(quarter=0) if wish.report.years else "",
        "units": [
            (unit, wish.query(unit=unit), wish.wan == (unit == "wan")) for unit in ("yuan", "wan")
        ],
        "filled": filled,
        "closed": closed,
        "frozen": archive.papers_of(closed, wish.report.name) if closed else [],
        "period": period_words(str(wish.period)),
        "tables": [shown_table(table, wan=wish.wan, most=MOST_ROWS) for table in filled.tables],
        "figures": shown_figures(wish.report, filled, wan=wish.wan),
        "definitions": definitions(wish.report, filled),
        "capitals": capitals_of(filled),
        "checksum": checksum(filled),
        "past": archive.past_files(request.viewer, wish.report.name),
    }
