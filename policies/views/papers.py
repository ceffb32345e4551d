"""The papers of a batch: scans added and shown, the roster printed for the seal."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.errors import RuleViolation
from core.scans import scan_response
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission
from policies import exports, selectors
from policies.exports_rosters import roster_pdf
from policies.forms.papers import BatchPaperForm
from policies.selectors.papers import visible_papers
from policies.services import papers as services


@require_permission(Permission.BATCH_VIEW)
@require_GET
def paper(request: ScopedRequest, pk: int) -> FileResponse:
    """The scan itself, to those who see its batch, under the type that its first bytes gave it."""
    found = get_object_or_404(visible_papers(request.viewer), pk=pk)
    return scan_response(found.file)


@require_permission(Permission.BATCH_FILL)
@require_POST
def paper_add(request: ScopedRequest, pk: int) -> HttpResponse:
    """Add a scan to a batch."""
    rows = selectors.visible_batches(request.viewer, permission=Permission.BATCH_FILL)
    batch = get_object_or_404(rows, pk=pk)
    form = BatchPaperForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a scan, and which paper it is."))
        return redirect("policies:batch-detail", pk=batch.pk)
    upload = form.cleaned_data["file"]
    try:
        services.add_batch_paper(
            batch_id=batch.pk, kind=form.cleaned_data["kind"], name=upload.name,
            content=upload.read(), by=request.viewer, on=clock.today(),
        )  # fmt: skip
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The paper was added."))
    return redirect("policies:batch-detail", pk=batch.pk)


@require_permission(Permission.BATCH_VIEW)
@require_GET
def roster_print(request: ScopedRequest, pk: int) -> HttpResponse:
    """The roster of a batch as PDF, for print and seal; numbers masked."""
    rows = selectors.visible_batches(request.viewer, permission=Permission.BATCH_VIEW)
    batch = get_object_or_404(rows, pk=pk)
    try:
        content = roster_pdf(batch, made_at=clock.now())
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("policies:batch-detail", pk=batch.pk)
    return exports.attachment(content, f"参保名册_{batch.number}.pdf", "application/pdf")
