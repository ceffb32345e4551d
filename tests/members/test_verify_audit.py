"""Whoever alters the trail is found out, even as its owner with the triggers switched off (E39)."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from core import audit, chain
from core.models import AuditEvent, AuditLink, RowChange, WriteSet
from members.models import Organisation
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed() -> chain.Proof:
    """Six events and some writes, sealed and proved, and the triggers off from here on."""
    for number in range(1, 7):
        audit.record(action="claim.review", subject=f"claim:{number}", by_id=None, amount="1.00")
    builders.union()
    Organisation.objects.update(contact_name="李娜")
    Organisation.objects.filter(code__startswith="U").delete()
    proof = chain.verify()
    assert proof.faults == []
    assert proof.links == AuditEvent.objects.count() + WriteSet.objects.count()
    run("SET LOCAL session_replication_role = replica")
    return proof


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def event(number: int) -> int:
    return AuditEvent.objects.get(subject=f"claim:{number}").pk


def named() -> set[tuple[str, str]]:
    return {(fault.row, fault.what) for fault in chain.verify().faults}


@pytest.mark.parametrize(
    "change",
    [
        "at = at - interval '1 minute'",
        "by_id = 1",
        "action = 'claim.approve'",
        "subject = 'claim:99'",
        "path = '0001/'",
        'details = \'{"amount": "2.00"}\'',
        "xact = xact - 1",
    ],
)
def test_an_altered_event(sealed: chain.Proof, change: str) -> None:
    key = event(3)
    run(f"UPDATE core_auditevent SET {change} WHERE id = {key}")
    assert named() == {(f"event:{key}", "altered")}


@pytest.mark.parametrize(
    "change",
    ["op = 'I', at = at + interval '1 s'", "table_name = 'x'", "digest = '\\x00'", "xact = 1"],
)
def test_an_altered_write(sealed: chain.Proof, change: str) -> None:
    key = WriteSet.objects.filter(op="I").latest("pk").pk
    run(f"UPDATE core_writeset SET {change} WHERE id = {key}")
    assert named() == {(f"writeset:{key}", "altered")}


def test_other_keys_of_an_insert(sealed: chain.Proof) -> None:
    key = WriteSet.objects.filter(op="I").latest("pk").pk
    run(f"UPDATE core_writeset SET ids = '{{77}}' WHERE id = {key}")
    assert named() == {(f"writeset:{key}", "altered")}


@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_deleted_event(sealed: chain.Proof, number: int) -> None:
    key = event(number)
    run(f"DELETE FROM core_auditevent WHERE id = {key}")
    assert named() == {(f"event:{key}", "missing")}


def test_two_events_swapped(sealed: chain.Proof) -> None:
    one, two = event(2), event(5)
    run(
        f"UPDATE core_auditevent e SET subject = o.subject FROM core_auditevent o"
        f" WHERE (e.id, o.id) IN (({one}, {two}), ({two}, {one}))"
    )
    assert named() == {(f"event:{one}", "altered"), (f"event:{two}", "altered")}


def test_an_event_of_last_year_written_today(sealed: chain.Proof) -> None:
    run(
        "INSERT INTO core_auditevent (at, action, subject, path, details)"
        " VALUES (now() - interval '1 year', 'claim.approve', 'claim:8', '', '{}')"
    )
    assert named() == {(f"event:{event(8)}", "back-dated")}


def test_the_trail_truncated(sealed: chain.Proof) -> None:
    keys = set(AuditEvent.objects.values_list("pk", flat=True))
    run("TRUNCATE core_auditevent")
    assert named() == {(f"event:{key}", "missing") for key in keys}


@pytest.mark.parametrize("change", ['before = \'{"contact_name": "王"}\'', "row_id = row_id + 1"])
def test_an_altered_row_change(sealed: chain.Proof, change: str) -> None:
    held = RowChange.objects.filter(writeset__op="U").latest("pk")
    run(f"UPDATE core_rowchange SET {change} WHERE id = {held.pk}")
    assert (f"writeset:{held.writeset_id}", "row changes altered") in named()


def test_a_row_change_removed_added_or_left_alone(sealed: chain.Proof) -> None:
    held = RowChange.objects.filter(writeset__op="D").latest("pk")
    run(f"DELETE FROM core_rowchange WHERE id = {held.pk}")
    assert (f"writeset:{held.writeset_id}", "row changes altered") in named()
    run(
        "INSERT INTO core_rowchange (writeset_id, table_name, row_id, before)"
        " VALUES (0, 'members_member', 1, '{}')"
    )
    added = RowChange.objects.get(writeset_id=0)
    assert (f"rowchange:{added.pk}", "belongs to no write") in named()


def test_links_removed_or_rewritten(sealed: chain.Proof) -> None:
    middle = AuditLink.objects.get(seq=4)
    run("UPDATE core_auditlink SET hash = '\\x00' WHERE seq = 4")
    after = AuditLink.objects.get(seq=5)
    assert named() == {
        (f"{middle.what}:{middle.ref}", "altered"),
        (f"{after.what}:{after.ref}", "altered"),
    }
    run("DELETE FROM core_auditlink WHERE seq = 4")
    assert (f"{after.what}:{after.ref}", "links missing before") in named()


def test_a_chain_made_anew_misses_its_anchors(sealed: chain.Proof) -> None:
    call_command("verify_audit", stdout=StringIO())  # writes the head down
    noted = AuditEvent.objects.get(action="audit.verify")
    assert noted.details["faults"] == 0
    run(f"UPDATE core_auditevent SET by_id = 1 WHERE id = {event(1)}")
    run("DELETE FROM core_auditlink")
    assert (f"event:{noted.pk}", "head no longer in the chain") in named()
    proof = chain.verify(anchor=sealed.head)
    assert chain.Fault(f"anchor:{sealed.head[:16]}", "head no longer in the chain") in proof.faults


def test_the_command_prints_the_head_and_names_the_rows(sealed: chain.Proof) -> None:
    out = StringIO()
    call_command("verify_audit", anchor=sealed.head, json=True, stdout=out)
    printed = json.loads(out.getvalue())
    assert (printed["head"], printed["links"], printed["faults"]) == (sealed.head, sealed.links, [])
    key = event(2)
    run(f"DELETE FROM core_auditevent WHERE id = {key}")
    out = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_audit", stdout=out)
    assert f"event:{key}\tmissing" in out.getvalue()


def test_sealing_twice_adds_nothing(sealed: chain.Proof) -> None:
    assert chain.seal() == 0
    audit.record(action="a", subject="b:1", by_id=None)
    assert chain.seal() == 1
    assert chain.head().links == sealed.links + 1
