"""应赔未赔: stays that the medical insurance settled, under a cover, and nobody claimed for."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from claims.models import Claim
from claims.states import ClaimStatus, SettlementKind
from members.access import Viewer, visible
from members.permissions import Permission
from policies.models import Policy
from policies.states import BatchStatus, Family

FAMILIES = (Family.INPMED, Family.INPALW)
NOT_REVERSED = Q(self_pay__gt=0) | Q(reversals=0)


def unclaimed_stays(viewer: Viewer) -> QuerySet[Any, Any]:
    """One row a cover and stay, the latest admission first, of the viewer's unions.

    The cover was in force on the day of admission; no claim on its family, withdrawn ones aside,
    begins that day or has the day within its stay; the settlement rows of the stay are not taken
    back by reversals. `self_pay`: self-paid 1 of the stay in yuan. Whether and how much is due is
    not said here: that takes the papers.
    """
    covers = Policy.objects.filter(
        family__in=FAMILIES, withdrawn_on__isnull=True, batch__status=BatchStatus.EFFECTIVE,
        member__settlements__kind=SettlementKind.INPATIENT,
        cover__contains=F("member__settlements__admitted_on"),
    )  # fmt: skip
    return (
        visible(
            covers, viewer, path="member__organisation__path", permission=Permission.CLAIM_VIEW
        )
        .annotate(admitted_on=F("member__settlements__admitted_on"))
        .filter(~Exists(_claims_of_the_stay()))
        .values(
            "pk", "family", "admitted_on", "member_id", "member__name",
            "member__organisation__name", "plan_version__code",
        )
        .annotate(
            self_pay=Sum("member__settlements__self_pay_1"),
            reversals=Count(
                "member__settlements", filter=Q(member__settlements__self_pay_1__lt=0)
            ),
        )
        .filter(NOT_REVERSED)
        .order_by("-admitted_on", "pk")
    )  # fmt: skip


def _claims_of_the_stay() -> QuerySet[Claim]:
    """The claims of the outer row's member and family for the stay that begins on its day."""
    day = OuterRef("admitted_on")
    return Claim.objects.filter(
        Q(event_on=day) | Q(event_on__lt=day, discharged_on__gt=day),
        member=OuterRef("member_id"), family=OuterRef("family"),
    ).exclude(status=ClaimStatus.WITHDRAWN)  # fmt: skip
