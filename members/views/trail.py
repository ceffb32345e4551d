"""The audit trail, for the auditor."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import htmx
from core.paging import page_of
from members import selectors
from members.access import ScopedRequest
from members.decorators import require_permission
from members.filters import TRAIL, AuditFilter
from members.permissions import Permission


@require_permission(Permission.AUDIT_VIEW)
@require_GET
def audit_list(request: ScopedRequest) -> HttpResponse:
    """The trail, searched by record, person, act and day."""
    found = AuditFilter(request.GET, selectors.audit_events(request.viewer))
    page = page_of(request, found.qs, size=50)
    names = selectors.names_of({row.by_id for row in page})
    rows = [
        {
            "event": row,
            "act": selectors.act_label(row.action),
            "record": selectors.record_label(row.subject),
            "who": names.get(row.by_id),
            "details": selectors.details_of(row),
            "history": selectors.history_of(row.subject),
        }
        for row in page
    ]
    context = {
        "filter": found,
        "listing": selectors.shown_list(TRAIL, request.viewer, request.GET),
        "page": page,
        "rows": rows,
        "chain": selectors.chain_state(),
    }
    return htmx.render(
        request, page="members/audit.html", fragment="members/_audit.html", context=context
    )


@require_permission(Permission.AUDIT_VIEW)
@require_GET
def audit_record(request: ScopedRequest, kind: str, pk: int) -> HttpResponse:
    """The life of one record: its values before and after each write."""
    if kind not in selectors.HISTORY_TABLES or not selectors.history_is_visible(
        request.viewer, kind, pk
    ):
        raise Http404
    moments = selectors.record_history(kind, pk)
    page = page_of(request, moments, size=50)
    record = selectors.record_label(f"{kind}:{pk}")
    context = {"record": record, "subject": f"{kind}:{pk}", "page": page}
    return render(request, "members/audit_record.html", context)
