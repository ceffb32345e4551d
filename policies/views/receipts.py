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
from policies.forms.base import PayerForm, ReasonForm
from policies.forms.money import PartReceiptForm, parts_of
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
        "lines": receipt.lines.select_related(
            "batch__organisation", "batch__plan_version"
        ).order_by("pk"),
        "credit": selectors.credit_of(receipt),
        "may_record": request.viewer.can_at(Permission.RECEIPT_RECORD, receipt.payer.path),
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
    form = PartReceiptForm(
        request.POST if request.method == "POST" else None,
        initial={"received_on": clock.today(), "keep_rest": not batches},
    )
    ticked = _ticked(request)
    parts, wrong = parts_of(request.POST, ticked)
    if request.method == "POST" and form.is_valid() and not _told(form, wrong):
        try:
            receipt = money.record_receipt(
                payer_id=union.pk,
                batch_ids=ticked,
                parts=parts,
                by=request.viewer,
                on=clock.today(),
                **form.cleaned_data,
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return _recorded(request, receipt)
    context = {"form": form, "payer": union, "batches": _with_typed(batches, request)}
    status = 422 if form.errors else 200
    return render(request, "policies/receipt_create.html", context, status=status)


def _ticked(request: ScopedRequest) -> set[int]:
    return {int(key) for key in request.POST.getlist("pk") if key.isdecimal()}


def _told(form: Any, wrong: list[str]) -> bool:
    """Whether something was wrong with the parts; the form says so."""
    for sentence in wrong:
        form.add_error(None, sentence)
    return bool(wrong)


def _with_typed(batches: Any, request: ScopedRequest) -> list[Any]:
    """The batches with what was ticked and typed beside each before."""
    rows, ticked = list(batches), _ticked(request)
    for row in rows:
        row.ticked, row.typed = row.pk in ticked, request.POST.get(f"part-{row.pk}", "")
    return rows


@require_permission(Permission.RECEIPT_RECORD)
@require_http_methods(["GET", "POST"])
def receipt_use(request: ScopedRequest, pk: int) -> HttpResponse:
    """Use what is left of a receipt for batches of the payer that wait for money."""
    receipt = _receipt(request, pk)
    batches = selectors.unpaid_batches(request.viewer, payer_path=receipt.payer.path)
    if request.method == "POST":
        parts, wrong = parts_of(request.POST, ticked := _ticked(request))
        try:
            if wrong:
                raise RuleViolation(wrong[0])
            money.use_credit(
                receipt_id=pk, batch_ids=ticked, parts=parts, by=request.viewer, on=clock.today()
            )
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The credit was used."))
            return redirect("policies:receipt-detail", pk=pk)
    context = {
        "receipt": receipt,
        "credit": selectors.credit_of(receipt),
        "batches": _with_typed(batches, request),
    }
    return render(request, "policies/receipt_use.html", context)


def _recorded(request: ScopedRequest, receipt: Any) -> HttpResponse:
    said = _("%(number)s was recorded.") % {"number": receipt.number}
    messages.success(request, said)
    return redirect("policies:receipt-detail", pk=receipt.pk)
