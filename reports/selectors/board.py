"""The unions of a scope side by side: each with the figures of its whole subtree for a year.

Every figure is counted once per union by the measures of the reports and then added up along the
paths, so the number of queries does not depend on the number of unions.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, F, Max, Q, Sum

from members.access import Viewer
from members.models import Member, Organisation
from members.selectors import names_on
from members.states import MemberStatus
from policies.models import EnrolmentBatch
from policies.states import BatchStatus
from reports.selectors import measures
from reports.selectors.scope import Scope, Window, everything

NIL = measures.NIL
# one person enrolled by two unions of a street counts once there: persons by the unions they are in
PERSONS_AND_PREMIUM = """
WITH pairs AS MATERIALIZED ({pairs})
SELECT unions, count(*) AS persons, 0 AS premium FROM (
  SELECT array_agg(organisation_id) AS unions FROM pairs GROUP BY member_id
) together GROUP BY unions
UNION ALL
SELECT ARRAY[organisation_id], 0, sum(premium) FROM pairs GROUP BY organisation_id
"""


@dataclass
class Line:
    """One union of the board; counts and sums over its subtree."""

    pk: int
    code: str
    name: str
    kind: str
    kind_label: str
    path: str
    sort_key: str
    is_open: bool
    place: tuple[str, ...] = ()  # the codes from the top down: the order of the tree
    workers: int = 0
    members: int = 0  # on the roll: in service or retired
    due: int = 0  # who should be insured: members in service
    enrolled: int = 0
    premium: Decimal = NIL
    claims: int = 0
    paid: Decimal = NIL
    reported_on: date | None = None  # of any year
    reported: bool = False  # in the year of the board
    urged_on: date | None = None  # when it was reminded of the year last
    children: list["Line"] = field(default_factory=list)

    @property
    def rate(self) -> Decimal | None:
        """参保率: the insured by those who should be."""
        return Decimal(self.enrolled) / self.due if self.due else None

    @property
    def loss(self) -> Decimal | None:
        """赔付率: paid on claims by contributions."""
        return self.paid / self.premium if self.premium else None


def board(viewer: Viewer, window: Window) -> list[Line]:
    """Every open union that the viewer sees, in the order of the tree, children below parents."""
    scope = everything(viewer)
    lines = _lines(scope, window)
    _add_members(scope, lines)
    _add_enrolments(scope, window, lines)
    _add_claims(scope, window, lines)
    _add_reports(scope, window, lines)
    shown = sorted((line for line in lines.values() if line.is_open), key=lambda line: line.place)
    for line in shown:
        if above := lines.get(_above(line.path)):
            above.children.append(line)
    return shown


def chosen(
    lines: Iterable[Line], *, under: int | None, kind: str, text: str, late: bool
) -> list[Line]:
    """The lines of a search: below a node, of a kind, by code or name, without a batch."""
    path = next((line.path for line in lines if line.pk == under), "") if under else ""
    text = text.strip().lower()
    return [
        line
        for line in lines
        if line.path.startswith(path)
        and kind in ("", line.kind)
        and (text in line.name.lower() or line.code.lower().startswith(text))
        and not (late and line.reported)
    ]


def _above(path: str) -> str:
    return path[: path.rindex("/", 0, -1) + 1] if path.count("/") > 1 else ""


def _lines(scope: Scope, window: Window) -> dict[str, Line]:
    """The lines by path; closed unions are there to be counted, with the members they still had."""
    stock = measures.unions(window).rows
    rows = list(scope.rows(stock, "path").order_by("path"))
    names = names_on(rows, window.last)
    lines = {row.path: _line(row, names[row.pk]) for row in rows}
    for path, line in lines.items():  # those above come first
        above = lines.get(_above(path))
        line.place = (*(above.place if above else ()), line.code)
    for row in rows:
        for line in _along(lines, row.path):
            line.workers += row.workers_then or 0
    return lines


def _line(row: Organisation, name: str) -> Line:
    return Line(
        row.pk, row.code, name, row.kind, row.get_kind_display(), row.path, row.sort_key,
        is_open=row.closed_on is None,
    )  # fmt: skip


def _along(lines: dict[str, Line], *paths: str) -> Iterator[Line]:
    """The lines of these unions and of those above them, each once."""
    ways: set[str] = set()
    for path in paths:
        while path and path not in ways:
            ways.add(path)
            path = _above(path)
    yield from (lines[way] for way in ways if way in lines)


def _add_members(scope: Scope, lines: dict[str, Line]) -> None:
    rows = scope.rows(Member.objects.filter(merged_into__isnull=True), "organisation__path")
    roll = Q(status__in=(MemberStatus.IN_SERVICE, MemberStatus.RETIRED))
    counted = (
        rows.order_by()
        .values_list("organisation")
        .annotate(
            on_roll=Count("organisation", filter=roll),
            serving=Count("organisation", filter=Q(status=MemberStatus.IN_SERVICE)),
        )
    )
    path_of = _paths(lines)
    for union, on_roll, serving in counted:
        for line in _along(lines, path_of[union]):
            line.members += on_roll
            line.due += serving


def _add_enrolments(scope: Scope, window: Window, lines: dict[str, Line]) -> None:
    path_of = _paths(lines)
    rows = scope.rows(measures.enrolments(window).rows, "batch__organisation__path")
    pairs = rows.order_by().values("member_id", organisation_id=F("batch__organisation"))
    query, values = pairs.annotate(premium=Sum("amount")).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(PERSONS_AND_PREMIUM.format(pairs=query), values)
        for unions, persons, premium in cursor.fetchall():
            for line in _along(lines, *(path_of[union] for union in unions)):
                line.enrolled += persons
                line.premium += premium


def _add_claims(scope: Scope, window: Window, lines: dict[str, Line]) -> None:
    path_of = _paths(lines)
    found = measures.by_column(scope, measures.claims_paid(window), "organisation")
    for union, sums in found.items():
        for line in _along(lines, path_of[union]):
            line.claims += sums["claims"]
            line.paid += sums["paid"]


def _add_reports(scope: Scope, window: Window, lines: dict[str, Line]) -> None:
    """The last day on which a batch was submitted, up to the year, and whether one is of it."""
    path_of = _paths(lines)
    batches = EnrolmentBatch.objects.filter(
        submitted_on__lte=window.as_of, starts_on__lte=window.period.last_day
    ).exclude(status__in=(BatchStatus.DRAFT, BatchStatus.WITHDRAWN))
    of_year = Count("pk", filter=Q(starts_on__gte=window.first))
    rows = scope.rows(batches, "organisation__path").order_by().values_list("organisation")
    for union, day, in_year in rows.annotate(day=Max("submitted_on"), count=of_year):
        for line in _along(lines, path_of[union]):
            line.reported_on = max(line.reported_on or day, day)
            line.reported |= bool(in_year)


def _paths(lines: dict[str, Line]) -> dict[int, str]:
    return {line.pk: path for path, line in lines.items()}
