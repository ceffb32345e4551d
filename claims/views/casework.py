"""The acts on claims: one claim from its page, many from the list."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from claims.forms.base import ReasonForm, SelectionForm
from claims.selectors.claims import visible_claims
from claims.services import casework
from claims.views.claims import claim_page
from core import clock
from core.errors import RuleViolation
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission

SEE_OTHER = 303
REFUSED = 422


def _act(request: ScopedRequest, pk: int, act: Callable[[str], object], done: str) -> HttpResponse:
    """Do one act on a claim that is in scope; a refusal comes back as a sentence on its page."""
    get_object_or_404(visible_claims(request.viewer), pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        sentence = str(form.errors["reason"][0])
        return claim_page(
            request, pk, refusal=sentence, reason=request.POST.get("reason", ""), status=REFUSED
        )
    reason = form.cleaned_data["reason"]
    try:
        act(reason)
    except RuleViolation as refusal:
        return claim_page(request, pk, refusal=str(refusal), reason=reason, status=REFUSED)
    messages.success(request, done)
    return redirect("claims:claim-detail", pk=pk)


@require_permission(Permission.CLAIM_REVIEW)
@require_POST
def claim_review(request: ScopedRequest, pk: int) -> HttpResponse:
    """Pass a claim on to the second person."""
    return _act(
        request, pk,
        lambda reason: casework.review(
            claim_ids=[pk], reason=reason, by=request.viewer, on=clock.today()
        ),
        _("The first review is done."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_REVIEW)
@require_POST
def claim_ask(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask the unit for papers."""
    return _act(
        request, pk,
        lambda reason: casework.ask_for_papers(
            claim_ids=[pk], papers=reason, by=request.viewer, on=clock.today()
        ),
        _("The unit has been asked for papers."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_REVIEW, Permission.CLAIM_APPROVE)
@require_POST
def claim_refuse(request: ScopedRequest, pk: int) -> HttpResponse:
    """Refuse a claim with a reason."""
    return _act(
        request, pk,
        lambda reason: casework.refuse(
            claim_ids=[pk], reason=reason, by=request.viewer, on=clock.today()
        ),
        _("The claim was refused."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_APPROVE)
@require_POST
def claim_approve(request: ScopedRequest, pk: int) -> HttpResponse:
    """Approve a claim at the amount that was on the screen."""
    seen = request.POST.get("version", "")
    versions = {pk: int(seen)} if seen.isdecimal() else {}
    return _act(
        request, pk,
        lambda reason: casework.approve(
            claim_ids=[pk], by=request.viewer, on=clock.today(), seen=versions
        ),
        _("The claim was approved."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_APPROVE)
@require_POST
def claim_send_back(request: ScopedRequest, pk: int) -> HttpResponse:
    """Send a claim back to the first review."""
    return _act(
        request, pk,
        lambda reason: casework.send_back(
            claim_ids=[pk], reason=reason, by=request.viewer, on=clock.today()
        ),
        _("The claim went back to the first review."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_FILE)
@require_POST
def claim_hand_in(request: ScopedRequest, pk: int) -> HttpResponse:
    """Hand a claim in again after its papers were completed."""
    return _act(
        request, pk,
        lambda reason: casework.hand_in(claim_ids=[pk], by=request.viewer, on=clock.today()),
        _("The claim was handed in again."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_FILE)
@require_POST
def claim_withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a claim back."""
    return _act(
        request, pk,
        lambda reason: casework.withdraw(claim_ids=[pk], by=request.viewer, on=clock.today()),
        _("The claim was withdrawn."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_REVIEW)
@require_POST
def claims_review(request: ScopedRequest) -> HttpResponse:
    """First review of the ticked claims; what the terms do not pay is left for a person."""
    form = SelectionForm(request.POST)
    if not form.is_valid():
        return nothing_ticked(request)
    try:
        result = casework.review(claim_ids=form.ids, by=request.viewer, on=clock.today())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:claim-list")
    messages.success(
        request,
        _("%(passed)s passed on, %(asked)s asked for papers, %(left)s left to be looked at.")
        % {
            "passed": len(result.passed),
            "asked": len(result.papers_asked),
            "left": len(result.left),
        },
    )
    return redirect("claims:claim-list")


@require_permission(Permission.CLAIM_APPROVE)
@require_POST
def claims_approve(request: ScopedRequest) -> HttpResponse:
    """Approve the ticked claims, each at the amount that was on the screen."""
    form = SelectionForm(request.POST)
    if not form.is_valid():
        return nothing_ticked(request)
    try:
        number = casework.approve(
            claim_ids=form.ids, by=request.viewer, on=clock.today(), seen=form.seen
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(number)s claims were approved.") % {"number": number})
    return redirect("claims:claim-list")


def nothing_ticked(request: ScopedRequest) -> HttpResponse:
    """Back to the list with the sentence that says what to do."""
    messages.warning(request, _("Tick the claims first."))
    return redirect("claims:claim-list")
