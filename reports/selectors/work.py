"""What waits to be done in the office: for each kind of work how much, how old and for how much."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, Exists, F, Min, OuterRef, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from claims.models import Claim, Payout, ReimbursementQuarter
from claims.states import ClaimStatus, PayoutStatus, QuarterStatus
from core.models import OPEN_JOBS, JobRun, JobStatus
from members.access import Viewer, visible
from members.models import Organisation
from members.permissions import Permission
from members.states import OrganisationKind
from policies.models import AnnualTarget, EnrolmentBatch, PlanVersion, Remittance
from policies.states import UNDECIDED_BATCHES, BatchStatus, PlanStatus, RemittanceStatus

AMBER_DAYS, RED_DAYS = 3, 7
P = Permission


@dataclass(frozen=True)
class Kind:
    """A kind of work: its rows, when one began to wait, what it is worth, and who does it."""

    title: Promise
    rows: Callable[[Viewer], QuerySet[Any]]
    since: str
    amount: str
    view: str
    query: str
    sees: Permission
    does: Permission


@dataclass(frozen=True)
class WorkLine:
    """One line of the work table, counted for a viewer."""

    title: Promise
    count: int
    oldest: date | None
    days: int
    amount: Decimal | None
    view: str
    query: str
    mine: bool

    @property
    def age(self) -> str:
        """Colour of the age; the number of days stands beside it."""
        return "red" if self.days > RED_DAYS else "amber" if self.days > AMBER_DAYS else ""


def _batches(*statuses: BatchStatus) -> Callable[[Viewer], QuerySet[Any]]:
    rows = EnrolmentBatch.objects.filter(status__in=statuses)
    return lambda viewer: visible(rows, viewer, path="organisation__path", permission=P.BATCH_VIEW)


def _claims(status: ClaimStatus) -> Callable[[Viewer], QuerySet[Any]]:
    rows = Claim.objects.filter(status=status)
    return lambda viewer: visible(rows, viewer, path="organisation__path", permission=P.CLAIM_VIEW)


def _of_the_district(rows: QuerySet[Any]) -> Callable[[Viewer], QuerySet[Any]]:
    """Rows that belong to no union below the district: for those who work at its own level."""
    district = Organisation.objects.filter(kind=OrganisationKind.DISTRICT)

    def mine(viewer: Viewer) -> QuerySet[Any]:
        return rows if visible(district, viewer, path="path").exists() else rows.none()

    return mine


KINDS = (
    Kind(
        pgettext_lazy("work", "Batches to check for the units below"),
        _batches(BatchStatus.SUBMITTED),
        "submitted_on",
        "amount",
        "policies:batch-list",
        "status=SUBMITTED",
        P.BATCH_CHECK,
        P.BATCH_CHECK,
    ),
    Kind(
        pgettext_lazy("work", "Batches to accept"),
        _batches(*UNDECIDED_BATCHES),
        "submitted_on",
        "amount",
        "policies:batch-list",
        "status=UNDECIDED",
        P.BATCH_VIEW,
        P.BATCH_ACCEPT,
    ),
    Kind(
        pgettext_lazy("work", "Batches returned"),
        _batches(BatchStatus.RETURNED),
        "submitted_on",
        "amount",
        "policies:batch-list",
        "status=RETURNED",
        P.BATCH_VIEW,
        P.BATCH_FILL,
    ),
    Kind(
        pgettext_lazy("work", "Contributions to receive"),
        _batches(BatchStatus.ACCEPTED),
        "accepted_on",
        "amount",
        "policies:batch-list",
        "status=ACCEPTED",
        P.BATCH_VIEW,
        P.RECEIPT_RECORD,
    ),
    Kind(
        pgettext_lazy("work", "Contributions to remit"),
        _batches(BatchStatus.PAID),
        "accepted_on",
        "amount",
        "policies:batch-list",
        "status=PAID",
        P.BATCH_VIEW,
        P.REMITTANCE_MAKE,
    ),
    Kind(
        pgettext_lazy("work", "Remittances to confirm"),
        _of_the_district(Remittance.objects.filter(status=RemittanceStatus.DRAFT)),
        "made_on",
        "amount",
        "policies:remittance-list",
        "status=DRAFT",
        P.REMITTANCE_VIEW,
        P.REMITTANCE_MAKE,
    ),
    Kind(
        pgettext_lazy("work", "Plan versions to publish"),
        _of_the_district(PlanVersion.objects.filter(status=PlanStatus.PROPOSED)),
        "proposed_on",
        "",
        "policies:plan-list",
        "",
        P.PLAN_PUBLISH,
        P.PLAN_PUBLISH,
    ),
    Kind(
        pgettext_lazy("work", "Claims to review"),
        _claims(ClaimStatus.FILED),
        "filed_on",
        "",
        "claims:claim-list",
        "status=FILED",
        P.CLAIM_VIEW,
        P.CLAIM_REVIEW,
    ),
    Kind(
        pgettext_lazy("work", "Claims waiting for papers"),
        _claims(ClaimStatus.SUPPLEMENT),
        "filed_on",
        "",
        "claims:claim-list",
        "status=SUPPLEMENT",
        P.CLAIM_VIEW,
        P.CLAIM_FILE,
    ),
    Kind(
        pgettext_lazy("work", "Claims to approve"),
        _claims(ClaimStatus.REVIEWED),
        "reviewed_on",
        "amount",
        "claims:claim-list",
        "status=REVIEWED",
        P.CLAIM_VIEW,
        P.CLAIM_APPROVE,
    ),
    Kind(
        pgettext_lazy("work", "Claims to pay out"),
        _claims(ClaimStatus.APPROVED),
        "approved_on",
        "amount",
        "claims:claim-list",
        "status=APPROVED",
        P.CLAIM_VIEW,
        P.PAYOUT_MAKE,
    ),
    Kind(
        pgettext_lazy("work", "Payouts to confirm"),
        _of_the_district(Payout.objects.filter(status=PayoutStatus.DRAFT)),
        "made_on",
        "amount",
        "claims:payout-list",
        "status=DRAFT",
        P.PAYOUT_VIEW,
        P.PAYOUT_CONFIRM,
    ),
    Kind(
        pgettext_lazy("work", "Quarters of reimbursement in work"),
        _of_the_district(ReimbursementQuarter.objects.exclude(status=QuarterStatus.PAID)),
        "",
        "amount",
        "claims:quarter-list",
        "",
        P.QUARTER_VIEW,
        P.QUARTER_APPROVE,
    ),
    Kind(
        pgettext_lazy("work", "Jobs that failed"),
        _of_the_district(JobRun.objects.filter(status=JobStatus.FAILED)),
        "created_at",
        "",
        "members:job-list",
        "status=FAILED",
        P.JOB_VIEW,
        P.USER_CREATE,
    ),
    Kind(
        pgettext_lazy("work", "Jobs going on"),
        _of_the_district(JobRun.objects.filter(status__in=OPEN_JOBS)),
        "created_at",
        "",
        "members:job-list",
        "status=RUNNING",
        P.JOB_VIEW,
        P.USER_CREATE,
    ),
)


def work_lines(viewer: Viewer, today: date) -> list[WorkLine]:
    """The kinds of work that the viewer sees; what he does himself comes first."""
    lines = [_line(kind, viewer, today) for kind in KINDS if viewer.can(kind.sees)]
    return sorted(lines, key=lambda line: (not line.mine, not line.count))


def _line(kind: Kind, viewer: Viewer, today: date) -> WorkLine:
    sums: dict[str, Any] = {"count": Count("pk")}
    if kind.since:
        sums["oldest"] = Min(Cast(F(kind.since), DateField()))
    if kind.amount:
        sums["worth"] = Sum(kind.amount)
    found = kind.rows(viewer).aggregate(**sums)
    oldest = found.get("oldest")
    oldest = oldest.date() if isinstance(oldest, datetime) else oldest
    return WorkLine(
        title=kind.title,
        count=found["count"],
        oldest=oldest,
        days=(today - oldest).days if oldest else 0,
        amount=found.get("worth"),
        view=kind.view,
        query=kind.query,
        mine=viewer.can(kind.does),
    )


def working_year(today: date) -> int:
    """The year that the pages open with: the last one that has a target, or this one."""
    years = AnnualTarget.objects.filter(year__lte=today.year, amount__isnull=False)
    known = years.order_by("-year").values_list("year", flat=True).first()
    return known or today.year


def late_units(viewer: Viewer, year: int) -> QuerySet[Organisation]:
    """Grassroots unions that have submitted no enrolment batch for the year."""
    batches = EnrolmentBatch.objects.filter(
        organisation=OuterRef("pk"), starts_on__year=year, submitted_on__isnull=False
    ).exclude(status__in=(BatchStatus.DRAFT, BatchStatus.WITHDRAWN))
    units = Organisation.objects.filter(
        ~Exists(batches), kind=OrganisationKind.GRASSROOTS, closed_on__isnull=True
    )
    return visible(units, viewer, path="path", permission=P.UNION_VIEW)
