"""Pieces of this room on the pages of unions and members."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from claims.selectors.claimable import counts_of_member, shown_claimable
from claims.selectors.claims import claims_of_member, claims_of_union
from claims.selectors.reimbursement import reimbursements_of_member
from claims.services.claimable import claimable_of
from core import clock
from core.money import ZERO
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
    claims = list(claims_of_member(request.viewer, member.pk))
    paid = sum((claim.amount for claim in claims if claim.paid_on and claim.amount), ZERO)
    context = {"member": member, "claims": claims, "paid": paid}
    return render(request, "claims/_member_panel.html", context)


@require_permission(Permission.QUARTER_VIEW)
@require_GET
def member_reimbursements(request: ScopedRequest, pk: int) -> HttpResponse:
    """A member's quarters: base, due, paid, carried."""
    member = get_object_or_404(visible_members(request.viewer), pk=pk)
    rows = list(reimbursements_of_member(request.viewer, member.pk))
    context = {"member": member, "rows": rows, "paid": sum((row.pay for row in rows), ZERO)}
    return render(request, "claims/_member_reimbursements.html", context)


@require_permission(Permission.CLAIM_VIEW)
@require_GET
def member_claimable(request: ScopedRequest, pk: int) -> HttpResponse:
    """What the person may still claim this year, and the counts of the page's tabs."""
    member = get_object_or_404(visible_members(request.viewer), pk=pk)
    today = clock.today()
    found = claimable_of(member=member, today=today)
    context = {
        "year": today.year,
        "shown": shown_claimable(found, has_card=member.card_index is not None),
        "counts": counts_of_member(request.viewer, member.pk),
    }
    return render(request, "claims/_member_claimable.html", context)
