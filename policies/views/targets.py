"""The yearly target of the Beijing office."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import charts, clock
from core.errors import RuleViolation
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies import selectors
from policies.forms import TargetForm
from policies.services import targets


@require_permission(Permission.REMITTANCE_VIEW)
@require_http_methods(["GET", "POST"])
def target_detail(request: ScopedRequest) -> HttpResponse:
    """A year's target and how far it is; those who may set it do it here."""
    may_set = request.viewer.can(Permission.TARGET_SET)
    form = TargetForm(request.POST if request.method == "POST" and may_set else None)
    if form.is_bound and form.is_valid():
        try:
            target = targets.set_target(by=request.viewer, on=clock.today(), **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("The target of %(year)d was set.") % {"year": target.year}
            messages.success(request, said)
            return redirect(reverse("policies:target-detail") + f"?year={target.year}")
    return _page(request, form, may_set=may_set)


def _page(request: ScopedRequest, form: TargetForm, *, may_set: bool) -> HttpResponse:
    asked = request.GET.get("year", "")
    known = [row.year for row in selectors.targets()]
    year = int(asked) if asked.isdecimal() and 2000 <= int(asked) <= 2100 else _latest(known)
    form.initial = {"year": year, **selectors.target_values(year)}
    progress = selectors.target_progress(year=year, as_of=clock.today())
    months = selectors.remitted_by_month(year=year)
    labels = [_("%(month)d") % {"month": month} for month in range(1, 13)]
    context = {
        "form": form,
        "may_set": may_set,
        "year": year,
        "years": sorted({*known, year, clock.today().year}, reverse=True),
        "progress": progress,
        "thermometer": charts.thermometer(
            value=progress.remitted, target=progress.target, label=_("Remitted and target")
        )
        if progress.target
        else "",
        "months": list(zip(labels, months, strict=True)),
    }
    return render(request, "policies/target.html", context, status=422 if form.errors else 200)


def _latest(known: list[int]) -> int:
    this_year = clock.today().year
    return this_year if this_year in known or not known else max(known)
