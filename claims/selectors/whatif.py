"""What a version would have paid: sums by plan and union, and the claims that differ."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from claims.models import WhatIf, WhatIfLine
from core.money import ZERO
from members.access import Viewer
from members.models import Organisation
from members.permissions import Permission
from members.selectors import district
from policies.models import PlanVersion
from policies.selectors.targets import step_below
from policies.states import PAID_FAMILIES

RIGHTS = (Permission.PLAN_DRAFT, Permission.PLAN_PUBLISH)
DIFFERENT = ~Q(was=F("becomes"))


@dataclass(frozen=True)
class Compared:
    """Claims and persons of a group, what they get now and would get, in yuan."""

    label: str
    claims: int
    persons: int
    more: int  # persons who would get more
    less: int
    was: Decimal
    becomes: Decimal

    @property
    def difference(self) -> Decimal:
        return self.becomes - self.was


def may_try(viewer: Viewer) -> bool:
    """Whether the viewer drafts or publishes plans for the whole district."""
    return any(viewer.holds_in_district(right) for right in RIGHTS)


def versions_to_try(viewer: Viewer) -> QuerySet[PlanVersion]:
    """Every version of the paid plans, drafts first; none for others than the district's people."""
    rows = PlanVersion.objects.filter(family__in=PAID_FAMILIES).order_by(
        "status", "family", "-code"
    )
    return rows if may_try(viewer) else rows.none()


def visible_what_ifs(viewer: Viewer) -> QuerySet[WhatIf]:
    """All comparisons for the district's people for plans."""
    rows = WhatIf.objects.select_related("job", "made_by").order_by("-pk")
    return rows if may_try(viewer) else rows.none()


def whole(asked: WhatIf) -> Compared:
    (row,) = _grouped(asked.lines.all(), "what_if") or ((None, *[0] * 4, ZERO, ZERO),)
    return Compared("", *row[1:])


def by_version(asked: WhatIf) -> list[Compared]:
    """By the version that answers a claim now; without one: not covered."""
    rows = _grouped(asked.lines.all(), "claim__plan_version__code")
    return [Compared(row[0] or "—", *row[1:]) for row in rows]


def by_union(asked: WhatIf) -> list[Compared]:
    """By the union below the district that the claims came from, the largest difference first."""
    root = district()
    lines = asked.lines.annotate(step=step_below(root, "claim__organisation__path"))
    names = {row.path.split("/")[1]: row.name for row in Organisation.objects.filter(parent=root)}
    found = [Compared(names.get(row[0], root.name), *row[1:]) for row in _grouped(lines, "step")]
    return sorted(found, key=lambda row: -abs(row.difference))


def _grouped(lines: QuerySet[WhatIfLine], column: str) -> list[tuple[Any, ...]]:
    more, less = Q(becomes__gt=F("was")), Q(becomes__lt=F("was"))
    return list(
        lines.order_by()
        .values_list(column)
        .annotate(
            claims=Count("pk"),
            persons=Count("claim__member", distinct=True),
            more=Count("claim__member", distinct=True, filter=more),
            less=Count("claim__member", distinct=True, filter=less),
            total_was=Coalesce(Sum("was"), ZERO),
            total_becomes=Coalesce(Sum("becomes"), ZERO),
        )
        .order_by(column)
    )


def differing_lines(asked: WhatIf) -> QuerySet[WhatIfLine]:
    """The claims whose amount or decision would be another, the largest difference first."""
    return (
        asked.lines.filter(DIFFERENT | ~Q(decision_was=F("decision_becomes")))
        .select_related("claim__member", "claim__organisation", "claim__plan_version")
        .annotate(difference=F("becomes") - F("was"))
        .order_by("-difference", "claim__number")
    )
