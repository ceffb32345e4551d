"""What a campaign came to: who was enrolled, what was passed on, what was claimed, by union."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from claims.models import Claim
from claims.states import ClaimStatus
from core.money import ZERO
from members.access import Viewer, visible
from members.models import Organisation
from members.permissions import Permission
from policies.models import Campaign, EnrolmentBatch
from policies.selectors import visible_batches
from policies.states import BatchStatus

NIL = Value(ZERO)
ACCEPTED = (BatchStatus.ACCEPTED, BatchStatus.PAID, BatchStatus.EFFECTIVE)


@dataclass
class CampaignLine:
    """The figures of one union, or of all of them together."""

    code: str
    name: str
    persons: int = 0  # on rosters that were not withdrawn
    amount: Decimal = ZERO
    accepted: Decimal = ZERO
    in_force: Decimal = ZERO  # passed on to the Beijing office
    claims: int = 0
    claimants: int = 0  # persons, each once
    paid: Decimal = ZERO  # claims paid


@dataclass(frozen=True)
class CampaignReport:
    """A campaign with its total and its unions, those of the viewer only."""

    campaign: Campaign
    total: CampaignLine
    lines: list[CampaignLine]

    @property
    def spent(self) -> Decimal | None:
        """Contributions of the rosters / budget."""
        budget = self.campaign.budget
        return self.total.amount / budget if budget else None


def campaigns() -> QuerySet[Campaign]:
    """Every campaign, the newest first."""
    rows = Campaign.objects.select_related("plan_version", "sponsor_union")
    return rows.order_by("-starts_on", "code")


def campaign_reports(viewer: Viewer) -> list[CampaignReport]:
    """Each campaign with the viewer's part of it; three queries."""
    found = _figures(viewer, Q(), "campaign_id")
    return [
        CampaignReport(one, found.get(one.pk, CampaignLine(one.code, one.name_zh)), [])
        for one in campaigns()
    ]


def campaign_report(viewer: Viewer, campaign: Campaign) -> CampaignReport:
    """One campaign by union; a person who claimed in two unions counts once in the total."""
    only = Q(campaign=campaign)
    found = _figures(viewer, only, "organisation_id")
    unions = Organisation.objects.filter(pk__in=found).order_by("path")
    for union in unions:
        found[union.pk].code, found[union.pk].name = union.code, union.name
    total = _figures(viewer, only, "campaign_id")
    whole = total.get(campaign.pk, CampaignLine(campaign.code, campaign.name_zh))
    return CampaignReport(campaign, whole, [found[union.pk] for union in unions])


def _figures(viewer: Viewer, only: Q, by: str) -> dict[int, CampaignLine]:
    found: defaultdict[int, CampaignLine] = defaultdict(lambda: CampaignLine("", ""))
    for row in _enrolled(viewer).filter(only).order_by().values(by).annotate(**_SUMS):
        line = found[row[by]]
        line.persons, line.amount = row["persons"], row["due"]
        line.accepted, line.in_force = row["accepted"], row["in_force"]
    claims = visible(
        Claim.objects.filter(campaign__isnull=False),
        viewer,
        path="organisation__path",
        permission=Permission.REPORT_VIEW,  # sums, as in every report; no claim is opened
    ).exclude(status=ClaimStatus.WITHDRAWN)
    for row in claims.filter(only).order_by().values(by).annotate(**_CLAIMS):
        line = found[row[by]]
        line.claims, line.claimants, line.paid = row["number"], row["people"], row["paid_sum"]
    return dict(found)


def _enrolled(viewer: Viewer) -> QuerySet[EnrolmentBatch]:
    rows = visible_batches(viewer, permission=Permission.BATCH_VIEW)
    return rows.filter(campaign__isnull=False).exclude(status=BatchStatus.WITHDRAWN)


_SUMS: dict[str, Any] = {
    "persons": Coalesce(Sum("person_count"), 0),
    "due": Coalesce(Sum("amount"), NIL),
    "accepted": Coalesce(Sum("amount", filter=Q(status__in=ACCEPTED)), NIL),
    "in_force": Coalesce(Sum("amount", filter=Q(status=BatchStatus.EFFECTIVE)), NIL),
}
_CLAIMS: dict[str, Any] = {
    "number": Count("pk"),
    "people": Count("member", distinct=True),
    "paid_sum": Coalesce(Sum("amount", filter=Q(status=ClaimStatus.PAID)), NIL),
}
