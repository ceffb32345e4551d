"""Scans of a batch: the sealed roster, consents, the payment order."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, files
from core.errors import RuleViolation
from members.access import Viewer
from members.permissions import Permission
from policies.models import BatchPaper
from policies.services.locking import acts, locked_batches
from policies.states import BatchStatus, PaperKind

LARGEST_PAPER = 10 * 2**20
# what a scan may be: first bytes and the type it is served as
KINDS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)


class BadPaper(RuleViolation):
    """The file is no scan that can be kept and shown."""


@transaction.atomic(durable=True)
def add_batch_paper(
    *, batch_id: int, kind: str, name: str, content: bytes, by: Viewer, on: date
) -> BatchPaper:
    """Keep a scan beside a batch that was not withdrawn. Raises BadPaper, BatchesGone."""
    (batch,) = locked_batches([batch_id], by, Permission.BATCH_FILL)
    if batch.status == BatchStatus.WITHDRAWN:
        raise BadPaper(_("%(number)s was withdrawn.") % {"number": batch.number})
    content_type = _type_of(name, content)
    stored = files.store(content, name=name, content_type=content_type)
    paper = BatchPaper.objects.create(batch=batch, kind=kind, file=stored, added_by_id=by.user_id)
    said = str(PaperKind(kind).label)
    audit.record_many(acts("batch.paper", [batch], reason=said), by_id=by.user_id)
    return paper


def _type_of(name: str, content: bytes) -> str:
    """The type by the first bytes, never by the name."""
    if len(content) > LARGEST_PAPER:
        raise BadPaper(_("“%(name)s” is larger than 10 MB; scan it smaller.") % {"name": name})
    for head, kind in KINDS:
        if content.startswith(head):
            return kind
    raise BadPaper(
        _("“%(name)s” is no PDF, JPEG or PNG; scan or photograph the paper again.") % {"name": name}
    )
