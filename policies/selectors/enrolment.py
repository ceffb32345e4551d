"""Batches and the covers in them, cut down to the viewer."""

from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from core.money import ZERO
from members.access import Viewer, visible
from members.models import ImportRun
from members.permissions import Permission
from members.selectors import own_imports
from members.selectors.life import children_without_consent, consented_children
from members.states import ImportStatus
from policies.models import EnrolmentBatch, Policy
from policies.states import BatchStatus

NOTHING = Value(ZERO)


def visible_batches(
    viewer: Viewer, *, permission: Permission | None = None
) -> QuerySet[EnrolmentBatch]:
    """The batches of the viewer's unions; with a permission those where he holds it."""
    rows = EnrolmentBatch.objects.select_related("organisation", "plan_version", "campaign")
    return visible(rows, viewer, path="organisation__path", permission=permission)


def visible_policies(viewer: Viewer, *, permission: Permission | None = None) -> QuerySet[Policy]:
    """The covers that the viewer's unions enrolled, without those taken out before acceptance."""
    rows = Policy.objects.filter(withdrawn_on__isnull=True)
    return visible(rows, viewer, path="batch__organisation__path", permission=permission)


def covers_of_children(viewer: Viewer, permission: Permission) -> QuerySet[Policy]:
    """The children's covers in the viewer's subtrees, with child and union joined."""
    rows = visible_policies(viewer, permission=permission).filter(child__isnull=False)
    return rows.select_related("child", "batch__organisation")


def in_force(rows: QuerySet[Policy], *, day: date) -> QuerySet[Policy]:
    """Of some covers those in force on a day: batch remitted, line not withdrawn, day in term."""
    return rows.filter(
        batch__status=BatchStatus.EFFECTIVE, withdrawn_on__isnull=True, cover__contains=day
    )


def policies_in_force(viewer: Viewer, *, day: date) -> QuerySet[Policy]:
    """The covers in force on a day, of the viewer's unions."""
    return in_force(visible_policies(viewer), day=day)


def lines_of(batch: EnrolmentBatch) -> QuerySet[Policy]:
    """The lines of a batch by name, withdrawn ones only in a batch that was withdrawn whole."""
    rows = batch.policies.select_related("member", "child")
    if batch.status != BatchStatus.WITHDRAWN:
        rows = rows.filter(withdrawn_on__isnull=True)
    return rows.order_by("member__sort_key", "pk")


def consents_missing(batch: EnrolmentBatch) -> int:
    """How many children of a batch still lack the guardian's consent."""
    return without_consent(batch.policies.all()).count()


def without_consent(lines: QuerySet[Policy]) -> QuerySet[Policy]:
    """The children's lines for which no guardian's consent stands.

    A consent on the person's page counts for every batch; one that was taken back by every
    guardian takes the line's own with it.
    """
    held = lines.filter(child__isnull=False, withdrawn_on__isnull=True)
    lacking = Q(consent_on__isnull=True) | Q(child__in=children_without_consent())
    return held.exclude(child__in=consented_children()).filter(lacking)


def batch_sums(rows: QuerySet[EnrolmentBatch]) -> dict[str, Decimal | int]:
    """Number of batches, of lines and the contributions of a filtered list."""
    return rows.order_by().aggregate(
        batches=Count("pk"),
        persons=Coalesce(Sum("person_count"), 0),
        amount=Coalesce(Sum("amount"), NOTHING),
    )


def member_covers(viewer: Viewer, *, member_id: int) -> QuerySet[Policy]:
    """A person's covers (and those of his children) that the viewer's unions enrolled."""
    return (
        visible_policies(viewer, permission=Permission.BATCH_VIEW)
        .filter(member_id=member_id)
        .select_related("batch__organisation", "plan_version", "child", "member")
        .order_by("-cover", "family")
    )


def unit_batches(viewer: Viewer, *, path: str) -> QuerySet[EnrolmentBatch]:
    """The batches of a union and those below it, newest first."""
    return (
        visible_batches(viewer, permission=Permission.BATCH_VIEW)
        .filter(organisation__path__startswith=path)
        .exclude(status=BatchStatus.WITHDRAWN)
        .order_by("-starts_on", "-pk")
    )


def open_batches(viewer: Viewer) -> QuerySet[EnrolmentBatch]:
    """What the viewer's unions have still to submit."""
    return visible_batches(viewer, permission=Permission.BATCH_FILL).filter(
        Q(status=BatchStatus.DRAFT) | Q(status=BatchStatus.RETURNED)
    )


def imports_to_mend(viewer: Viewer) -> QuerySet[ImportRun]:
    """Rosters of the viewer that were checked and not imported yet, newest first."""
    return (
        own_imports(viewer)
        .filter(kind="enrolments", status=ImportStatus.CHECKED)
        .select_related("file")
        .order_by("-pk")
    )


def handed_in(viewer: Viewer) -> QuerySet[EnrolmentBatch]:
    """What the viewer's unions have submitted, newest first."""
    return (
        visible_batches(viewer, permission=Permission.BATCH_FILL)
        .filter(submitted_on__isnull=False)
        .exclude(status__in=[BatchStatus.RETURNED, BatchStatus.WITHDRAWN])
        .order_by("-submitted_on", "-pk")
    )
