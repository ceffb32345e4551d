"""The first page: by role the workbench, the agent's four steps, or the figures."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import charts, clock
from members import selectors
from members.access import ScopedRequest, Viewer
from members.decorators import require_permission
from members.permissions import Permission, Role
from members.selectors import notices
from policies.selectors.targets import TargetProgress, target_progress
from reports.selectors import archive, work
from reports.selectors.agent import agent_home
from reports.views.annual import summary_tiles
from reports.views.links import address


@require_permission()
@require_GET
def home(request: ScopedRequest) -> HttpResponse:
    """Everybody's first page."""
    roles = request.viewer.roles
    if roles and roles <= {Role.AGENT}:
        return _agent(request)
    if roles and roles <= {Role.LEADER}:
        return _figures(request)
    return _workbench(request)


def _agent(request: ScopedRequest) -> HttpResponse:
    steps = [
        _("Download the list"),
        _("Fill in and upload"),
        _("Mend errors"),
        _("Submit and print"),
    ]
    today = clock.today()
    found = agent_home(request.viewer, work.working_year(today), today)
    renewal = found.renewal
    context = {
        "home": found,
        "steps": steps,
        "until_days": (found.enrol_until - today).days if found.enrol_until else None,
        "days_left": (renewal.starts_on - today).days if renewal and renewal.plans else None,
    }
    return render(request, "reports/home_agent.html", context)


def _workbench(request: ScopedRequest) -> HttpResponse:
    today = clock.today()
    lines = [
        (line, address(line.view, line.query)) for line in work.work_lines(request.viewer, today)
    ]
    mine = [row for row in lines if row[0].mine]
    others = [row for row in lines if not row[0].mine and row[0].count]
    context = {
        "mine": mine,
        "others": others,
        "today": today,
        "spraying": selectors.spraying_notice(request.viewer, clock.now()),
        **_rail(request.viewer, today),
    }
    return render(request, "reports/home.html", context)


def _rail(viewer: Viewer, today: Any) -> dict[str, Any]:
    """The right edge: the year's target, units that have not reported, the last closings."""
    if not viewer.can(Permission.REPORT_VIEW):
        return {}
    year = work.working_year(today)
    rail: dict[str, Any] = {
        "year": year,
        "late": work.late_units(viewer, year).count(),
        "late_url": address("reports:unit-board", year=str(year), kind="GRASSROOTS", late="1"),
        "annual_url": reverse("reports:annual", args=[year]),
        "may_urge": viewer.can(Permission.NOTICE_SEND),
        "notices": notices.latest(viewer) if viewer.can(Permission.NOTICE_VIEW) else None,
    }
    if archive.sees_district(viewer):
        progress = target_progress(node=selectors.district(), year=year, as_of=today)
        rail |= {
            "progress": progress,
            "thermometer": _thermometer(progress),
            "closings": list(archive.closings()[:4]),
        }
    return rail


def _thermometer(progress: TargetProgress) -> str:
    if not progress.target:
        return ""
    return charts.thermometer(
        value=progress.remitted / 10000,
        target=progress.target / 10000,
        label=_("Contributions remitted"),
        unit=_("ten thousand yuan"),
    )


def _figures(request: ScopedRequest) -> HttpResponse:
    year = work.working_year(clock.today())
    context = summary_tiles(request.viewer, year, clock.today())
    return render(request, "reports/home_leader.html", context)
