"""What the triggers write down of each write, and its undoing; on members and unions."""

import hashlib
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat

from core import audit, changes
from core.models import AuditEvent, RowChange, WriteSet
from members.models import Member, Organisation
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)
MEMBERS, UNIONS = "members_member", "members_organisation"


@pytest.fixture
def unit(transactional_db: None) -> Organisation:
    if not Organisation.objects.exists():  # the flush of an earlier test took the district
        Organisation.objects.create(
            code="DC", name="东城区总工会", kind="DISTRICT", path="0001/", sort_key="d"
        )
    return builders.union()


def last() -> WriteSet:
    return WriteSet.objects.order_by("-pk")[0]


def test_an_insert_of_many_is_one_writeset_with_their_keys(unit: Organisation) -> None:
    one = builders.member(unit)
    assert (last().op, last().rows, last().ids) == ("I", 1, [one.pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT m::text FROM members_member m")
        row = hashlib.sha256(cursor.fetchone()[0].encode()).digest()
    assert bytes(last().digest) == hashlib.sha256(row).digest()
    Organisation.objects.bulk_create(
        Organisation(
            code=f"B{n}", name=f"B{n}", kind="GRASSROOTS", parent=unit, path=f"{unit.path}{n}/",
            sort_key="b",
        )
        for n in range(3)
    )  # fmt: skip
    keys = list(Organisation.objects.filter(code__startswith="B").order_by("pk").values_list("pk"))
    assert last().ids == [key for (key,) in keys]
    assert (last().first_id, last().last_id) == (*keys[0], *keys[-1])


def test_an_update_keeps_only_what_changed_and_only_of_rows_that_did(unit: Organisation) -> None:
    first, second = builders.member(unit, name="张三"), builders.member(unit, name="李四")
    Member.objects.update(name="李四")
    (change,) = RowChange.objects.filter(table_name=MEMBERS)
    assert (change.table_name, change.row_id, change.before) == (
        MEMBERS,
        first.pk,
        {"name": "张三"},
    )
    assert (last().op, last().rows, last().ids) == ("U", 1, None)
    Member.objects.update(name="李四")  # nothing changes: nothing is written
    assert WriteSet.objects.filter(table_name=MEMBERS, op="U").count() == 1
    sealed = bytes(second.document_sealed)
    Member.objects.filter(pk=second.pk).update(document_sealed=b"other")
    assert RowChange.objects.order_by("-pk")[0].before == {"document_sealed": rf"\x{sealed.hex()}"}


def test_a_delete_keeps_the_row(unit: Organisation) -> None:
    gone = builders.member(unit, name="王五")
    key = gone.pk
    gone.delete()
    (change,) = RowChange.objects.filter(table_name=MEMBERS)
    assert change.row_id == key
    assert change.before["name"] == "王五"
    assert [step.op for step in changes.history(MEMBERS, key)] == ["I", "D"]


def test_an_event_finds_the_rows_of_its_transaction(unit: Organisation) -> None:
    with transaction.atomic():
        made = builders.member(unit)
        audit.record(action="member.create", subject=f"member:{made.pk}", by_id=None)
    event = AuditEvent.objects.get()
    assert [w.ids for w in changes.written_in(event.xact)] == [[made.pk]]
    assert [step.xact for step in changes.history(MEMBERS, made.pk)] == [event.xact]


def test_passwords_are_in_no_image(unit: Organisation) -> None:
    clerk = builders.user("agent", unit)
    clerk.set_password("another password 2018")
    clerk.full_name = "新名"
    clerk.save()
    images = RowChange.objects.filter(table_name="members_user").values_list("before", flat=True)
    assert images
    assert all("password" not in before for before in images)


def test_undo_brings_the_earlier_state_back(unit: Organisation) -> None:
    with connection.cursor() as cursor:

        def everything() -> list[object]:
            cursor.execute("SELECT m::text FROM members_member m ORDER BY id")
            rows = cursor.fetchall()
            cursor.execute("SELECT o::text FROM members_organisation o ORDER BY id")
            return [*rows, *cursor.fetchall()]

        old, gone = builders.member(unit, name="旧"), builders.member(unit, name="走")
        before = everything()
        with transaction.atomic():
            xact = changes.transaction_number()
            child = builders.union(parent=unit)
            Member.objects.filter(pk=old.pk).update(name="新", born_on=date(1990, 1, 1))
            Member.objects.filter(pk=old.pk).update(name="更新", organisation=child)
            gone.delete()
            builders.member(child)
            Member.objects.bulk_create([copy_of(old, child, "A"), copy_of(old, child, "B")])
        assert everything() != before
        with transaction.atomic():
            counts = changes.undo(xact, [MEMBERS, UNIONS])
        assert everything() == before
    assert counts[MEMBERS] == changes.Counts(removed=3, restored=2, put_back=1)
    assert counts[UNIONS] == changes.Counts(removed=1, restored=1)


def copy_of(member: Member, unit: Organisation, index: str) -> Member:
    return Member(
        organisation=unit, name="众", name_key="众", sort_key="z", initials="z", sex="M",
        document_index=index, document_sealed=b"x", born_on=member.born_on,
    )  # fmt: skip


def test_undo_refuses_a_row_that_was_changed_again(unit: Organisation) -> None:
    with transaction.atomic():
        xact = changes.transaction_number()
        made = [builders.member(unit), builders.member(unit), builders.member(unit)]
    Member.objects.filter(pk__in=[made[0].pk, made[1].pk]).update(name=Concat("name", Value("一")))
    with (
        pytest.raises(changes.ChangedSince, match=r"members_member 中有 2 条"),
        transaction.atomic(),
    ):
        changes.undo(xact, [MEMBERS])
    assert Member.objects.count() == 3


def test_undo_refuses_while_others_point_at_the_row(unit: Organisation) -> None:
    with transaction.atomic():
        xact = changes.transaction_number()
        child = builders.union(parent=unit)
    builders.member(child)
    with (
        pytest.raises(changes.StillNeeded, match=r"members_member 中有 1 条"),
        transaction.atomic(),
    ):
        changes.undo(xact, [UNIONS])
    assert Organisation.objects.filter(pk=child.pk).exists()


@pytest.mark.parametrize("table", ["core_writeset", "core_rowchange"])
@pytest.mark.parametrize("change", ["UPDATE {} SET table_name = 'x'", "DELETE FROM {}"])
def test_what_was_written_down_stays(unit: Organisation, table: str, change: str) -> None:
    Organisation.objects.filter(pk=unit.pk).update(name="改")
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))


@pytest.mark.parametrize(("op", "ids"), [("I", None), ("I", [1, 2]), ("U", [1])])
def test_writeset_insert_has_keys(unit: Organisation, op: str, ids: list[int] | None) -> None:
    with pytest.raises(IntegrityError, match="writeset_insert_has_keys"), transaction.atomic():
        WriteSet.objects.create(table_name="t", op=op, rows=1, ids=ids, digest=b"")
