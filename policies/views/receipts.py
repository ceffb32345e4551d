"""Receipts: the list, one receipt, recording a payment, taking it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from core.paging import order_by, page_of
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import shown_list, visible_organisations
from policies import selectors
from policies.filters import RECEIPTS, ReceiptFilter
from policies.forms import PayerForm, ReasonForm, ReceiptForm
from policies.services import money

SORTABLE = {"number": "number", "received": "received_on", "amount": "amount"}


@require_permission(Permission.RECEIPT_VIEW)
@require_GET
def receipt_list(request: ScopedRequest) -> HttpResponse:
    """The payments of the viewer's unions."""
    rows = selectors.visible_receipts(request.viewer, permission=Permission.RECEIPT_VIEW)
    ordered = rows.order_by(*order_by(request, SORTABLE, default="-number"))
    found = ReceiptFilter(request.GET, ordered)
    context = {
        "filter": found,
        "listing": shown_list(RECEIPTS, request.viewer, request.GET),
        "page": page_of(request, selectors.with_batch_count(found.qs)),
        "total": selectors.received_sum(found.qs),
        "may_record": request.viewer.can(Permission.RECEIPT_RECORD),
    }
    return htmx.render(
        request, page="policies/receipts.html", fragment="policies/_receipts.html", context=context
    )


def _receipt(request: ScopedRequest, pk: int) -> Any:
    rows = selectors.visible_receipts(request.viewer, permission=Permission.RECEIPT_VIEW)
    return get_object_or_404(rows.select_related("recorded_by"), pk=pk)


@require_permission(Permission.RECEIPT_VIEW)
@require_GET
def receipt_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One payment and the batches it covers."""
    receipt = _receipt(request, pk)
    context = {
        "receipt": receipt,
        "lines": receipt.lines.select_related("batch__organisation", "batch__plan_version"),
        "events": selectors.timeline(f"receipt:{pk}"),
        "may_reverse": selectors.is_reversible(receipt)
        and request.viewer.can_at(Permission.RECEIPT_RECORD, receipt.payer.path),
        "reason_form": ReasonForm(),
    }
    return render(request, "policies/receipt.html", context)


@require_permission(Permission.RECEIPT_RECORD)
@require_POST
def receipt_reverse(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a payment back that was recorded by mistake."""
    _receipt(request, pk)
    try:
        receipt = money.reverse_receipt(
            receipt_id=pk,
            reason=request.POST.get("reason", ""),
            by=request.viewer,
            on=clock.today(),
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(number)s was reversed.") % {"number": receipt.number})
    return redirect("policies:receipt-detail", pk=pk)


@require_permission(Permission.RECEIPT_RECORD)
@require_GET
def receipt_payer(request: ScopedRequest) -> HttpResponse:
    """First step of a receipt: whose payment it is; unions that owe something come first."""
    form = PayerForm(request.GET if "payer" in request.GET else None)
    wanted = form.cleaned_data["payer"].strip() if form.is_valid() else ""
    owing = selectors.owing_unions(request.viewer, text=wanted)
    context = {"form": form, "page": page_of(request, owing), "wanted": wanted}
    return htmx.render(
        request, page="policies/payers.html", fragment="policies/_payers.html", context=context
    )


@require_permission(Permission.RECEIPT_RECORD)
@require_http_methods(["GET", "POST"])
def receipt_create(request: ScopedRequest, payer: int) -> HttpResponse:
    """Second step: tick the batches that the payment settles, copy the bank's slip."""
    unions = visible_organisations(request.viewer, Permission.RECEIPT_RECORD)
    union = get_object_or_404(unions, pk=payer)
    batches = selectors.unpaid_batches(request.viewer, payer_path=union.path)
    form = ReceiptForm(
        request.POST if request.method == "POST" else None,
        initial={"received_on": clock.today()},
    )
    ticked = {int(key) for key in request.POST.getlist("pk") if key.isdecimal()}
    if request.method == "POST" and form.is_valid():
        try:
            receipt = money.record_receipt(
                payer_id=union.pk,
                batch_ids=ticked,
                by=request.viewer,
                on=clock.today(),
                **form.cleaned_data,
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return _recorded(request, receipt)
    context = {"form": form, "payer": union, "batches": batches, "ticked": ticked}
    status = 422 if form.errors else 200
    return render(request, "policies/receipt_create.html", context, status=status)


def _recorded(request: ScopedRequest, receipt: Any) -> HttpResponse:
    said = _("%(number)s was recorded.") % {"number": receipt.number}
    messages.success(request, said)
    return redirect("policies:receipt-detail", pk=receipt.pk)
