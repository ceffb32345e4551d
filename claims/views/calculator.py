"""理赔试算: facts in, the amount and every step of it out; nothing of it is kept."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from claims.forms.calculator import CalculatorForm
from claims.selectors.calculator import Trial, trial, versions_to_try
from core import clock
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies import plans
from policies.rules.document import Malformed
from policies.states import PAID_FAMILIES, Family, PlanStatus


@require_permission(Permission.CLAIM_VIEW)
@require_GET
def calculator(request: ScopedRequest) -> HttpResponse:
    """Try a claim under any version. The address holds the facts, and nobody's name or number."""
    family = request.GET.get("family", Family.INPMED)
    if family not in PAID_FAMILIES:
        raise Http404
    versions = versions_to_try(request.viewer, family)
    version = _chosen(versions, request.GET.get("version", ""))
    today = clock.today()
    is_asked = "event_on" in request.GET and "hx-request" not in request.headers
    form = CalculatorForm(
        request.GET if is_asked else None, family=family, version=version, versions=versions,
        terms=plans.terms_in(version), today=today,
    )  # fmt: skip
    answer = _answer(form, version) if form.is_bound and form.is_valid() else None
    context = {"form": form, "version": version, "answer": answer}
    return render(request, "claims/calculator.html", context, status=422 if form.errors else 200)


def _chosen(versions: list[Any], code: str) -> Any:
    """The version of that code, else the one on sale today, else the newest published."""
    for version in versions:
        if version.code == code:
            return version
    today = clock.today()
    published = [each for each in versions if each.status == PlanStatus.PUBLISHED]
    on_sale = [each for each in published if today in each.on_sale]
    return (on_sale or published or versions)[0]


def _answer(form: CalculatorForm, version: Any) -> Trial | None:
    given = form.cleaned_data
    try:
        return trial(
            version, starts_on=given["starts_on"], shares=given.get("shares") or 1,
            tier=given.get("tier", ""), renews=given["renews"], filed_on=given["filed_on"],
            facts=form.facts(),
        )  # fmt: skip
    except Malformed as fault:
        form.add_error(None, _("%(fault)s: please check this value.") % {"fault": fault})
        return None
