"""Remittances to the Beijing office: the list, making one, the statement, the transfer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from core.paging import order_by, page_of
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import shown_list
from policies import exports, exports_statement, selectors
from policies.filters import REMITTANCES, PayableFilter, RemittanceFilter
from policies.forms.base import ReasonForm, RemitForm
from policies.forms.money import AnswerForm, ConfirmForm, DifferenceForm, SettleForm
from policies.services import money
from policies.states import RemittanceStatus

SORTABLE = {"number": "number", "remitted": "remitted_on", "amount": "amount"}
STEPS = {"DRAFT": 2, "REMITTED": 3, "CONFIRMED": 4, "RECONCILED": 5}
PAYABLE_SORTS = {"number": "number", "starts": "starts_on", "amount": "amount"}


@require_permission(Permission.REMITTANCE_VIEW)
@require_GET
def remittance_list(request: ScopedRequest) -> HttpResponse:
    """The remittances in which the viewer's unions have a part."""
    rows = selectors.visible_remittances(request.viewer, permission=Permission.REMITTANCE_VIEW)
    ordered = rows.order_by(*order_by(request, SORTABLE, default="-number"))
    found = RemittanceFilter(request.GET, ordered)
    context = {
        "filter": found,
        "listing": shown_list(REMITTANCES, request.viewer, request.GET),
        "page": page_of(request, found.qs),
        "may_make": request.viewer.can(Permission.REMITTANCE_MAKE),
    }
    return htmx.render(
        request,
        page="policies/remittances.html",
        fragment="policies/_remittances.html",
        context=context,
    )


@require_permission(Permission.REMITTANCE_MAKE)
@require_http_methods(["GET", "POST"])
def remittance_create(request: ScopedRequest) -> HttpResponse:
    """Choose among the paid batches those that go to the Beijing office now."""
    rows = selectors.remittable_batches(request.viewer)
    found = PayableFilter(request.GET, rows.order_by(*_payable_order(request)))
    if request.method == "POST":
        try:
            remittance = money.make_remittance(
                batch_ids=_chosen(request, found), by=request.viewer, on=clock.today()
            )
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect("policies:remittance-detail", pk=remittance.pk)
    context = {
        "filter": found,
        "page": page_of(request, found.qs, size=50),
        "by_plan": selectors.sums_by_family(found.qs),
        "sums": selectors.batch_sums(found.qs),
        "search": request.GET.urlencode(),
    }
    return htmx.render(
        request,
        page="policies/remittance_create.html",
        fragment="policies/_payable.html",
        context=context,
    )


def _payable_order(request: ScopedRequest) -> list[str]:
    return order_by(request, PAYABLE_SORTS, default="number")


def _chosen(request: ScopedRequest, found: PayableFilter) -> list[int]:
    if request.POST.get("all") == "filter":
        return list(found.qs.values_list("pk", flat=True))
    return [int(key) for key in request.POST.getlist("pk") if key.isdecimal()]


def _remittance(request: ScopedRequest, pk: int) -> Any:
    rows = selectors.visible_remittances(request.viewer, permission=Permission.REMITTANCE_VIEW)
    return get_object_or_404(
        rows.select_related("made_by", "remitted_by", "confirmed_by", "reconciled_by", "reversal"),
        pk=pk,
    )


@require_permission(Permission.REMITTANCE_VIEW)
@require_GET
def remittance_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """上缴核对: what the rosters owe, what came in, what is passed on, by plan and by unit."""
    return _detail(request, _remittance(request, pk), RemitForm())


def _detail(request: ScopedRequest, remittance: Any, form: RemitForm) -> HttpResponse:
    rows, total = selectors.statement_rows(request.viewer, remittance)
    lines = selectors.statement_lines(request.viewer, remittance)
    form.initial = {"remitted_on": clock.today()}
    differing = list(selectors.differing_lines(request.viewer, remittance))
    unsettled = [line.batch.number for line in differing if not line.settled_on]
    context = {
        "remittance": remittance,
        "rows": rows,
        "total": total,
        "page": page_of(request, lines, size=50),
        "form": form,
        "step": STEPS.get(remittance.status, 1),
        "steps": [_("Made"), _("Checked and remitted"), _("Confirmed by Beijing"), _("Reconciled")],
        "differing": differing,
        "unsettled": unsettled,
        "settle_form": SettleForm(numbers=unsettled),
        "confirm_form": ConfirmForm(
            initial={"confirmed_on": clock.today(), "confirmed_total": remittance.amount}
        ),
        "answer_form": AnswerForm(initial={"confirmed_on": clock.today()}),
        "difference_form": DifferenceForm(),
        "reason_form": ReasonForm(),
        "is_own": request.viewer.user_id is not None
        and request.viewer.user_id == remittance.remitted_by_id,
        "is_draft": remittance.status == RemittanceStatus.DRAFT,
        "may_make": request.viewer.can(Permission.REMITTANCE_MAKE),
        "events": selectors.timeline(f"remittance:{remittance.pk}"),
    }
    if htmx.is_fragment(request):
        return render(request, "policies/_remittance_lines.html", context)
    status = 422 if form.errors else 200
    return render(request, "policies/remittance.html", context, status=status)


@require_permission(Permission.REMITTANCE_MAKE)
@require_POST
def remittance_remit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Record the transfer: its batches are in force."""
    remittance = _remittance(request, pk)
    form = RemitForm(request.POST)
    if form.is_valid():
        try:
            money.remit(remittance_id=pk, by=request.viewer, on=clock.today(), **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("%(number)s was remitted; its batches are in force.")
            messages.success(request, said % {"number": remittance.number})
            return redirect("policies:remittance-detail", pk=pk)
    return _detail(request, remittance, form)


@require_permission(Permission.REMITTANCE_MAKE)
@require_POST
def remittance_cancel(request: ScopedRequest, pk: int) -> HttpResponse:
    """Give up a remittance that was not sent."""
    _remittance(request, pk)
    try:
        remittance = money.cancel_remittance(remittance_id=pk, by=request.viewer, on=clock.today())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(number)s was cancelled.") % {"number": remittance.number})
    return redirect(reverse("policies:remittance-detail", args=[pk]))


@require_permission(Permission.REMITTANCE_VIEW)
@require_GET
def remittance_workbook(request: ScopedRequest, pk: int) -> HttpResponse:
    """The statement as Excel."""
    remittance = _remittance(request, pk)
    content = exports_statement.statement_workbook(request.viewer, remittance, made_at=clock.now())
    return exports.attachment(content, f"会费上缴结算单_{remittance.number}.xlsx")


@require_permission(Permission.REMITTANCE_VIEW)
@require_GET
def remittance_pdf(request: ScopedRequest, pk: int) -> HttpResponse:
    """The statement as PDF."""
    remittance = _remittance(request, pk)
    try:
        content = exports_statement.statement_pdf(request.viewer, remittance, made_at=clock.now())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("policies:remittance-detail", pk=pk)
    return exports.attachment(content, f"会费上缴结算单_{remittance.number}.pdf", exports.PDF)
