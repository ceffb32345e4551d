"""试算对比: what the claims of a period would have been paid under another version."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from claims.forms.whatif import WhatIfForm
from claims.selectors import whatif as selectors
from claims.services import whatif
from core import clock, jobs
from core.errors import RuleViolation
from core.paging import page_of
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import with_progress


@require_permission(Permission.PLAN_DRAFT, Permission.PLAN_PUBLISH)
@require_http_methods(["GET", "POST"])
def what_if_list(request: ScopedRequest) -> HttpResponse:
    """The comparisons that were made, and a new one."""
    if not selectors.may_try(request.viewer):
        raise Http404
    year = clock.today().year
    form = WhatIfForm(
        request.POST if request.method == "POST" else None,
        versions=selectors.versions_to_try(request.viewer),
        initial={
            "version_code": request.GET.get("version", ""),
            "first_on": f"{year}-01-01", "last_on": f"{year}-12-31",
        },
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            made = whatif.start(by=request.viewer, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            jobs.ring(made.job)
            return redirect("claims:what-if-detail", pk=made.pk)
    page = page_of(request, selectors.visible_what_ifs(request.viewer))
    context = {"form": form, "page": page}
    return render(request, "claims/what_ifs.html", context, status=422 if form.errors else 200)


@require_permission(Permission.PLAN_DRAFT, Permission.PLAN_PUBLISH)
@require_GET
def what_if_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """The sums by plan and union, and the claims that differ; while it runs, how far it is."""
    asked = get_object_or_404(selectors.visible_what_ifs(request.viewer), pk=pk)
    context = {
        "asked": asked,
        "job": with_progress(asked.job),
        "whole": selectors.whole(asked),
        "groups": [
            ("version", selectors.by_version(asked)), ("union", selectors.by_union(asked)),
        ],
        "page": page_of(request, selectors.differing_lines(asked)),
    }  # fmt: skip
    return render(request, "claims/what_if.html", context)
