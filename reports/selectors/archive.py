"""Closed quarters and the files of reports."""

from datetime import date

from django.db.models import Min, QuerySet

from claims.models import Payout
from core.periods import Period
from members.access import Viewer, visible
from members.models import Organisation
from members.permissions import Permission
from members.states import OrganisationKind
from policies.models import Remittance
from reports.models import ClosingStatus, QuarterClosing, ReportFile


def sees_district(viewer: Viewer) -> bool:
    """Whether the viewer may see the figures of the whole district."""
    district = Organisation.objects.filter(kind=OrganisationKind.DISTRICT)
    return visible(district, viewer, path="path", permission=Permission.REPORT_VIEW).exists()


def closings() -> QuerySet[QuarterClosing]:
    """The closings of the district, the newest quarter first; for those who see it."""
    return QuarterClosing.objects.select_related("closed_by", "job").order_by("-year", "-quarter")


def closing_of(period: Period) -> QuarterClosing | None:
    """The closing of a quarter, begun or done."""
    return closings().filter(year=period.year, quarter=period.quarter).first()


def is_closed(day: date) -> bool:
    """Whether the quarter that the day lies in is closed: nothing may be dated into it any more."""
    period = Period.quarter_of(day)
    return QuarterClosing.objects.filter(
        year=period.year, quarter=period.quarter, status=ClosingStatus.CLOSED
    ).exists()


def closed_periods() -> set[str]:
    """The closed quarters as 2018Q1."""
    rows = QuarterClosing.objects.filter(status=ClosingStatus.CLOSED)
    return {str(row) for row in rows.only("year", "quarter")}


def first_quarter() -> Period | None:
    """The quarter in which money first moved: from here on quarters can be closed."""
    days = [
        Remittance.objects.aggregate(day=Min("remitted_on"))["day"],
        Payout.objects.aggregate(day=Min("paid_on"))["day"],
    ]
    first = min((day for day in days if day), default=None)
    return Period.quarter_of(first) if first else None


def visible_files(viewer: Viewer) -> QuerySet[ReportFile]:
    """Report files about unions in the viewer's subtrees, the newest first."""
    rows = ReportFile.objects.select_related("file", "made_by", "closing").order_by(
        "-made_at", "-pk"
    )
    return visible(rows, viewer, path="path", permission=Permission.REPORT_VIEW)


def papers_of(closing: QuarterClosing, report: str) -> list[ReportFile]:
    """The papers of one report that were printed when the quarter was closed."""
    rows = ReportFile.objects.filter(closing=closing, report=report).select_related("file")
    return list(rows.order_by("-format"))


def past_files(viewer: Viewer, report: str) -> list[ReportFile]:
    """The last files of one report, for the list below its preview."""
    return list(visible_files(viewer).filter(report=report)[:8])
