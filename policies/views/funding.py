"""Who bears the contributions: shares of a batch, and what unions give a head."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.errors import RuleViolation
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import named_union
from policies import selectors
from policies.forms.funding import SplitForm, SubsidyForm
from policies.selectors import funding as shares
from policies.services import funding


@require_permission(Permission.BATCH_FILL)
@require_POST
def batch_split(request: ScopedRequest, pk: int) -> HttpResponse:
    """Record what each payer bears of a batch."""
    rows = selectors.visible_batches(request.viewer, permission=Permission.BATCH_VIEW)
    batch = get_object_or_404(rows, pk=pk)
    form = SplitForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A share is a sum in yuan, such as 30.00."))
        return redirect("policies:batch-detail", pk=pk)
    try:
        funding.split(batch_id=batch.pk, shares=form.shares(), by=request.viewer, on=clock.today())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Who bears the contribution was recorded."))
    return redirect("policies:batch-detail", pk=pk)


@require_permission(Permission.REMITTANCE_VIEW)
@require_http_methods(["GET", "POST"])
def subsidy_list(request: ScopedRequest) -> HttpResponse:
    """What unions give a head, beside what was recorded in the year; the district adds to it."""
    may_set = request.viewer.holds_in_district(Permission.TARGET_SET)
    form = SubsidyForm(request.POST if request.method == "POST" and may_set else None)
    if form.is_bound and form.is_valid() and _set(request, form):
        return redirect(f"{reverse('policies:subsidy-list')}?year={_year(request)}")
    year = _year(request)
    rows = shares.subsidies_in(request.viewer, year)
    years = {row.year for row in selectors.targets()} | {year, clock.today().year}
    context = {
        "form": form, "may_set": may_set, "rows": rows, "year": year,
        "years": sorted(years, reverse=True),
    }  # fmt: skip
    return render(request, "policies/subsidies.html", context, status=422 if form.errors else 200)


def _set(request: ScopedRequest, form: SubsidyForm) -> bool:
    said: dict[str, Any] = {**form.cleaned_data}
    union = named_union(request.viewer, said.pop("union"))
    if union is None:
        form.add_error("union", _("No union of this name or code. Type its code, such as WJW."))
        return False
    try:
        subsidy = funding.set_subsidy(
            organisation_id=union.pk, by=request.viewer, on=clock.today(), **said
        )
    except RuleViolation as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(
        request, _("%(union)s: the standard from %(year)d is recorded.")
        % {"union": union.name, "year": subsidy.from_year},
    )  # fmt: skip
    return True


def _year(request: ScopedRequest) -> int:
    given = request.GET.get("year", "")
    known = [row.year for row in selectors.targets() if row.year <= clock.today().year]
    if given.isdecimal() and 2000 <= int(given) <= 2100:
        return int(given)
    return max(known, default=clock.today().year)


@require_permission(Permission.TARGET_SET)
@require_POST
def subsidy_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a standard away that was entered wrongly."""
    get_object_or_404(shares.visible_subsidies(request.viewer), pk=pk)
    try:
        funding.remove_subsidy(subsidy_id=pk, by=request.viewer, on=clock.today())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The standard was removed."))
    return redirect("policies:subsidy-list")
