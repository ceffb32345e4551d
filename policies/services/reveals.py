"""A child's whole number: the child is known by the policies that its parent's union made."""

from datetime import date

from django.db import transaction

from core import audit
from members.access import Viewer
from members.permissions import Permission
from members.services.reveals import Asked, Revealed, reveal
from members.states import Number
from policies.selectors.enrolment import covers_of_children


@transaction.atomic(durable=True)
def reveal_child(*, child_id: int, asked: Asked, by: Viewer, on: date) -> Revealed:
    """Show the document number of an insured child, by the rules of `members.services.reveals`."""
    held = covers_of_children(by, Permission.MEMBER_REVEAL).filter(child=child_id)
    policy = held.order_by("-pk")[:1].get()
    assert policy.child is not None
    sealed = policy.child.document_sealed if asked.what == Number.DOCUMENT else None
    act = audit.Act("child.reveal", f"child:{child_id}", policy.batch.organisation.path)
    return reveal(act=act, sealed=sealed, asked=asked, by=by, on=on)
