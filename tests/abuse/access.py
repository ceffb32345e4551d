"""Every URL of the access table with somebody who may open it, and the database as text."""

import copy
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.architecture.test_access_table import ROOMS, looked_up, rows

# written at each request, or different each time by nature
VOLATILE_TABLES = {"members_session"}
VOLATILE_COLUMNS = {"password", "last_login", "sha256", "hash", "xact", "digest"}
FIRST_FREE = 50_000_000  # ids of a trial begin here, so that two trials give the same ones


class Call(NamedTuple):
    """A request of the table: who may make it, to where, with what."""

    name: str
    who: str
    address: str
    data: dict[str, Any]


def calls(world: dict[str, Any], method: str, *, everybody: bool = False) -> Iterator[Call]:
    """One call per URL of this method by somebody it lets in, or by each who gets 2xx or 3xx."""
    for room in ROOMS:
        for name, row in rows(room).items():
            let_in = _let_in(row.get(method, {}))
            if not let_in:
                continue
            kwargs = {key: looked_up(value, world) for key, value in row.get("kwargs", {}).items()}
            sent = row.get("data" if method == "post" else "query", {})
            data = {key: looked_up(value, world) for key, value in sent.items()}
            address = reverse(name, kwargs=kwargs or None)
            for who in let_in if everybody else let_in[:1]:
                yield Call(name, who, address, data)


def _let_in(expected: dict[int, str]) -> list[str]:
    """Those whom the row lets in: the named ones, and of `rest` the likely ones."""
    named = {who for people in expected.values() for who in people.split()}
    found: list[str] = []
    for status, people in expected.items():
        if status in (200, 302, 422):
            for who in people.split():
                others = ("agent", "reviewer", "enrolment", "finance", "approver", "coordinator")
                found += [each for each in others if each not in named] if who == "rest" else [who]
    return list(dict.fromkeys(who for who in found if who != "stranger"))


def asked(client: Client, call: Call, method: str, data: dict[str, Any]) -> Any:
    """The answer with its content read; cookies stay as they were."""
    cookies = copy.deepcopy(client.cookies)
    response: Any = getattr(client, method)(call.address, data)
    if response.streaming:
        response.body = b"".join(response.streaming_content)
    else:
        response.body = response.content
    client.cookies = cookies
    return response


def snapshot(*, without: frozenset[str] = frozenset()) -> dict[str, list[Any]]:
    """All rows of all tables but for what differs by nature; sealed values are left out."""
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in VOLATILE_TABLES | without:
                continue
            columns = [
                column.name
                for column in connection.introspection.get_table_description(cursor, table)
                if column.name not in VOLATILE_COLUMNS and not column.name.endswith("_sealed")
            ]
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(f"SELECT {names} FROM {table}")
            found[table] = sorted(
                repr(dict(zip(columns, map(_steady, row), strict=True)))
                for row in cursor.fetchall()
            )
    return found


def _steady(value: Any) -> Any:
    """Moments by their day: two trials of one request are milliseconds apart."""
    return value.date() if isinstance(value, datetime) else value


def after(client: Client, call: Call, data: dict[str, Any]) -> tuple[int, dict[str, list[Any]]]:
    """What a POST leaves behind; it is undone, and ids begin at the same number each time."""
    held = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        for (sequence,) in cursor.fetchall():
            cursor.execute(f"ALTER SEQUENCE {sequence} RESTART WITH {FIRST_FREE}")
    response = asked(client, call, "post", data)
    left = snapshot()
    transaction.savepoint_rollback(held)
    return int(response.status_code), left
