"""Every URL with a record × every role × every place in the tree.

The rows are those of test_access_table.py; here each role is held in turn at the record's own
union, above it, beside it, below it, and in another street. Covered by the viewer's subtree, the
answer is the row's; anywhere else it is 404, or 403 where the role never allows the act.
A row may say

    district: true        # the record is the district's as a whole: no place below opens it
    outside: 200          # the page comes again, without the foreign record
    below_district: 422   # the act is refused to whoever holds the right below the district
"""

from collections.abc import Iterator
from typing import Any

import pytest

from members.models import Organisation
from members.permissions import Role
from tests import builders
from tests.architecture.test_access_table import ROOMS, answer, build_world, rows

PLACES = ("own", "above", "beside", "below", "elsewhere")


def places(world: dict[str, Any]) -> dict[str, Organisation]:
    unit, street = world["unit"], world["street"]
    return {
        "own": unit,
        "above": street,
        "beside": builders.union("JT0102", parent=street, name="天坛公园工会"),
        "below": builders.union("JT010101", parent=unit, name="天坛饭店客房部工会"),
        "elsewhere": world["other_street"],
    }


def records(row: dict[str, Any], method: str, world: dict[str, Any]) -> list[str]:
    """The keys of the world's records that the row's address, or what it posts, names."""
    named = [*row.get("kwargs", {}).values()]
    named += row.get("data", {}).values() if method == "post" else []
    return [key for key in named if isinstance(key, str) and hasattr(world.get(key), "pk")]


def scoped_rows(room: str, world: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str, str]]:
    """(URL name, row, method, the record's key) of the room's rows that name a record."""
    for name, row in rows(room).items():
        for method in ("get", "post"):
            if method in row and (keys := records(row, method, world)):
                yield name, row, method, keys[0]


def expected(row: dict[str, Any], method: str, key: str, role: str, place: str) -> int:
    named = {who: status for status, people in row[method].items() for who in people.split()}
    inside = int(named.get(role, named.get("rest", 0)))
    covering = {"elsewhere"} if key.startswith("other_") else {"own", "above"}
    if key == "street":
        covering = {"above"}
    if inside == 403:
        return inside
    if place in covering and not row.get("district"):
        return int(row.get("below_district", inside)) if inside == 302 else inside
    return int(row.get("outside", 404))


@pytest.mark.django_db
@pytest.mark.parametrize("room", ROOMS)
def test_every_role_at_every_place(room: str, record_property: Any) -> None:
    world = build_world()
    nodes = places(world)
    clients = {
        (role, place): builders.client_for(builders.user(role, nodes[place]))
        for role in Role.values
        for place in PLACES
    }
    wrong, tried = [], 0
    for name, row, method, key in scoped_rows(room, world):
        for (role, place), client in clients.items():
            got = answer(client, name, row, method, world)
            want = expected(row, method, key, role, place)
            tried += 1
            if got != want:
                wrong.append(f"{method.upper()} {name} as {role} {place}: {got}, not {want}")
    record_property("cells", tried)
    assert not wrong, f"{len(wrong)} of {tried} cells:\n" + "\n".join(wrong)
