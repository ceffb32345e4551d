"""Scanned papers: added to a claim, shown beside its facts."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from claims.forms.base import PaperForm
from claims.selectors.claims import visible_claims, visible_papers
from claims.services import filing
from claims.views.claims import claim_page
from core import clock
from core.errors import RuleViolation
from core.scans import scan_response
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission


@require_permission(Permission.CLAIM_VIEW)
@require_GET
@xframe_options_sameorigin
def paper(request: ScopedRequest, pk: int) -> FileResponse:
    """The scan itself, to those who see its claim, under the type that its first bytes gave it."""
    found = get_object_or_404(visible_papers(request.viewer), pk=pk)
    return scan_response(found.file, framed_by="'self'")


@require_permission(Permission.CLAIM_FILE)
@require_POST
def paper_add(request: ScopedRequest, pk: int) -> HttpResponse:
    """Add a scan to a claim that has not been decided."""
    get_object_or_404(visible_claims(request.viewer), pk=pk)
    form = PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        refusal = _("Choose a scan, and which paper it is.")
        return claim_page(request, pk, refusal=refusal, status=422)
    upload = form.cleaned_data["file"]
    scan = filing.Paper(form.cleaned_data["document"], upload.name, upload.read())
    try:
        filing.add_paper(claim_id=pk, paper=scan, by=request.viewer, on=clock.today())
    except RuleViolation as refusal:
        return claim_page(request, pk, refusal=str(refusal), status=422)
    messages.success(request, _("The paper was added."))
    return redirect("claims:claim-detail", pk=pk)
