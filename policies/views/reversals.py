"""The papers that took a receipt or a remittance back (冲销单)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from core import clock
from core.errors import RuleViolation
from core.paging import page_of
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies import exports, selectors
from policies.exports_money import reversal_pdf


@require_permission(Permission.RECEIPT_VIEW)
@require_GET
def reversal_list(request: ScopedRequest) -> HttpResponse:
    """The reversals of the viewer's unions, the newest first."""
    rows = selectors.visible_reversals(request.viewer).order_by("-number")
    return render(request, "policies/reversals.html", {"page": page_of(request, rows)})


@require_permission(Permission.RECEIPT_VIEW)
@require_GET
def reversal_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One reversal: what it took back, why, by whom."""
    paper = get_object_or_404(selectors.visible_reversals(request.viewer), pk=pk)
    return render(request, "policies/reversal.html", {"paper": paper})


@require_permission(Permission.RECEIPT_VIEW)
@require_GET
def reversal_paper(request: ScopedRequest, pk: int) -> HttpResponse:
    """The reversal for print and seal."""
    paper = get_object_or_404(selectors.visible_reversals(request.viewer), pk=pk)
    try:
        content = reversal_pdf(paper, made_at=clock.now())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("policies:reversal-detail", pk=pk)
    return exports.attachment(content, f"冲销单_{paper.number}.pdf", exports.PDF)
