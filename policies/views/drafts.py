"""New versions of plans: draft, change, propose, give back, publish."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.errors import RuleViolation
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies import selectors
from policies.forms.plans import DraftForm, NewDraftForm
from policies.rules.document import Malformed
from policies.services import plans as services
from policies.states import NONWORK


@require_permission(Permission.PLAN_DRAFT)
@require_http_methods(["GET", "POST"])
def draft_create(request: ScopedRequest) -> HttpResponse:
    """Begin a draft on the terms of a published version."""
    versions = [
        (v.code, f"{v.code} {v.name_zh}")
        for v in selectors.published_versions()
        if v.family != NONWORK
    ]
    data = request.POST if request.method == "POST" else None
    form = NewDraftForm(versions, data, initial={"based_on": request.GET.get("from", "")})
    if form.is_bound and form.is_valid():
        try:
            made = services.draft_version(by=request.viewer, on=clock.today(), **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("policies:draft-edit", code=made.code)
    status = 422 if form.errors else 200
    return render(request, "policies/draft_new.html", {"form": form}, status=status)


@require_permission(Permission.PLAN_DRAFT)
@require_http_methods(["GET", "POST"])
def draft_edit(request: ScopedRequest, code: str) -> HttpResponse:
    """Change the values of a draft."""
    draft = _unpublished(request, code)
    form = DraftForm(draft.parameters, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _stored(request, code, form):
        messages.success(request, _("The draft %(code)s was saved.") % {"code": code})
        return redirect("policies:plan-detail", code=code)
    context = {"form": form, "draft": draft}
    status = 422 if form.errors else 200
    return render(request, "policies/draft_edit.html", context, status=status)


def _stored(request: ScopedRequest, code: str, form: DraftForm) -> bool:
    try:
        services.change_draft(
            code=code, parameters=form.document(), by=request.viewer, on=clock.today()
        )
    except Malformed:
        form.add_error(None, _("A number is not written as one."))
    except services.MalformedPlan as fault:
        form.fault_at(fault.place, str(fault))
    except RuleViolation as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


@require_permission(Permission.PLAN_DRAFT)
@require_POST
def draft_propose(request: ScopedRequest, code: str) -> HttpResponse:
    return _act(request, code, services.propose, _("%(code)s waits to be published."))


@require_permission(Permission.PLAN_DRAFT)
@require_POST
def draft_discard(request: ScopedRequest, code: str) -> HttpResponse:
    return _act(request, code, services.discard_draft, _("The draft %(code)s was thrown away."))


@require_permission(Permission.PLAN_PUBLISH)
@require_POST
def draft_return(request: ScopedRequest, code: str) -> HttpResponse:
    reason = request.POST.get("reason", "")[:300]
    said = _("%(code)s went back to be changed.")
    return _act(request, code, services.give_back, said, reason=reason)


@require_permission(Permission.PLAN_PUBLISH)
@require_POST
def draft_publish(request: ScopedRequest, code: str) -> HttpResponse:
    said = _("%(code)s is published.")
    return _act(request, code, services.publish, said, at=clock.now())


def _act(
    request: ScopedRequest, code: str, act: Callable[..., Any], said: str, **details: Any
) -> HttpResponse:
    """Do it and go back to the version's page, or to the list where it is gone."""
    _unpublished(request, code)
    try:
        act(code=code, by=request.viewer, on=clock.today(), **details)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("policies:plan-detail", code=code)
    messages.success(request, said % {"code": code})
    if act is services.discard_draft:
        return redirect("policies:plan-list")
    return redirect("policies:plan-detail", code=code)


def _unpublished(request: ScopedRequest, code: str) -> Any:
    """The draft or proposed version; published ones and unknown ones are not found."""
    found = selectors.unpublished_versions(request.viewer).filter(code=code).first()
    if found is None:
        raise Http404
    return found
