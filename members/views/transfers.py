"""Transfers between unions: the list, asking for a person, answering."""

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
from members.filters import TRANSFERS
from members.forms import AskInForm, ReasonForm
from members.permissions import Permission
from members.selectors import life, shown_list
from members.services import transfers
from members.states import TransferStatus

RIGHT = Permission.MEMBER_TRANSFER


@require_permission(RIGHT)
@require_GET
def transfer_list(request: ScopedRequest) -> HttpResponse:
    """The transfers of the viewer's unions; those that wait for his answer come first."""
    waiting = request.GET.get("which") != "all"
    rows = (
        life.awaiting(request.viewer) if waiting else life.visible_transfers(request.viewer, RIGHT)
    )
    ordered = rows.select_related("member", "source", "target").order_by("-pk")
    context = {
        "listing": shown_list(TRANSFERS, request.viewer, request.GET),
        "page": page_of(request, ordered),
        "waiting": waiting,
    }
    return htmx.render(
        request, page="members/transfers.html", fragment="members/_transfers.html", context=context
    )


@require_permission(RIGHT)
@require_http_methods(["GET", "POST"])
def transfer_in(request: ScopedRequest) -> HttpResponse:
    """Ask another union for a person, named by his whole number (POST: in no address)."""
    form = AskInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = transfers.ask_in(by=request.viewer, on=clock.today(), **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The transfer is asked for or done; see Transfers."))
            return redirect("members:transfer-detail", pk=made.pk)
    status = 422 if form.errors else 200
    return render(request, "members/transfer_in.html", {"form": form}, status=status)


@require_permission(RIGHT)
@require_GET
def transfer_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One transfer and the answers that the viewer may give."""
    return _page(request, pk, ReasonForm())


@require_permission(RIGHT)
@require_POST
def transfer_consent(request: ScopedRequest, pk: int) -> HttpResponse:
    """The other union agrees."""
    return _act(request, pk, transfers.consent, _("The member is transferred."))


@require_permission(RIGHT)
@require_POST
def transfer_withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    """Who asked takes it back."""
    return _act(request, pk, transfers.withdraw, _("The request is taken back."))


@require_permission(RIGHT)
@require_POST
def transfer_refuse(request: ScopedRequest, pk: int) -> HttpResponse:
    """The other union says no, and why."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, form)
    return _act(request, pk, transfers.refuse, _("The request is refused."), **form.cleaned_data)


def _page(request: ScopedRequest, pk: int, form: ReasonForm) -> HttpResponse:
    rows = life.visible_transfers(request.viewer, RIGHT).select_related(
        "member", "source", "target", "asked_by", "settled_by"
    )
    transfer = get_object_or_404(rows, pk=pk)
    is_open = transfer.status == TransferStatus.ASKED
    answering = is_open and life.awaiting(request.viewer).filter(pk=pk).exists()
    context = {
        "transfer": transfer,
        "form": form,
        "may_answer": answering,
        "may_withdraw": is_open and transfers.may_withdraw(transfer, request.viewer),
    }
    return render(request, "members/transfer.html", context, status=422 if form.errors else 200)


def _act(
    request: ScopedRequest, pk: int, service: Callable[..., Any], done: str, **given: str
) -> HttpResponse:
    get_object_or_404(life.visible_transfers(request.viewer, RIGHT), pk=pk)
    try:
        service(transfer_id=pk, by=request.viewer, on=clock.today(), **given)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("members:transfer-detail", pk=pk)
