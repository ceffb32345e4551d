"""Scans of a batch: the sealed roster, consents, the payment order."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, files
from core.scans import BadPaper, clean_scan
from members.access import Viewer
from members.permissions import Permission
from policies.models import BatchPaper
from policies.services.locking import acts, locked_batches
from policies.states import BatchStatus, PaperKind


@transaction.atomic(durable=True)
def add_batch_paper(
    *, batch_id: int, kind: str, name: str, content: bytes, by: Viewer, on: date
) -> BatchPaper:
    """Keep a scan beside a batch that was not withdrawn. Raises BadPaper, BatchesGone."""
    (batch,) = locked_batches([batch_id], by, Permission.BATCH_FILL)
    if batch.status == BatchStatus.WITHDRAWN:
        raise BadPaper(_("%(number)s was withdrawn.") % {"number": batch.number})
    content_type, kept = clean_scan(name, content)
    stored = files.store(kept, name=name, content_type=content_type)
    paper = BatchPaper.objects.create(batch=batch, kind=kind, file=stored, added_by_id=by.user_id)
    said = str(PaperKind(kind).label)
    audit.record_many(acts("batch.paper", [batch], reason=said), by_id=by.user_id)
    return paper
