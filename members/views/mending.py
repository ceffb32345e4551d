"""What is mended of an import on the page: wrong cells before it, the whole of it afterwards."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import clock
from core.errors import RuleViolation
from core.paging import page_of
from members import selectors
from members.access import ScopedRequest
from members.decorators import require_permission
from members.forms import ReasonForm
from members.services import corrections, undo
from members.views.imports import ANY_IMPORT, ring, run_visible

FIELD = "cell-"


@require_permission(*ANY_IMPORT)
@never_cache
@require_http_methods(["GET", "POST"])
def import_fix(request: ScopedRequest, pk: int) -> HttpResponse:
    """The wrong cells as fields, fifty at a time; saving makes a corrected workbook of them."""
    run = run_visible(request, pk)
    try:
        if request.method == "POST":
            corrected = corrections.correct(
                run_id=pk, texts=_texts(request), by=request.viewer, on=clock.today()
            )
            ring(corrected)
            return redirect("members:import-detail", pk=corrected.pk)
        page = page_of(request, selectors.errors_of(run, request.GET.get("cause", "")), size=50)
        cells = corrections.open_cells(
            run_id=pk, issues=[issue.pk for issue in page], by=request.viewer
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("members:import-detail", pk=pk)
    context = {
        "run": run,
        "kind_name": selectors.KIND_NAMES[run.kind],
        "page": page,
        "cells": cells,
        "fields": sum(1 for cell in cells if cell.place),
    }
    return render(request, "members/import_fix.html", context)


def _texts(request: HttpRequest) -> dict[int, str]:
    """The posted fields by the number of their finding."""
    return {
        int(number): str(text)
        for name, text in request.POST.items()
        if name.startswith(FIELD) and (number := name.removeprefix(FIELD)).isdecimal()
    }


@require_permission(*ANY_IMPORT)
@never_cache
@require_http_methods(["GET", "POST"])
def import_undo(request: ScopedRequest, pk: int) -> HttpResponse:
    """What taking an import back would do, or why it cannot be done; with a reason it is done."""
    run = run_visible(request, pk)
    if run.status != "APPLIED":
        messages.error(request, _("Only an import that was made can be undone."))
        return redirect("members:import-detail", pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _undone(request, pk, form)
    context: dict[str, Any] = {
        "run": run,
        "kind_name": selectors.KIND_NAMES[run.kind],
        "preview": undo.preview(run_id=pk, by=request.viewer),
        "form": form,
    }
    return render(request, "members/import_undo.html", context, status=422 if form.errors else 200)


def _undone(request: ScopedRequest, pk: int, form: ReasonForm) -> HttpResponse:
    try:
        undo.undo(run_id=pk, reason=form.cleaned_data["reason"], by=request.viewer)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The import was undone as a whole."))
    return redirect("members:import-detail", pk=pk)
