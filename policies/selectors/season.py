"""The season at a glance: for each union below, how its year's contributions come along.

The stages stand in the order of the work: being filled, submitted, accepted, received, remitted.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, ExtractMonth

from core.money import ZERO
from members.models import Organisation
from members.states import OrganisationKind
from policies.models import EnrolmentBatch, ReceiptLine
from policies.selectors.targets import (
    TargetBoard,
    TargetProgress,
    TargetRow,
    remitted_lines,
    step_below,
    step_of,
    target_board,
)
from policies.states import ACCEPTED_BATCHES, OPEN_BATCHES, UNDECIDED_BATCHES


@dataclass
class Stages:
    """Sums of a union with all below it, in yuan, and its units."""

    open: Decimal = ZERO  # being filled or returned, covers that begin in the year
    submitted: Decimal = ZERO  # waiting to be accepted, covers that begin in the year
    due: Decimal = ZERO  # accepted in the year
    received: Decimal = ZERO  # received in the year
    units: int = 0
    enrolled_units: int = 0  # with an accepted batch of the year
    months: list[Decimal] = field(default_factory=lambda: [ZERO] * 12)  # remitted

    @property
    def share(self) -> Decimal | None:
        """Units that enrolled anybody this year / all units."""
        return Decimal(self.enrolled_units) / self.units if self.units else None


@dataclass(frozen=True)
class SeasonRow:
    """One union of the board: its stages and its target."""

    label: str
    union: Organisation | None
    progress: TargetProgress
    stages: Stages


@dataclass(frozen=True)
class Season:
    """The whole of a union and each union below it."""

    total: SeasonRow
    rows: list[SeasonRow]


def season(*, node: Organisation, year: int, as_of: date) -> Season:
    """The board of a union; the number of queries does not grow with the unions."""
    board = target_board(node=node, year=year, as_of=as_of)
    stages = _stages(node, year)
    rows = [_row(row, stages) for row in _rows(board)]
    total = Stages()
    for found in stages.values():
        for name in ("open", "submitted", "due", "received", "units", "enrolled_units"):
            setattr(total, name, getattr(total, name) + getattr(found, name))
        total.months = [a + b for a, b in zip(total.months, found.months, strict=True)]
    return Season(SeasonRow(node.name, node, board.total, total), rows)


def _rows(board: TargetBoard) -> list[TargetRow]:
    return [*board.unions, board.own] if board.own else board.unions


def _row(row: TargetRow, stages: dict[str, Stages]) -> SeasonRow:
    step = step_of(row.union) if row.union else ""
    return SeasonRow(row.label, row.union, row.progress, stages.get(step, Stages()))


def _stages(node: Organisation, year: int) -> dict[str, Stages]:
    found: defaultdict[str, Stages] = defaultdict(Stages)
    for row in _batches(node, year):
        stages = found[row["step"]]
        stages.open, stages.submitted, stages.due = row["open"], row["submitted"], row["due"]
        stages.enrolled_units = row["enrolled"]
    for row in _received(node, year):
        found[row["step"]].received = row["total"]
    for row in _units(node):
        found[row["step"]].units = row["number"]
    days = (date(year, 1, 1), date(year, 12, 31))
    months = (
        remitted_lines(node)
        .filter(remittance__remitted_on__range=days)
        .annotate(step=step_below(node), month=ExtractMonth("remittance__remitted_on"))
        .order_by()
        .values("step", "month")
        .annotate(total=Sum("amount"))
    )
    for month in months:
        found[month["step"]].months[month["month"] - 1] = month["total"]
    return found


def _below(rows: QuerySet[Any], node: Organisation, path: str) -> QuerySet[Any]:
    return rows if node.parent_id is None else rows.filter(**{f"{path}__startswith": node.path})


def _batches(node: Organisation, year: int) -> Any:
    def total(condition: Q) -> Coalesce:
        return Coalesce(Sum("amount", filter=condition), Value(ZERO))

    begins = Q(starts_on__year=year)
    accepted = Q(status__in=ACCEPTED_BATCHES, accepted_on__year=year)
    rows = _below(EnrolmentBatch.objects.filter(begins | accepted), node, "organisation__path")
    return (
        rows.annotate(step=step_below(node, "organisation__path"))
        .order_by()
        .values("step")
        .annotate(
            open=total(begins & Q(status__in=OPEN_BATCHES)),
            submitted=total(begins & Q(status__in=UNDECIDED_BATCHES)),
            due=total(accepted),
            enrolled=Count("organisation", distinct=True, filter=accepted),
        )
    )


def _received(node: Organisation, year: int) -> Any:
    rows = ReceiptLine.objects.filter(
        is_void=False,
        receipt__received_on__range=(date(year, 1, 1), date(year, 12, 31)),
    )
    return (
        _below(rows, node, "batch__organisation__path")
        .annotate(step=step_below(node))
        .order_by()
        .values("step")
        .annotate(total=Sum("amount"))
    )


def _units(node: Organisation) -> Any:
    """Grassroots unions that are open, by the union below the node."""
    rows = Organisation.objects.filter(kind=OrganisationKind.GRASSROOTS, closed_on=None)
    return (
        _below(rows, node, "path")
        .annotate(step=step_below(node, "path"))
        .order_by()
        .values("step")
        .annotate(number=Count("pk"))
    )
