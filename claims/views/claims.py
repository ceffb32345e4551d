"""The list of claims and the page of one claim."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from claims.filters import CLAIMS, ClaimFilter
from claims.forms.base import PaperForm, ReasonForm
from claims.selectors import casefile
from claims.selectors.acts import acts_on, may_add_papers
from claims.selectors.claims import (
    QUEUES,
    claim_with_papers,
    listed_claims,
    other_claims,
    status_counts,
)
from claims.selectors.clocks import age_of, days_to_file, with_ages
from claims.selectors.timeline import timeline
from core import clock, htmx
from core.paging import order_by, page_of
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import ShownList, shown_list
from members.selectors.people import masked_child_document, masked_document
from members.selectors.reveals import reveals_for

SORTABLE = {"number": "number", "filed": "filed_on", "event": "event_on", "amount": "amount"}


@require_permission(Permission.CLAIM_VIEW)
@require_GET
def claim_list(request: ScopedRequest) -> HttpResponse:
    """The claims of the viewer's unions, the newest first; ticked ones move together."""
    viewer = request.viewer
    ordered = listed_claims(viewer).order_by(*order_by(request, SORTABLE, default="-filed"))
    found = ClaimFilter(request.GET, ordered)
    context = {
        "filter": found,
        "listing": _shown_claims(request),
        "page": with_ages(page_of(request, found.qs), clock.today()),
        "counts": status_counts(viewer, request.GET.get("status", "")),
        "today": clock.today(),
        "may_file": viewer.can(Permission.CLAIM_FILE),
        "may_review": viewer.can(Permission.CLAIM_REVIEW),
        "may_approve": viewer.can(Permission.CLAIM_APPROVE),
        "may_pay": viewer.holds_in_district(Permission.PAYOUT_MAKE),
    }
    return htmx.render(
        request, page="claims/claims.html", fragment="claims/_claims.html", context=context
    )


def _shown_claims(request: ScopedRequest) -> ShownList:
    """The columns of the list; who reviewed a claim is for those who decide on it."""
    decides = map(request.viewer.can, (Permission.CLAIM_REVIEW, Permission.CLAIM_APPROVE))
    without = () if any(decides) else ("reviewer",)
    return shown_list(CLAIMS, request.viewer, request.GET, without=without)


@require_permission(Permission.CLAIM_VIEW)
@require_GET
def claim_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One claim: its papers beside its facts, checks and calculation; the acts below."""
    return claim_page(request, pk)


def claim_page(
    request: ScopedRequest, pk: int, *, refusal: str = "", reason: str = "", status: int = 200
) -> HttpResponse:
    """The page of a claim, with the sentence of an act that was refused."""
    claim = get_object_or_404(claim_with_papers(request.viewer), pk=pk)
    papers = list(claim.papers.all())
    wanted, viewer = request.GET.get("paper", ""), request.viewer
    shown = next((paper for paper in papers if str(paper.pk) == wanted), None)
    context: dict[str, Any] = {
        "claim": claim,
        "document": masked_document(claim.member),
        "child_document": masked_child_document(claim.child) if claim.child else "",
        "reveals": reveals_for(viewer, claim.member.organisation.path, clock.today()),
        "child_reveals": reveals_for(viewer, claim.organisation.path, clock.today()),
        "facts": casefile.facts(claim),
        "checks": casefile.checks(claim),
        "lines": casefile.calculation(claim),
        "wanted": casefile.wanted_papers(claim, papers, clock.today()),
        "papers": papers,
        "paper": shown or (papers[0] if papers else None),
        "others": other_claims(request.viewer, claim)[:8],
        "events": timeline(f"claim:{claim.pk}"),
        "pending": casefile.pending_steps(claim),
        "acts": acts_on(request.viewer, claim),
        "age": age_of(claim, clock.today()),
        "days_to_file": days_to_file(claim),
        "has_next": claim.status in QUEUES,
        "refuses": claim.status in QUEUES,
        "paper_form": PaperForm() if may_add_papers(request.viewer, claim) else None,
        "form": ReasonForm({"reason": reason}),
        "refusal": refusal,
    }
    return render(request, "claims/claim.html", context, status=status)
