"""Sessions end: by their owner, by a newer one of a cashier, by a new password."""

from django.db import transaction

from core import audit
from members.access import Viewer
from members.models import Session
from members.permissions import Role
from members.selectors.sessions import handle_of, live_sessions

# whoever moves money is signed in at one place at a time
SINGLE = frozenset({Role.FINANCE})


@transaction.atomic(durable=True)
def keep_single(*, key: str | None, by: Viewer) -> int:
    """End the older sessions of a person whose role allows only one; how many there were."""
    if not by.roles & SINGLE:
        return 0
    ended = end_all(by.user_id, keep=key)
    if ended:
        audit.record(
            action="session.replace", subject=f"user:{by.user_id}", by_id=by.user_id, count=ended
        )
    return ended


@transaction.atomic(durable=True)
def end(*, handle: str, by: Viewer) -> bool:
    """End one of one's own sessions; False when it has ended before."""
    for row in live_sessions(by.user_id).select_for_update(of=("self",)):
        if handle_of(row) == handle:
            row.delete()
            audit.record(action="session.end", subject=f"user:{by.user_id}", by_id=by.user_id)
            return True
    return False


def end_all(user_id: int | None, *, keep: str | None = None) -> int:
    """Inside another service: remove the sessions of an account; how many were live."""
    rows = live_sessions(user_id).exclude(session_key=keep or "")
    count = rows.count()
    Session.objects.filter(user_id=user_id or 0).exclude(session_key=keep or "").delete()
    return count
