"""What the trail says of itself: it was verified, and somebody was refused."""

from django.db import transaction

from core import audit, chain
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
