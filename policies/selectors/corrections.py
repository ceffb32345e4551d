"""Corrections of accepted batches, cut down to the viewer."""

from django.db.models import Count, QuerySet

from members.access import Viewer, visible
from members.permissions import Permission
from policies.models import Correction, CorrectionLine, EnrolmentBatch, Policy
from policies.states import CorrectionKind, Funder


def visible_corrections(
    viewer: Viewer, permission: Permission = Permission.BATCH_VIEW
) -> QuerySet[Correction]:
    """The corrections of the batches where the viewer holds the right, newest first."""
    rows = Correction.objects.select_related("batch__organisation", "batch__plan_version")
    held = visible(rows, viewer, path="batch__organisation__path", permission=permission)
    return held.order_by("-pk")


def with_line_count(rows: QuerySet[Correction]) -> QuerySet[Correction]:
    return rows.annotate(line_count=Count("lines"))


def corrections_of(batch: EnrolmentBatch) -> QuerySet[Correction]:
    return batch.corrections.order_by("-pk")


def lines_to_show(correction: Correction) -> list[tuple[CorrectionLine, str, str]]:
    """Each line with what it said and is to say, in words."""
    lines = correction.lines.select_related("policy__member", "policy__child").order_by("pk")
    return [
        (line, _in_words(line.kind, line.old), _in_words(line.kind, line.new)) for line in lines
    ]


def _in_words(kind: str, value: str) -> str:
    return str(Funder(value).label) if kind == CorrectionKind.FUNDER else value


def visible_lines(viewer: Viewer, permission: Permission) -> QuerySet[Policy]:
    """The lines of accepted batches where the viewer holds the right."""
    rows = Policy.objects.filter(
        withdrawn_on__isnull=True, batch__accepted_on__isnull=False
    ).select_related("member", "child", "batch__organisation", "batch__plan_version")
    return visible(rows, viewer, path="batch__organisation__path", permission=permission)


def current(policy: Policy, kind: CorrectionKind) -> str:
    """What a line says now."""
    if kind == CorrectionKind.NAME:
        return policy.child.name if policy.child else policy.member.name
    return policy.funder if kind == CorrectionKind.FUNDER else policy.note
