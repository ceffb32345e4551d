"""The plan catalogue, with what the office has not confirmed yet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core import clock
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies import plans, selectors


@require_permission(Permission.PLAN_VIEW)
@require_GET
def plan_list(request: ScopedRequest) -> HttpResponse:
    """Every version of every plan, those on sale today first."""
    context = {
        "plans": selectors.plan_cards(today=clock.today()),
        "campaigns": plans.campaigns(),
    }
    return render(request, "policies/plans.html", context)


@require_permission(Permission.PLAN_VIEW)
@require_GET
def plan_detail(request: ScopedRequest, code: str) -> HttpResponse:
    """One version with every parameter and how well it is known."""
    version = get_object_or_404(plans.all_versions(), code=code)
    context = {
        "plan": selectors.plan_card(version, today=clock.today()),
        "groups": selectors.parameters_of(version),
        "others": plans.all_versions().filter(family=version.family).exclude(pk=version.pk),
    }
    return render(request, "policies/plan.html", context)
