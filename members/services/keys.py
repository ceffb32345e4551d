"""Changing the keys of the personal data, each change on record; the work is `core.rotation`."""

from typing import Any

from django.db import transaction

from core import audit, rotation
from core.rotation import Tell
from members.access import Viewer


def rotate(*, algorithm: str, tell: Tell, by: Viewer) -> int:
    """Seal every value under the current key, or first make a new one of the algorithm named.

    A rotation that was interrupted is finished before the next key is made. Returns how many values
    were written; raises KeyRefused before anything is written when a value does not open.
    """
    rotation.check_samples()
    if algorithm:
        rotation.check_finished()
        _note("keys.add", by, key=rotation.add_key(algorithm), algorithm=algorithm)
    written = rotation.seal_everything_again(tell)
    if written:
        _note("keys.rotate", by, rows=written)
    return written


def rotate_index(*, tell: Tell, by: Viewer) -> int:
    """Hash every value again under a new key."""
    rotation.check_samples()
    written = rotation.change_index_key(tell)
    _note("keys.rotate_index", by, rows=written)
    return written


def retire(*, key: int, by: Viewer) -> None:
    """Take a key that nothing uses any more out of the key file."""
    rotation.retire_key(key)
    _note("keys.retire", by, key=key)


@transaction.atomic(durable=True)
def _note(action: str, by: Viewer, **details: Any) -> None:
    audit.record(action=action, subject="keys", by_id=by.user_id, **details)
