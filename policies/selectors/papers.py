"""The scans of batches, cut down to the viewer."""

from django.db.models import QuerySet

from members.access import Viewer, visible
from members.permissions import Permission
from policies.models import BatchPaper, EnrolmentBatch


def visible_papers(viewer: Viewer) -> QuerySet[BatchPaper]:
    """The scans of the batches that the viewer may see."""
    rows = BatchPaper.objects.select_related("file", "batch__organisation")
    return visible(rows, viewer, path="batch__organisation__path", permission=Permission.BATCH_VIEW)


def papers_of(batch: EnrolmentBatch) -> QuerySet[BatchPaper]:
    """The scans of one batch, the oldest first."""
    return batch.papers.select_related("file", "added_by").order_by("pk")
