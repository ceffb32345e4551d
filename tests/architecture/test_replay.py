"""What one union asks, asked again with the records of another: nothing comes, nothing changes.

Every GET of the access table is made by an agent and a coordinator of another street, plain and
with every filter pointed at foreign records: no page, list, badge, file or error may hold a word
of them. Every POST is made with the keys of all foreign records in every field that takes one: not
a foreign row may change.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from core import crypto, masks
from members.models import Member
from members.permissions import Role
from tests import builders
from tests.architecture.test_access_table import ROOMS, build_world, looked_up, rows

KEYS = ("pk", "union", "under", "member", "batch", "run", "claim", "receipt", "payer", "subject")
OWN = {  # about the person himself
    "members:logout", "members:password", "members:login", "members:second-factor-remove",
}  # fmt: skip
APPS = ("members", "policies", "claims", "ledger")
CHANGING = {"members_user", "members_session"}  # signing in leaves its mark


def canaries(world: dict[str, Any]) -> set[str]:
    """Words that only the other union's records have."""
    unit = world["unit"]
    found = {unit.name, world["street"].name, world["agent_account"].username}
    for key, thing in world.items():
        number = getattr(thing, "number", "")
        if number and not key.startswith("other_") and key not in ("remittance", "payout"):
            found.add(str(number))
    for member in Member.objects.filter(organisation=unit):
        document = crypto.unseal(member.document_sealed, "id")
        found |= {document, masks.document(document)}
    return found


def foreign_keys(world: dict[str, Any]) -> list[str]:
    return [
        str(thing.pk)
        for key, thing in world.items()
        if hasattr(thing, "pk") and not key.startswith("other_")
    ]


def asked(client: Client, method: str, address: str, data: Any) -> tuple[int, str]:
    cookies = copy.deepcopy(client.cookies)
    response = getattr(client, method)(address, data)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    client.cookies = cookies
    return response.status_code, body.decode("utf-8", "replace")


def addresses(method: str, world: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for room in ROOMS:
        for name, row in rows(room).items():
            if method in row and name not in OWN:
                kwargs = {k: looked_up(v, world) for k, v in row.get("kwargs", {}).items()}
                data = row.get("data" if method == "post" else "query", {})
                yield name, reverse(name, kwargs=kwargs or None), {**data}


def checksum(newest: dict[str, str]) -> str:
    """Of all rows that stood before, whoever they belong to."""
    sums = []
    with connection.cursor() as cursor:
        for table, last in newest.items():
            cursor.execute(
                f"SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t"
                " WHERE t.id::text = ANY (%s)", [last.split()],
            )  # fmt: skip
            sums.append(str(cursor.fetchone()[0]))
    return " ".join(sums)


def standing() -> dict[str, str]:
    found = {}
    tables = {
        model._meta.db_table for app in APPS for model in apps.get_app_config(app).get_models()
    }
    with connection.cursor() as cursor:
        for table in sorted(tables - CHANGING):
            cursor.execute(f"SELECT coalesce(string_agg(id::text, ' '), '') FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


@pytest.fixture
def world() -> dict[str, Any]:
    return build_world()


@pytest.fixture
def outsiders(world: dict[str, Any]) -> list[Client]:
    coordinator = builders.user(Role.COORDINATOR, world["other_street"])
    return [builders.client_for(world["users"]["stranger"]), builders.client_for(coordinator)]


@pytest.mark.django_db
def test_no_page_tells_of_another_union(
    world: dict[str, Any], outsiders: list[Client], record_property: Any
) -> None:
    words, told, replays = canaries(world), [], 0
    pointed = [world["unit"].pk, world["unit"].code, world["checked_import"].pk]
    queries = [{}, *({key: str(value) for key in KEYS} for value in pointed)]
    for client in outsiders:
        for name, address, query in addresses("get", world):
            for extra in queries:
                _status, body = asked(client, "get", address, {**query, **extra})
                replays += 1
                asked_for = set(extra.values())  # what was typed may stand in its field again
                told += [(name, word) for word in words - asked_for if word in body]
    record_property("replays", replays)
    assert told == [], f"in {replays} replays"
    assert replays > 300


@pytest.mark.django_db
def test_no_act_reaches_another_union(
    world: dict[str, Any], outsiders: list[Client], record_property: Any
) -> None:
    stood = standing()
    before, changed, replays = checksum(stood), [], 0
    for client in outsiders:
        for name, address, data in addresses("post", world):
            plain = {key: looked_up(value, world) for key, value in data.items()}
            for extra in ({}, dict.fromkeys(KEYS, foreign_keys(world)), {"all": "filter"}):
                held = transaction.savepoint()
                asked(client, "post", address, {**plain, **extra})
                if checksum(stood) != before:
                    changed.append(name)
                transaction.savepoint_rollback(held)
                replays += 1
    record_property("replays", replays)
    assert changed == [], f"in {replays} replays"
    assert replays > 100


@pytest.mark.django_db
def test_the_replay_would_see_a_change(world: dict[str, Any]) -> None:
    """The negative control: the union's own agent does change a row."""
    stood = standing()
    before = checksum(stood)
    own = builders.client_for(world["users"]["agent"])
    asked(
        own,
        "post",
        reverse("policies:batch-submit"),
        {"pk": world["batch"].pk, "late_reason": "补报"},
    )
    assert checksum(stood) != before
