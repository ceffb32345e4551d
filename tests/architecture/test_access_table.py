"""Every URL × every role: a new URL without a row fails, and every cell is tried.

A request that writes rows and leaves no event of the audit trail beside them fails as well.

One file per room: access/<room>.yaml. A row:

    claims:claim-detail:
      kwargs: {pk: claim}             # names in the world (below), or plain values
      get: {200: agent reviewer, 404: stranger, 403: rest}
      post: {302: reviewer, 403: rest}
      data: {reason: "…"}     # of the POST; values that name something in the world are its keys
      query: {year: 2018}     # of the GET

Whoever is not signed in is always sent to the sign-in page, unless the row says `open: true`.
The cast: one account per role (coordinator at `street`, agent at `unit`, the others at the
district), and `stranger`, the agent of `other_unit`, which lies under another street. A room adds
things to the world in tests/<room>/world.py: `build(world) -> dict[str, object]`, by services.
"""

import copy
import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.models import AuditEvent, WriteSet
from members.permissions import Role
from tests import builders

ROOMS = ("members", "policies", "ledger", "claims", "reports")
NOT_OURS = {"set_language"}  # Django's own; open to everybody
FOLDER = Path(__file__).parent / "access"
CAST = (*Role.values, "stranger")


def rows(room: str) -> dict[str, Any]:
    path = FOLDER / f"{room}.yaml"
    return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}


def url_names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield prefix + pattern.name
        else:
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from url_names(pattern, prefix + space)


def build_world() -> dict[str, Any]:
    street = builders.union("JT01", kind="STREET", name="天坛街道总工会")
    other_street = builders.union("JT02", kind="STREET", name="东花市街道总工会")
    unit = builders.union("JT0101", parent=street, name="天坛饭店工会")
    other_unit = builders.union("JT0201", parent=other_street, name="花市小学工会")
    places = {Role.COORDINATOR: street, Role.AGENT: unit}
    users = {role: builders.user(role, places.get(Role(role))) for role in Role.values}
    users["stranger"] = builders.user(Role.AGENT, other_unit)
    world: dict[str, Any] = {
        "street": street,
        "unit": unit,
        "other_street": other_street,
        "other_unit": other_unit,
        "member": builders.member(unit),
        "other_member": builders.member(other_unit, name="李四"),
        "users": users,
    }
    for room in ROOMS:
        if importlib.util.find_spec(f"tests.{room}.world"):
            build = getattr(importlib.import_module(f"tests.{room}.world"), "build", None)
            world.update(build(world) if build else {})
    return world


def looked_up(value: Any, world: dict[str, Any]) -> Any:
    found = world.get(value, value) if isinstance(value, str) else value
    return getattr(found, "pk", found)


def cells(room: str) -> Iterator[tuple[str, dict[str, Any], str, str, int]]:
    """(URL name, row, method, who, expected status)."""
    for name, row in rows(room).items():
        for method in ("get", "post"):
            if method not in row:
                continue
            named = {
                who: status for status, people in row[method].items() for who in people.split()
            }
            rest = named.pop("rest", None)
            unknown = set(named) - set(CAST)
            assert not unknown, f"{name}: nobody is called {unknown}"
            for who in CAST:
                status = named.get(who, rest)
                assert status is not None, f"{name} {method}: what may {who}?"
                yield name, row, method, who, status
            yield name, row, method, "anonymous", 200 if row.get("open") else 302


def newest_rows() -> tuple[int, int]:
    """The last keys of written rows and of the trail; a count would read the undone rows too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.last_value, e.last_value"
            " FROM core_writeset_id_seq w, core_auditevent_id_seq e"
        )
        written, recorded = cursor.fetchone()
    return written, recorded


def wrote_unrecorded(before: tuple[int, int]) -> bool:
    """Were rows written since, and no event of the audit trail beside them?"""
    written, recorded = before
    return (
        WriteSet.objects.filter(pk__gt=written).exists()
        and not AuditEvent.objects.filter(pk__gt=recorded).exists()
    )


def answer(client: Client, name: str, row: dict[str, Any], method: str, world: Any) -> int:
    kwargs = {key: looked_up(value, world) for key, value in row.get("kwargs", {}).items()}
    sent = row.get("data" if method == "post" else "query", {})
    data = {key: looked_up(value, world) for key, value in sent.items()}
    cookies = copy.deepcopy(client.cookies)  # signing out is undone as well
    held = transaction.savepoint()  # not atomic(): the services open the outermost transaction
    before = newest_rows()
    response = getattr(client, method)(reverse(name, kwargs=kwargs or None), data)
    if response.streaming:
        b"".join(response.streaming_content)
    if wrote_unrecorded(before):
        pytest.fail(f"{method.upper()} {name} wrote rows and no event of the audit trail")
    transaction.savepoint_rollback(held)
    client.cookies = cookies
    return int(response.status_code)


def test_every_url_has_a_row() -> None:
    have = {name for room in ROOMS for name in rows(room)}
    want = set(url_names(get_resolver())) - NOT_OURS
    assert want - have == set(), "URLs without a row in tests/architecture/access"
    assert have - want == set(), "rows without a URL"


@pytest.mark.django_db
@pytest.mark.parametrize("room", ROOMS)
def test_every_cell(room: str) -> None:
    world = build_world()
    clients = {who: builders.client_for(account) for who, account in world["users"].items()}
    clients["anonymous"] = Client()
    for client in clients.values():
        client.raise_request_exception = True
    wrong, tried = [], 0
    for name, row, method, who, expected in cells(room):
        got = answer(clients[who], name, row, method, world)
        tried += 1
        if got != expected:
            wrong.append(f"{method.upper()} {name} as {who}: {got}, not {expected}")
    assert not wrong, f"{len(wrong)} of {tried} cells:\n" + "\n".join(wrong)
