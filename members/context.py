"""What every page shows around its content: the viewer's navigation, his name and union."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import pgettext_lazy

from members.access import Viewer
from members.permissions import Permission
from members.selectors.life import awaiting
from members.selectors.notices import unread_count


@dataclass(frozen=True)
class Entry:
    """A line of the navigation, shown to holders of any of the permissions."""

    label: Promise
    view: str
    icon: str
    permissions: tuple[Permission, ...] = ()


@dataclass(frozen=True)
class NavItem:
    """A line of the navigation as the sidebar draws it."""

    label: str
    url: str
    icon: str
    active: bool = False
    badge: int | None = None


P = Permission
IMPORTING = (P.UNION_IMPORT, P.MEMBER_IMPORT, P.BATCH_FILL, P.CLAIM_FILE, P.QUARTER_IMPORT)
ENTRIES = (
    Entry(pgettext_lazy("navigation", "Workbench"), "home", "layout-dashboard"),
    Entry(
        pgettext_lazy("navigation", "Enrolment"),
        "policies:batch-list",
        "clipboard-list",
        (P.BATCH_VIEW,),
    ),
    Entry(
        pgettext_lazy("navigation", "Receipts"),
        "policies:receipt-list",
        "wallet",
        (P.RECEIPT_VIEW,),
    ),
    Entry(
        pgettext_lazy("navigation", "Remittance"),
        "policies:remittance-list",
        "landmark",
        (P.REMITTANCE_VIEW,),
    ),
    Entry(
        pgettext_lazy("navigation", "Claims"),
        "claims:claim-list",
        "heart-handshake",
        (P.CLAIM_VIEW,),
    ),
    Entry(
        pgettext_lazy("navigation", "Reimbursement"),
        "claims:quarter-list",
        "hospital",
        (P.QUARTER_VIEW,),
    ),
    Entry(
        pgettext_lazy("navigation", "Payouts"), "claims:payout-list", "banknote", (P.PAYOUT_VIEW,)
    ),
    Entry(
        pgettext_lazy("navigation", "Reports"),
        "reports:report-list",
        "chart-column",
        (P.REPORT_VIEW,),
    ),
    Entry(
        pgettext_lazy("navigation", "Unions"),
        "members:organisation-list",
        "network",
        (P.UNION_VIEW,),
    ),
    Entry(pgettext_lazy("navigation", "Members"), "members:member-list", "users", (P.MEMBER_VIEW,)),
    Entry(
        pgettext_lazy("navigation", "Transfers"),
        "members:transfer-list",
        "arrow-left-right",
        (P.MEMBER_TRANSFER,),
    ),
    Entry(
        pgettext_lazy("navigation", "Plans"), "policies:plan-list", "shield-check", (P.PLAN_VIEW,)
    ),
    Entry(pgettext_lazy("navigation", "Notices"), "members:notice-list", "bell", (P.NOTICE_VIEW,)),
    Entry(
        pgettext_lazy("navigation", "Ledger"), "ledger:account-list", "book-open", (P.LEDGER_VIEW,)
    ),
    Entry(pgettext_lazy("navigation", "Accounts"), "members:user-list", "user-cog", (P.USER_VIEW,)),
    Entry(pgettext_lazy("navigation", "Imports"), "members:import-list", "file-up", IMPORTING),
    Entry(pgettext_lazy("navigation", "Jobs"), "members:job-list", "list-checks", (P.JOB_VIEW,)),
    Entry(
        pgettext_lazy("navigation", "Audit trail"),
        "members:audit-list",
        "scroll-text",
        (P.AUDIT_VIEW,),
    ),
)


def navigation(viewer: Viewer, path: str) -> list[NavItem]:
    """The lines this viewer may open; the one whose address the page's begins with is active."""
    shown = [
        (entry, reverse(entry.view))
        for entry in ENTRIES
        if not entry.permissions or any(map(viewer.can, entry.permissions))
    ]
    inside = [address for _entry, address in shown if address != "/" and path.startswith(address)]
    active = max(inside, key=len, default=path)
    return [
        NavItem(
            str(entry.label), address, entry.icon, active=address == active,
            badge=_waiting(viewer) if entry.view == "members:transfer-list" else None,
        )
        for entry, address in shown
    ]  # fmt: skip


def _waiting(viewer: Viewer) -> int | None:
    """The transfers that wait for an answer of the viewer's unions."""
    return awaiting(viewer).count() or None


def shell(request: HttpRequest) -> Mapping[str, Any]:
    """Context processor: `nav`, `viewer`, `viewer_unit`, `viewer_role`, `office_name`."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    shown = {"office_name": settings.OFFICE_NAME, "agency_name": settings.AGENCY_NAME}
    if viewer is None:
        return {"viewer": None, "nav": [], **shown}
    return {
        "viewer": viewer,
        "viewer_unit": viewer.organisation_name,
        "viewer_role": viewer.role_name,
        # counted only where it is drawn: fragments have no navigation
        "nav": SimpleLazyObject(lambda: navigation(viewer, request.path)),
        # the bell: notices not read yet
        "sees_notices": viewer.can(Permission.NOTICE_VIEW),
        "unread_notices": SimpleLazyObject(lambda: unread_count(viewer)),
        "sees_trail": viewer.can(Permission.AUDIT_VIEW),
        **shown,
    }
