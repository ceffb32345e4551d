"""The yearly target of the Beijing office and how far the district is."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractMonth

from core.money import ZERO
from policies.models import AnnualTarget, Remittance
from policies.selectors.money import remitted_between


@dataclass(frozen=True)
class TargetProgress:
    """A year's remittances against its target and against the same days of the year before."""

    year: int
    target: Decimal | None
    remitted: Decimal
    remitted_last_year: Decimal | None
    is_whole_year_before: bool  # the figure of the year before is that of the whole year

    @property
    def completion(self) -> Decimal | None:
        """会费完成率: remitted in the year / target (domain.md §6.6)."""
        return self.remitted / self.target if self.target else None

    @property
    def growth(self) -> Decimal | None:
        """同比增长: remitted / same days of last year − 1."""
        if not self.remitted_last_year:
            return None
        return self.remitted / self.remitted_last_year - 1

    @property
    def missing(self) -> Decimal:
        """What is still to be remitted, zero once the target is reached."""
        return max((self.target or ZERO) - self.remitted, ZERO)


def targets() -> QuerySet[AnnualTarget]:
    """The years for which a target or an older total is known, newest first."""
    return AnnualTarget.objects.order_by("-year")


def target_progress(*, year: int, as_of: date | None = None) -> TargetProgress:
    """How far a year is, up to the day of last resort `as_of`; a figure of the whole district.

    The year before is counted to the same day; where it has no remittances of its own, the
    year's total of the time before this system stands for it.
    """
    last = min(as_of, date(year, 12, 31)) if as_of else date(year, 12, 31)
    known = {row.year: row for row in AnnualTarget.objects.filter(year__in=(year, year - 1))}
    remitted = _remitted(date(year, 1, 1), last)
    before = _remitted(date(year - 1, 1, 1), _same_day_before(last))
    is_whole = last == date(year, 12, 31)
    if before is None and year - 1 in known:
        before, is_whole = known[year - 1].remitted_before, True
    if remitted is None and year in known:
        remitted = known[year].remitted_before
    target = known[year].amount if year in known else None
    return TargetProgress(year, target, remitted or ZERO, before, is_whole)


def _same_day_before(day: date) -> date:
    return date(day.year - 1, day.month, min(day.day, 28) if day.month == 2 else day.day)


def _remitted(first: date, last: date) -> Decimal | None:
    found: Decimal | None = Remittance.objects.filter(remitted_between(first, last)).aggregate(
        total=Sum("amount")
    )["total"]
    return found


def remitted_by_month(*, year: int) -> list[Decimal]:
    """What was remitted in each of the twelve months of a year."""
    found = dict(
        Remittance.objects.filter(remitted_between(date(year, 1, 1), date(year, 12, 31)))
        .order_by()
        .annotate(month=ExtractMonth("remitted_on"))
        .values_list("month")
        .annotate(total=Sum("amount"))
    )
    return [found.get(month, ZERO) for month in range(1, 13)]


def target_values(year: int) -> dict[str, Decimal | None]:
    """What is stored about a year, for the form."""
    found = AnnualTarget.objects.filter(year=year).first()
    if found is None:
        return {"amount": None, "remitted_before": None}
    return {"amount": found.amount, "remitted_before": found.remitted_before}
