"""Whose figures a report shows: one union's subtree, as far as the viewer may see it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from django.db.models import Model, QuerySet

from core.errors import RuleViolation
from core.periods import Period
from members.access import Viewer, visible
from members.models import Organisation
from members.permissions import Permission
from members.selectors import name_on, names_on
from members.states import OrganisationKind

Row = TypeVar("Row", bound=Model)


class NoSuchUnion(RuleViolation):
    """No such union, or it lies outside the viewer's subtree: the two are not told apart."""


@dataclass(frozen=True)
class Scope:
    """A union whose whole subtree is counted, on behalf of a viewer."""

    viewer: Viewer
    code: str
    name: str
    path: str
    kind: str

    @property
    def depth(self) -> int:
        return self.path.count("/")

    @property
    def is_district(self) -> bool:
        return self.kind == OrganisationKind.DISTRICT

    def named_on(self, day: date) -> "Scope":
        """The same union under the name that it bore on a day."""
        union = Organisation(pk=int(self.path.split("/")[-2]), name=self.name)
        return replace(self, name=name_on(union, day))

    def rows(self, queryset: QuerySet[Row], path: str) -> QuerySet[Row]:
        """The rows of the subtree; `path` is the lookup that leads to the union's path."""
        mine = visible(queryset, self.viewer, path=path, permission=Permission.REPORT_VIEW)
        return mine.filter(**{f"{path}__startswith": self.path}) if self.path else mine


@dataclass(frozen=True)
class Window:
    """The days whose movements count: a period, cut at the day up to which one knows."""

    period: Period
    as_of: date

    @property
    def first(self) -> date:
        return self.period.first_day

    @property
    def last(self) -> date:
        return min(self.period.last_day, self.as_of)

    @property
    def days(self) -> tuple[date, date]:
        return self.first, self.last

    @property
    def quarters(self) -> tuple[int, ...]:
        return (self.period.quarter,) if self.period.quarter else (1, 2, 3, 4)

    def at(self, period: Period) -> "Window":
        """The same knowledge of another period."""
        return Window(period, self.as_of)


def scope_for(viewer: Viewer, code: str | None = None) -> Scope:
    """The subtree of the union with this code; without one the highest union of the viewer.

    NoSuchUnion when there is no such union, or it is not the viewer's.
    """
    mine = visible(
        Organisation.objects.all(), viewer, path="path", permission=Permission.REPORT_VIEW
    )
    mine = mine.only("code", "name", "path", "kind")
    found = mine.filter(code=code) if code else mine.order_by("path")
    union = found.first()
    if union is None:
        raise NoSuchUnion(
            f"没有单位编号 {code}，或不在您的管理范围。" if code else "没有可查看的单位。"
        )
    return _scope(viewer, union)


def everything(viewer: Viewer) -> Scope:
    """All that the viewer may see, several streets perhaps; it has no one union at its top."""
    return Scope(viewer, code="", name="", path="", kind="")


def branches(scope: Scope, day: date) -> list[Organisation]:
    """The unions directly below, streets first, as they were called on a day."""
    below = Organisation.objects.filter(parent__code=scope.code, closed_on__isnull=True)
    order = {kind: place for place, kind in enumerate(("STREET", "SECTOR", "GROUP", "GRASSROOTS"))}
    rows = called_on(scope.rows(below, "path").only("id", "code", "name", "kind", "path"), day)
    return sorted(rows, key=lambda union: (order.get(union.kind, 9), union.code))


def called_on(unions: Iterable[Organisation], day: date) -> list[Organisation]:
    """The unions with the names that they bore on a day; for reading only."""
    rows = list(unions)
    names = names_on(rows, day)
    for union in rows:
        union.name = names[union.pk]
    return rows


def segment(path: str, depth: int) -> str:
    """The part of a path that names the branch below a union of this depth."""
    parts = path.split("/")
    return parts[depth] if depth < len(parts) else ""


def _scope(viewer: Viewer, union: Organisation) -> Scope:
    return Scope(viewer, union.code, union.name, union.path, union.kind)
