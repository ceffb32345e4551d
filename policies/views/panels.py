"""Pieces for the pages of a union and of a member, fetched by htmx."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core import clock
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import visible_members, visible_organisations
from policies import selectors


@require_permission(Permission.BATCH_VIEW)
@require_GET
def unit_panel(request: ScopedRequest, pk: int) -> HttpResponse:
    """A union's enrolment: its plans by year, its latest batches."""
    union = get_object_or_404(visible_organisations(request.viewer), pk=pk)
    batches = selectors.unit_batches(request.viewer, path=union.path)
    context = {
        "union": union,
        "batches": batches[:8],
        "grid": selectors.unit_grid(batches),
        "may_fill": request.viewer.can_at(Permission.BATCH_FILL, union.path),
    }
    return render(request, "policies/_unit_panel.html", context)


@require_permission(Permission.BATCH_VIEW)
@require_GET
def member_panel(request: ScopedRequest, pk: int) -> HttpResponse:
    """A person's covers: rows years, columns plans, gaps visible at a glance."""
    member = get_object_or_404(visible_members(request.viewer), pk=pk)
    context = {"grid": selectors.member_grid(request.viewer, member, today=clock.today())}
    return render(request, "policies/_member_panel.html", context)
