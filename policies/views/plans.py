"""The plan catalogue, with what the office has not confirmed yet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core import clock
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies import plans, selectors
from policies.states import NONWORK


@require_permission(Permission.PLAN_VIEW)
@require_GET
def plan_list(request: ScopedRequest) -> HttpResponse:
    """Every version of every plan, those on sale today first."""
    context = {
        "plans": selectors.plan_cards(today=clock.today()),
        "may_campaigns": request.viewer.can(Permission.BATCH_VIEW),
        "unpublished": [
            selectors.plan_card(version, today=clock.today())
            for version in selectors.unpublished_versions(request.viewer)
        ],
        "may_draft": request.viewer.can(Permission.PLAN_DRAFT),
    }
    return render(request, "policies/plans.html", context)


@require_permission(Permission.PLAN_VIEW)
@require_GET
def plan_detail(request: ScopedRequest, code: str) -> HttpResponse:
    """One version with every parameter and how well it is known."""
    viewer = request.viewer
    version = selectors.unpublished_versions(viewer).filter(code=code).first()
    version = version or get_object_or_404(plans.all_versions(), code=code)
    context = {
        "may_draft": viewer.can(Permission.PLAN_DRAFT) and version.family != NONWORK,
        "may_publish": viewer.can(Permission.PLAN_PUBLISH),
        "events": selectors.timeline(f"plan:{version.code}") if version.drafted_by_id else [],
        "plan": selectors.plan_card(version, today=clock.today()),
        "groups": selectors.parameters_of(version),
        "sources": selectors.sources_of(version),
        "questions": selectors.questions_of(version),
        "others": plans.all_versions().filter(family=version.family).exclude(pk=version.pk),
    }
    return render(request, "policies/plan.html", context)


@require_permission(Permission.PLAN_VIEW)
@require_GET
def plan_compare(request: ScopedRequest) -> HttpResponse:
    """Two versions side by side, all parameters or only those that differ."""
    versions = [*selectors.unpublished_versions(request.viewer), *plans.all_versions()]
    by_code = {version.code: version for version in versions}
    left, right = (by_code.get(request.GET.get(side, "")) for side in ("a", "b"))
    only = bool(request.GET.get("only"))
    groups = []
    if left and right:
        groups = selectors.compared(left, right, today=clock.today())
    context = {
        "versions": versions,
        "left": left,
        "right": right,
        "only": only,
        "differing": sum(row.differs for _title, rows in groups for row in rows),
        "groups": [
            (title, [row for row in rows if row.differs or not only]) for title, rows in groups
        ],
    }
    return render(request, "policies/plan_compare.html", context)
