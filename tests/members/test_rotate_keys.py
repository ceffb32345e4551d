"""Changing keys: all opens afterwards, a killed run goes on, a second one changes nothing."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.db import connection

from core import crypto, files, rotation
from core.jobs import enqueue
from core.models import AuditEvent, JobRun, JobStatus, StoredFile
from core.sealing import Index, IndexKeyInChange, sealed_columns
from members import selectors
from members.access import Viewer
from members.models import Child, Member, Organisation
from members.services import keys
from tests import builders
from tests.members.builders import brought_in, roster

pytestmark = pytest.mark.django_db
DOCUMENT, CARD, PHONE = builders.document_number(), builders.card_number(), "13800131234"


@pytest.fixture(autouse=True)
def key_file(tmp_path: Path, settings: Any) -> Path:
    """A key file of this test's own, with the same first keys as everywhere."""
    crypto.keys()
    place = tmp_path / "fields.json"
    shutil.copy(project.FIELD_KEYS_FILE, place)
    settings.FIELD_KEYS_FILE = place
    return place


@pytest.fixture
def people() -> list[Member]:
    unit = builders.union("JT0101")
    unit.contact_phone_sealed = crypto.seal("010-67012345", "phone")
    unit.contact_phone_index = crypto.blind("010-67012345", "phone")
    unit.save()
    first = builders.member(unit, number=DOCUMENT, card=CARD, phone=PHONE)
    number = builders.document_number()
    Child.objects.create(
        name="张小小", document_index=crypto.blind(number, "id"),
        document_sealed=crypto.seal(number, "id"), sex="M", born_on="2010-05-01",
    )  # fmt: skip
    files.store(b"a roster", name="x.xlsx", content_type="x")
    return [first, *(builders.member(unit) for _ in range(4))]


def numbers() -> list[tuple[str, str, str]]:
    return [
        (
            crypto.unseal(member.document_sealed, "id"),
            crypto.unseal(member.card_sealed, "card") if member.card_sealed else "",
            crypto.unseal(member.phone_sealed, "phone") if member.phone_sealed else "",
        )
        for member in Member.objects.order_by("pk")
    ]


def everything() -> list[Any]:
    """All sealed columns and hashes as they lie in the database."""
    found = []
    for column in sealed_columns():
        names = ", ".join([column.column, *(index.column for index in column.indexes)])
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, {names} FROM {column.table} ORDER BY id")
            found += [tuple(map(str, map(_plain, row))) for row in cursor.fetchall()]
    return found


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def keys_in_use() -> set[int | None]:
    return {each.key for each in rotation.usage()}


def rotate(algorithm: str = "") -> int:
    return keys.rotate(algorithm=algorithm, tell=lambda *_said: None, by=Viewer.system())


def rotate_index() -> int:
    return keys.rotate_index(tell=lambda *_said: None, by=Viewer.system())


@pytest.mark.parametrize("algorithm", [crypto.AES, crypto.SM4])
def test_everything_is_sealed_under_the_new_key(people: list[Member], algorithm: str) -> None:
    before = numbers()
    assert keys_in_use() == {1}
    assert (
        rotate(algorithm) == 5 + 1 + 1 + 1 + 1 + 1
    )  # documents, card, phone, contact, child, file
    assert keys_in_use() == {2}
    assert numbers() == before
    with files.open_file(StoredFile.objects.get()) as opened:
        assert opened.read() == b"a roster"
    assert Organisation.objects.get(code="JT0101").contact_phone_index == crypto.blind(
        "010-67012345", "phone"
    )


@pytest.mark.usefixtures("people")
def test_a_second_run_changes_nothing() -> None:
    rotate(crypto.SM4)
    before, events = everything(), AuditEvent.objects.count()
    assert rotate() == 0
    assert everything() == before
    assert AuditEvent.objects.count() == events


def killed_after(monkeypatch: pytest.MonkeyPatch, writes: int) -> None:
    """The process dies at the write after so many."""
    done, write = [0], rotation._write

    def dying(*arguments: Any) -> None:
        done[0] += 1
        if done[0] > writes:
            raise KeyboardInterrupt
        write(*arguments)

    monkeypatch.setattr(rotation, "_write", dying)


