"""Members: list, one person's page, finding by a whole number."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from core.paging import order_by, page_of
from members import selectors
from members.access import ScopedRequest
from members.decorators import require_permission
from members.exports import people_workbook
from members.filters import MEMBERS, SOUGHT, MemberFilter
from members.forms import FindMemberForm
from members.permissions import Permission
from members.selectors.reveals import reveals_for
from members.services.lists import note_people_export

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SORTABLE = {"name": "sort_key"}
# the tabs of a person's page: name, label, the room's panel and the right to see it
TABS = (
    ("enrolment", gettext_lazy("Enrolment"), "policies:member-panel", Permission.BATCH_VIEW),
    ("claims", pgettext_lazy("tab", "Claims"), "claims:member-panel", Permission.CLAIM_VIEW),
    (
        "reimbursement",
        gettext_lazy("Secondary reimbursement"),
        "claims:member-reimbursements",
        Permission.QUARTER_VIEW,
    ),
)
CHANGES = "changes"


@require_permission(Permission.MEMBER_VIEW)
@require_GET
def member_list(request: ScopedRequest) -> HttpResponse:
    """The members of the viewer's subtrees by pinyin; numbers are masked."""
    members = selectors.visible_members(request.viewer, Permission.MEMBER_VIEW)
    ordered = members.order_by(*order_by(request, SORTABLE, default="name"))
    found = MemberFilter(request.GET, ordered, request=request)
    page = page_of(request, found.qs.select_related("organisation"))
    context = {
        "filter": found,
        "listing": selectors.shown_list(MEMBERS, request.viewer, request.GET),
        "page": page,
        "rows": [(member, selectors.masked_document(member)) for member in page],
        "find": FindMemberForm(initial={"text": request.GET.get("q", "")}),
        "sought": "sought" in request.GET,
        "may_import": request.viewer.can(Permission.MEMBER_IMPORT),
        "may_merge": request.viewer.can(Permission.MEMBER_MERGE),
        "may_edit": request.viewer.can(Permission.MEMBER_EDIT),
    }
    return htmx.render(
        request, page="members/people.html", fragment="members/_people.html", context=context
    )


@require_permission(Permission.MEMBER_VIEW)
@require_POST
def member_export(request: ScopedRequest) -> HttpResponse:
    """The list as it is filtered and ordered, as a workbook with masked numbers; written down."""
    members = selectors.visible_members(request.viewer, Permission.MEMBER_VIEW)
    ordered = members.order_by(*order_by(request, SORTABLE, default="name"))
    found = MemberFilter(request.GET, ordered, request=request)
    searched = [name for name in found.filters if request.GET.get(name)]
    try:
        note_people_export(count=found.qs.count(), searched=searched, by=request.viewer)
    except RuleViolation as error:
        messages.error(request, str(error))
        address = reverse("members:member-list")
        return redirect(f"{address}?{request.GET.urlencode()}")
    name = f"职工名单_{clock.today():%Y%m%d}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name) or ""
    return HttpResponse(
        people_workbook(found.qs),
        content_type=XLSX,
        headers={"Content-Disposition": disposition},
    )


@require_permission(Permission.MEMBER_VIEW)
@require_POST
def member_find(request: ScopedRequest) -> HttpResponse:
    """What was typed into the box: a name goes on in the address, a number only as its hash."""
    form = FindMemberForm(request.POST)
    if not form.is_valid():
        return redirect("members:member-list")
    text = form.cleaned_data["text"]
    if not selectors.is_number(text):
        return redirect(f"{reverse('members:member-list')}?{urlencode({'q': text})}")
    keys = selectors.number_keys(text)
    visible = selectors.visible_members(request.viewer, Permission.MEMBER_VIEW)
    found = list(selectors.with_keys(visible, keys)[:2])
    if len(found) == 1:
        return redirect("members:member-detail", pk=found[0].pk)
    if not found:
        messages.warning(
            request,
            _("Nobody in your scope has this number. Please check it against the document."),
        )
        return redirect("members:member-list")
    return redirect(f"{reverse('members:member-list')}?sought={_remember(request, keys)}")


def _remember(request: ScopedRequest, keys: Mapping[str, Sequence[str]]) -> str:
    """Keep the hashes for the pages of this search; the last ten searches are remembered."""
    held = list(request.session.get(SOUGHT, {}).items())[-9:]
    token = secrets.token_hex(4)
    request.session[SOUGHT] = {**dict(held), token: keys}
    return token


@require_permission(Permission.MEMBER_VIEW)
@require_GET
def member_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One person: who he is, a tab of another room, and what is still claimable.

    The query of the list one came from stands in the address: it gives the neighbours.
    """
    members = selectors.visible_members(request.viewer, Permission.MEMBER_VIEW)
    member = members.select_related("organisation").filter(pk=pk).first()
    if member is None:
        kept = selectors.kept_instead(pk)
        if kept is None:
            raise Http404
        return redirect("members:member-detail", pk=kept)
    events = selectors.timeline(f"member:{pk}")
    tabs = _tabs(request, len(events))
    today = clock.today()
    context = {
        "member": member,
        "numbers": selectors.masked_numbers(member),
        "card_expired": member.card_expired(today),
        "reveals": reveals_for(request.viewer, member.organisation.path, today),
        "ancestors": selectors.ancestors(member.organisation),
        "tabs": tabs,
        "panel": _panel(tabs, pk),
        "events": events,
        "shows_claimable": request.viewer.can(Permission.CLAIM_VIEW),
        **_list_context(request, members, member),
    }
    return render(request, "members/person.html", context)


@dataclass(frozen=True)
class Tab:
    """A tab of the page; the count of another room's is filled in by its own answer."""

    name: str
    label: str
    view: str
    url: str
    active: bool
    count: int | None = None


def _tabs(request: ScopedRequest, changes: int) -> list[Tab]:
    rows: list[tuple[str, Promise, str, int | None]] = [
        (name, label, view, None) for name, label, view, right in TABS if request.viewer.can(right)
    ]
    rows.append((CHANGES, gettext_lazy("Changes"), "", changes))
    names = [name for name, *_rest in rows]
    wanted = request.GET.get("tab", "")
    active = wanted if wanted in names else names[0]
    tabs = []
    for name, label, view, count in rows:
        query = request.GET.copy()
        query["tab"] = name
        tabs.append(Tab(name, str(label), view, f"?{query.urlencode()}", name == active, count))
    return tabs


def _panel(tabs: list[Tab], pk: int) -> str:
    """Where the active tab's panel is fetched from; the changes stand in the page itself."""
    view = next(tab.view for tab in tabs if tab.active)
    return reverse(view, args=[pk]) if view else ""


def _list_context(
    request: ScopedRequest, members: QuerySet[Any], member: Any
) -> dict[str, str | int | None]:
    """Back to the list as it was, and the persons before and after in it."""
    query = request.GET.copy()
    query.pop("tab", None)
    if not query:
        return {}
    found = MemberFilter(query, members, request=request).qs
    descending = query.get("sort", "").startswith("-")
    before, after = selectors.neighbours(found, member, descending=descending)
    return {"list_query": query.urlencode(), "before": before, "after": after}
