"""Imports of every kind: the list, the upload, the result and what to do with it, the downloads."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock, files, htmx, jobs
from core.errors import RuleViolation
from core.paging import order_by, page_of
from core.templatetags.ui import count, yuan
from members import selectors
from members.access import ScopedRequest
from members.decorators import require_permission
from members.filters import IMPORTS, ImportFilter
from members.forms import QuarterUploadForm, UploadForm
from members.permissions import IMPORT_PERMISSIONS
from members.services import imports, templates

ANY_IMPORT = tuple(IMPORT_PERMISSIONS.values())
SORTABLE = {"number": "pk", "at": "uploaded_at", "rows": "rows"}
# kinds whose template is filled in by another room
TEMPLATE_PAGES = {"enrolments": "policies:enrol-start"}
# where the records of an import are found afterwards
AFTERWARDS = {
    "unions": "members:organisation-list",
    "members": "members:member-list",
    "enrolments": "policies:batch-list",
    "claims": "claims:claim-list",
    "settlements": "claims:quarter-list",
}


@require_permission(*ANY_IMPORT)
@require_GET
def import_list(request: ScopedRequest) -> HttpResponse:
    """The imports so far, and the kinds of workbook that can be uploaded."""
    runs = selectors.own_imports(request.viewer).select_related(
        "file", "organisation", "uploaded_by", "corrects", "undone_by"
    )
    ordered = runs.order_by(*order_by(request, SORTABLE, default="-number"))
    found = ImportFilter(request.GET, ordered)
    page = page_of(request, found.qs)
    kinds = [
        (name, selectors.KIND_NAMES[name]) for name in selectors.importable_kinds(request.viewer)
    ]
    rows = [(run, selectors.KIND_NAMES[run.kind]) for run in page]
    context = {
        "filter": found,
        "listing": selectors.shown_list(IMPORTS, request.viewer, request.GET),
        "page": page,
        "rows": rows,
        "kinds": kinds,
    }
    return htmx.render(
        request, page="members/imports.html", fragment="members/_imports.html", context=context
    )


def _upload_form(kind: str, request: ScopedRequest) -> UploadForm:
    form = QuarterUploadForm if kind == "settlements" else UploadForm
    if request.method != "POST":
        return form(initial={"quarter": request.GET.get("quarter", "")})
    return form(request.POST, request.FILES)


@require_permission(*ANY_IMPORT)
@require_http_methods(["GET", "POST"])
def import_upload(request: ScopedRequest, kind: str) -> HttpResponse:
    """Hand in a workbook of one kind; it is checked by a worker, nothing is written yet."""
    union = _importing_union(request, kind)
    form = _upload_form(kind, request)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data.pop("file")
        try:
            run = imports.receive(
                kind=kind, name=file.name, content=file.read(), options=form.cleaned_data,
                organisation_id=union.pk, by=request.viewer, on=clock.today(),
                replaces=request.GET.get("replaces", ""),
            )  # fmt: skip
        except RuleViolation as refusal:
            form.add_error("file", str(refusal))
        else:
            ring(run)
            return redirect("members:import-detail", pk=run.pk)
    context = {
        "form": form,
        "kind": kind,
        "kind_name": selectors.KIND_NAMES[kind],
        "union": union,
        "template_url": _template_address(kind),
    }
    return render(
        request, "members/import_upload.html", context, status=422 if form.errors else 200
    )


def _template_address(kind: str) -> str:
    """The template, or the page where it is filled in for a plan and a day."""
    page = TEMPLATE_PAGES.get(kind)
    return reverse(page) if page else reverse("members:import-template", args=[kind])


def _importing_union(request: ScopedRequest, kind: str) -> Any:
    """The union on whose account the viewer imports; unknown kinds and those he may not: 404."""
    if kind not in selectors.importable_kinds(request.viewer):
        raise Http404
    union = selectors.importing_union(request.viewer, kind)
    if union is None:
        raise Http404
    return union


def ring(run: Any) -> None:
    """Tell a worker of the run's job."""
    if run.job is not None:
        jobs.ring(run.job)


def run_visible(request: ScopedRequest, pk: int) -> Any:
    """An import of the viewer's own, or 404."""
    runs = selectors.own_imports(request.viewer)
    joined = runs.select_related(
        "file", "error_file", "organisation", "uploaded_by", "job",
        "corrects", "corrected_by", "undone_by",
    )  # fmt: skip
    return get_object_or_404(joined, pk=pk)


