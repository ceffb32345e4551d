"""Centrally funded drives: their list, what each came to, making and moving them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.errors import RuleViolation
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.services.templates import XLSX
from policies.forms.plans import CampaignForm
from policies.services import campaigns as services
from policies.states import CAMPAIGN_MOVES, CampaignStatus
from reports.exports import campaign_workbook
from reports.selectors import campaigns as selectors


@require_permission(Permission.BATCH_VIEW)
@require_GET
def campaign_list(request: ScopedRequest) -> HttpResponse:
    """Every campaign with the viewer's part of its figures."""
    context = {
        "reports": selectors.campaign_reports(request.viewer),
        "may_make": request.viewer.can(Permission.CAMPAIGN_MAKE),
    }
    return render(request, "reports/campaigns.html", context)


@require_permission(Permission.BATCH_VIEW)
@require_GET
def campaign_detail(request: ScopedRequest, code: str) -> HttpResponse:
    """What one campaign came to, by union."""
    campaign = get_object_or_404(selectors.campaigns(), code=code)
    may_make = request.viewer.can(Permission.CAMPAIGN_MAKE)
    moves = [to for to in CampaignStatus if to in CAMPAIGN_MOVES[CampaignStatus(campaign.status)]]
    context = {
        "report": selectors.campaign_report(request.viewer, campaign),
        "may_make": may_make,
        "moves": moves if may_make else [],
    }
    return render(request, "reports/campaign.html", context)


@require_permission(Permission.BATCH_VIEW)
@require_GET
def campaign_export(request: ScopedRequest, code: str) -> HttpResponse:
    """The campaign's own report as a workbook."""
    campaign = get_object_or_404(selectors.campaigns(), code=code)
    report = selectors.campaign_report(request.viewer, campaign)
    content = campaign_workbook(report, made_at=clock.now())
    response = HttpResponse(content, content_type=XLSX)
    name = f"{campaign.name_zh}_{clock.today()}.xlsx"
    response.headers["Content-Disposition"] = str(
        content_disposition_header(as_attachment=True, filename=name)
    )
    return response


@require_permission(Permission.CAMPAIGN_MAKE)
@require_http_methods(["GET", "POST"])
def campaign_create(request: ScopedRequest) -> HttpResponse:
    """Make a campaign."""
    form = CampaignForm(request.POST if request.method == "POST" else None)
    return _saved(request, form, services.make_campaign, _("The campaign %(code)s was made."))


@require_permission(Permission.CAMPAIGN_MAKE)
@require_http_methods(["GET", "POST"])
def campaign_edit(request: ScopedRequest, code: str) -> HttpResponse:
    """Change a campaign; its code stays."""
    found = get_object_or_404(selectors.campaigns(), code=code)
    data = {**request.POST.dict(), "code": code} if request.method == "POST" else None
    initial = {
        "code": code,
        "name_zh": found.name_zh,
        "family": found.plan_version.family,
        "tier": found.tier,
        "starts_on": found.starts_on,
        "sponsor": found.sponsor,
        "sponsor_code": found.sponsor_union.code if found.sponsor_union else "",
        "budget": found.budget,
    }
    form = CampaignForm(data, initial=initial)
    form.fields["code"].disabled = True
    return _saved(request, form, services.change_campaign, _("The campaign %(code)s was changed."))


def _saved(request: ScopedRequest, form: CampaignForm, act: Any, said: str) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            made = act(by=request.viewer, on=clock.today(), **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said % {"code": made.code})
            return redirect("reports:campaign-detail", code=made.code)
    status = 422 if form.errors else 200
    return render(request, "reports/campaign_form.html", {"form": form}, status=status)


@require_permission(Permission.CAMPAIGN_MAKE)
@require_POST
def campaign_move(request: ScopedRequest, code: str) -> HttpResponse:
    """Open the rosters, note the money, close."""
    get_object_or_404(selectors.campaigns(), code=code)
    try:
        moved = services.move_campaign(
            code=code, to=request.POST.get("to", ""), by=request.viewer, on=clock.today()
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("%(code)s: %(state)s.") % {"code": code, "state": moved.get_status_display()}
        messages.success(request, said)
    return redirect("reports:campaign-detail", code=code)
