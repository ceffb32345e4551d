"""The yearly targets of a union of the tree, and how far it is: whole, by plan and by union below.

Every figure is that of one union with all below it; `target_node` gives only a union at which the
viewer sees remittances, so that a street does not read the district's figures.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Func, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Coalesce, ExtractMonth

from core.money import ZERO
from members.access import Viewer
from members.models import Organisation
from members.permissions import Permission
from members.selectors import visible_organisations
from members.states import OrganisationKind
from policies.models import AnnualTarget, RemittanceLine, TargetPart
from policies.rules.forecast import Forecast, forecast
from policies.states import PAID_FAMILIES, SENT


@dataclass(frozen=True)
class TargetProgress:
    """A year's remittances against its target and against the same days of the year before."""

    year: int
    target: Decimal | None
    remitted: Decimal
    remitted_last_year: Decimal | None
    is_whole_year_before: bool  # the figure of the year before is that of the whole year
    forecast: Forecast | None = None

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

    @property
    def expected_completion(self) -> Decimal | None:
        """What the completion will be at the year's end if the forecast holds."""
        if self.forecast is None or not self.target:
            return None
        return self.forecast.amount / self.target


@dataclass(frozen=True)
class TargetRow:
    """One plan or one union below, with its part of the target; `field` is the form's name."""

    label: str
    field: str
    progress: TargetProgress
    union: Organisation | None = None


@dataclass(frozen=True)
class Sums:
    """Remitted money of two years: so far, last year to the same day, last year as a whole."""

    so_far: Decimal = ZERO
    before: Decimal = ZERO
    before_whole: Decimal = ZERO

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.so_far + other.so_far,
            self.before + other.before,
            self.before_whole + other.before_whole,
        )


@dataclass(frozen=True)
class TargetBoard:
    """Everything that the page of a union's target says."""

    total: TargetProgress
    plans: list[TargetRow]
    unions: list[TargetRow]
    own: TargetRow | None  # the union's own batches, where it has unions below it

    @property
    def plans_rest(self) -> Decimal | None:
        """What the target has over and above its parts by plan; None where there are none."""
        return _rest(self.total.target, self.plans)

    @property
    def unions_rest(self) -> Decimal | None:
        return _rest(self.total.target, self.unions)


def _rest(target: Decimal | None, rows: Iterable[TargetRow]) -> Decimal | None:
    parts = [row.progress.target for row in rows if row.progress.target is not None]
    return target - sum(parts) if target is not None and parts else None


def targets() -> QuerySet[AnnualTarget]:
    """The years for which a target or an older total is known, newest first."""
    return AnnualTarget.objects.order_by("-year")


def target_nodes(viewer: Viewer) -> list[Organisation]:
    """The unions where the viewer's sight of remittances begins: the district, his streets."""
    unions = visible_organisations(viewer, Permission.REMITTANCE_VIEW)
    paths = viewer.paths(Permission.REMITTANCE_VIEW)
    tops = unions.filter(parent=None) if paths is None else unions.filter(path__in=paths)
    return list(tops.order_by("path"))


def target_node(viewer: Viewer, pk: str) -> Organisation | None:
    """The union asked for, else where the viewer's sight begins; None: not his to see."""
    if not pk:
        return next(iter(target_nodes(viewer)), None)
    unions = visible_organisations(viewer, Permission.REMITTANCE_VIEW)
    return unions.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 10 else None


def target_progress(*, node: Organisation, year: int, as_of: date | None = None) -> TargetProgress:
    """How far a union with all below it is in a year, up to the day of last resort `as_of`.

    The year before is counted to the same day; where the district has no remittances in it, the
    year's total of the time before this system stands for it.
    """
    last = _last(year, as_of)
    return _total(node, year, last, sum(_sums(node, year, last).values(), Sums()))


def target_board(*, node: Organisation, year: int, as_of: date | None = None) -> TargetBoard:
    """The target of a union whole, by plan and by union below. Four queries, whatever the size."""
    last = _last(year, as_of)
    sums = _sums(node, year, last)
    parts = {
        (part.organisation_id, part.family): part.amount
        for part in TargetPart.objects.filter(
            Q(organisation=node) | Q(organisation__parent=node), year=year
        )
    }
    by_plan, by_union = _added(sums, 1), _added(sums, 0)
    plans = [
        TargetRow(
            label=str(family.label),
            field=f"plan_{family.value}",
            progress=_progress(year, last, parts.get((node.pk, family)), by_plan[family.value]),
        )
        for family in PAID_FAMILIES
    ]
    unions = [
        TargetRow(
            label=union.name,
            field=f"union_{union.pk}",
            progress=_progress(year, last, parts.get((union.pk, "")), by_union[step_of(union)]),
            union=union,
        )
        for union in _below(node, {*by_union}, {pk for pk, _family in parts})
    ]
    own = TargetRow(node.name, "", _progress(year, last, None, by_union[""]))
    total = _total(node, year, last, sum(sums.values(), Sums()))
    return TargetBoard(total, plans, unions, own if unions and by_union[""] != Sums() else None)


