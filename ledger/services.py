"""The only way into the books: balanced entries, never altered, corrected by reversal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from core.money import ZERO
from ledger.models import Account, BooksClosing, Entry, Posting

Line = tuple[str, Decimal, Decimal]  # account code, debit, credit
BATCH_SIZE = 2000


class AlreadyReversed(RuleViolation):
    """An entry is reversed once."""


class PeriodClosed(RuleViolation):
    """Nothing is posted on a day up to which the books are closed."""


@dataclass(frozen=True)
class NewEntry:
    """An entry to be posted; `key` names what it books (`batch:17`) and is used once, ever."""

    key: str
    posted_on: date
    memo: str
    organisation_id: int
    lines: Sequence[Line]


@transaction.atomic(savepoint=False)
def post(
    *, key: str, posted_on: date, memo: str, organisation_id: int, lines: Sequence[Line]
) -> Entry:
    """Post one balanced entry of at least two lines.

    `lines`: (account code, debit, credit) in yuan, one of the two zero. Raises ValueError for an
    entry that does not balance and IntegrityError for a key that is in the books already: bugs.
    """
    return _insert([NewEntry(key, posted_on, memo, organisation_id, lines)])[0]


@transaction.atomic(savepoint=False)
def post_many(entries: Iterable[NewEntry]) -> int:
    """Post entries in a constant number of statements; returns how many.

    Keys that are in the books already are passed over, so that a chunk of long work can run twice.
    """
    wanted = {entry.key: entry for entry in entries}
    posted = set(Entry.objects.filter(key__in=wanted).values_list("key", flat=True))
    fresh = [entry for key, entry in wanted.items() if key not in posted]
    return len(_insert(fresh))


@transaction.atomic(savepoint=False)
def reverse(*, key: str, posted_on: date, memo: str) -> Entry:
    """Take an entry back by its mirror image under `<key>:reversed`; refused the second time."""
    entry = Entry.objects.select_for_update().get(key=key)
    if Entry.objects.filter(reverses=entry).exists():
        raise AlreadyReversed(_("Entry %(key)s has been reversed already.") % {"key": key})
    lines = [
        (code, credit, debit)
        for code, debit, credit in entry.postings.order_by("pk").values_list(
            "account__code", "debit", "credit"
        )
    ]
    mirror = NewEntry(f"{key}:reversed", posted_on, memo, entry.organisation_id, lines)
    return _insert([mirror], reverses=entry)[0]


@transaction.atomic(savepoint=False)
def close_books(*, until: date, by_id: int | None, on: date) -> BooksClosing | None:
    """Close the books up to a day, that day included; nothing when they are closed further already.

    Waits for every posting that is under way: none of them comes in behind the closing.
    """
    _lock("pg_advisory_xact_lock")
    last = BooksClosing.objects.order_by("-until_on").first()
    if last and last.until_on >= until:
        return None
    return BooksClosing.objects.create(until_on=until, closed_on=on, closed_by_id=by_id)


def must_be_open(days: Iterable[date]) -> None:
    """Refuse when one of the days lies in a closed period; holds a closing off until the commit."""
    first = min(days, default=None)
    if first is None:
        return
    _lock("pg_advisory_xact_lock_shared")
    closed = BooksClosing.objects.order_by("-until_on").first()
    if closed and first <= closed.until_on:
        raise PeriodClosed(
            _(
                "The books are closed up to %(until)s (closed on %(day)s); nothing can be booked on"
                " %(posted)s. Use a later day, or reverse the document."
            )
            % {"until": closed.until_on, "day": closed.closed_on, "posted": first}
        )


def _lock(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext('ledger.books'))")


def _insert(entries: Sequence[NewEntry], *, reverses: Entry | None = None) -> list[Entry]:
    must_be_open(entry.posted_on for entry in entries)
    for entry in entries:
        _must_balance(entry)
    rows = Entry.objects.bulk_create(
        [
            Entry(
                key=entry.key,
                posted_on=entry.posted_on,
                memo=entry.memo,
                organisation_id=entry.organisation_id,
                reverses=reverses,
            )
            for entry in entries
        ],
        batch_size=BATCH_SIZE,
    )
    accounts = _accounts({code for entry in entries for code, _debit, _credit in entry.lines})
    Posting.objects.bulk_create(
        [
            Posting(entry=row, account_id=accounts[code], debit=debit, credit=credit)
            for row, entry in zip(rows, entries, strict=True)
            for code, debit, credit in entry.lines
        ],
        batch_size=BATCH_SIZE,
    )
    return rows


def _must_balance(entry: NewEntry) -> None:
    difference = sum((debit - credit for _code, debit, credit in entry.lines), ZERO)
    if len(entry.lines) < 2 or difference:
        raise ValueError(f"{entry.key}: {len(entry.lines)} lines, out of balance by {difference}")


def _accounts(codes: set[str]) -> dict[str, int]:
    return dict(Account.objects.filter(code__in=codes).values_list("code", "pk"))
