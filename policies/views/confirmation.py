"""After the transfer: Beijing's receipt, what differs, the agreement, or taking it back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.errors import RuleViolation
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies import selectors
from policies.forms.money import ConfirmForm, DifferenceForm
from policies.services import money


def _act(
    request: ScopedRequest, pk: int, act: Callable[..., object], said: str, **given: Any
) -> HttpResponse:
    """Do one thing with a remittance that the viewer sees and say what came of it."""
    rows = selectors.visible_remittances(request.viewer, permission=Permission.REMITTANCE_VIEW)
    get_object_or_404(rows, pk=pk)
    try:
        act(remittance_id=pk, by=request.viewer, on=clock.today(), **given)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("policies:remittance-detail", pk=pk)


def _filled(
    request: ScopedRequest, pk: int, form: forms.Form, act: Callable[..., object], said: str
) -> HttpResponse:
    if form.is_valid():
        return _act(request, pk, act, said, **form.cleaned_data)
    for name, errors in form.errors.items():
        field = form.fields.get(name)
        label = field.label if field else ""
        messages.error(request, f"{label}：{errors[0]}" if label else str(errors[0]))
    return redirect("policies:remittance-detail", pk=pk)


@require_permission(Permission.REMITTANCE_MAKE)
@require_POST
def remittance_confirm(request: ScopedRequest, pk: int) -> HttpResponse:
    """Record Beijing's receipt."""
    said = _("Beijing's receipt was recorded. Type what differs, then reconcile.")
    return _filled(request, pk, ConfirmForm(request.POST), money.confirm_remittance, said)


@require_permission(Permission.REMITTANCE_MAKE)
@require_POST
def remittance_differ(request: ScopedRequest, pk: int) -> HttpResponse:
    """Type what Beijing booked for one batch."""
    said = _("What Beijing booked was noted.")
    return _filled(request, pk, DifferenceForm(request.POST), money.note_difference, said)


@require_permission(Permission.REMITTANCE_MAKE)
@require_POST
def remittance_settle(request: ScopedRequest, pk: int) -> HttpResponse:
    """Say how a difference was cleared up."""
    given = {name: request.POST.get(name, "") for name in ("batch_number", "reason")}
    return _act(request, pk, money.settle_difference, _("The difference is settled."), **given)


@require_permission(Permission.REMITTANCE_MAKE)
@require_POST
def remittance_reconcile(request: ScopedRequest, pk: int) -> HttpResponse:
    """Find that lines and sums agree."""
    return _act(request, pk, money.reconcile_remittance, _("The remittance is reconciled."))


@require_permission(Permission.REMITTANCE_MAKE)
@require_POST
def remittance_reverse(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a transfer back that the bank returned."""
    said = _("The transfer was taken back; its batches can go into another remittance.")
    reason = request.POST.get("reason", "")
    return _act(request, pk, money.reverse_remittance, said, reason=reason)
