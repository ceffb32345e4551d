"""到期续保: the calendar of expiries, the units that have not renewed, reminders to them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from core.paging import page_of
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies import exports, exports_renewals
from policies.forms.renewals import ExpiryForm
from policies.selectors import expiries
from policies.selectors.expiries import Asked
from policies.services.reminders import urge_renewals
from policies.states import PAID_FAMILIES


def _asked(request: ScopedRequest) -> tuple[ExpiryForm, Asked]:
    """The parameters of the address; without a year this one, or the last in which covers end."""
    this = clock.today().year
    years = expiries.expiry_years(request.viewer) or [this]
    form = ExpiryForm(request.GET or None, years=years)
    form.is_valid()
    given = getattr(form, "cleaned_data", {})
    year = given.get("year") or (this if this in years else years[0])
    form.initial["year"] = year
    asked = Asked(
        year, given.get("month") or 0, given.get("family") or "", given.get("union") or ""
    )
    return form, asked


@require_permission(Permission.BATCH_VIEW)
@require_GET
def renewal_calendar(request: ScopedRequest) -> HttpResponse:
    """The months of a year with what ends in them, plan by plan, and how much was renewed."""
    form, asked = _asked(request)
    months, whole = expiries.calendar(request.viewer, asked)
    context = {
        "form": form,
        "asked": asked,
        "months": months,
        "whole": whole,
        "families": PAID_FAMILIES,
        "search": request.GET.urlencode(),
    }
    return htmx.render(
        request, page="policies/renewals.html", fragment="policies/_renewals.html", context=context
    )


@require_permission(Permission.BATCH_VIEW)
@require_GET
def renewal_units(request: ScopedRequest) -> HttpResponse:
    """The units that have not renewed, to be reminded."""
    form, asked = _asked(request)
    lines = expiries.lapsing_units(request.viewer, asked)
    page = page_of(request, lines)
    expiries.with_reminders(page, asked)
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "page": page,
        "today": clock.today(),
        "open": sum(line.total.open for line in lines),
        "search": request.GET.urlencode(),
        "may_urge": request.viewer.can(Permission.NOTICE_SEND),
    }
    return htmx.render(
        request, page="policies/lapsing.html", fragment="policies/_lapsing.html", context=context
    )


@require_permission(Permission.NOTICE_SEND)
@require_POST
def renewal_urge(request: ScopedRequest) -> HttpResponse:
    """催办: remind the ticked units, or all of the search, of what they have not renewed."""
    _form, asked = _asked(request)
    lines = expiries.lapsing_units(request.viewer, asked)
    if request.POST.get("all") != "filter":
        keys = {int(key) for key in request.POST.getlist("pk") if key.isdecimal()}
        if keys - {line.pk for line in lines}:
            raise Http404
        lines = [line for line in lines if line.pk in keys]
    try:
        notice = urge_renewals(lines=lines, asked=asked, by=request.viewer, on=clock.today())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('policies:renewal-units')}?{request.GET.urlencode()}")
    messages.success(request, _("The reminder is sent. Here you see who has read it."))
    return redirect("members:notice-detail", pk=notice.pk)


@require_permission(Permission.BATCH_VIEW)
@require_GET
def renewal_export(request: ScopedRequest) -> HttpResponse:
    """The persons whose covers were not renewed, as a workbook without numbers."""
    _form, asked = _asked(request)
    content = exports_renewals.lapsing_list(expiries.lapsing_persons(request.viewer, asked))
    return exports.attachment(content, f"到期未续保名单_{asked.year}.xlsx")
