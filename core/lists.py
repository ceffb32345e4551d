"""What a list is made of: its columns, and the query form whose searches may be kept.

A room declares its lists beside their query forms; settings.LISTS names them.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import FilterSet

from core.models import JobRun
from core.paging import SIZES

LONGEST = 1000  # characters of a kept search
LONG_NUMBER = re.compile(r"\d{8}")  # no number of ours has eight digits in a row; a document's has


class Density(models.TextChoices):
    """How high the rows of a list are; the values are classes of app.css."""

    COMPACT = "compact", pgettext_lazy("rows", "Compact")  # 28 px
    STANDARD = "standard", pgettext_lazy("rows", "Standard")  # 32 px
    ROOMY = "roomy", pgettext_lazy("rows", "Roomy")  # 40 px


@dataclass(frozen=True)
class Column:
    """A column as its header shows it; `sort` and `kind` as in the tag sort_header."""

    name: str
    label: str | Promise
    sort: str = ""
    kind: str = ""
    fixed: bool = False  # says which row it is: always there


@dataclass(frozen=True)
class Listing:
    """A list: its key in settings.LISTS, its columns, and who sees rows of it."""

    name: str
    label: str | Promise
    columns: tuple[Column, ...]
    permissions: tuple[str, ...] = ()  # the grants with any of them make the scope; (): all
    density: str = Density.STANDARD
    of_one: bool = False  # all rows are of one record, which says whose it is
    # where a kept search leads, and the form that knows its fields; without them none are kept
    view: str = ""
    filter: type[FilterSet] | None = None
    private: tuple[str, ...] = ()  # fields whose searches are never kept


class UnknownList(LookupError):
    """No list has this name."""


def listing(name: str) -> Listing:
    """The list of this name. Raises UnknownList."""
    if name not in settings.LISTS:
        raise UnknownList(name)
    found: Listing = import_string(settings.LISTS[name])
    return found


def hidden_columns(found: Listing, shown: Collection[str]) -> list[str]:
    """The columns that are switched off when these are ticked; names nobody knows count nothing."""
    return [c.name for c in found.columns if not c.fixed and c.name not in shown]


def is_private(found: Listing, query: QueryDict) -> bool:
    """Whether a search is for a person's number, or might be."""
    values = [value for name in query for value in query.getlist(name)]
    return any(query.get(name) for name in found.private) or any(map(has_long_number, values))


def has_long_number(text: str) -> bool:
    """Whether a text may hold the number of a document, a card or a telephone."""
    return LONG_NUMBER.search("".join(text.split())) is not None


def kept_query(found: Listing, query: QueryDict) -> str:
    """What of a search may be kept: the fields that the query form knows and finds valid, order."""
    if found.filter is None:
        return ""
    form = found.filter(query, queryset=JobRun.objects.none()).form  # no row is asked for
    kept = QueryDict(mutable=True)
    for name in form.fields:
        values = [value for value in query.getlist(name) if value]
        if values and name not in found.private and name not in form.errors:
            kept.setlist(name, values)
    if not kept:
        return ""
    sort, size = query.get("sort", ""), query.get("size", "")
    if sort.removeprefix("-") in {column.sort for column in found.columns if column.sort}:
        kept["sort"] = sort
    if size in map(str, SIZES):
        kept["size"] = size
    return kept.urlencode()


def is_search(query: QueryDict) -> bool:
    """Whether an address asks for anything but a page and an order."""
    return bool(_searched(query))


def same_search(query: QueryDict, kept: str) -> bool:
    """Whether an address shows a kept search, on whichever page and in whatever order."""
    return _searched(query) == _searched(QueryDict(kept))


def _searched(query: QueryDict) -> Mapping[str, Any]:
    return {
        name: values
        for name, values in query.lists()
        if any(values) and name not in ("page", "sort", "size")
    }


def no_long_number(text: str) -> None:
    """A validator: the name of a kept search is no place for a number either."""
    if has_long_number(text):
        raise ValidationError(_("No document, card or telephone numbers here, please."))