def _last(year: int, as_of: date | None) -> date:
    end = date(year, 12, 31)
    return min(as_of, end) if as_of else end


def step_of(union: Organisation) -> str:
    """The last step of a union's path, by which its subtree's sums are told apart."""
    return union.path.split("/")[-2]


def _below(node: Organisation, with_money: set[str], with_target: set[int]) -> list[Organisation]:
    """The unions directly below: streets and sectors all, units that have a figure."""
    unions = Organisation.objects.filter(parent=node).order_by("kind", "sort_key", "code")
    return [
        union
        for union in unions
        if (union.kind != OrganisationKind.GRASSROOTS and union.closed_on is None)
        or step_of(union) in with_money
        or union.pk in with_target
    ]


def _same_day_before(day: date) -> date:
    return date(day.year - 1, day.month, min(day.day, 28) if day.month == 2 else day.day)


def remitted_lines(node: Organisation) -> QuerySet[RemittanceLine]:
    """What a union with all below it passed on to the Beijing office."""
    rows = RemittanceLine.objects.filter(is_void=False, remittance__status__in=SENT)
    if node.parent_id is None:
        return rows
    return rows.filter(batch__organisation__path__startswith=node.path)


def _sums(node: Organisation, year: int, last: date) -> dict[tuple[str, str], Sums]:
    """Remitted money of the year to `last` and of the year before by (step below, family)."""
    before, end_before = _same_day_before(last), date(year - 1, 12, 31)
    day = "remittance__remitted_on__range"
    first, first_before = date(year, 1, 1), date(year - 1, 1, 1)

    def total(start: date, end: date) -> Coalesce:
        return Coalesce(Sum("amount", filter=Q(**{day: (start, end)})), Value(ZERO))

    rows = (
        remitted_lines(node)
        .filter(**{day: (first_before, max(last, end_before))})
        .annotate(step=step_below(node), plan=F("batch__plan_version__family"))
        .order_by()
        .values("step", "plan")
        .annotate(
            so_far=total(first, last),
            before=total(first_before, before),
            before_whole=total(first_before, end_before),
        )
    )
    return {
        (row["step"], row["plan"]): Sums(row["so_far"], row["before"], row["before_whole"])
        for row in rows
    }


def step_below(node: Organisation, path: str = "batch__organisation__path") -> Func:
    """The step of a row's path below a union, empty for the union's own rows."""
    return Func(
        F(path),
        Value("/"),
        Value(node.depth + 2),
        function="split_part",
        output_field=TextField(),
    )


def _added(sums: Mapping[tuple[str, str], Sums], place: int) -> Mapping[str, Sums]:
    added: defaultdict[str, Sums] = defaultdict(Sums)
    for key, found in sums.items():
        added[key[place]] += found
    return added


def _progress(year: int, last: date, target: Decimal | None, sums: Sums) -> TargetProgress:
    expected = forecast(
        year=year,
        day=last,
        so_far=sums.so_far,
        before_so_far=sums.before,
        before_whole=sums.before_whole,
    )
    whole = last == date(year, 12, 31)
    return TargetProgress(year, target, sums.so_far, sums.before or None, whole, expected)


def _total(node: Organisation, year: int, last: date, sums: Sums) -> TargetProgress:
    """The whole of a union; only the district has a target and older totals of its own."""
    if node.parent_id is not None:
        part = TargetPart.objects.filter(organisation=node, year=year, family="").first()
        return _progress(year, last, part.amount if part else None, sums)
    known = {row.year: row for row in AnnualTarget.objects.filter(year__in=(year, year - 1))}
    target = known[year].amount if year in known else None
    found = _progress(year, last, target, sums)
    before, is_whole = found.remitted_last_year, found.is_whole_year_before
    if before is None and sums.before_whole == 0 and year - 1 in known:
        before, is_whole = known[year - 1].remitted_before, True
    remitted = sums.so_far
    if not remitted and year in known:
        remitted = known[year].remitted_before or ZERO
    return TargetProgress(year, target, remitted, before, is_whole, found.forecast)


def remitted_by_month(*, node: Organisation, year: int) -> list[Decimal]:
    """What a union with all below it remitted in each of the twelve months of a year."""
    found = dict(
        remitted_lines(node)
        .filter(remittance__remitted_on__range=(date(year, 1, 1), date(year, 12, 31)))
        .order_by()
        .annotate(month=ExtractMonth("remittance__remitted_on"))
        .values_list("month")
        .annotate(total=Sum("amount"))
    )
    return [found.get(month, ZERO) for month in range(1, 13)]


def target_values(year: int) -> dict[str, Any]:
    """What is stored about a year, for the form."""
    names = ("amount", "remitted_before", "enrol_until")
    return AnnualTarget.objects.filter(year=year).values(*names).first() or dict.fromkeys(names)


def enrol_until(year: int) -> date | None:
    """The last day on which units hand in their enrolment for a year (截止日); None: not set."""
    return AnnualTarget.objects.filter(year=year).values_list("enrol_until", flat=True).first()
