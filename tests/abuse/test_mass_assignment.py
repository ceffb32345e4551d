"""E33: twenty-five fields that nobody asked for, on every POST: what is written stays the same."""

from typing import Any

import pytest
from django.test import Client

from tests.abuse.access import Call, after, calls

EXTRA = {
    "id": "1", "pk_": "1", "status": "PAID", "amount": "999999.00", "approved_amount": "999999.00",
    "union": "1", "union_id": "1", "organisation_id": "1", "member_id": "1", "is_staff": "1",
    "is_superuser": "1", "is_active": "0", "created_by": "1", "created_by_id": "1", "by_id": "1",
    "uploaded_by_id": "1", "filed_by_id": "1", "reviewed_by_id": "1", "password": "x",
    "must_change_password": "0", "path": "0001/", "created_at": "2001-01-01", "number": "X-1",
    "document_index": "0" * 32, "card_sealed": "x",
}  # fmt: skip


def differing(
    client: Client, call: Call, extra: dict[str, Any]
) -> tuple[tuple[int, int], list[str]]:
    """Both statuses, and the tables that a POST leaves different with more fields than without."""
    plain_status, plain = after(client, call, call.data)
    status, left = after(client, call, call.data | extra)
    return (plain_status, status), [table for table in plain if plain[table] != left[table]]


def test_fields_that_nobody_asked_for_change_nothing(
    world: dict[str, Any], clients: dict[str, Client]
) -> None:
    wrong, tried = [], 0
    for call in calls(world, "post"):
        if call.name == "members:login":
            continue  # refused and taken sign-ins are counted by themselves
        extra = {name: value for name, value in EXTRA.items() if name not in call.data}
        if call.name.endswith(("-create", "-file", "-person", "-find", ":password", "-request")):
            extra = {name: value for name, value in extra.items() if name in NEVER_A_FIELD}
        statuses, tables = differing(clients[call.who], call, extra)
        tried += 1
        if tables or statuses[0] != statuses[1]:
            wrong.append(f"{call.name} as {call.who}: {statuses} {tables}")
    assert not wrong, "\n".join(wrong)
    assert tried >= 30


# of a form that makes something, some of the names are its own fields
NEVER_A_FIELD = set(EXTRA) - {"number", "status", "amount", "union", "password", "role"}


@pytest.mark.parametrize("name", ["members:user-create", "claims:claim-refuse"])
def test_the_comparison_sees_a_changed_field(
    world: dict[str, Any], clients: dict[str, Client], name: str
) -> None:
    """The control: a field that does count is seen in the tables."""
    call = next(call for call in calls(world, "post") if call.name == name)
    extra = {"reason": "other words", "full_name": "别人"}
    who = {"claims:claim-refuse": "approver"}.get(name, "admin")
    _statuses, tables = differing(clients[who], call, extra)
    assert tables
