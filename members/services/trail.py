"""What the trail says of itself: it was verified, who was refused, who took a file away."""

from collections.abc import Mapping

from django.db import transaction

from core import audit, chain
from core.logs import without_numbers
from members.access import Viewer


def verify_trail(*, by: Viewer, anchor: str = "") -> chain.Proof:
    """Prove the trail and write down its head, which the next proof must find again.

    `anchor`: a head that was kept elsewhere, of a printed report, say.
    """
    proof = chain.verify(anchor=anchor)
    with transaction.atomic(durable=True):
        audit.record(
            action="audit.verify", subject="trail:1", by_id=by.user_id,
            head=proof.head, links=proof.links, faults=len(proof.faults),
        )  # fmt: skip
    return proof


def note_access(*, act: str, page: str, method: str, keys: Mapping[str, str], by: Viewer) -> None:
    """Write down that somebody was refused, missed or given something by a page.

    `act`: refused, missed or download; `keys`: of the record in the address, never its query, and
    no number of a person that somebody typed there.
    """
    audit.record(
        action=f"access.{act}", subject=f"page:{page}"[:60], by_id=by.user_id,
        method=method, keys=without_numbers(" ".join(keys.values()))[:100],
    )  # fmt: skip
