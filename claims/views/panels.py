"""Pieces of this room on the pages of unions and members."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from claims.selectors.claims import claims_of_member, claims_of_union
from claims.selectors.reimbursement import reimbursements_of_member
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import visible_members, visible_organisations

SHOWN = 10


@require_permission(Permission.CLAIM_VIEW)
@require_GET
def unit_panel(request: ScopedRequest, pk: int) -> HttpResponse:
    """The latest claims of a union's subtree."""
    union = get_object_or_404(visible_organisations(request.viewer), pk=pk)
    claims = claims_of_union(request.viewer, union.path)
    newest = claims.select_related("member", "organisation").order_by("-filed_on", "-pk")
    context = {"union": union, "claims": newest[:SHOWN], "total": claims.count()}
    return render(request, "claims/_unit_panel.html", context)


@require_permission(Permission.CLAIM_VIEW)
@require_GET
def member_panel(request: ScopedRequest, pk: int) -> HttpResponse:
    """A member's claims."""
    member = get_object_or_404(visible_members(request.viewer), pk=pk)
    context = {"member": member, "claims": claims_of_member(request.viewer, member.pk)}
    return render(request, "claims/_member_panel.html", context)


@require_permission(Permission.QUARTER_VIEW)
@require_GET
def member_reimbursements(request: ScopedRequest, pk: int) -> HttpResponse:
    """A member's quarters: base, due, paid, carried."""
    member = get_object_or_404(visible_members(request.viewer), pk=pk)
    rows = reimbursements_of_member(request.viewer, member.pk)
    context = {"member": member, "rows": rows}
    return render(request, "claims/_member_reimbursements.html", context)
