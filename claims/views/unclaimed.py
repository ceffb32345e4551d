"""应赔未赔: the stays nobody claimed for, so that the unit can tell its members."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from claims.selectors.unclaimed import unclaimed_stays
from core.paging import page_of
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies.states import Family


@require_permission(Permission.CLAIM_VIEW)
@require_GET
def unclaimed_list(request: ScopedRequest) -> HttpResponse:
    """The stays without a claim in the viewer's unions, the latest admission first."""
    page = page_of(request, unclaimed_stays(request.viewer))
    for row in page.object_list:
        row["plan"] = Family(row["family"]).label
    context = {"page": page, "may_file": request.viewer.can(Permission.CLAIM_FILE)}
    return render(request, "claims/unclaimed.html", context)
