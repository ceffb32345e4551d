"""Who bears the contributions: the shares of a batch, and what unions give a head."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from core.money import ZERO
from members.access import Viewer, visible
from policies.models import EnrolmentBatch, FundingPart, Policy, Subsidy
from policies.states import ACCEPTED_BATCHES, Funder


@dataclass(frozen=True)
class Share:
    """What one payer bears of a batch, in yuan."""

    funder: Funder
    amount: Decimal


def shares_of(batch: EnrolmentBatch) -> list[Share]:
    """The recorded shares of a batch; without any, what its lines say, the largest first."""
    found = dict(batch.funding_parts.values_list("funder", "amount"))
    if not found:
        lines = batch.policies.filter(withdrawn_on=None).order_by().values_list("funder")
        found = dict(lines.annotate(amount=Sum("amount")))
    shares = [Share(Funder(funder), amount) for funder, amount in found.items()]
    return sorted(shares, key=lambda share: (-share.amount, share.funder))


def is_split(batch: EnrolmentBatch) -> bool:
    """Whether shares are recorded for the batch as a whole."""
    return bool(batch.funding_parts.exists())


def unequal_splits(batch_ids: Sequence[int]) -> list[tuple[str, Decimal, Decimal]]:
    """(number, sum of the shares, amount) of the batches whose shares do not sum to them."""
    return list(
        EnrolmentBatch.objects.filter(pk__in=batch_ids, funding_parts__isnull=False)
        .annotate(shared=Sum("funding_parts__amount"))
        .exclude(shared=F("amount"))
        .order_by("pk")
        .values_list("number", "shared", "amount")
    )


@dataclass(frozen=True)
class SubsidyRow:
    """A standard beside the year: whom it is due to, what it comes to, what was recorded."""

    subsidy: Subsidy
    persons: int
    standard: Decimal
    recorded: Decimal

    @property
    def difference(self) -> Decimal:
        return self.recorded - self.standard


def visible_subsidies(viewer: Viewer) -> QuerySet[Subsidy]:
    """The standards of the viewer's unions, with their union."""
    rows = Subsidy.objects.select_related("organisation")
    return visible(rows, viewer, path="organisation__path")


def subsidies_in(viewer: Viewer, year: int) -> list[SubsidyRow]:
    """The standard in force in a year for each union that has one, beside what was recorded.

    Persons: members with an accepted cover that begins in the year. Recorded: the contributions of
    these covers that a union above pays, by line or by the shares of their batch.
    """
    latest: dict[int, Subsidy] = {}
    for row in visible_subsidies(viewer).filter(from_year__lte=year).order_by("from_year"):
        latest[row.organisation_id] = row
    return [
        _row(row, year) for row in sorted(latest.values(), key=lambda row: row.organisation.path)
    ]


def _row(subsidy: Subsidy, year: int) -> SubsidyRow:
    begins = Q(
        batch__status__in=ACCEPTED_BATCHES,
        batch__organisation__path__startswith=subsidy.organisation.path,
        batch__starts_on__gte=date(year, 1, 1),
        batch__starts_on__lte=date(year, 12, 31),
    )
    lines = Policy.objects.filter(begins, withdrawn_on=None)
    by_line = lines.filter(funder=Funder.SUBSIDY, batch__funding_parts__isnull=True)
    by_batch = FundingPart.objects.filter(begins, funder=Funder.SUBSIDY)
    persons = lines.aggregate(persons=Count("member", distinct=True))["persons"]
    recorded = sum(
        (rows.aggregate(total=Sum("amount"))["total"] or ZERO for rows in (by_line, by_batch)), ZERO
    )
    return SubsidyRow(subsidy, persons, persons * subsidy.per_head, recorded)
