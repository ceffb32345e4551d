"""What an agent finds on his first page: how far the enrolment is, and what waits for him."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from claims.models import Claim
from claims.states import ClaimStatus
from members.access import Viewer, visible
from members.models import ImportRun, Member, Notice, Organisation, Transfer
from members.permissions import Permission
from members.selectors.life import awaiting
from members.selectors.notices import unread
from members.states import ImportStatus, MemberStatus
from policies.models import EnrolmentBatch
from policies.selectors import enrol_until
from policies.selectors.renewal import Renewal, next_start, renewal_of
from policies.states import OPEN_BATCHES, BatchStatus

ABANDONED = (ImportStatus.DISCARDED, ImportStatus.CANCELLED, ImportStatus.UNDONE)
STEP_DOWNLOAD, STEP_UPLOAD, STEP_MEND, STEP_PRINT, ALL_DONE = 1, 2, 3, 4, 5


@dataclass(frozen=True)
class AgentHome:
    """The agent's page: the step he is at, his unit, his last batches, what he has to do."""

    unit: Organisation | None
    year: int
    step: int
    members: int
    last_import: ImportRun | None
    batches: list[EnrolmentBatch]
    to_submit: list[EnrolmentBatch]
    returned: list[EnrolmentBatch]
    papers_missing: list[Claim]
    transfers: list[Transfer]
    renewal: Renewal | None
    enrol_until: date | None
    last_accepted: EnrolmentBatch | None
    notices: list[Notice]

    @property
    def waiting(self) -> int:
        wrong = 1 if self.step == STEP_MEND else 0
        papers = len(self.to_submit) + len(self.returned) + len(self.papers_missing)
        return papers + len(self.transfers) + len(self.notices) + wrong


def agent_home(viewer: Viewer, year: int, today: date) -> AgentHome:
    """The first page of an agent in the season of a year."""
    unit = _unit(viewer)
    batches = visible(
        EnrolmentBatch.objects.select_related("plan_version"),
        viewer,
        path="organisation__path",
        permission=Permission.BATCH_FILL,
    ).order_by("-pk")
    recent = list(batches.exclude(status=BatchStatus.WITHDRAWN)[:6])
    last_import = _last_import(viewer)
    renewal = renewal_of(unit, next_start(unit.path, today)) if unit else None
    return AgentHome(
        unit=unit,
        year=year,
        step=_step(last_import, recent, renews=bool(renewal and renewal.plans)),
        members=_members(viewer),
        last_import=last_import,
        batches=recent,
        renewal=renewal,
        enrol_until=enrol_until(renewal.starts_on.year if renewal and renewal.plans else year),
        last_accepted=batches.filter(accepted_on__isnull=False)
        .order_by("-accepted_on", "-pk")
        .first(),
        to_submit=list(batches.filter(status=BatchStatus.DRAFT)[:5]),
        returned=list(batches.filter(status=BatchStatus.RETURNED)[:5]),
        papers_missing=list(_papers_missing(viewer)[:5]),
        transfers=list(
            awaiting(viewer).select_related("member", "source", "target").order_by("pk")[:5]
        ),
        notices=list(unread(viewer)[:5]),
    )


def _unit(viewer: Viewer) -> Organisation | None:
    mine = visible(
        Organisation.objects.all(), viewer, path="path", permission=Permission.BATCH_FILL
    )
    return mine.only("id", "code", "name", "path").order_by("path").first()


def _last_import(viewer: Viewer) -> ImportRun | None:
    rows = ImportRun.objects.filter(kind="enrolments").exclude(status__in=ABANDONED)
    mine = visible(rows, viewer, path="organisation__path", permission=Permission.BATCH_FILL)
    return mine.order_by("-pk").first()


def _members(viewer: Viewer) -> int:
    rows = Member.objects.filter(status=MemberStatus.IN_SERVICE)
    return visible(
        rows, viewer, path="organisation__path", permission=Permission.MEMBER_VIEW
    ).count()


def _papers_missing(viewer: Viewer) -> QuerySet[Claim]:
    rows = Claim.objects.filter(status=ClaimStatus.SUPPLEMENT).select_related("member")
    mine = visible(rows, viewer, path="organisation__path", permission=Permission.CLAIM_FILE)
    return mine.order_by("filed_on")


def _step(
    last_import: ImportRun | None, batches: list[EnrolmentBatch], *, renews: bool = False
) -> int:
    """Where the enrolment stands, by the newest thing that happened; a renewal begins it anew."""
    if renews and not any(batch.status in OPEN_BATCHES for batch in batches):
        return STEP_DOWNLOAD
    if last_import is not None and last_import.status != ImportStatus.APPLIED:
        return STEP_MEND if last_import.wrong or last_import.refusal else STEP_UPLOAD
    if any(batch.status in OPEN_BATCHES for batch in batches):
        return STEP_PRINT
    return ALL_DONE if batches else STEP_DOWNLOAD
