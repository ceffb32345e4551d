"""Claims, cut down to the viewer."""

from django.db.models import QuerySet

from claims.models import Claim, ClaimPaper
from claims.states import ClaimStatus
from members.access import Viewer, visible
from members.models import Child, Member
from members.permissions import Permission
from policies.models import Policy
from policies.states import BatchStatus

OPEN = (ClaimStatus.FILED, ClaimStatus.SUPPLEMENT, ClaimStatus.REVIEWED, ClaimStatus.APPROVED)


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


def policies_in_force(member: Member, child: Child | None = None) -> QuerySet[Policy]:
    """What the insured person is covered by: policies whose batch is in force."""
    insured = {"child": child} if child else {"member": member, "child": None}
    return (
        Policy.objects.filter(batch__status=BatchStatus.EFFECTIVE, withdrawn_on=None, **insured)
        .select_related("plan_version", "batch")
        .order_by("family", "-cover")
    )


def children_of(member: Member) -> QuerySet[Child]:
    """The children that the member has enrolled."""
    return Child.objects.filter(policies__member=member).distinct().order_by("pk")
