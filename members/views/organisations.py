"""The union tree, its list and a union's page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import htmx
from core.paging import order_by, page_of
from members import selectors
from members.access import ScopedRequest
from members.decorators import require_permission
from members.filters import UNIONS, OrganisationFilter
from members.permissions import Permission

SORTABLE = {"code": "code", "name": "sort_key", "staff": "staff_count"}
# panels of other rooms on this page: (address, right to see it)
PANELS = (
    ("policies:unit-panel", Permission.BATCH_VIEW),
    ("claims:unit-panel", Permission.CLAIM_VIEW),
)


def panel_addresses(
    request: ScopedRequest, panels: tuple[tuple[str, Permission], ...], pk: int
) -> list[str]:
    """Where the panels of other rooms are fetched from, as far as the viewer may see them."""
    return [reverse(view, args=[pk]) for view, right in panels if request.viewer.can(right)]


@require_permission(Permission.UNION_VIEW)
@require_GET
def organisation_list(request: ScopedRequest) -> HttpResponse:
    """The tree on the left, the unions found on the right."""
    unions = selectors.with_member_count(selectors.visible_organisations(request.viewer))
    ordered = unions.order_by(*order_by(request, SORTABLE, default="code"))
    found = OrganisationFilter(request.GET, ordered)
    context = {
        "filter": found,
        "listing": selectors.shown_list(UNIONS, request.viewer, request.GET),
        "page": page_of(request, found.qs.select_related("parent")),
        "branches": selectors.branches(request.viewer),
        "under": request.GET.get("under", ""),
        "may_import": request.viewer.can(Permission.UNION_IMPORT),
        "may_report": request.viewer.can(Permission.REPORT_VIEW),
        "search": request.GET.urlencode(),
    }
    return htmx.render(
        request,
        page="members/organisations.html",
        fragment="members/_organisations.html",
        context=context,
    )


@require_permission(Permission.UNION_VIEW)
@require_GET
def organisation_branch(request: ScopedRequest, pk: int) -> HttpResponse:
    """The children of a node, when it is opened."""
    get_object_or_404(selectors.visible_organisations(request.viewer), pk=pk)
    context = {"branches": selectors.branches(request.viewer, pk)}
    return render(request, "members/_branches.html", context)


@require_permission(Permission.UNION_VIEW)
@require_GET
def organisation_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One union: what is known of it, its accounts, and the panels of the other rooms."""
    viewer = request.viewer
    unions = selectors.with_member_count(selectors.visible_organisations(viewer))
    union = get_object_or_404(unions.select_related("parent", "merged_into"), pk=pk)
    context = {
        "union": union,
        "facts": _facts(union),
        "ancestors": selectors.ancestors(union),
        "may_see_accounts": viewer.can_at(Permission.USER_VIEW, union.path),
        "may_create": bool(selectors.grantable_roles(viewer, union.path)),
        "may_edit": viewer.can_at(Permission.UNION_EDIT, union.path),
        "may_reshape": viewer.can_at(Permission.UNION_RESHAPE, union.path),
        "years": selectors.years_of(union),
        "former_names": union.former_names.order_by("-until_on"),
        "contacts": [
            (contact, selectors.phone_of(contact)) for contact in union.contacts.order_by("pk")
        ],
        "contact_phone": selectors.contact_phone(union),
        "events": selectors.timeline(f"union:{pk}"),
        "may_see_members": viewer.can_at(Permission.MEMBER_VIEW, union.path),
        "grants": selectors.visible_grants(viewer, Permission.USER_VIEW)
        .filter(organisation=union)
        .select_related("user")
        .order_by("user__username"),
        "panels": panel_addresses(request, PANELS, pk),
    }
    return render(request, "members/organisation.html", context)


def _facts(union: object) -> list[tuple[str, object]]:
    shown = (
        (_("Code"), "code"),
        (_("Kind"), "get_kind_display"),
        (_("Above it"), "parent"),
        (_("Number of members"), "member_count"),
        (_("Staff"), "staff_count"),
        (_("Female staff"), "female_staff_count"),
        (_("Credit code of the union"), "union_credit_code"),
        (_("Credit code of the unit"), "unit_credit_code"),
    )
    facts: list[tuple[str, object]] = []
    for label, name in shown:
        value = getattr(union, name)
        value = value() if callable(value) else value
        facts.append((label, "—" if value in (None, "") else value))
    return facts
