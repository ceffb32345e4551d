"""Every read of the books, through the viewer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum, Value, Window
from django.db.models.functions import Coalesce

from core.money import ZERO
from ledger.models import Account, AccountKind, BooksClosing, Entry, Posting
from members.access import Viewer, visible
from members.models import Organisation
from members.permissions import Permission
from members.selectors import visible_organisations

NOTHING = Value(ZERO)


@dataclass(frozen=True)
class Balance:
    """An account with its turnover; the balance stands on the account's own side."""

    account: Account
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + _own_side(self.account, self.debit, self.credit)


@dataclass(frozen=True)
class Statement:
    """One account over some days: every posting with the balance after it (`row.balance`)."""

    account: Account
    opening: Decimal
    rows: "QuerySet[Posting]"
    debit: Decimal
    credit: Decimal
    closing: Decimal


def visible_entries(
    viewer: Viewer, *, permission: Permission | None = Permission.LEDGER_VIEW
) -> QuerySet[Entry]:
    """The entries of the viewer's unions."""
    rows = Entry.objects.select_related("organisation")
    return visible(rows, viewer, path="organisation__path", permission=permission)


def visible_postings(viewer: Viewer, *, below: str = "") -> QuerySet[Posting]:
    """The lines of the entries that the viewer sees; `below`: of one union's subtree (its path)."""
    rows = visible(
        Posting.objects.all(),
        viewer,
        path="entry__organisation__path",
        permission=Permission.LEDGER_VIEW,
    )
    return rows.filter(entry__organisation__path__startswith=below) if below else rows


def union_named(viewer: Viewer, text: str) -> Organisation | None:
    """The union with this code, or the only one so named, whose books the viewer may see."""
    unions = visible_organisations(viewer, Permission.LEDGER_VIEW)
    by_code = unions.filter(code__iexact=text).first()
    if by_code:
        return by_code
    named = list(unions.filter(name__icontains=text).order_by("code")[:2])
    return named[0] if len(named) == 1 else None


def accounts() -> QuerySet[Account]:
    """The chart of accounts."""
    return Account.objects.order_by("code")


def balances(
    viewer: Viewer, *, as_of: date, since: date | None = None, below: str = ""
) -> list[Balance]:
    """The trial balance at the end of a day: every account with opening and turnover since `since`.

    Without `since` the opening is zero and the turnover everything up to the day. `below`: the
    path of the union whose subtree's entries count.
    """
    before = Q(entry__posted_on__lt=since) if since else Q(pk__in=[])
    sums: dict[int, Mapping[str, Any]] = {
        row["account_id"]: row
        for row in visible_postings(viewer, below=below)
        .filter(entry__posted_on__lte=as_of)
        .order_by()
        .values("account_id")
        .annotate(
            debit_before=Coalesce(Sum("debit", filter=before), NOTHING),
            credit_before=Coalesce(Sum("credit", filter=before), NOTHING),
            debit_within=Coalesce(Sum("debit", filter=~before), NOTHING),
            credit_within=Coalesce(Sum("credit", filter=~before), NOTHING),
        )
    }
    return [_balance(account, sums.get(account.pk)) for account in accounts()]


def _balance(account: Account, sums: Mapping[str, Any] | None) -> Balance:
    if sums is None:
        return Balance(account, ZERO, ZERO, ZERO)
    opening = _own_side(account, sums["debit_before"], sums["credit_before"])
    return Balance(account, opening, sums["debit_within"], sums["credit_within"])


def statement(
    viewer: Viewer, *, account: Account, first: date, last: date, below: str = ""
) -> Statement:
    """An account's postings from `first` to `last`, oldest first, with the running balance."""
    lines = visible_postings(viewer, below=below).filter(account=account)
    before = _turnover(lines.filter(entry__posted_on__lt=first))
    within_days = lines.filter(entry__posted_on__range=(first, last))
    within = _turnover(within_days)
    opening = _own_side(account, *before)
    own = (
        F("debit") - F("credit") if account.kind == AccountKind.ASSET else F("credit") - F("debit")
    )
    order = [F("entry__posted_on").asc(), F("pk").asc()]
    rows = (
        within_days.select_related("entry", "entry__organisation")
        .annotate(balance=Value(opening) + Window(Sum(own), order_by=order))
        .order_by("entry__posted_on", "pk")
    )
    closing = opening + _own_side(account, *within)
    return Statement(account, opening, rows, within[0], within[1], closing)


def _turnover(lines: QuerySet[Posting]) -> tuple[Decimal, Decimal]:
    sums = lines.order_by().aggregate(
        debit=Coalesce(Sum("debit"), NOTHING), credit=Coalesce(Sum("credit"), NOTHING)
    )
    return sums["debit"], sums["credit"]


def _own_side(account: Account, debit: Decimal, credit: Decimal) -> Decimal:
    return debit - credit if account.kind == AccountKind.ASSET else credit - debit


def entry_lines(entry: Entry) -> QuerySet[Posting]:
    """The lines of one entry that the viewer has been given."""
    return entry.postings.select_related("account").order_by("pk")


def reversal_of(entry: Entry) -> Entry | None:
    """The entry that takes this one back."""
    return Entry.objects.filter(reverses=entry).first()


def books_closed_until() -> date | None:
    """The last day of the closed period; None while nothing is closed."""
    last = BooksClosing.objects.order_by("-until_on").first()
    return last.until_on if last else None
