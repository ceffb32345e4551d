"""E36: hostile words in every parameter of every page: never a 500; unknown ones are ignored."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.abuse.access import Call, asked, calls

WORDS = (
    "'", '"', "\\", "%", "_", "%00", "\x00", "' OR 1=1--", "1; DROP TABLE members_member",
    "') UNION SELECT 1--", "1) OR pg_sleep(5)--", "$$", "{{7*7}}", "[]", "{}", "-1", "0", "1e999",
    "NaN", "99999999999999999999", "2018-13-45", "0000-00-00", "９９", "١٢٣", "\ud7ff\uffff",
    "a" * 5000, "../../etc/passwd", "organisation__path", "-organisation__users__password", "?",
    "card_sealed",
    "\u202e", "\r\nSet-Cookie: a=b",
)  # fmt: skip
UNKNOWN = {
    "_connector": "OR 1=1) --", "pk__in": "1,2", "document_index__startswith": "a",
    "organisation__path__startswith": "0", "_negated": "1", "created_by__password__regex": "^a",
    "order_by": "card_sealed", "ordering": "document_sealed", "filter": "{}", "q[_connector]": "OR",
}  # fmt: skip
COMMON = ("q", "sort", "size", "page", "status", "union", "year", "paper", "next", "filter")
FIELD = re.compile(r'<(?:input|select|textarea)[^>]*\bname="([^"]+)"')


def parameters(page: str) -> list[str]:
    """The names of the fields on the page, and those that lists take besides."""
    return [*dict.fromkeys([*FIELD.findall(page), *COMMON])]


def pages(world: dict[str, Any], clients: dict[str, Client]) -> list[tuple[Call, list[str]]]:
    found = []
    for call in calls(world, "get"):
        answer = asked(clients[call.who], call, "get", call.data)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            found.append((call, parameters(answer.body.decode())))
    return found


@pytest.mark.slow
def test_no_word_breaks_a_list(world: dict[str, Any], clients: dict[str, Client]) -> None:
    broken, tried = [], 0
    for call, names in pages(world, clients):
        sent = [dict.fromkeys(names, word) for word in WORDS]
        sent += [{name: WORDS[0]} for name in names]
        for data in sent:
            tried += 1
            problem = trouble(clients[call.who], call, {**call.data, **data})
            if problem:
                broken.append(f"{call.name} {str(data)[:80]}: {problem}")
                break
    assert not broken, "\n".join(broken)
    assert tried > 1000


def trouble(client: Client, call: Call, data: dict[str, Any]) -> str:
    """What is wrong with the answer; a view that raises is as bad as a 500."""
    client.raise_request_exception = False
    answer = asked(client, call, "get", data)
    if "Set-Cookie: a" in str(answer.headers):
        return "header of the parameter"
    return str(answer.status_code) if answer.status_code >= 500 else ""


def test_unknown_parameters_are_ignored(world: dict[str, Any], clients: dict[str, Client]) -> None:
    different = []
    for call, _names in pages(world, clients):
        plain = asked(clients[call.who], call, "get", call.data)
        more = asked(clients[call.who], call, "get", {**call.data, **UNKNOWN})
        if plain.status_code != more.status_code or rows_of(plain) != rows_of(more):
            different.append(call.name)
    assert different == []


def rows_of(answer: Any) -> int:
    return int(answer.body.count(b"<tr"))
