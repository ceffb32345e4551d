"""The acts on claims: one claim from its page, many from the list."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from claims import exports
from claims.forms.base import ReasonForm, SelectionForm
from claims.selectors.acts import needs_director
from claims.selectors.claims import claim_with_papers, next_in_queue, visible_claims
from claims.services import casework
from claims.states import ClaimStatus
from claims.views.claims import claim_page
from core import clock
from core.errors import RuleViolation
from members.access import ScopedRequest
from members.decorators import require_permission
from members.exports import PDF, attachment
from members.permissions import Permission

SEE_OTHER = 303
REFUSED = 422


Act = Callable[[str, dict[int, int]], object]


def _act(request: ScopedRequest, pk: int, act: Act, done: str) -> HttpResponse:
    """Do one act on a claim that is in scope, in the version that was on the screen; a refusal
    comes back as a sentence on its page."""
    before = get_object_or_404(visible_claims(request.viewer), pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        sentence = str(next(iter(form.errors.values()))[0])
        return claim_page(
            request, pk, refusal=sentence, reason=request.POST.get("reason", ""), status=REFUSED
        )
    reason, sent = form.cleaned_data["reason"], request.POST.get("version", "")
    seen = {pk: int(sent)} if sent.isdecimal() else {}
    try:
        act(reason, seen)
    except RuleViolation as refusal:
        return claim_page(request, pk, refusal=str(refusal), reason=reason, status=REFUSED)
    messages.success(request, done)
    return _next(request, pk, ClaimStatus(before.status))


def _next(request: ScopedRequest, pk: int, queue: ClaimStatus) -> HttpResponse:
    """The next claim of the same queue when that was asked for, else the claim itself."""
    if "next" in request.POST:
        following = next_in_queue(request.viewer, queue, without=pk)
        if following is not None:
            address = reverse("claims:claim-detail", args=[following])
            return redirect(f"{address}?next=1")
        messages.info(request, _("Nothing is left in this queue."))
        return redirect(f"{reverse('claims:claim-list')}?status={queue}")
    return redirect("claims:claim-detail", pk=pk)


@require_permission(Permission.CLAIM_REVIEW)
@require_POST
def claim_review(request: ScopedRequest, pk: int) -> HttpResponse:
    """Pass a claim on to the second person."""
    return _act(
        request, pk,
        lambda reason, seen: casework.review(
            reason=reason, claim_ids=[pk], by=request.viewer, on=clock.today(), seen=seen
        ),
        _("The first review is done."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_REVIEW)
@require_POST
def claim_ask(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask the unit for papers."""
    return _act(
        request, pk,
        lambda reason, seen: casework.ask_for_papers(
            papers=reason, claim_ids=[pk], by=request.viewer, on=clock.today(), seen=seen
        ),
        _("The unit has been asked for papers."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_REVIEW, Permission.CLAIM_APPROVE)
@require_POST
def claim_refuse(request: ScopedRequest, pk: int) -> HttpResponse:
    """Refuse a claim with a reason and its code."""
    return _act(
        request, pk,
        lambda reason, seen: casework.refuse(
            reason=reason, code=request.POST.get("code", ""),
            claim_ids=[pk], by=request.viewer, on=clock.today(), seen=seen
        ),
        _("The claim was refused."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_APPROVE)
@require_POST
def claim_approve(request: ScopedRequest, pk: int) -> HttpResponse:
    """Approve a claim at the amount that was on the screen, or endorse it for the director."""
    claim = get_object_or_404(visible_claims(request.viewer), pk=pk)
    endorses = needs_director(claim) and claim.endorsed_on is None
    done = _("The claim was endorsed; the director decides.") if endorses else ""
    return _act(
        request, pk,
        lambda reason, seen: casework.approve(
            claim_ids=[pk], by=request.viewer, on=clock.today(), seen=seen
        ),
        done or _("The claim was approved."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_APPROVE)
@require_POST
def claim_send_back(request: ScopedRequest, pk: int) -> HttpResponse:
    """Send a claim back to the first review."""
    return _act(
        request, pk,
        lambda reason, seen: casework.send_back(
            reason=reason, claim_ids=[pk], by=request.viewer, on=clock.today(), seen=seen
        ),
        _("The claim went back to the first review."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_FILE)
@require_POST
def claim_hand_in(request: ScopedRequest, pk: int) -> HttpResponse:
    """Hand a claim in again after its papers were completed."""
    return _act(
        request, pk,
        lambda reason, seen: casework.hand_in(
            claim_ids=[pk], by=request.viewer, on=clock.today(), seen=seen
        ),
        _("The claim was handed in again."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_FILE)
@require_POST
def claim_withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a claim back."""
    return _act(
        request, pk,
        lambda reason, seen: casework.withdraw(
            claim_ids=[pk], by=request.viewer, on=clock.today(), seen=seen
        ),
        _("The claim was withdrawn."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_FILE)
@require_POST
def claim_appeal(request: ScopedRequest, pk: int) -> HttpResponse:
    """Open a refused claim again, with what the unit has to say."""
    return _act(
        request, pk,
        lambda reason, seen: casework.appeal(
            claim_id=pk, words=reason, by=request.viewer, on=clock.today(), seen=seen
        ),
        _("The appeal was taken; another reviewer looks at the claim."),
    )  # fmt: skip


@require_permission(Permission.CLAIM_VIEW)
@require_GET
def refusal_letter(request: ScopedRequest, pk: int) -> HttpResponse:
    """The letter to the unit on a refused claim as PDF, to print, seal and send."""
    claim = get_object_or_404(claim_with_papers(request.viewer), pk=pk, status=ClaimStatus.REFUSED)
    try:
        content = exports.refusal_letter(claim)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:claim-detail", pk=pk)
    return attachment(content, f"不予受理通知书_{claim.number}.pdf", PDF)


@require_permission(Permission.CLAIM_REVIEW)
@require_POST
def claims_review(request: ScopedRequest) -> HttpResponse:
    """First review of the ticked claims; what the terms do not pay is left for a person."""
    form = SelectionForm(request.POST)
    if not form.is_valid():
        return nothing_ticked(request)
    try:
        result = casework.review(
            claim_ids=form.ids, by=request.viewer, on=clock.today(), seen=form.seen
        )
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
        if endorsed := len(form.ids) - number:
            said = _("%(number)s claims were endorsed; the director decides on them.")
            messages.info(request, said % {"number": endorsed})
    return redirect("claims:claim-list")


def nothing_ticked(request: ScopedRequest) -> HttpResponse:
    """Back to the list with the sentence that says what to do."""
    messages.warning(request, _("Tick the claims first."))
    return redirect("claims:claim-list")
