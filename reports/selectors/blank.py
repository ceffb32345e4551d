"""空白点: units without any enrolment, below the whole, or without some plans; ranked."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from members.access import Viewer
from members.selectors.notices import agents_of, readings_about
from members.states import OrganisationKind
from policies.selectors import families_handed_in
from policies.states import PAID_FAMILIES, Family
from reports.rules import Gap, Standing, Step, gap_of, next_step
from reports.selectors.board import Line, board
from reports.selectors.scope import Window


@dataclass
class Blank:
    """A unit with its gap; `never` are the plans it has handed in nothing for, in any year."""

    rank: int
    line: Line
    gap: Gap
    step: Step
    never: list[Family]
    reminded_on: date | None
    read: bool

    @property
    def pk(self) -> int:
        return self.line.pk

    @property
    def missing(self) -> int:
        """Members in service who are not insured; persons enrolled and gone since count against."""
        return max(self.line.due - self.line.enrolled, 0)

    @property
    def rate(self) -> Decimal | None:
        return self.line.rate


def about(year: int) -> tuple[str, ...]:
    """The matters of reminders that count for a year's gaps."""
    return f"late:{year}", f"gap:{year}"


def blank_spots(viewer: Viewer, window: Window) -> list[Blank]:
    """The open grassroots unions with a gap: most uninsured members first, then most plans."""
    lines = [line for line in board(viewer, window) if line.kind == OrganisationKind.GRASSROOTS]
    taken = families_handed_in(viewer)
    agents = agents_of([line.pk for line in lines])
    readings = readings_about(about(window.period.year), [line.pk for line in lines])
    found = []
    for line in lines:
        never = [family for family in PAID_FAMILIES if family not in taken.get(line.pk, ())]
        reminded = readings.get(line.pk)
        standing = Standing(
            line.due, line.enrolled, len(never), line.pk in agents, reminded is not None,
            bool(reminded and reminded.read),
        )  # fmt: skip
        if gap := gap_of(standing):
            day = reminded.sent_on if reminded else None
            step = next_step(gap, standing)
            found.append(Blank(0, line, gap, step, never, day, standing.read))
    found.sort(key=lambda blank: (-blank.missing, -len(blank.never), blank.line.code))
    for rank, blank in enumerate(found, 1):
        blank.rank = rank
    return found


def chosen(blanks: list[Blank], *, under: str, text: str, gap: str, plan: str) -> list[Blank]:
    """The spots of a search: below a path, by code or name, of a kind, without a plan."""
    text = text.strip().lower()
    return [
        blank
        for blank in blanks
        if blank.line.path.startswith(under)
        and (text in blank.line.name.lower() or blank.line.code.lower().startswith(text))
        and gap in ("", blank.gap)
        and (not plan or plan in blank.never)
    ]


def counted(blanks: list[Blank]) -> dict[str, int]:
    """How many units have each gap, and the members without cover in all of them."""
    sums: dict[str, int] = defaultdict(int)
    for blank in blanks:
        sums[blank.gap] += 1
        sums["missing"] += blank.missing
    return {key: sums[key] for key in ("none", "part", "plans", "missing")}
