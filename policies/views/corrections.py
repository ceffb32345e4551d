"""Corrections of accepted batches: asked for at a line, decided on a page of their own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.errors import RuleViolation
from core.paging import page_of
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies.forms.papers import AnswerForm, CorrectionForm
from policies.selectors import corrections as selectors
from policies.services import corrections as services
from policies.states import CorrectionKind, CorrectionStatus


@require_permission(Permission.BATCH_VIEW)
@require_GET
def correction_list(request: ScopedRequest) -> HttpResponse:
    """The correction lists of the viewer's unions, those to decide first."""
    rows = selectors.with_line_count(selectors.visible_corrections(request.viewer))
    context = {"page": page_of(request, rows.order_by("-status", "-pk"))}
    return render(request, "policies/corrections.html", context)


@require_permission(Permission.BATCH_VIEW)
@require_GET
def correction_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One list: what every line said and is to say, and the decision."""
    return _detail(request, pk)


def _detail(request: ScopedRequest, pk: int, refusal: str = "") -> HttpResponse:
    rows = selectors.visible_corrections(request.viewer)
    found = get_object_or_404(rows.select_related("made_by", "decided_by"), pk=pk)
    viewer, path = request.viewer, found.batch.organisation.path
    context = {
        "correction": found,
        "lines": selectors.lines_to_show(found),
        "may_decide": found.status == CorrectionStatus.SUBMITTED
        and viewer.can_at(Permission.BATCH_ACCEPT, path),
        "is_own": viewer.user_id is not None and viewer.user_id == found.made_by_id,
        "form": AnswerForm(),
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return render(request, "policies/correction.html", context, status=status)


@require_permission(Permission.BATCH_FILL)
@require_http_methods(["GET", "POST"])
def correction_ask(request: ScopedRequest, policy: int) -> HttpResponse:
    """Ask for the correction of one line of an accepted batch."""
    lines = selectors.visible_lines(request.viewer, Permission.BATCH_FILL)
    line = get_object_or_404(lines, pk=policy)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = _ask(request, line, form)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The correction waits for the district's decision."))
            return redirect("policies:correction-detail", pk=made.pk)
    now = {str(kind): selectors.current(line, kind) for kind in CorrectionKind}
    context = {"line": line, "form": form, "now": now}
    status = 422 if form.errors else 200
    return render(request, "policies/correction_ask.html", context, status=status)


def _ask(request: ScopedRequest, line: Any, form: CorrectionForm) -> Any:
    said = form.cleaned_data
    return services.ask_for_correction(
        batch_id=line.batch_id, policy_id=line.pk,
        values={
            CorrectionKind.NAME: said["name"],
            CorrectionKind.FUNDER: said["funder"],
            CorrectionKind.NOTE: said["note"],
        },
        reason=said["reason"], by=request.viewer, on=clock.today(),
    )  # fmt: skip


@require_permission(Permission.BATCH_ACCEPT)
@require_POST
def correction_decide(request: ScopedRequest, pk: int) -> HttpResponse:
    """Correct every line, or refuse the list with an answer."""
    get_object_or_404(selectors.visible_corrections(request.viewer), pk=pk)
    accept = request.POST.get("decision") == "accept"
    try:
        services.decide_correction(
            correction_id=pk, accept=accept, answer=request.POST.get("answer", ""),
            by=request.viewer, on=clock.today(),
        )  # fmt: skip
    except RuleViolation as refusal:
        return _detail(request, pk, refusal=str(refusal))
    said = _("The lines were corrected.") if accept else _("The correction was refused.")
    messages.success(request, said)
    return redirect("policies:correction-detail", pk=pk)
