"""Covers that end and whether they were renewed: by month and plan, by unit, by person.

Expiring: the last day of a cover in force lies in the days asked for. Renewed: the same insured has
a cover of the same plan that begins within `GRACE` days after it, enrolled by whatever unit and
handed in at least. One insured counts once per plan and month (or unit).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    When,
)

from core.periods import Period
from members.access import Viewer
from members.permissions import Permission
from members.selectors import of_unions
from members.selectors.notices import urged_on
from members.states import MemberStatus
from policies.models import Policy
from policies.selectors.enrolment import visible_policies
from policies.states import PAID_FAMILIES, UNDECIDED_BATCHES, BatchStatus, Family

GRACE = 60  # days
HANDED_IN = (
    *UNDECIDED_BATCHES,
    BatchStatus.ACCEPTED,
    BatchStatus.PAID,
    BatchStatus.EFFECTIVE,
)
INSURED = Case(
    When(child__isnull=True, then=F("member") * 2),
    default=F("child") * 2 + 1,
    output_field=BigIntegerField(),
)
LAST_DAY = Func(F("cover"), template="(upper(%(expressions)s) - 1)", output_field=DateField())
MONTH = Func(
    F("cover"), template="extract(month from upper(%(expressions)s) - 1)::int",
    output_field=IntegerField(),
)  # fmt: skip
TOO_LATE = Func(
    F("cover"), template=f"(upper(%(expressions)s) + {GRACE + 1})", output_field=DateField()
)


@dataclass(frozen=True)
class Asked:
    """Which expiries: those of a year or a month of it, of a plan, of a union and those below."""

    year: int
    month: int = 0
    family: str = ""
    union: str = ""

    @property
    def days(self) -> tuple[date, date]:
        if not self.month:
            period = Period(self.year)
            return period.first_day, period.last_day
        first = date(self.year, self.month, 1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@dataclass
class Cell:
    """How many expire and how many of them were renewed."""

    expiring: int = 0
    renewed: int = 0

    @property
    def open(self) -> int:
        return self.expiring - self.renewed

    def add(self, other: "Cell") -> None:
        self.expiring += other.expiring
        self.renewed += other.renewed


@dataclass
class Month:
    """A month of the calendar: a cell per plan, and their sum."""

    number: int
    cells: dict[str, Cell]
    total: Cell = field(default_factory=Cell)

    @property
    def row(self) -> list[tuple[str, Cell]]:
        return [(family.value, self.cells[family]) for family in PAID_FAMILIES]


@dataclass
class Lapsing:
    """A unit with its covers that were not renewed; `parts` are (plan, last day, how many)."""

    pk: int
    code: str
    name: str
    contact: str
    total: Cell = field(default_factory=Cell)
    parts: list[tuple[str, date, int]] = field(default_factory=list)
    in_service: int = 0  # of those not renewed: who could be
    urged_on: date | None = None

    @property
    def days(self) -> list[tuple[date, list[tuple[str, int]]]]:
        """The last days of cover with the plans that end on them."""
        found: dict[date, list[tuple[str, int]]] = {}
        for plan, last, count in self.parts:
            found.setdefault(last, []).append((plan, count))
        return list(found.items())


def expiring(viewer: Viewer, asked: Asked) -> QuerySet[Policy]:
    """The covers in force of the viewer's unions that end on the days asked for."""
    first, last = asked.days
    rows = visible_policies(viewer, permission=Permission.BATCH_VIEW).filter(
        batch__status=BatchStatus.EFFECTIVE,
        cover__endswith__gt=first,
        cover__endswith__lte=last + timedelta(days=1),
    )
    if asked.family:
        rows = rows.filter(family=asked.family)
    if asked.union:
        rows = of_unions(rows, "batch__organisation", asked.union)
    return rows.annotate(insured=INSURED, last_day=LAST_DAY, month=MONTH)


def _follow() -> Exists:
    """A cover that goes on where the outer one ends."""
    next_one = Policy.objects.annotate(insured=INSURED).filter(
        insured=OuterRef("insured"),
        family=OuterRef("family"),
        withdrawn_on__isnull=True,
        batch__status__in=HANDED_IN,
        cover__startswith__gt=OuterRef("last_day"),
        cover__startswith__lt=OuterRef("too_late"),
    )
    return Exists(next_one)


