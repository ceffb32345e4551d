"""Pages and order of a list, as its address says them: ?sort=-amount&size=50&page=3."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

SIZES = (20, 50, 100, 200)


def page_of(request: HttpRequest, rows: Any, *, size: int = 20) -> Page[Any]:
    """The page of an ordered queryset or list; what is no number or too far is mended silently."""
    wanted = request.GET.get("size", "")
    if wanted.isdecimal() and int(wanted) in SIZES:
        size = int(wanted)
    return Paginator(rows, size).get_page(request.GET.get("page"))


def order_by(request: HttpRequest, allowed: Mapping[str, str], *, default: str) -> list[str]:
    """The columns to order by: only the named ones (they have an index), then the key.

    allowed: name in the address -> column; default: such a name, with - for descending.
    """
    wanted = request.GET.get("sort", "")
    name = wanted if wanted.removeprefix("-") in allowed else default
    column = allowed[name.removeprefix("-")]
    sign = "-" if name.startswith("-") else ""
    return [sign + column, sign + "pk"]
