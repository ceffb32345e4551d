"""Files of records: sealed, under their UUID outside the web root, named only in the database.

A workbook of members is a list of whole numbers, so the content is sealed like them (`core.crypto`)
and bound to its UUID: one file does not open in another's place. Files of earlier installations
without the mark are read as they are, until `manage.py rotate_keys` seals them.
"""

import hashlib
import io
import os
import uuid
from pathlib import Path
from typing import IO, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core import crypto
from core.logs import without_numbers
from core.models import StoredFile

MARK: Final = b"\x00sealed\x01"  # no workbook, PDF, picture or text begins so


def store(content: bytes, *, name: str, content_type: str) -> StoredFile:
    """Keep the bytes; the name is for people only: it loses any folder and any person's number."""
    key = uuid.uuid4()
    default_storage.save(_path(key), ContentFile(_sealed(key, content)))
    return StoredFile.objects.create(
        id=key,
        name=without_numbers(Path(name.replace("\\", "/")).name)[-200:],
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def open_file(stored: StoredFile) -> IO[bytes]:
    """The content for reading; InvalidTag when the file was altered or put in another's place."""
    with default_storage.open(_path(stored.id)) as held:
        content = held.read()
    if content.startswith(MARK):
        content = crypto.unseal_bytes(content[len(MARK) :], _purpose(stored.id))
    return io.BytesIO(content)


def key_of(stored: StoredFile) -> int | None:
    """The id of the key that the file is sealed under; None when it lies open."""
    with default_storage.open(_path(stored.id)) as held:
        head = held.read(len(MARK) + 1)
    return head[len(MARK)] if head.startswith(MARK) and len(head) > len(MARK) else None


def seal_again(stored: StoredFile) -> None:
    """Put the file under the current key, in one step: a reader sees the old or the new one."""
    with open_file(stored) as opened:
        content = opened.read()
    place = Path(default_storage.path(_path(stored.id)))
    draft = place.with_suffix(f".{os.getpid()}")
    draft.write_bytes(_sealed(stored.id, content))
    draft.chmod(place.stat().st_mode)
    draft.replace(place)


def _sealed(key: uuid.UUID, content: bytes) -> bytes:
    return MARK + crypto.seal_bytes(content, _purpose(key))


def _purpose(key: uuid.UUID) -> str:
    return f"file:{key.hex}"


def _path(key: uuid.UUID) -> str:
    text = key.hex
    return f"{text[:2]}/{text}"