@require_permission(*ANY_IMPORT)
@never_cache
@require_GET
def import_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One import: its progress, then its result, then what became of it."""
    run = run_visible(request, pk)
    cause = request.GET.get("cause", "")
    page = page_of(request, selectors.issues_of(run, cause), size=50)
    result = selectors.outcome(run, cause)
    context = {
        "run": run,
        "kind_name": selectors.KIND_NAMES[run.kind],
        "result": result,
        "columns": [_("Name"), _("Column"), _("As filled in")],
        "lines": selectors.lines(list(page)),
        "page": page,
        "can_undo": run.applied_xact is not None and run.status == "APPLIED",
        "hints": selectors.template_hints(run),
        "before": selectors.imported_before(run, request.viewer),
        "events": selectors.timeline(f"import:{pk}"),
        "afterwards": f"{reverse(AFTERWARDS[run.kind])}?run={run.pk}",
        "confirm": _confirmation(result),
        **_progress(run),
    }
    return htmx.render(
        request, page="members/import.html", fragment="members/_import_lines.html", context=context
    )


def _confirmation(result: Any) -> str:
    rows = count(result.importable)
    if result.amount is None:
        return _("Import %(rows)s rows?") % {"rows": rows}
    return _("Import %(rows)s rows, ￥%(amount)s in all?") % {
        "rows": rows,
        "amount": yuan(result.amount).removeprefix("￥"),
    }


def _seconds_left(job: Any) -> int | None:
    """What is left at the pace so far; nothing is said in the first second."""
    spent = (clock.now() - job.created_at).total_seconds()
    if not job.is_open or not job.done or spent < 1:
        return None
    return int(spent * (job.total - job.done) / job.done)


def _progress(run: Any) -> dict[str, Any]:
    if run.job is None:
        return {"job": None}
    job = selectors.with_progress(run.job)
    return {
        "job": job,
        "seconds_left": _seconds_left(job),
        "title": selectors.job_title(run.job),
        "url": reverse("members:import-progress", args=[run.pk]),
        "retry_url": reverse("members:job-retry", args=[run.job.pk]),
        "cancel_url": reverse("members:import-cancel", args=[run.pk]),
        "counts_word": _("Checked"),
    }


@require_permission(*ANY_IMPORT)
@never_cache
@require_GET
def import_progress(request: ScopedRequest, pk: int) -> HttpResponse:
    """The progress bar, asked for every second; at its end the page is opened anew."""
    run = run_visible(request, pk)
    if run.job is None or run.job.status in ("DONE", "CANCELLED"):
        return htmx.redirect(request, "members:import-detail", pk=pk)
    return render(request, "components/progress.html", _progress(run))


@require_permission(*ANY_IMPORT)
@require_POST
def import_apply(request: ScopedRequest, pk: int) -> HttpResponse:
    """Import a checked workbook; `?only=correct` leaves the wrong rows out."""
    run_visible(request, pk)
    try:
        run = imports.request_apply(
            run_id=pk, skip_errors=request.GET.get("only") == "correct", by=request.viewer
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        ring(run)
    return redirect("members:import-detail", pk=pk)


@require_permission(*ANY_IMPORT)
@require_POST
def import_discard(request: ScopedRequest, pk: int) -> HttpResponse:
    """Put a workbook aside without importing it."""
    run_visible(request, pk)
    try:
        imports.discard(run_id=pk, by=request.viewer)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The workbook was put aside; nothing was imported."))
    return redirect("members:import-list")


@require_permission(*ANY_IMPORT)
@require_POST
def import_cancel(request: ScopedRequest, pk: int) -> HttpResponse:
    """Stop a check or an import that is under way."""
    run_visible(request, pk)
    try:
        run = imports.cancel(run_id=pk, by=request.viewer)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        if run.job_id is not None:
            jobs.interrupt(run.job_id)
        messages.success(request, _("Cancelled; nothing was written."))
    return redirect("members:import-detail", pk=pk)


@require_permission(*ANY_IMPORT)
@require_GET
def import_original(request: ScopedRequest, pk: int) -> FileResponse:
    """The workbook as it was handed in."""
    return _download(request, pk, "original")


@require_permission(*ANY_IMPORT)
@require_GET
def import_errors(request: ScopedRequest, pk: int) -> FileResponse:
    """The same workbook with the reasons in its last columns."""
    return _download(request, pk, "errors")


def _download(request: ScopedRequest, pk: int, what: str) -> FileResponse:
    run = run_visible(request, pk)
    stored = run.file if what == "original" else run.error_file
    if stored is None:
        raise Http404
    imports.note_download(run_id=pk, what=what, by=request.viewer)
    return FileResponse(
        files.open_file(stored), as_attachment=True, filename=stored.name,
        content_type=stored.content_type,
    )  # fmt: skip


@require_permission(*ANY_IMPORT)
@require_GET
def import_template(request: ScopedRequest, kind: str) -> HttpResponse:
    """The workbook of a kind, with the viewer's own unions to choose from.

    `?filled=members` brings the roster with the members that the union has, `?filled=unions` the
    directory with the unions in scope.
    """
    union = _importing_union(request, kind)
    choices = selectors.template_choices(request.viewer, kind)
    try:
        fill = templates.FILLED.get(kind)
        if fill is not None and request.GET.get("filled") == kind:
            content = fill(organisation_id=union.pk, choices=choices, by=request.viewer)
        else:
            content = templates.template_for(kind, choices=choices, unit_code=union.code)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("members:import-upload", kind=kind)
    response = HttpResponse(content, content_type=templates.XLSX)
    name = templates.template_name(kind, union.code)
    response.headers["Content-Disposition"] = templates.attachment(name)
    return response
