"""Payouts: made of ticked claims, confirmed by another person, downloaded as a list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from claims.exports import payout_workbook
from claims.filters import PAYMENTS, PAYOUTS, LineFilter, PayoutFilter
from claims.forms.base import PayForm, ReasonForm, SelectionForm
from claims.selectors import payouts as selectors
from claims.selectors.acts import may_cancel, why_not_pay
from claims.selectors.timeline import timeline
from claims.services import payouts as services
from claims.views.casework import nothing_ticked
from core import clock, htmx
from core.errors import RuleViolation
from core.paging import order_by, page_of
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import shown_list

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SORTABLE = {"number": "number", "made": "made_on", "amount": "amount"}


@require_permission(Permission.PAYOUT_VIEW)
@require_GET
def payout_list(request: ScopedRequest) -> HttpResponse:
    """The payouts, the newest first."""
    rows = selectors.listed_payouts(request.viewer)
    found = PayoutFilter(
        request.GET, rows.order_by(*order_by(request, SORTABLE, default="-number"))
    )
    context = {
        "filter": found,
        "listing": shown_list(PAYOUTS, request.viewer, request.GET),
        "page": page_of(request, found.qs),
    }
    return htmx.render(
        request, page="claims/payouts.html", fragment="claims/_payouts.html", context=context
    )


@require_permission(Permission.PAYOUT_VIEW)
@require_GET
def payout_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One payout: sums in capitals, its lines, and the act that is due."""
    return _page(request, pk, PayForm(initial={"paid_on": clock.today()}))


def _page(request: ScopedRequest, pk: int, form: PayForm, *, status: int = 200) -> HttpResponse:
    viewer = request.viewer
    payout = get_object_or_404(selectors.listed_payouts(viewer), pk=pk)
    found = LineFilter(request.GET, selectors.lines_of(viewer, payout))
    page = page_of(request, found.qs)
    context = {
        "payout": payout,
        "filter": found,
        "listing": shown_list(PAYMENTS, viewer, request.GET),
        "page": page,
        "rows": selectors.with_cards(page),
        "sums": selectors.sums_of(viewer, payout),
        "why_not": why_not_pay(viewer, payout),
        "may_cancel": may_cancel(viewer, payout),
        "events": timeline(f"payout:{payout.pk}"),
        "form": form,
    }
    return htmx.render(
        request, page="claims/payout.html", fragment="claims/_lines.html", context=context,
        status=status,
    )  # fmt: skip


@require_permission(Permission.PAYOUT_MAKE)
@require_POST
def claims_payout(request: ScopedRequest) -> HttpResponse:
    """Put the ticked approved claims into a payout."""
    form = SelectionForm(request.POST)
    if not form.is_valid():
        return nothing_ticked(request)
    try:
        payout = services.make_claim_payout(claim_ids=form.ids, by=request.viewer, on=clock.today())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:claim-list")
    messages.success(request, _("Payout %(number)s was made.") % {"number": payout.number})
    return redirect("claims:payout-detail", pk=payout.pk)


@require_permission(Permission.PAYOUT_CONFIRM)
@require_POST
def payout_confirm(request: ScopedRequest, pk: int) -> HttpResponse:
    """Confirm that the bank has paid."""
    get_object_or_404(selectors.visible_payouts(request.viewer), pk=pk)
    form = PayForm(request.POST)
    if form.is_valid():
        try:
            payout = services.pay(
                payout_id=pk, by=request.viewer, on=clock.today(), **form.cleaned_data
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Payout %(number)s has been paid.") % {"number": payout.number}
            )
            return redirect("claims:payout-detail", pk=pk)
    return _page(request, pk, form, status=422)


@require_permission(Permission.PAYOUT_MAKE)
@require_POST
def payout_cancel(request: ScopedRequest, pk: int) -> HttpResponse:
    """Give up a payout that has not been paid."""
    get_object_or_404(selectors.visible_payouts(request.viewer), pk=pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        services.cancel(payout_id=pk, reason=reason, by=request.viewer, on=clock.today())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The payout was cancelled."))
    return redirect("claims:payout-detail", pk=pk)


@require_permission(Permission.PAYOUT_VIEW)
@require_GET
def payout_file(request: ScopedRequest, pk: int) -> HttpResponse:
    """The lines as a workbook; cards by their last digits only."""
    payout = get_object_or_404(selectors.visible_payouts(request.viewer), pk=pk)
    content = payout_workbook(payout.number, selectors.lines_of(request.viewer, payout))
    name = f'attachment; filename="{payout.number}.xlsx"'
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})
