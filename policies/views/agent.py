"""The agent's way: download the template, upload it, mend it, submit."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import clock
from core.errors import RuleViolation
from core.periods import add_months
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import importing_union
from policies import exports, selectors
from policies.forms.base import TemplateForm
from policies.services import templates


@require_permission(Permission.BATCH_FILL)
@require_GET
def enrol_start(request: ScopedRequest) -> HttpResponse:
    """Four big steps, and what is waiting in each."""
    union = importing_union(request.viewer, "enrolments")
    if union is None:
        raise Http404
    today = clock.today()
    drafts = selectors.open_batches(request.viewer)
    context = {
        "union": union,
        "form": TemplateForm(initial={"starts_on": add_months(today.replace(day=1), 1)}),
        "prices": selectors.prices_on(today),
        "drafts": list(drafts[:10]),
        "draft_sums": selectors.batch_sums(drafts.filter(pk__in=drafts[:10].values("pk"))),
        "waiting": selectors.imports_to_mend(request.viewer)[:5],
        "latest": selectors.handed_in(request.viewer)[:5],
        "steps": [_("Download the roster"), _("Fill and upload"), _("Mend"), _("Submit")],
        "step": 4 if drafts else 1,
    }
    return render(request, "policies/enrol.html", context)


@require_permission(Permission.BATCH_FILL)
@require_GET
def enrol_template(request: ScopedRequest) -> HttpResponse:
    """The roster of a plan with the union's members filled in."""
    union = importing_union(request.viewer, "enrolments")
    if union is None:
        raise Http404
    form = TemplateForm(request.GET)
    if not form.is_valid():
        messages.error(request, _("Choose a plan and the first day of cover."))
        return redirect("policies:enrol-start")
    try:
        content = templates.prefilled_roster(
            organisation_id=union.pk,
            family=form.cleaned_data["plan"],
            starts_on=form.cleaned_data["starts_on"],
            source=form.cleaned_data["source"] or templates.LAST,
            by=request.viewer,
            on=clock.today(),
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("policies:enrol-start")
    name = templates.roster_name(
        union.name, union.code, form.cleaned_data["plan"], form.cleaned_data["starts_on"]
    )
    return exports.attachment(content, name)
