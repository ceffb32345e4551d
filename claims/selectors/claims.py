"""Claims, cut down to the viewer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from claims.models import Claim, ClaimPaper
from claims.states import ClaimStatus
from core import crypto
from members.access import Viewer, visible
from members.models import Child, Member
from members.permissions import Permission
from members.selectors import visible_members
from policies.models import Policy
from policies.states import BatchStatus

QUEUES: Mapping[ClaimStatus, Permission] = {  # whose work the claims of a status are
    ClaimStatus.FILED: Permission.CLAIM_REVIEW,
    ClaimStatus.REVIEWED: Permission.CLAIM_APPROVE,
}


def visible_claims(
    viewer: Viewer, permission: Permission = Permission.CLAIM_VIEW
) -> QuerySet[Claim]:
    """The claims filed by unions in whose subtree the viewer holds the right."""
    return visible(Claim.objects.all(), viewer, path="organisation__path", permission=permission)


def listed_claims(viewer: Viewer) -> QuerySet[Claim]:
    """The claims with what a list shows of them, without the long explanation."""
    return (
        visible_claims(viewer)
        .select_related("member", "child", "organisation", "reviewed_by")
        .defer("steps", "diagnosis_sealed", "illness_sealed", "member__document_sealed")
    )


def claim_with_papers(viewer: Viewer) -> QuerySet[Claim]:
    """The claims with everything that the claim page shows."""
    return (
        visible_claims(viewer)
        .select_related(
            "member", "child", "organisation", "policy__batch__organisation", "plan_version",
            "transfer_from", "campaign", "filed_by", "reviewed_by", "approved_by",
        )
        .prefetch_related("papers__file")
    )  # fmt: skip


def visible_papers(viewer: Viewer) -> QuerySet[ClaimPaper]:
    """The papers of the claims that the viewer sees."""
    return ClaimPaper.objects.filter(claim__in=visible_claims(viewer)).select_related("file")


def other_claims(viewer: Viewer, claim: Claim) -> QuerySet[Claim]:
    """The other claims of the same person that the viewer sees, the latest event first."""
    return (
        visible_claims(viewer)
        .filter(member_id=claim.member_id)
        .exclude(pk=claim.pk)
        .order_by("-event_on", "-pk")
    )


def claims_of_member(viewer: Viewer, member_id: int) -> QuerySet[Claim]:
    """A member's claims that the viewer sees, the latest event first."""
    return (
        visible_claims(viewer)
        .filter(member_id=member_id)
        .select_related("child", "organisation")
        .order_by("-event_on", "-pk")
    )


def claims_of_union(viewer: Viewer, path: str) -> QuerySet[Claim]:
    """The claims of a subtree that the viewer sees."""
    return visible_claims(viewer).filter(organisation__path__startswith=path)


def children_of(member: Member) -> QuerySet[Child]:
    """The children that the member has enrolled."""
    return Child.objects.filter(policies__member=member).distinct().order_by("pk")


@dataclass(frozen=True)
class StatusCount:
    """A tab above the list: how many claims stand in a status."""

    label: str
    status: str
    count: int
    active: bool

    @property
    def url(self) -> str:
        return f"?status={self.status}" if self.status else "?"


def status_counts(viewer: Viewer, chosen: str) -> list[StatusCount]:
    """All claims that the viewer sees by status, in the order of the work."""
    rows = visible_claims(viewer).order_by().values_list("status").annotate(Count("pk"))
    counts = dict(rows)
    everything = StatusCount(_("all"), "", sum(counts.values()), not chosen)
    return [
        everything,
        *(
            StatusCount(str(status.label), status.value, counts.get(status, 0), chosen == status)
            for status in ClaimStatus
        ),
    ]


def next_in_queue(viewer: Viewer, queue: ClaimStatus, *, without: int) -> int | None:
    """The claim of a queue that has waited longest and is not the viewer's own work; None: no
    more."""
    right = QUEUES.get(queue, Permission.CLAIM_FILE)
    rows = visible_claims(viewer, right).filter(status=queue).exclude(pk=without)
    own = ("filed_by", "reviewed_by", "endorsed_by", "appealed_against") if queue in QUEUES else ()
    for column in own if viewer.user_id is not None else ():
        nobody, himself = Q(**{f"{column}__isnull": True}), Q(**{column: viewer.user_id})
        rows = rows.filter(nobody | ~himself)
    return rows.order_by("filed_on", "pk").values_list("pk", flat=True).first()


def claim_numbered(viewer: Viewer, number: str) -> Claim | None:
    """A claim that the viewer sees, by its number as typed."""
    return visible_claims(viewer).filter(number__iexact=number.strip()).first()


def member_to_claim_for(viewer: Viewer, number: str) -> Member | None:
    """The member with this document number for whom the viewer may file, found by its keyed
    hash."""
    blinds = crypto.blinds(number, "id")
    has_number = Q(document_index__in=blinds) | Q(merged__document_index__in=blinds)
    found = visible_members(viewer, Permission.CLAIM_FILE).filter(has_number)
    return found.select_related("organisation").first()


@dataclass(frozen=True)
class Cover:
    """A policy in force as the claim form shows it."""

    policy: Policy
    covers_plan: bool  # of the family that is claimed on
    covers_today: bool


def insured_now(member: Member, family: str, today: date) -> list[Cover]:
    """What the member (and his children) are covered by, the plan that is claimed on first."""
    found = (
        Policy.objects.filter(member=member, batch__status=BatchStatus.EFFECTIVE, withdrawn_on=None)
        .select_related("plan_version", "batch", "child")
        .order_by("family", "-cover")
    )
    covers = [Cover(policy, policy.family == family, today in policy.cover) for policy in found]
    return sorted(covers, key=lambda cover: not cover.covers_plan)
