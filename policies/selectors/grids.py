"""Year by plan: a person's covers and a union's enrolment at a glance."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractYear

from members.access import Viewer
from members.models import Member
from members.states import MemberStatus
from policies.models import EnrolmentBatch, PlanVersion, Policy
from policies.plans import paid_versions, terms_of
from policies.rules.enrolment import may_join
from policies.selectors.enrolment import member_covers
from policies.states import PAID_FAMILIES, BatchStatus, Family

A_DAY = timedelta(days=1)
YEARS = 12  # of a person's grid, the newest


@dataclass(frozen=True)
class Cover:
    """One cover in a cell."""

    policy: Policy
    in_force: bool
    is_over: bool

    @property
    def earlier_union(self) -> str:
        """The union that enrolled the person, where he has left it since."""
        union = self.policy.batch.organisation
        return "" if union.pk == self.policy.member.organisation_id else union.name

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


@dataclass(frozen=True)
class Cell:
    """A person's year in one plan: what he has, or in a word why there is nothing."""

    covers: tuple[Cover, ...] = ()
    until: date | None = None  # last day of a cover that began in an earlier year
    elsewhere: bool = False  # enrolled by a union that the viewer does not see
    is_gap: bool = False  # the plan was on sale, he could have joined


@dataclass(frozen=True)
class Span:
    """A cover of the person under whatever union, without its particulars."""

    policy_id: int
    family: str
    first: date
    end: date  # the day after the last


def member_grid(viewer: Viewer, member: Member, *, today: date) -> Grid:
    """A person's covers by the year in which they begin; where he could have joined, the gap.

    Covers of unions outside the viewer's scope count (they leave no gap) and stay unnamed.
    """
    covers = list(member_covers(viewer, member_id=member.pk))
    spans = _spans(member)
    joining = _Joining(member, covers, list(paid_versions()), today)
    first = min((span.first.year for span in spans), default=today.year)
    last = max((today.year, *(span.first.year for span in spans)))
    years = range(last, max(first, last - YEARS + 1) - 1, -1)
    rows = tuple(
        (
            year,
            tuple(_cell(family.value, year, covers, spans, joining) for family in PLANS),
        )
        for year in years
    )
    return Grid(_labels(), rows)


def _spans(member: Member) -> list[Span]:
    rows = Policy.objects.filter(member=member, withdrawn_on__isnull=True)
    return [
        Span(pk, family, cover.lower, cover.upper)
        for pk, family, cover in rows.values_list("pk", "family", "cover")
        if cover.lower and cover.upper
    ]


@dataclass(frozen=True)
class _Joining:
    """Whether the person could have joined a plan in a year."""

    member: Member
    covers: list[Policy]
    versions: list[PlanVersion]
    today: date

    def could(self, family: str, year: int) -> bool:
        return any(
            version.family == family and self._fits(version, year) for version in self.versions
        )

    def _fits(self, version: PlanVersion, year: int) -> bool:
        days = [date(year, 1, 1), version.on_sale.lower, self.member.joined_on]
        day = max(each for each in days if each is not None)
        if day.year != year or day > self.today or day not in version.on_sale:
            return False
        if self.member.status != MemberStatus.IN_SERVICE and year >= self.today.year:
            return False
        terms = terms_of(code=version.code)
        people = {(self.member.born_on, self.member.sex)}
        if version.family == Family.CHILD:
            people = {(row.child.born_on, row.child.sex) for row in self.covers if row.child}
        return any(may_join(terms, born_on, sex, day) for born_on, sex in people)


def _cell(
    family: str, year: int, covers: list[Policy], spans: list[Span], joining: _Joining
) -> Cell:
    known = {policy.pk for policy in covers}
    shown = tuple(
        _cover(policy, joining.today)
        for policy in covers
        if policy.family == family and policy.cover.lower and policy.cover.lower.year == year
    )
    mine = [span for span in spans if span.family == family]
    running = [span for span in mine if span.first.year < year <= (span.end - A_DAY).year]
    elsewhere = any(span.first.year == year and span.policy_id not in known for span in mine)
    covered = bool(shown or running or elsewhere)
    return Cell(
        covers=shown,
        until=max((span.end - A_DAY for span in running), default=None) if not shown else None,
        elsewhere=elsewhere,
        is_gap=not covered and joining.could(family, year),
    )


def _cover(policy: Policy, today: date) -> Cover:
    until = policy.cover.upper
    return Cover(policy, today in policy.cover, until is not None and until <= today)


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
