"""How long the first page of the people takes, for every kind of search and three reaches.

`./run bench -k search`; BENCH_SCALE=1 is the district of 170,000. Through Django's test client: the
whole request, without the network. The aim is 50 ms; nothing passes or fails by time.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from core import crypto
from members.models import Member, Organisation, User
from reports.demo import workbooks
from tests import builders
from tests.benchmarks.bench_rosters import bring_in, people_of, unions_of, write

TIMES = 40
LIST = reverse("members:member-list")
FIND = reverse("members:member-find")
Search = Callable[[Client, Member], object]


def by_address(text: Callable[[Member], str]) -> Search:
    return lambda client, member: client.get(LIST, {"q": text(member)})


def by_box(text: Callable[[Member], str]) -> Search:
    """A number is sent by the box and answered by the page it leads to."""
    return lambda client, member: client.post(FIND, {"text": text(member)}, follow=True)


def document(member: Member) -> str:
    return crypto.unseal(member.document_sealed, "id")


def card(member: Member) -> str:
    return crypto.unseal(member.card_sealed or b"", "card")


SEARCHES: dict[str, Search] = {
    "no query": lambda client, member: client.get(LIST),
    "whole name": by_address(lambda member: member.name),
    "surname": by_address(lambda member: member.name[0]),
    "initials": by_address(lambda member: member.initials),
    "first initial": by_address(lambda member: member.initials[0]),
    "last 4": by_box(lambda member: document(member)[-4:]),
    "last 6": by_box(lambda member: document(member)[-6:]),
    "whole number": by_box(document),
    "card's last 4": by_box(lambda member: card(member)[-4:]),
    "card": by_box(card),
}


def reaches() -> dict[str, tuple[User, Organisation]]:
    """Somebody of the district, of a street and of one of its unions."""
    street = Organisation.objects.filter(kind="STREET").order_by("pk")[0]
    unit = Organisation.objects.filter(parent=street, members__isnull=False).order_by("pk")[0]
    return {
        "district": (builders.user("enrolment"), builders.district()),
        "street": (builders.user("coordinator", street), street),
        "unit": (builders.user("agent", unit), unit),
    }


def some_of(union: Organisation) -> list[Member]:
    """Members with a card, any: their order is that of their hashes."""
    below = Member.objects.filter(organisation__path__startswith=union.path)
    return list(below.filter(card_index__isnull=False).order_by("document_index")[:TIMES])


def milliseconds(search: Search, client: Client, members: list[Member]) -> list[float]:
    took = []
    for member in members:
        started = time.perf_counter()
        search(client, member)
        took.append(1000 * (time.perf_counter() - started))
    return sorted(took)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_search_of_people(tmp_path: Path) -> None:
    unions_of(tmp_path)
    bring_in("members", write(tmp_path, "会员花名册", workbooks.MEMBERS, people_of()))()
    for reach, (user, union) in reaches().items():
        client, members = builders.client_for(user), some_of(union)
        assert client.get(LIST).status_code == 200
        for name, search in SEARCHES.items():
            took = milliseconds(search, client, members)
            sys.stdout.write(
                f"{reach:<10}{name:<16}median {took[len(took) // 2]:6.1f} ms,"
                f" 95 % {took[len(took) * 95 // 100]:6.1f} ms\n"
            )
