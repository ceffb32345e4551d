"""空白点: units without cover, ranked, each with the next thing to do."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from core.paging import page_of
from core.periods import Period
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.services.templates import XLSX
from reports.definitions.blank import GAPS, SENTENCES, STEPS
from reports.exports import blank_workbook
from reports.forms import BlankForm
from reports.rules import Step
from reports.selectors import blank, work
from reports.selectors.blank import Blank
from reports.selectors.scope import Window
from reports.selectors.units import streets
from reports.selectors.years import years
from reports.services.urging import urge_gaps


@dataclass(frozen=True)
class Wish:
    """What the address asks for: the spots of all, and those of the search in their order."""

    form: BlankForm
    year: int
    everything: list[Blank]
    found: list[Blank]


def _wish(request: ScopedRequest) -> Wish:
    today = clock.today()
    places = streets(request.viewer)
    form = BlankForm(request.GET or None, years=years(today), places=places)
    form.is_valid()
    asked = getattr(form, "cleaned_data", {})
    year = asked.get("year") or work.working_year(today)
    form.initial["year"] = year
    everything = blank.blank_spots(request.viewer, Window(Period(year), today))
    found = blank.chosen(
        everything, under=asked.get("under", ""), text=asked.get("q", ""),
        gap=asked.get("gap", ""), plan=asked.get("plan", ""),
    )  # fmt: skip
    return Wish(form, year, everything, found)


@require_permission(Permission.REPORT_VIEW)
@require_GET
def blank_list(request: ScopedRequest) -> HttpResponse:
    """The spots of the viewer's unions by rank, to be reminded, called or taught."""
    wish, viewer = _wish(request), request.viewer
    page = page_of(request, wish.found)
    context = {
        "form": wish.form,
        "year": wish.year,
        "page": page,
        "rows": [(spot, GAPS[spot.gap], STEPS[spot.step], _link(spot, viewer)) for spot in page],
        "sums": blank.counted(wish.found),
        "sentences": SENTENCES,
        "search": request.GET.urlencode(),
        "may_urge": viewer.can(Permission.NOTICE_SEND),
    }
    return htmx.render(
        request, page="reports/blank.html", fragment="reports/_blank.html", context=context
    )


def _link(spot: Blank, viewer: Any) -> str:
    """Where the next step is taken, if the viewer may take it."""
    unit = reverse("members:organisation-detail", args=[spot.pk])
    if spot.step is Step.ACCOUNT and viewer.can(Permission.USER_CREATE):
        return reverse("members:user-create", args=[spot.pk])
    if spot.step is Step.OFFER and viewer.can(Permission.NOTICE_SEND):
        return f"{reverse('members:notice-create')}?codes={spot.line.code}"
    if spot.step is Step.ADD and viewer.can(Permission.BATCH_FILL):
        return reverse("policies:enrol-start")
    return unit


@require_permission(Permission.NOTICE_SEND)
@require_POST
def blank_urge(request: ScopedRequest) -> HttpResponse:
    """Tell the ticked units, or all of the search, what they lack; once a day."""
    wish = _wish(request)
    spots = wish.found
    if request.POST.get("all") != "filter":
        keys = {int(key) for key in request.POST.getlist("pk") if key.isdecimal()}
        if keys - {spot.pk for spot in wish.everything}:
            raise Http404
        spots = [spot for spot in wish.everything if spot.pk in keys]
    try:
        notice = urge_gaps(spots=spots, year=wish.year, by=request.viewer, on=clock.today())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('reports:blank-list')}?{request.GET.urlencode()}")
    messages.success(request, _("The reminder is sent. Here you see who has read it."))
    return redirect("members:notice-detail", pk=notice.pk)


@require_permission(Permission.REPORT_VIEW)
@require_GET
def blank_export(request: ScopedRequest) -> HttpResponse:
    """空白点清单 as it is filtered, as a workbook."""
    wish = _wish(request)
    name = f"空白点清单_{wish.year}_{clock.today():%Y%m%d}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name) or ""
    return HttpResponse(
        blank_workbook(wish.found),
        content_type=XLSX,
        headers={"Content-Disposition": disposition},
    )
