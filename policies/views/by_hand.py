"""Enrolling one person without a workbook and without a mouse: find, tick, Ctrl+Enter."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.errors import RuleViolation
from members import selectors as people
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies.forms.by_hand import PersonForm, PlanForm, StartForm
from policies.rules.renewal import Choice
from policies.selectors import by_hand as selectors
from policies.selectors.renewal import next_start
from policies.services import by_hand as services


@require_permission(Permission.BATCH_FILL)
@require_http_methods(["GET", "POST"])
def find(request: ScopedRequest) -> HttpResponse:
    """Whom to enrol; a single person found is opened at once."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    found: list[Any] = []
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        keys = people.number_keys(text) if people.is_number(text) else None
        found = selectors.found_people(request.viewer, text=text, keys=keys)
        if len(found) == 1:
            return redirect("policies:by-hand", member=found[0].pk)
        if not found:
            messages.warning(request, _("Nobody in your unions is called so or has this number."))
    context = {
        "form": form,
        "found": [(member, people.masked_document(member)) for member in found],
        "most": len(found) == selectors.MOST_FOUND,
    }
    return render(request, "policies/by_hand_find.html", context)


@require_permission(Permission.BATCH_FILL)
@require_http_methods(["GET", "POST"])
def person(request: ScopedRequest, member: int) -> HttpResponse:
    """The six plans of one person; ticked ones are written when none is wrong."""
    visible = people.visible_members(request.viewer, Permission.BATCH_FILL)
    found = get_object_or_404(visible.select_related("organisation"), pk=member)
    day = next_start(found.organisation.path, clock.today())
    asked = request.POST if request.method == "POST" else request.GET
    start = StartForm(asked if "starts_on" in asked else {"starts_on": day})
    if start.is_valid():
        day = start.cleaned_data["starts_on"]
    data = request.POST if request.method == "POST" else None
    plans = [PlanForm(column, data) for column in selectors.plan_columns(found, day)]
    problems: Mapping[str, list[str]] = {}
    wrong = [form for form in plans if data is not None and not form.is_valid()]
    if data is not None and start.is_valid() and not wrong:
        try:
            return _enrol(request, found, plans, day)
        except services.EnrolmentRefused as refusal:
            problems = refusal.problems
            messages.error(request, str(refusal))
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
    return _page(request, found, start, plans, problems, status=422 if data is not None else 200)


def _enrol(
    request: ScopedRequest, member: Any, plans: Sequence[PlanForm], day: date
) -> HttpResponse:
    done = services.enrol_person(
        member_id=member.pk, lines=[_line(form) for form in plans if form.cleaned_data["take"]],
        starts_on=day, by=request.viewer, on=clock.today(),
    )  # fmt: skip
    messages.success(
        request,
        _("%(name)s was enrolled: %(amount)s yuan, %(count)d batches to submit.")
        % {"name": member.name, "amount": done.amount, "count": len(done.batch_ids)},
    )
    for remark in done.remarks:
        messages.warning(request, remark)
    return redirect("policies:by-hand-find")


def _line(form: PlanForm) -> services.PlanLine:
    said = form.cleaned_data
    choice = Choice(
        shares=said.get("shares") or 1,
        tier=said.get("tier") or "",
        high_risk=bool(said.get("high_risk")),
        funder=said.get("funder") or "UNION",
    )
    return services.PlanLine(
        family=form.column.family.value,
        choice=choice,
        child_id=int(said["child"]) if said.get("child") else None,
        child_name=said.get("child_name", ""),
        child_number=said.get("child_number", ""),
        relation=said.get("relation", ""),
    )


def _page(
    request: ScopedRequest, member: Any, start: StartForm, plans: Sequence[PlanForm],
    problems: Mapping[str, list[str]], *, status: int,
) -> HttpResponse:  # fmt: skip
    columns = [(form, form.column, problems.get(form.column.family.value, ())) for form in plans]
    context = {
        "member": member,
        "number": people.masked_document(member),
        "start": start,
        "columns": columns,
    }
    return render(request, "policies/by_hand.html", context, status=status)
