"""Members: list, one person's page, finding by a whole number."""

import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.paging import order_by, page_of
from members import selectors
from members.access import ScopedRequest
from members.decorators import require_permission
from members.filters import SOUGHT, MemberFilter
from members.forms import FindMemberForm
from members.permissions import Permission
from members.selectors.reveals import reveals_for
from members.views.organisations import panel_addresses

SORTABLE = {"name": "sort_key"}
PANELS = (
    ("policies:member-panel", Permission.BATCH_VIEW),
    ("claims:member-panel", Permission.CLAIM_VIEW),
    ("claims:member-reimbursements", Permission.QUARTER_VIEW),
)


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
        "page": page,
        "rows": [(member, selectors.masked_document(member)) for member in page],
        "find": FindMemberForm(initial={"text": request.GET.get("q", "")}),
        "sought": "sought" in request.GET,
        "may_import": request.viewer.can(Permission.MEMBER_IMPORT),
        "may_edit": request.viewer.can(Permission.MEMBER_EDIT),
    }
    return htmx.render(
        request, page="members/people.html", fragment="members/_people.html", context=context
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
    """One person: who he is, and the panels of the other rooms."""
    members = selectors.visible_members(request.viewer, Permission.MEMBER_VIEW)
    member = get_object_or_404(members.select_related("organisation"), pk=pk)
    context = {
        "member": member,
        "numbers": selectors.masked_numbers(member),
        "reveals": reveals_for(request.viewer, member.organisation.path, clock.today()),
        "ancestors": selectors.ancestors(member.organisation),
        "panels": panel_addresses(request, PANELS, pk),
    }
    return render(request, "members/person.html", context)
