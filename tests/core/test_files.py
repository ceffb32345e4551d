import uuid
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core import files
from core.models import StoredFile

CONTENT = b"PK\x03\x04 11010519491231002X"


def place(stored: StoredFile) -> Path:
    key = stored.id.hex
    return Path(default_storage.path(f"{key[:2]}/{key}"))


def kept(content: bytes = CONTENT) -> StoredFile:
    return files.store(content, name="..\\x/名单.xlsx", content_type="application/x")


@pytest.mark.django_db
def test_a_file_lies_sealed_and_comes_back_whole() -> None:
    stored = kept()
    assert CONTENT not in place(stored).read_bytes()
    with files.open_file(stored) as opened:
        assert opened.read() == CONTENT
    assert (stored.name, stored.size) == ("名单.xlsx", len(CONTENT))
    assert files.key_of(stored) == 1


@pytest.mark.django_db
def test_a_file_does_not_open_in_the_place_of_another() -> None:
    one, other = kept(), kept(b"other")
    place(one).write_bytes(place(other).read_bytes())
    with pytest.raises(InvalidTag):
        files.open_file(one)


@pytest.mark.django_db
def test_files_from_before_are_read_as_they_are_until_they_are_sealed() -> None:
    key = uuid.uuid4()
    default_storage.save(f"{key.hex[:2]}/{key.hex}", ContentFile(CONTENT))
    stored = StoredFile.objects.create(id=key, name="x", content_type="x", size=1, sha256="")
    with files.open_file(stored) as opened:
        assert opened.read() == CONTENT
    assert files.key_of(stored) is None
    files.seal_again(stored)
    assert CONTENT not in place(stored).read_bytes()
    with files.open_file(stored) as opened:
        assert opened.read() == CONTENT


@pytest.mark.django_db
def test_a_name_loses_the_number_in_it() -> None:
    stored = files.store(b"x", name="张三11010519491231002X.pdf", content_type="application/pdf")
    assert stored.name == "张三[number].pdf"
