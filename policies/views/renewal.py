"""The renewal of a unit: last year's people less the leavers plus the joiners, confirmed once."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.errors import RuleViolation
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import visible_organisations
from policies.forms.renewal import RenewalForm
from policies.selectors import renewal as renewals
from policies.services import renewal as services

MOST = 3000  # lines of a page; larger unions renew by workbook or unit by unit


def _union(request: ScopedRequest, pk: int) -> Any:
    return get_object_or_404(visible_organisations(request.viewer, Permission.BATCH_FILL), pk=pk)


@require_permission(Permission.BATCH_FILL)
@require_GET
def renew(request: ScopedRequest, union: int) -> HttpResponse:
    """Who stays, who leaves and why, who joins; ticked and confirmed once."""
    unit, today = _union(request, union), clock.today()
    day = renewals.next_start(unit.path, today)
    form = RenewalForm(request.GET) if "starts_on" in request.GET else None
    if form is not None and form.is_valid():
        day = form.cleaned_data["starts_on"]
    return _page(request, unit, day, form or RenewalForm(initial={"starts_on": day}))


def _page(
    request: ScopedRequest, unit: Any, day: date, form: RenewalForm, *, refusal: str = ""
) -> HttpResponse:
    found = renewals.renewal_of(unit, day)
    context = {
        "union": unit,
        "form": form,
        "renewal": found,
        "too_many": found.rows > MOST,
        "is_past": day < clock.today(),
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return render(request, "policies/renewal.html", context, status=status)


@require_permission(Permission.BATCH_FILL)
@require_POST
def renew_confirm(request: ScopedRequest, union: int) -> HttpResponse:
    """The ticked lines become draft batches; a list that has changed is shown again."""
    unit = _union(request, union)
    form = RenewalForm(request.POST)
    if not form.is_valid():
        raise Http404
    day = form.cleaned_data["starts_on"]
    try:
        done = services.confirm_renewal(
            organisation_id=unit.pk,
            starts_on=day,
            digest=request.POST.get("digest", ""),
            chosen=request.POST.getlist("pk"),
            by=request.viewer,
            on=clock.today(),
        )
    except RuleViolation as refusal:
        return _page(request, unit, day, form, refusal=str(refusal))
    messages.success(
        request,
        _("%(lines)d lines were enrolled in %(batches)d batches. Look through them and submit.")
        % {"lines": done.lines, "batches": len(done.batch_ids)},
    )
    return redirect(reverse("policies:enrol-start") + "#submit")
