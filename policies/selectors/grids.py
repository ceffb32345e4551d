"""Year by plan: a person's covers and a union's enrolment at a glance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractYear

from policies.models import EnrolmentBatch, Policy
from policies.states import PAID_FAMILIES, BatchStatus, Family


@dataclass(frozen=True)
class Cover:
    """One cover in a cell."""

    policy: Policy
    in_force: bool
    is_over: bool

    @property
    def status(self) -> str:
        """For the tag: in force, over, or the state of its batch."""
        if self.policy.batch.status != BatchStatus.EFFECTIVE:
            return self.policy.batch.status
        return "IN_FORCE" if self.in_force else ("OVER" if self.is_over else "TO_COME")


@dataclass(frozen=True)
class Grid:
    """Rows by year, newest first; in each a cell per plan."""

    plans: tuple[str, ...]
    rows: tuple[tuple[int, tuple[object, ...]], ...]


PLANS = tuple(PAID_FAMILIES)


def _labels() -> tuple[str, ...]:
    return tuple(str(family.label) for family in PLANS)


def member_grid(covers: Iterable[Policy], *, today: date) -> Grid:
    """A person's covers by the year in which they begin."""
    found: dict[int, dict[str, list[Cover]]] = {}
    for policy in covers:
        first = policy.cover.lower
        assert first is not None
        cell = found.setdefault(first.year, {}).setdefault(policy.family, [])
        until = policy.cover.upper
        is_over = until is not None and until <= today
        cell.append(Cover(policy, today in policy.cover, is_over))
    rows = tuple(
        (year, tuple(found[year].get(family.value, []) for family in PLANS))
        for year in sorted(found, reverse=True)
    )
    return Grid(_labels(), rows)


@dataclass(frozen=True)
class Enrolled:
    """A union's enrolment in one plan and year."""

    lines: int
    amount: Decimal


def unit_grid(batches: QuerySet[EnrolmentBatch], *, years: int = 4) -> Grid:
    """A union's accepted lines by the year in which the cover begins."""
    sums = (
        batches.filter(accepted_on__isnull=False)
        .order_by()
        .annotate(year=ExtractYear("starts_on"))
        .values("year", "plan_version__family")
        .annotate(lines=Sum("person_count"), total=Sum("amount"), batches=Count("pk"))
    )
    found: dict[int, dict[str, Enrolled]] = {}
    for row in sums:
        cell = Enrolled(row["lines"], row["total"])
        found.setdefault(row["year"], {})[row["plan_version__family"]] = cell
    newest = sorted(found, reverse=True)[:years]
    rows = tuple(
        (year, tuple(found[year].get(Family(family).value) for family in PLANS)) for year in newest
    )
    return Grid(_labels(), rows)
