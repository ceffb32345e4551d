"""Long work: the list, the progress that every page shows, and another try."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core import htmx, jobs
from core.errors import RuleViolation
from core.paging import page_of
from members import selectors
from members.access import ScopedRequest
from members.decorators import require_permission
from members.filters import JOBS, JobFilter
from members.permissions import Permission
from members.services import jobs as services


@require_permission(Permission.JOB_VIEW)
@require_GET
def job_list(request: ScopedRequest) -> HttpResponse:
    """The jobs, the newest first."""
    found = JobFilter(request.GET, selectors.visible_jobs(request.viewer).order_by("-pk"))
    page = page_of(request, found.qs)
    names = selectors.names_of({job.requested_by_id for job in page})
    rows = [
        {
            "job": selectors.with_progress(job),
            "title": selectors.job_title(job),
            "about": selectors.record_label(job.key),
            "by": names.get(job.requested_by_id),
        }
        for job in page
    ]
    context = {
        "filter": found,
        "listing": selectors.shown_list(JOBS, request.viewer, request.GET),
        "page": page,
        "rows": rows,
    }
    return htmx.render(
        request, page="members/jobs.html", fragment="members/_jobs.html", context=context
    )


@require_permission()
@never_cache
@require_GET
def job_progress(request: ScopedRequest, pk: int) -> HttpResponse:
    """The progress bar of one job, asked for every second; `next` is where its result is."""
    job = get_object_or_404(selectors.visible_jobs(request.viewer), pk=pk)
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    context = {
        "job": selectors.with_progress(job),
        "title": selectors.job_title(job),
        "url": request.get_full_path(),
        "done_url": wanted if safe else "",
        "retry_url": reverse("members:job-retry", args=[pk]),
    }
    return render(request, "components/progress.html", context)


@require_permission()
@require_POST
def job_retry(request: ScopedRequest, pk: int) -> HttpResponse:
    """Continue a job that failed."""
    job = get_object_or_404(selectors.visible_jobs(request.viewer), pk=pk)
    try:
        jobs.ring(services.retry(job_id=job.pk, by=request.viewer))
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The work goes on."))
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("members:job-list")
    return redirect(back)
