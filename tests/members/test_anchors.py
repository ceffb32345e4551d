"""Rows altered past the triggers and a chain without its tail are found out (E39)."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.urls import reverse

from core import anchors, audit, chain
from core.models import AuditEvent, AuditLink, WriteSet
from members.models import Member, Organisation
from tests import builders
from tests.claims import builders as make

pytestmark = pytest.mark.django_db
TAIL = 10


@pytest.fixture
def file(settings: LazySettings, tmp_path: Path) -> Path:
    settings.AUDIT_ANCHORS = str(tmp_path / "anchors" / "chain.txt")
    return tmp_path / "anchors" / "chain.txt"


def run(statement: str) -> None:
    """As the owner with the triggers switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is due before is done before
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def altered(statement: str) -> None:
    """The schema changes: what the rows still have to answer for is answered for first."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def named() -> set[tuple[str, str]]:
    return {(fault.row, fault.what) for fault in chain.verify().faults}


def insert_of(table: str, key: int) -> str:
    return f"writeset:{WriteSet.objects.get(table_name=table, op='I', ids__contains=[key]).pk}"


# ------------------------------------------------------------------ rows


@pytest.fixture
def lived() -> Member:
    """A member with a claim that went its whole way; a union changed, removed and put back."""
    claim = make.approved(make.filed(builders.member(builders.union("A1"), name="张三")))
    make.paid(make.payout(claim))
    Member.objects.filter(pk=claim.member_id).update(note="x", phone_index="y")
    Member.objects.filter(pk=claim.member_id).update(note="x2")
    union = builders.union("A2")
    Organisation.objects.filter(pk=union.pk).update(contact_name="李娜")
    values = Organisation.objects.filter(pk=union.pk).values().get()
    Organisation.objects.filter(pk=union.pk).delete()
    Organisation.objects.create(**values)
    Organisation.objects.filter(pk=union.pk).update(contact_name="王敏")
    return Member.objects.get(pk=claim.member_id)


def test_what_was_changed_by_the_rules_is_no_fault(lived: Member) -> None:
    assert named() == set()


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("members_member", "name = '李四'"),
        ("members_member", "organisation_id = (SELECT min(id) FROM members_organisation)"),
        ("members_member", "document_sealed = '\\x00'"),
        ("members_member", "card_valid_until = '2030-01-01'"),
        ("claims_claim", "self_pay_1 = 4300.01"),
        ("claims_claim", "documents = '{card}'"),
        ("policies_policy", "cover = '[2017-03-01,2019-03-01)'"),
        ("claims_payment", "amount = amount + 1"),
        ("ledger_posting", "credit = credit + 1"),
    ],
)
def test_one_column_of_one_row_changed_by_the_owner(lived: Member, table: str, change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {table}")
        key = cursor.fetchone()[0]
    if "card_valid_until" in change:
        altered(f"ALTER TABLE {table} DROP CONSTRAINT member_valid_until_of_a_card")
    run(f"UPDATE {table} SET {change} WHERE id = {key}")
    ((row, what),) = named()
    assert row == insert_of(table, key)
    assert f"of {table} not as inserted" in what
    with connection.cursor() as cursor:  # the control: the chain by itself sees nothing of it
        cursor.execute("SELECT count(*) FROM core_trail_faults()")
        assert cursor.fetchone() == (0,)


def test_a_row_removed_or_brought_back_by_the_owner(lived: Member) -> None:
    other = builders.member(lived.organisation)
    run(f"DELETE FROM members_member WHERE id = {other.pk}")
    assert named() == {
        (insert_of("members_member", other.pk), f"row {other.pk} of members_member not as inserted")
    }


def test_a_column_that_came_later_is_no_fault(lived: Member) -> None:
    altered("ALTER TABLE members_member ADD COLUMN later boolean DEFAULT false")
    altered("ALTER TABLE members_member ADD COLUMN latest date")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_member SET latest = '2018-03-01'")
    assert named() == set()
    run(f"UPDATE members_member SET born_on = '1950-01-01' WHERE id = {lived.pk}")
    ((row, _what),) = named()
    assert row == insert_of("members_member", lived.pk)


def test_where_a_column_is_gone_nothing_is_claimed(lived: Member) -> None:
    altered("ALTER TABLE members_member DROP COLUMN note")
    assert named() == set()


# ------------------------------------------------------------------ the tail


def tail_removed() -> None:
    """The last ten entries with their links, so that what is left is a chain."""
    for subject in range(30):
        audit.record(action="claim.review", subject=f"claim:{subject}", by_id=None)
    chain.seal()
    last = AuditLink.objects.order_by("-seq")[:TAIL]
    events, links = [link.ref for link in last], [link.seq for link in last]
    assert {link.what for link in last} == {"event"}
    run(f"DELETE FROM core_auditevent WHERE id = ANY(ARRAY{events})")
    run(f"DELETE FROM core_auditlink WHERE seq = ANY(ARRAY{links})")


def test_a_chain_without_its_tail_misses_its_anchor(file: Path) -> None:
    tail_removed()
    (kept,) = anchors.kept()
    lost = (f"anchor:{kept.short}", "kept outside, no longer in the chain")
    assert named() == {lost}
    audit.record(action="a", subject="b:1", by_id=None)  # life goes on over the gap …
    chain.seal()
    for number in range(2 * TAIL):
        audit.record(action="a", subject=f"b:{number}", by_id=None)
    chain.seal()
    assert anchors.kept() == [kept]  # … and nothing covers it up
    assert named() == {lost}


def test_without_an_anchor_it_would_not_be_seen(settings: LazySettings) -> None:
    """The control: what is left holds by itself."""
    assert settings.AUDIT_ANCHORS == ""
    tail_removed()
    assert named() == set()


def test_what_the_auditor_noted_by_hand_is_missed_too(file: Path) -> None:
    audit.record(action="a", subject="b:1", by_id=None)
    chain.seal()
    end = chain.head()
    noted = f"{end.links}:{end.hash[:16]}"
    assert chain.holds(noted.upper())
    assert chain.holds(end.hash)
    for wrong in (f"{end.links}:{end.hash[:15]}", f"{end.links + 1}:{end.hash}", "x:y", "", ":"):
        assert not chain.holds(wrong), wrong
    tail_removed()
    assert chain.verify(anchor=noted).faults[0].row.startswith("anchor:")


def test_a_day_has_one_line_the_newest(file: Path) -> None:
    for number in range(3):
        audit.record(action="a", subject=f"b:{number}", by_id=None)
        chain.seal()
    end = chain.head()
    assert file.read_text().splitlines() == [
        f"{end.links} {end.hash} {end.at.isoformat() if end.at else ''}"
    ]
    (line,) = file.read_text().splitlines()
    earlier = line.replace(line.split()[2][:10], "2018-03-01")
    file.write_text(f"{earlier}\n")
    audit.record(action="a", subject="b:9", by_id=None)
    chain.seal()
    assert [anchor.links for anchor in anchors.kept()] == [end.links, end.links + 1]
    assert named() == set()


def test_the_auditor_reads_the_anchor_on_the_page(file: Path) -> None:
    auditor: Any = builders.client_for(builders.user("auditor"))
    address = reverse("members:audit-list")
    audit.record(action="a", subject="b:1", by_id=None)
    chain.seal()
    end = chain.head()
    page = auditor.get(address).content.decode()
    assert f"{end.links}:{end.hash[:16]}" in page
    assert "相符" in page
    tail_removed()
    assert "与链不符" in auditor.get(address).content.decode()
    assert AuditEvent.objects.exists()
