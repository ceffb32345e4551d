"""季度结账: which quarters are closed, and the closing of one with its progress."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core import clock, jobs
from core.errors import RuleViolation
from core.periods import Period
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import timeline, visible_jobs, with_progress
from reports.definitions import CLOSED_WITH_THE_QUARTER, REPORTS
from reports.definitions.shown import capitals_of, shown_table
from reports.forms import ClosingForm
from reports.selectors import archive
from reports.services import closing as services
from reports.services.freezing import thawed
from reports.services.rendering import period_words


@require_permission(Permission.REPORT_VIEW)
@require_http_methods(["GET", "POST"])
def closing_list(request: ScopedRequest) -> HttpResponse:
    """The closings, and the button that begins one."""
    _check_district(request)
    today = clock.today()
    form = ClosingForm(request.POST or None, quarters=_open_quarters(today))
    if request.method == "POST":
        if not request.viewer.can(Permission.QUARTER_CLOSE):
            raise PermissionDenied
        if form.is_valid():
            return _begin(request, Period.parse(form.cleaned_data["quarter"]), today)
    context = {
        "form": form,
        "rows": list(archive.closings()),
        "may_close": request.viewer.can(Permission.QUARTER_CLOSE),
    }
    return render(request, "reports/closings.html", context, status=422 if form.errors else 200)


@require_permission(Permission.REPORT_VIEW)
@require_GET
def closing_detail(request: ScopedRequest, period: str) -> HttpResponse:
    """One closing: its progress, then its figures and files."""
    _check_district(request)
    closing = archive.closing_of(_quarter(period))
    if closing is None:
        raise Http404
    kept = [
        (REPORTS[name], thawed(REPORTS[name], closing.figures[name]))
        for name in CLOSED_WITH_THE_QUARTER
        if name in closing.figures
    ]
    context: dict[str, Any] = {
        "closing": closing,
        "words": period_words(period),
        "is_closed": closing.is_closed,
        "reports": [
            (report, shown_table(filled.tables[0]), capitals_of(filled)) for report, filled in kept
        ],
        "files": list(archive.visible_files(request.viewer).filter(closing=closing).order_by("pk")),
        "events": timeline(f"quarter:{period}"),
        **_progress(request, period),
    }
    return render(request, "reports/closing.html", context)


@require_permission(Permission.REPORT_VIEW)
@never_cache
@require_GET
def closing_progress(request: ScopedRequest, period: str) -> HttpResponse:
    """The progress bar of a closing, asked for every second."""
    _check_district(request)
    context = _progress(request, period)
    if not context:
        raise Http404
    return render(request, "components/progress.html", context)


def _check_district(request: ScopedRequest) -> None:
    """Closings are the whole district's: outside the subtree there is nothing to be found."""
    if not archive.sees_district(request.viewer):
        raise Http404


def _progress(request: ScopedRequest, period: str) -> dict[str, Any]:
    closing = archive.closing_of(_quarter(period))
    if closing is None or closing.job is None:
        return {}
    retry = visible_jobs(request.viewer).filter(pk=closing.job.pk).exists()
    return {
        "job": with_progress(closing.job),
        "title": _("Closing %s") % period_words(period),
        "url": reverse("reports:closing-progress", args=[period]),
        "done_url": reverse("reports:closing-detail", args=[period]),
        "retry_url": reverse("members:job-retry", args=[closing.job.pk]) if retry else "",
    }


def _begin(request: ScopedRequest, period: Period, today: date) -> HttpResponse:
    try:
        job = services.start_closing(
            year=period.year, quarter=period.quarter, by=request.viewer, on=today
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:closing-list")
    jobs.ring(job)
    return redirect("reports:closing-detail", period=str(period))


def _quarter(text: str) -> Period:
    try:
        period = Period.parse(text)
    except ValueError as error:
        raise Http404 from error
    if not period.quarter:
        raise Http404
    return period


def _open_quarters(today: date) -> list[Period]:
    """The quarters since money first moved that have ended and are not closed, oldest first."""
    closed = archive.closed_periods()
    last = Period.quarter_of(today).previous
    period, rows = archive.first_quarter() or last, []
    while period <= last:
        rows.append(period)
        period = period.next
    return [period for period in rows if str(period) not in closed]