def renewed(rows: QuerySet[Policy]) -> QuerySet[Policy]:
    """Of expiring covers those that were renewed."""
    return rows.annotate(too_late=TOO_LATE).filter(_follow())


def not_renewed(rows: QuerySet[Policy]) -> QuerySet[Policy]:
    """Of expiring covers those that nothing follows."""
    return rows.annotate(too_late=TOO_LATE).filter(~_follow())


def _counted(rows: QuerySet[Policy], *columns: str) -> dict[tuple[Any, ...], int]:
    grouped = rows.order_by().values_list(*columns).annotate(n=Count("insured", distinct=True))
    return {row[:-1]: row[-1] for row in grouped}


def _cells() -> dict[str, Cell]:
    return {family: Cell() for family in PAID_FAMILIES}


def calendar(viewer: Viewer, asked: Asked) -> tuple[list[Month], Month]:
    """The twelve months of a year, and the sums of each plan over them."""
    rows = expiring(viewer, asked)
    found = _counted(rows, "month", "family")
    again = _counted(renewed(rows), "month", "family")
    months = [Month(number, _cells()) for number in range(1, 13)]
    whole = Month(0, _cells())
    for (number, family), count in found.items():
        cell = Cell(count, again.get((number, family), 0))
        months[number - 1].cells[Family(family)] = cell
        for sums in (months[number - 1].total, whole.cells[Family(family)], whole.total):
            sums.add(cell)
    return months, whole


def lapsing_units(viewer: Viewer, asked: Asked) -> list[Lapsing]:
    """The units with something not renewed, the largest number first."""
    rows = expiring(viewer, asked)
    unit = ("batch__organisation", "family")
    found, again = _counted(rows, *unit), _counted(renewed(rows), *unit)
    units: dict[int, Lapsing] = {}
    columns = (
        "batch__organisation", "batch__organisation__code", "batch__organisation__name",
        "batch__organisation__contact_name", "family", "last_day",
    )  # fmt: skip
    serving = Count("insured", distinct=True, filter=Q(member__status=MemberStatus.IN_SERVICE))
    left: Any = not_renewed(rows).order_by().values_list(*columns)  # the types know no such rows
    parts = left.annotate(n=Count("insured", distinct=True), serving=serving)
    for row in parts.order_by("last_day", "-n"):
        pk, code, name, contact, family, last, count, in_service = row
        line = units.setdefault(pk, Lapsing(pk, code, name, contact))
        line.parts.append((str(Family(family).label), last, count))
        line.in_service += in_service
    for (pk, family), count in found.items():
        if pk in units:
            units[pk].total.add(Cell(count, again.get((pk, family), 0)))
    return sorted(units.values(), key=lambda line: (-line.total.open, line.code))


def with_reminders(lines: Iterable[Lapsing], asked: Asked) -> None:
    """Write on the lines when each unit was reminded of the renewals of the year last."""
    rows = list(lines)
    days = urged_on(f"renewal:{asked.year}", [line.pk for line in rows])
    for line in rows:
        line.urged_on = days.get(line.pk)


def lapsing_persons(viewer: Viewer, asked: Asked) -> QuerySet[Policy]:
    """The covers that nothing follows, person by person."""
    rows = not_renewed(expiring(viewer, asked)).select_related(
        "member", "child", "batch__organisation"
    )
    return rows.order_by("batch__organisation__code", "family", "member__sort_key", "pk")


def expiry_years(viewer: Viewer) -> list[int]:
    """The years in which covers of the viewer's unions end, the latest first."""
    rows = visible_policies(viewer, permission=Permission.BATCH_VIEW).filter(
        batch__status=BatchStatus.EFFECTIVE
    )
    ends = rows.aggregate(first=Min(LAST_DAY), last=Max(LAST_DAY))
    if ends["first"] is None:
        return []
    return list(range(ends["last"].year, ends["first"].year - 1, -1))
