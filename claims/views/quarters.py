"""Secondary reimbursement by quarter: import, compute, approve, pay out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from claims.exports import quarter_workbook
from claims.filters import QUARTERS, REIMBURSEMENTS, RowFilter
from claims.selectors import reimbursement as selectors
from claims.selectors.acts import quarter_act
from claims.selectors.payouts import visible_payouts
from claims.selectors.timeline import timeline
from claims.services import payouts
from claims.services import reimbursement as services
from core import clock, htmx, jobs
from core.errors import RuleViolation
from core.paging import order_by, page_of
from core.periods import Period
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import shown_list

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SORTABLE = {"name": "member__sort_key", "pay": "pay", "base": "base_ytd"}
PLACES = {"OPEN": 2, "COMPUTED": 3, "APPROVED": 4, "PAID": 5}


def _quarter(period: str) -> Period:
    """The quarter of an address; anything else is not found."""
    try:
        found = Period.parse(period)
    except ValueError as error:
        raise Http404 from error
    if not found.quarter:
        raise Http404
    return found


@require_permission(Permission.QUARTER_VIEW)
@require_GET
def quarter_list(request: ScopedRequest) -> HttpResponse:
    """The quarters, the latest first, with the sums of the members that the viewer sees."""
    viewer = request.viewer
    sums = selectors.sums_by_quarter(viewer)
    quarters = selectors.visible_quarters(viewer)
    context = {
        "listing": shown_list(QUARTERS, viewer, request.GET),
        "rows": [(each, *sums.get((each.year, each.quarter), (0, 0))) for each in quarters],
        "next_quarter": str(Period.quarter_of(clock.today()).previous),
        "may_import": viewer.holds_in_district(Permission.QUARTER_IMPORT),
    }
    return render(request, "claims/quarters.html", context)


@require_permission(Permission.QUARTER_VIEW)
@require_GET
def quarter_detail(request: ScopedRequest, period: str) -> HttpResponse:
    """One quarter as a line of steps, with its mismatches and the rows of the viewer's members."""
    viewer, wanted = request.viewer, _quarter(period)
    quarters = selectors.visible_quarters(viewer)
    quarter = get_object_or_404(quarters, year=wanted.year, quarter=wanted.quarter)
    rows = selectors.listed_rows(viewer, quarter)
    found = RowFilter(request.GET, rows.order_by(*order_by(request, SORTABLE, default="-pay")))
    context = {
        "quarter": quarter,
        "period": wanted,
        "filter": found,
        "listing": shown_list(REIMBURSEMENTS, viewer, request.GET),
        "page": page_of(request, found.qs),
    }
    if not htmx.is_fragment(request):
        context |= _surroundings(request, quarter)
    return htmx.render(
        request, page="claims/quarter.html", fragment="claims/_rows.html", context=context
    )


def _surroundings(request: ScopedRequest, quarter: Any) -> dict[str, object]:
    """Steps, sums, checks and the act that leads on."""
    viewer = request.viewer
    is_district = viewer.holds_in_district(Permission.QUARTER_VIEW)
    figures = selectors.figures_of(viewer, quarter)
    mismatches = selectors.mismatches_of(viewer, quarter)
    return {
        "steps": [_("Import"), _("Compute"), _("Approval"), _("Pay out")],
        "place": PLACES[quarter.status],
        "figures": figures,
        "mismatches": selectors.shown_mismatches(mismatches[:50]),
        "mismatch_count": mismatches.count(),
        "ignored": selectors.ignored_rows(viewer, quarter)[:50],
        "payouts": visible_payouts(viewer).filter(quarter=quarter),
        "act": quarter_act(viewer, quarter, has_rows=bool(figures.settlements)),
        "may_import": viewer.holds_in_district(Permission.QUARTER_IMPORT),
        # sums of the whole district are in the notes
        "events": timeline(f"quarter:{quarter}", with_notes=is_district),
        "is_district": is_district,
    }


@require_permission(Permission.QUARTER_VIEW)
@require_GET
def quarter_progress(request: ScopedRequest, period: str) -> HttpResponse:
    """How far the computation is; the page asks every second while it goes on."""
    wanted = _quarter(period)
    quarters = selectors.visible_quarters(request.viewer)
    quarter = get_object_or_404(quarters, year=wanted.year, quarter=wanted.quarter)
    if quarter.job is None:
        raise Http404
    page = reverse("claims:quarter-detail", args=[period])
    context = {
        "job": quarter.job,
        "title": _("Computing %(quarter)s") % {"quarter": quarter},
        "url": reverse("claims:quarter-progress", args=[period]),
        "done_url": page,
    }
    return render(request, "components/progress.html", context)


@require_permission(Permission.QUARTER_IMPORT)
@require_POST
def quarter_compute(request: ScopedRequest, period: str) -> HttpResponse:
    """Queue the computation."""
    wanted = _quarter(period)
    try:
        job = services.start_computing(year=wanted.year, quarter=wanted.quarter, by=request.viewer)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        jobs.ring(job)
    return redirect("claims:quarter-detail", period=str(wanted))


@require_permission(Permission.QUARTER_APPROVE)
@require_POST
def quarter_approve(request: ScopedRequest, period: str) -> HttpResponse:
    """Approve the computed quarter."""
    wanted = _quarter(period)
    try:
        quarter = services.approve_quarter(
            year=wanted.year, quarter=wanted.quarter, by=request.viewer, on=clock.today()
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(quarter)s was approved.") % {"quarter": quarter})
    return redirect("claims:quarter-detail", period=str(wanted))


@require_permission(Permission.PAYOUT_MAKE)
@require_POST
def quarter_payout(request: ScopedRequest, period: str) -> HttpResponse:
    """Put the approved quarter into a payout."""
    wanted = _quarter(period)
    quarters = selectors.visible_quarters(request.viewer)
    quarter = get_object_or_404(quarters, year=wanted.year, quarter=wanted.quarter)
    try:
        payout = payouts.make_quarter_payout(
            quarter_id=quarter.pk, by=request.viewer, on=clock.today()
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:quarter-detail", period=str(wanted))
    messages.success(request, _("Payout %(number)s was made.") % {"number": payout.number})
    return redirect("claims:payout-detail", pk=payout.pk)


@require_permission(Permission.QUARTER_VIEW)
@require_GET
def quarter_file(request: ScopedRequest, period: str) -> HttpResponse:
    """The computed rows as a workbook."""
    wanted = _quarter(period)
    quarters = selectors.visible_quarters(request.viewer)
    quarter = get_object_or_404(quarters, year=wanted.year, quarter=wanted.quarter)
    content = quarter_workbook(str(quarter), selectors.listed_rows(request.viewer, quarter))
    name = f'attachment; filename="{quarter}.xlsx"'
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})
