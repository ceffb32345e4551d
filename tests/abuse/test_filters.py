"""E36: hostile words in every parameter of every page: never a 500; unknown ones are ignored."""

import re
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.abuse.access import Call, asked, calls

WORDS = (
    "'", '"', "\\", "%", "_", "%00", "\x00", "' OR 1=1--", "1; DROP TABLE members_member",
    "') UNION SELECT 1--", "1) OR pg_sleep(5)--", "$$", "{{7*7}}", "[]", "{}", "-1", "0", "1e999",
    "NaN", "99999999999999999999", "2018-13-45", "0000-00-00", "９９", "١٢٣", "\ud7ff\uffff",
    "a" * 5000, "../../etc/passwd", "organisation__path", "-organisation__users__password", "?",
    "card_sealed",
    "\u202e", "\r\nSet-Cookie: a=b",
    # what makes a search of bad expressions go over the same signs again and again
    " " * 4999 + "x", "0" * 4999 + "-", "-" * 5000, "(" * 5000, "a@" * 2500, "，" * 4999 + "x",
    "%" * 5000, "_" * 5000, "\\" * 4999,
)  # fmt: skip
UNKNOWN = {
    "_connector": "OR 1=1) --", "pk__in": "1,2", "document_index__startswith": "a",
    "organisation__path__startswith": "0", "_negated": "1", "created_by__password__regex": "^a",
    "order_by": "card_sealed", "ordering": "document_sealed", "filter": "{}", "q[_connector]": "OR",
}  # fmt: skip
COMMON = ("q", "sort", "size", "page", "status", "union", "year", "paper", "next", "filter")
SLOWEST = 4.0  # seconds; pg_sleep(5) would show, and pages answer in tenths of one
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
    answer, seconds = timed(client, call, data)
    if seconds > SLOWEST:  # the machine may have been busy: what is slow is slow again
        answer, seconds = timed(client, call, data)
    if seconds > SLOWEST:
        return f"took {seconds:.1f} s"
    if "Set-Cookie: a" in str(answer.headers):
        return "header of the parameter"
    return str(answer.status_code) if answer.status_code >= 500 else ""


def timed(client: Client, call: Call, data: dict[str, Any]) -> tuple[Any, float]:
    started = time.monotonic()
    return asked(client, call, "get", data), time.monotonic() - started


def test_a_slow_answer_is_seen(world: dict[str, Any], clients: dict[str, Client]) -> None:
    """The control: a page whose query sleeps as the word wants is found."""
    call = next(call for call in calls(world, "get") if call.name == "members:member-list")
    assert trouble(clients[call.who], call, call.data) == ""
    with connection.execute_wrapper(asleep_while_counting):
        assert trouble(clients[call.who], call, call.data).startswith("took")


def asleep_while_counting(execute: Any, sql: str, *rest: Any) -> Any:
    if "COUNT(" in sql and "members_member" in sql:
        with connection.connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
    return execute(sql, *rest)


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
