"""Files of records: kept under their UUID outside the web root, named only in the database."""

import hashlib
import uuid
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core.models import StoredFile


def store(content: bytes, *, name: str, content_type: str) -> StoredFile:
    """Keep the bytes; the name is for people only and loses any folder."""
    key = uuid.uuid4()
    default_storage.save(_path(key), ContentFile(content))
    return StoredFile.objects.create(
        id=key,
        name=Path(name.replace("\\", "/")).name[-200:],
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def open_file(stored: StoredFile) -> IO[bytes]:
    """The content for reading."""
    opened: IO[bytes] = default_storage.open(_path(stored.id))
    return opened


def _path(key: uuid.UUID) -> str:
    text = key.hex
    return f"{text[:2]}/{text}"
