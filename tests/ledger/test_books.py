"""The books: balanced, append-only, reversed once, read through the viewer."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger import selectors, services
from ledger.models import Account, Entry, Posting
from ledger.services import AlreadyReversed, NewEntry
from members.access import Viewer
from tests import builders

pytestmark = pytest.mark.django_db
ZERO, TEN = Decimal("0.00"), Decimal("10.00")
DAY = date(2018, 3, 1)
LINES = [("1122", TEN, ZERO), ("2202", ZERO, TEN)]


def post(key: str = "batch:1", *, day: date = DAY, organisation_id: int = 0) -> Entry:
    return services.post(
        key=key,
        posted_on=day,
        memo="受理",
        organisation_id=organisation_id or builders.district().pk,
        lines=LINES,
    )


def refused(words: str, act: Callable[[], Any]) -> None:
    with pytest.raises((IntegrityError, DataError), match=words), transaction.atomic():
        _checked(act)


def _checked(act: Callable[[], Any]) -> None:
    act()
    connection.check_constraints()


def test_an_entry_has_its_lines() -> None:
    entry = post()
    lines = entry.postings.order_by("pk").values_list("account__code", "debit", "credit")
    assert list(lines) == LINES


@pytest.mark.parametrize("lines", [[], LINES[:1], [LINES[0], ("2202", ZERO, Decimal("9.99"))]])
def test_what_does_not_balance_is_a_bug(lines: list[services.Line]) -> None:
    with pytest.raises(ValueError, match="out of balance"), transaction.atomic():
        services.post(key="x", posted_on=DAY, memo="", organisation_id=1, lines=lines)
    assert not Entry.objects.exists()


def test_a_key_is_posted_once() -> None:
    post()
    with pytest.raises(IntegrityError, match="key"), transaction.atomic():
        post()
    assert Entry.objects.count() == 1


def test_many_are_posted_in_as_many_queries_as_few_and_once() -> None:
    root = builders.district().pk
    few = [NewEntry(f"a:{n}", DAY, "", root, LINES) for n in range(2)]
    many = [NewEntry(f"b:{n}", DAY, "", root, LINES) for n in range(50)]
    with CaptureQueriesContext(connection) as for_few:
        assert services.post_many(few) == 2
    with CaptureQueriesContext(connection) as for_many:
        assert services.post_many(many) == 50
    assert len(for_few) == len(for_many)
    assert services.post_many([*few, NewEntry("c:1", DAY, "", root, LINES)]) == 1
    assert Posting.objects.count() == 2 * 53
    connection.check_constraints()


def test_a_reversal_is_the_mirror_and_happens_once() -> None:
    entry = post()
    mirror = services.reverse(key=entry.key, posted_on=date(2018, 3, 2), memo="冲销")
    assert (mirror.key, mirror.reverses) == ("batch:1:reversed", entry)
    lines = mirror.postings.order_by("pk").values_list("account__code", "debit", "credit")
    assert list(lines) == [("1122", ZERO, TEN), ("2202", TEN, ZERO)]
    with pytest.raises(AlreadyReversed), transaction.atomic():
        services.reverse(key=entry.key, posted_on=DAY, memo="")
    assert selectors.reversal_of(entry) == mirror
    assert Entry.objects.count() == 2


def test_the_database_keeps_the_balance() -> None:
    entry = post()
    account = Account.objects.get(code="1002")
    refused(
        "does not balance", lambda: Posting.objects.create(entry=entry, account=account, debit=1)
    )
    root = builders.district()
    refused(
        "does not balance",
        lambda: Entry.objects.create(key="e", posted_on=DAY, memo="", organisation=root),
    )


def test_the_books_are_append_only() -> None:
    entry = post()
    line = entry.postings.order_by("pk")[0]
    refused("append", lambda: Entry.objects.filter(pk=entry.pk).update(memo="改"))
    refused("append", lambda: Posting.objects.filter(pk=line.pk).update(debit=11))
    refused("append", lambda: Posting.objects.filter(pk=line.pk).delete())


@pytest.mark.parametrize(("debit", "credit"), [(0, 0), (1, 1), (-1, 0)])
def test_a_line_is_a_debit_or_a_credit(debit: int, credit: int) -> None:
    entry, account = post(), Account.objects.get(code="1002")
    refused(
        "posting_debit_xor_credit",
        lambda: Posting.objects.create(entry=entry, account=account, debit=debit, credit=credit),
    )


def test_the_trial_balance() -> None:
    post("a", day=date(2018, 1, 31))
    post("b", day=date(2018, 2, 1))
    post("c", day=date(2018, 3, 1))
    rows = selectors.balances(Viewer.system(), as_of=date(2018, 2, 28), since=date(2018, 2, 1))
    found = {row.account.code: (row.opening, row.debit, row.credit, row.closing) for row in rows}
    assert found["1122"] == (TEN, TEN, ZERO, 2 * TEN)
    assert found["2202"] == (TEN, ZERO, TEN, 2 * TEN)
    assert found["1002"] == (ZERO, ZERO, ZERO, ZERO)
    whole = selectors.balances(Viewer.system(), as_of=date(2018, 2, 28))
    assert {row.opening for row in whole} == {ZERO}


def test_a_statement_runs() -> None:
    post("a", day=date(2018, 1, 31))
    post("b", day=date(2018, 2, 1))
    services.reverse(key="b", posted_on=date(2018, 2, 2), memo="")
    account = Account.objects.get(code="2202")
    found = selectors.statement(
        Viewer.system(), account=account, first=date(2018, 2, 1), last=date(2018, 2, 28)
    )
    assert (found.opening, found.debit, found.credit, found.closing) == (TEN, TEN, TEN, TEN)
    assert [row.balance for row in found.rows] == [2 * TEN, TEN]  # type: ignore[attr-defined]


def test_the_books_are_scoped() -> None:
    street, other = builders.union(kind="STREET"), builders.union(kind="STREET")
    own = post("own", organisation_id=builders.union(parent=street).pk)
    post("foreign", organisation_id=other.pk)
    viewer = builders.viewer_as("finance", street)
    assert [entry.pk for entry in selectors.visible_entries(viewer)] == [own.pk]
    debit = sum(row.debit for row in selectors.balances(viewer, as_of=DAY))
    assert debit == TEN
    agent = builders.viewer_as("agent", street)
    assert not selectors.visible_entries(agent).exists()


def test_the_pages(client: Any) -> None:
    entry = post()
    browser = builders.client_for(builders.user("finance"))
    query = {"first": "2018-01-01", "last": "2018-12-31"}
    assert "10.00" in browser.get("/ledger/", query).content.decode()
    page = browser.get("/ledger/1122/", query).content.decode()
    assert "batch:1" in page
    assert "应收会费" in browser.get(f"/ledger/entries/{entry.pk}/").content.decode()
    wrong = browser.get("/ledger/", {"first": "2018-12-31", "last": "2018-01-01"})
    assert "截止日期早于起始日期" in wrong.content.decode()


def test_the_trial_balance_of_one_union(client: Any) -> None:
    street, other = builders.union("S1", kind="STREET"), builders.union("S2", kind="STREET")
    post("own", organisation_id=builders.union(parent=street).pk)
    post("foreign", organisation_id=other.pk)
    viewer = Viewer.system()
    whole = sum(row.debit for row in selectors.balances(viewer, as_of=DAY))
    part = sum(row.debit for row in selectors.balances(viewer, as_of=DAY, below=street.path))
    assert (whole, part) == (2 * TEN, TEN)
    assert selectors.union_named(viewer, "s1") == street
    assert selectors.union_named(viewer, "没有的单位") is None
    browser = builders.client_for(builders.user("finance"))
    query = {"first": "2018-01-01", "last": "2018-12-31", "union": "S1"}
    page = browser.get("/ledger/", query).content.decode()
    assert (street.name in page, "20.00" in page) == (True, False)
    statement = browser.get("/ledger/1122/", query).content.decode()
    assert ("own" in statement, "foreign" in statement) == (True, False)
    wrong = browser.get("/ledger/", {**query, "union": "无"}).content.decode()
    assert "没有这个单位" in wrong