@pytest.mark.parametrize("writes", range(1, 5))
def test_killed_in_the_middle_it_goes_on(
    people: list[Member], monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    before = numbers()
    monkeypatch.setattr(rotation, "CHUNK", 2)
    with monkeypatch.context() as patched:
        killed_after(patched, writes)
        with pytest.raises(KeyboardInterrupt):
            rotate(crypto.SM4)
    assert keys_in_use() == {1, 2}
    assert numbers() == before  # the office works on between the two
    with pytest.raises(rotation.KeyRefused, match="还有"):
        rotate(crypto.AES)
    assert rotate() > 0
    assert keys_in_use() == {2}
    assert numbers() == before


def test_with_the_wrong_keys_nothing_is_written(people: list[Member], key_file: Path) -> None:
    document = json.loads(key_file.read_text())
    key_file.write_text(json.dumps({**document, "keys": {"1": "00" * 32}}))
    before, held = everything(), key_file.read_text()
    with pytest.raises(rotation.KeyRefused, match="未作任何更改"):
        rotate(crypto.SM4)
    with pytest.raises(rotation.KeyRefused, match="未作任何更改"):
        rotate_index()
    assert everything() == before
    assert key_file.read_text() == held


def test_an_unknown_key_is_named(people: list[Member]) -> None:
    member = people[0]
    member.card_sealed = bytes([9]) + bytes(member.card_sealed or b"")[1:]
    member.save()
    with pytest.raises(rotation.KeyRefused, match="key 9"):
        rotate(crypto.SM4)


def test_a_key_is_retired_when_nothing_uses_it(people: list[Member], key_file: Path) -> None:
    with pytest.raises(rotation.KeyRefused, match="密钥1"):
        keys.retire(key=1, by=Viewer.system())  # it is the current one
    old = people[0].card_sealed
    rotate(crypto.SM4)
    new = Member.objects.get(pk=people[0].pk).card_sealed
    Member.objects.filter(pk=people[0].pk).update(card_sealed=old)
    with pytest.raises(rotation.KeyRefused, match=r"members_member\.card_sealed"):
        keys.retire(key=1, by=Viewer.system())
    Member.objects.filter(pk=people[0].pk).update(card_sealed=new)
    job = enqueue(kind="x", key="x", requested_by_id=None)
    JobRun.objects.filter(pk=job.pk).update(status=JobStatus.RUNNING)
    with pytest.raises(rotation.KeyRefused, match="任务"):
        keys.retire(key=1, by=Viewer.system())
    JobRun.objects.filter(pk=job.pk).update(status=JobStatus.DONE)
    keys.retire(key=1, by=Viewer.system())
    assert list(json.loads(key_file.read_text())["keys"]) == ["2"]
    assert numbers()[0] == (DOCUMENT, CARD, PHONE)


def test_the_index_key_changes_and_everybody_is_found(people: list[Member]) -> None:
    before = crypto.blind(DOCUMENT, "id")
    assert rotate_index() == 5 + 1 + 1 + 1 + 1
    assert crypto.blind(DOCUMENT, "id") != before
    assert crypto.keys().next_index_key is None
    found = selectors.members_with_number(Viewer.system(), DOCUMENT)
    assert list(found) == [people[0]]
    assert list(selectors.members_with_number(Viewer.system(), CARD)) == [people[0]]


def test_while_the_index_key_changes_everybody_is_found_and_imports_wait(
    people: list[Member], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(rotation, "CHUNK", 2)
    with monkeypatch.context() as patched:
        killed_after(patched, 2)
        with pytest.raises(KeyboardInterrupt):
            rotate_index()
    everybody = [first for first, _card, _phone in numbers()]
    for number in [*everybody, CARD]:
        assert selectors.members_with_number(Viewer.system(), number).count() == 1
    rows = [{"单位编号": "JT0101", "姓名": "张三", "证件号码": DOCUMENT}]
    with pytest.raises(IndexKeyInChange):
        brought_in("members", roster(*rows), tmp_path)
    rotate_index()
    assert crypto.keys().next_index_key is None
    assert brought_in("members", roster(*rows), tmp_path).created == 0
    for number in [*everybody, CARD]:
        assert selectors.members_with_number(Viewer.system(), number).count() == 1


def test_the_command_tells_what_it_did(
    people: list[Member], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("rotate_keys", "--algorithm", "sm4-gcm", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["current"], answer["written"]) == (2, 10)
    assert {each["key"] for each in answer["usage"]} == {2}
    call_command("rotate_keys", "--retire", "1")
    assert "当前密钥2" in capsys.readouterr().out
    acts = AuditEvent.objects.filter(subject="keys").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["keys.add", "keys.rotate", "keys.retire"]


def test_a_tail_is_hashed_apart_from_whole_numbers() -> None:
    tail = Index("card_tail4_index", 4)
    assert (tail.part(CARD), tail.purpose("card")) == (CARD[-4:], "card-tail4")
