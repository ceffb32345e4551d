"""Batches: the list, one batch, and what units and the district do with them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from core.paging import order_by, page_of
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from members.selectors import ShownList, shown_list
from policies import exports, selectors
from policies.filters import BATCHES, ENROLMENTS, BatchFilter
from policies.forms.base import ConsentForm, ReasonForm
from policies.forms.funding import SplitForm
from policies.forms.papers import BatchPaperForm
from policies.selectors import corrections, funding, groups, papers
from policies.services import enrolment
from policies.states import OPEN_BATCHES, UNDECIDED_BATCHES, BatchStatus, Family

SORTABLE = {
    "number": "number",
    "starts": "starts_on",
    "persons": "person_count",
    "amount": "amount",
    "submitted": "submitted_on",
}
Act = Callable[..., int]


def _asked(request: ScopedRequest) -> QueryDict:
    """The search; the page of an import calls its own key `import`, which no filter can be."""
    asked = request.GET.copy()
    if "import" in asked:
        asked.setlist("run", asked.getlist("import"))
    return asked


@require_permission(Permission.BATCH_VIEW)
@require_GET
def batch_list(request: ScopedRequest) -> HttpResponse:
    """The batches of the viewer's unions, with what is ticked in the bar above them."""
    rows = selectors.visible_batches(request.viewer, permission=Permission.BATCH_VIEW)
    ordered = rows.order_by(*order_by(request, SORTABLE, default="-number"))
    found = BatchFilter(_asked(request), ordered)
    context = {
        "filter": found,
        "listing": shown_list(BATCHES, request.viewer, request.GET),
        "page": page_of(request, found.qs),
        "sums": selectors.batch_sums(found.qs),
        "search": request.GET.urlencode(),
        **_rights(request),
    }
    return htmx.render(
        request, page="policies/batches.html", fragment="policies/_batches.html", context=context
    )


def _rights(request: ScopedRequest) -> dict[str, bool]:
    can = request.viewer.can
    return {
        "may_fill": can(Permission.BATCH_FILL),
        "may_check": can(Permission.BATCH_CHECK),
        "may_accept": can(Permission.BATCH_ACCEPT),
    }


def _batch(request: ScopedRequest, pk: int) -> Any:
    rows = selectors.visible_batches(request.viewer, permission=Permission.BATCH_VIEW)
    return get_object_or_404(rows.select_related("submitted_by", "accepted_by"), pk=pk)


@require_permission(Permission.BATCH_VIEW)
@require_GET
def batch_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One batch: its state and sums, its lines, its money, and what may be done now."""
    return _detail(request, _batch(request, pk))


def _detail(request: ScopedRequest, batch: Any, **forms: Any) -> HttpResponse:
    page = page_of(request, selectors.lines_of(batch), size=50)
    viewer, path = request.viewer, batch.organisation.path
    context = {
        "batch": batch,
        "page": page,
        "listing": _shown_lines(request, batch),
        "lines": selectors.shown_lines(page),
        "cover": selectors.batch_cover(batch),
        "receipt_lines": selectors.receipt_lines_of(batch),
        "remittance": selectors.remittance_of(batch),
        "events": selectors.timeline(f"batch:{batch.pk}"),
        "consents_missing": selectors.consents_missing(batch),
        "late": batch.starts_on < (batch.submitted_on or clock.today()),
        "group": groups.group_of(batch),
        "papers": papers.papers_of(batch),
        "paper_form": BatchPaperForm(),
        "corrections": corrections.corrections_of(batch),
        **_funding(batch),
        "may_correct": viewer.can_at(Permission.BATCH_FILL, path) and batch.accepted_on is not None,
        "may_take_back": batch.status == BatchStatus.ACCEPTED and batch.starts_on > clock.today(),
        "is_open": batch.status in OPEN_BATCHES,
        "may_fill": viewer.can_at(Permission.BATCH_FILL, path),
        "may_check": viewer.can_at(Permission.BATCH_CHECK, path),
        "may_accept": viewer.can_at(Permission.BATCH_ACCEPT, path),
        "is_undecided": batch.status in UNDECIDED_BATCHES,
        "is_own": viewer.user_id is not None and viewer.user_id == batch.submitted_by_id,
        "may_see_money": viewer.can_at(Permission.RECEIPT_VIEW, path),
        "pending": _pending(batch.status),
        "reason_form": ReasonForm(),
        "consent_form": ConsentForm(initial={"consent_on": clock.today()}),
        **forms,
    }
    status = 422 if any(form.errors for form in forms.values()) else 200
    if htmx.is_fragment(request):
        return render(request, "policies/_lines.html", context)
    return render(request, "policies/batch.html", context, status=status)


def _funding(batch: Any) -> dict[str, Any]:
    """Who bears the batch, and the form that splits it while it is not accepted."""
    shares = funding.shares_of(batch)
    initial = {share.funder.value: share.amount for share in shares}
    open_to_change = batch.status in (*OPEN_BATCHES, *UNDECIDED_BATCHES)
    return {
        "shares": shares,
        "is_split": funding.is_split(batch),
        "split_form": SplitForm(initial=initial) if open_to_change else None,
    }


def _shown_lines(request: ScopedRequest, batch: Any) -> ShownList:
    """The lines' columns; children stand in batches of their plan only."""
    without = () if batch.plan_version.family == Family.CHILD else ("child", "consent")
    return shown_list(ENROLMENTS, request.viewer, request.GET, without=without)


