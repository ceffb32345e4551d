"""The role that the application signs in with does its work and cannot alter the trail."""

from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from core import audit, chain, copy
from core.models import AuditEvent, WriteSet
from members.models import Member
from tests import builders
from tests.members.builders import brought_in, roster

pytestmark = pytest.mark.django_db
KEPT = (
    "core_auditevent", "core_writeset", "core_rowchange", "core_auditlink",
    "ledger_entry", "ledger_posting",
)  # fmt: skip


@pytest.fixture(autouse=True)
def as_the_application(db: None) -> None:
    audit.record(action="a", subject="b:1", by_id=None)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE mutual_app")


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE {} ADD COLUMN note text",
        "DROP TABLE {} CASCADE",
    ],
)
def test_what_only_grows_is_out_of_reach(table: str, statement: str) -> None:
    refuse(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditevent SET by_id = 1",
        "UPDATE core_writeset SET rows = 1",
        "UPDATE core_rowchange SET before = '{}'",
        "UPDATE core_auditlink SET hash = ''",
        "UPDATE ledger_entry SET memo = ''",
        "UPDATE ledger_posting SET debit = 1",
        "INSERT INTO core_auditlink (seq, what, ref, at, horizon, hash)"
        " VALUES (1, 'event', 1, now(), 0, '')",
        "INSERT INTO core_writeset (table_name, op, rows, digest) VALUES ('x', 'D', 1, '')",
        "INSERT INTO core_rowchange (writeset_id, table_name, row_id, before)"
        " VALUES (1, 'x', 1, '{}')",
        "CREATE TABLE public.other (id int)",
        "CREATE OR REPLACE FUNCTION core_append_only() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "DELETE FROM django_migrations",
    ],
)
def test_no_way_round(statement: str) -> None:
    refuse(statement)


def refuse(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_key_of_an_entry_can_be_locked_but_not_changed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM ledger_entry FOR UPDATE")
        cursor.execute("RESET ROLE")
        cursor.execute(
            "SELECT has_column_privilege('mutual_app', 'ledger_entry', 'id', 'UPDATE'),"
            " (SELECT count(*) FROM pg_trigger WHERE tgname = 'ledger_entry_append_only')"
        )
        assert cursor.fetchone() == (True, 1)


def test_its_writes_are_tracked_and_sealed() -> None:
    made = builders.member(builders.union())
    assert WriteSet.objects.filter(table_name="members_member", ids=[made.pk]).exists()
    audit.record(action="member.create", subject=f"member:{made.pk}", by_id=None)
    assert chain.seal() > 0
    assert chain.verify().faults == []
    copy.refresh_statistics()
    assert AuditEvent.objects.count() == 2


def test_it_brings_a_whole_roster_in(tmp_path: Path) -> None:
    unit = builders.union("JT0101")
    rows = [
        {"单位编号": "JT0101", "姓名": "张三", "证件号码": builders.document_number()}
        for _each in range(3)
    ]
    assert brought_in("members", roster(*rows), tmp_path).created == 3
    assert Member.objects.filter(organisation=unit).count() == 3
    assert WriteSet.objects.filter(table_name="members_member", op="I", rows=3).exists()
