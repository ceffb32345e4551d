"""Trainings of agents: the list, one with who came, a new one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from core.paging import page_of
from members.access import ScopedRequest
from members.decorators import require_permission
from members.forms_notices import AttendeesForm, TrainingForm
from members.permissions import Permission
from members.selectors import training as selectors
from members.services import training
from members.states import TRAINING_MOVES, TrainingStatus

VIEW, KEEP = Permission.NOTICE_VIEW, Permission.TRAINING_KEEP


@require_permission(VIEW)
@require_GET
def training_list(request: ScopedRequest) -> HttpResponse:
    """The trainings of the viewer's unions and those they came to, the latest first."""
    rows = selectors.visible_trainings(request.viewer).order_by("-held_on", "-pk")
    page = page_of(request, rows)
    counted = selectors.counts_of(request.viewer, [row.pk for row in page])
    context = {
        "page": page,
        "rows": [(row, *counted.get(row.pk, (0, 0))) for row in page],
        "may_keep": request.viewer.can(KEEP),
    }
    return htmx.render(
        request, page="members/trainings.html", fragment="members/_trainings.html", context=context
    )


@require_permission(KEEP)
@require_http_methods(["GET", "POST"])
def training_create(request: ScopedRequest) -> HttpResponse:
    """Plan a training."""
    organisers = [(union.pk, union.name) for union in selectors.organisers(request.viewer)]
    form = TrainingForm(
        request.POST or None, organisers=organisers, initial={"held_on": clock.today()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = training.plan(by=request.viewer, on=clock.today(), **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The training is planned."))
            return redirect("members:training-detail", pk=made.pk)
    status = 422 if form.errors else 200
    return render(request, "members/training_create.html", {"form": form}, status=status)


@require_permission(VIEW)
@require_GET
def training_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One training, who came, and what may be done now."""
    return _page(request, pk, AttendeesForm())


def _page(request: ScopedRequest, pk: int, form: AttendeesForm) -> HttpResponse:
    viewer = request.viewer
    session = get_object_or_404(selectors.visible_trainings(viewer), pk=pk)
    keeps = selectors.keepable_trainings(viewer).filter(pk=pk).exists()
    people = list(selectors.attendees_of(viewer, session))
    context: dict[str, Any] = {
        "session": session,
        "people": people,
        "units": len({one.organisation_id for one in people}),
        "form": form,
        "keeps": keeps,
        "moves": TRAINING_MOVES[TrainingStatus(session.status)] if keeps and not people else (),
        "takes_names": keeps and session.status == TrainingStatus.HELD,
    }
    status = 422 if form.errors else 200
    return render(request, "members/training.html", context, status=status)


def _act(
    request: ScopedRequest, pk: int, service: Callable[..., Any], said: str, **given: Any
) -> HttpResponse:
    get_object_or_404(selectors.keepable_trainings(request.viewer), pk=pk)
    try:
        service(session_id=pk, by=request.viewer, on=clock.today(), **given)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("members:training-detail", pk=pk)


@require_permission(KEEP)
@require_POST
def training_move(request: ScopedRequest, pk: int) -> HttpResponse:
    """Held, cancelled, or planned again."""
    return _act(request, pk, training.move, _("Saved."), to=request.POST.get("to", ""))


@require_permission(KEEP)
@require_POST
def training_attend(request: ScopedRequest, pk: int) -> HttpResponse:
    """Put down who came."""
    get_object_or_404(selectors.keepable_trainings(request.viewer), pk=pk)
    form = AttendeesForm(request.POST)
    if form.is_valid():
        try:
            added = training.add_attendees(
                session_id=pk, by=request.viewer, on=clock.today(), **form.cleaned_data
            )
        except RuleViolation as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("%(count)d people were put down.") % {"count": added})
            return redirect("members:training-detail", pk=pk)
    return _page(request, pk, form)


@require_permission(KEEP)
@require_POST
def training_strike(request: ScopedRequest, pk: int, attendee: int) -> HttpResponse:
    """Take somebody off the list."""
    session = get_object_or_404(selectors.keepable_trainings(request.viewer), pk=pk)
    get_object_or_404(selectors.attendees_of(request.viewer, session), pk=attendee)
    return _act(
        request, pk, training.remove_attendee, _("The name is taken off."), attendee_id=attendee
    )
