"""The books: trial balance, one account, one entry."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import clock, htmx
from core.paging import page_of
from ledger import selectors
from ledger.forms import PeriodForm
from members.access import ScopedRequest
from members.decorators import require_permission
from members.permissions import Permission


@dataclass(frozen=True)
class Days:
    """The days that a page shows."""

    first: date
    last: date
    union: Any = None  # whose subtree is shown; None: all that the viewer sees

    @property
    def below(self) -> str:
        return str(self.union.path) if self.union else ""

    @property
    def query(self) -> str:
        """For the links between the pages."""
        asked = {"first": self.first, "last": self.last}
        return urlencode(asked | ({"union": self.union.code} if self.union else {}))


def _days(request: ScopedRequest) -> tuple[PeriodForm, Days]:
    """The days and the union asked for; without a right answer this year up to today, all books."""
    today = clock.today()
    usual = Days(date(today.year, 1, 1), today)
    asked = "first" in request.GET or "last" in request.GET
    form = PeriodForm(request.GET if asked else None, initial=vars(usual))
    if not asked or not form.is_valid():
        return form, usual
    text = form.cleaned_data["union"].strip()
    union = selectors.union_named(request.viewer, text) if text else None
    if text and union is None:
        form.add_error("union", _("There is no such union, or several are so named; give a code."))
    return form, Days(form.cleaned_data["first"], form.cleaned_data["last"], union)


def _shared() -> dict[str, Any]:
    return {"english": (get_language() or "").startswith("en")}


@require_permission(Permission.LEDGER_VIEW)
@require_GET
def account_list(request: ScopedRequest) -> HttpResponse:
    """The trial balance: every account with opening, turnover and closing."""
    form, days = _days(request)
    rows = selectors.balances(request.viewer, as_of=days.last, since=days.first, below=days.below)
    context = {
        "form": form,
        "period": days,
        "rows": rows,
        "closed_until": selectors.books_closed_until(),
        "debit": sum((row.debit for row in rows), Decimal(0)),
        "credit": sum((row.credit for row in rows), Decimal(0)),
        **_shared(),
    }
    return render(request, "ledger/accounts.html", context)


@require_permission(Permission.LEDGER_VIEW)
@require_GET
def account_detail(request: ScopedRequest, code: str) -> HttpResponse:
    """The statement of one account with its running balance."""
    account = get_object_or_404(selectors.accounts(), code=code)
    form, days = _days(request)
    statement = selectors.statement(
        request.viewer, account=account, first=days.first, last=days.last, below=days.below
    )
    context = {
        "account": account,
        "form": form,
        "period": days,
        "statement": statement,
        "page": page_of(request, statement.rows, size=50),
        **_shared(),
    }
    return htmx.render(
        request, page="ledger/account.html", fragment="ledger/_postings.html", context=context
    )


@require_permission(Permission.LEDGER_VIEW)
@require_GET
def entry_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One entry with its lines, and what it reverses or what reverses it."""
    entry = get_object_or_404(
        selectors.visible_entries(request.viewer).select_related("reverses"), pk=pk
    )
    context = {
        "entry": entry,
        "lines": selectors.entry_lines(entry),
        "reversed_by": selectors.reversal_of(entry),
        **_shared(),
    }
    return render(request, "ledger/entry.html", context)