def _pending(status: str) -> list[str]:
    """The states that still lie before a batch, in words."""
    line = [
        BatchStatus.SUBMITTED, BatchStatus.CHECKED, BatchStatus.ACCEPTED, BatchStatus.PAID,
        BatchStatus.EFFECTIVE,
    ]  # fmt: skip
    if status == BatchStatus.WITHDRAWN:
        return []
    done = line.index(BatchStatus(status)) + 1 if status in line else 0
    return [str(state.label) for state in line[done:]]


def _chosen(request: ScopedRequest) -> list[int]:
    """The ticked keys, or all of the search; a key outside the subtree is not found."""
    rows = selectors.visible_batches(request.viewer, permission=Permission.BATCH_VIEW)
    if request.POST.get("all") == "filter":
        return list(BatchFilter(_asked(request), rows).qs.values_list("pk", flat=True))
    keys = [int(key) for key in request.POST.getlist("pk") if key.isdecimal()]
    if rows.filter(pk__in=keys).count() < len(set(keys)):
        raise Http404
    return keys


def _back(request: ScopedRequest) -> HttpResponse:
    if request.POST.get("back", "").isdecimal():
        return redirect("policies:batch-detail", pk=int(request.POST["back"]))
    search = request.GET.urlencode()
    return redirect(reverse("policies:batch-list") + (f"?{search}" if search else ""))


def _act(request: ScopedRequest, act: Act, said: str, **more: Any) -> HttpResponse:
    """Do one thing with the chosen batches and say what came of it."""
    keys = _chosen(request)
    try:
        done = act(batch_ids=keys, by=request.viewer, on=clock.today(), **more)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said % {"count": done})
    return _back(request)


@require_permission(Permission.BATCH_FILL)
@require_POST
def batch_submit(request: ScopedRequest) -> HttpResponse:
    """Hand in the chosen batches; `late_reason` says why of one whose first day has passed."""
    reason = request.POST.get("late_reason", "")
    said = _("%(count)d batches were submitted.")
    return _act(request, enrolment.submit, said, late_reason=reason)


@require_permission(Permission.BATCH_FILL)
@require_POST
def batch_withdraw(request: ScopedRequest) -> HttpResponse:
    """Take the chosen batches back."""
    return _act(request, enrolment.withdraw, _("%(count)d batches were withdrawn."))


@require_permission(Permission.BATCH_ACCEPT)
@require_POST
def batch_take_back(request: ScopedRequest) -> HttpResponse:
    """Withdraw accepted batches before their first day, with a reason."""
    return _act(
        request, enrolment.withdraw_accepted, _("%(count)d batches were withdrawn."),
        reason=request.POST.get("reason", ""),
    )  # fmt: skip


@require_permission(Permission.BATCH_ACCEPT)
@require_POST
def batch_accept(request: ScopedRequest) -> HttpResponse:
    """Accept the chosen batches."""
    return _act(request, enrolment.accept, _("%(count)d batches were accepted."))


@require_permission(Permission.BATCH_CHECK)
@require_POST
def batch_check(request: ScopedRequest) -> HttpResponse:
    """The union above the units has looked the chosen batches through."""
    return _act(request, enrolment.check, _("%(count)d batches were checked."))


@require_permission(Permission.BATCH_ACCEPT, Permission.BATCH_CHECK)
@require_POST
def batch_return(request: ScopedRequest) -> HttpResponse:
    """Send the chosen batches back to their units."""
    reason = request.POST.get("reason", "")
    return _act(
        request, enrolment.return_to_unit, _("%(count)d batches were returned."), reason=reason
    )


@require_permission(Permission.BATCH_FILL)
@require_POST
def batch_consent(request: ScopedRequest, pk: int) -> HttpResponse:
    """Record the guardians' consent for all children of a batch."""
    batch = _batch(request, pk)
    form = ConsentForm(request.POST)
    if form.is_valid():
        try:
            marked = enrolment.record_consents(
                batch_ids=[pk], by=request.viewer, on=clock.today(), **form.cleaned_data
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The consent for %(count)d children was recorded.") % {"count": marked}
            )
            return redirect("policies:batch-detail", pk=pk)
    return _detail(request, batch, consent_form=form)


@require_permission(Permission.BATCH_FILL)
@require_POST
def batch_remove_lines(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take the ticked lines out of a batch that is still with the unit."""
    batch = _batch(request, pk)
    keys = [int(key) for key in request.POST.getlist("pk") if key.isdecimal()]
    try:
        removed = enrolment.remove_lines(
            batch_id=batch.pk, policy_ids=keys, by=request.viewer, on=clock.today()
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(count)d lines were removed.") % {"count": removed})
    return redirect("policies:batch-detail", pk=pk)


@require_permission(Permission.BATCH_VIEW)
@require_GET
def batch_roster(request: ScopedRequest, pk: int) -> HttpResponse:
    """The lines of a batch as a workbook for print and seal; numbers masked."""
    batch = _batch(request, pk)
    content = exports.batch_roster(batch, made_at=clock.now())
    return exports.attachment(content, f"参保名册_{batch.number}.xlsx")
