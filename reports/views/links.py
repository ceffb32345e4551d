"""Addresses in other rooms, by name; a room that is not there yet gives none."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def address(view: str, query: str = "", **parameters: str) -> str:
    """The address of a page, or "" when there is no such page (yet)."""
    try:
        url = reverse(view)
    except NoReverseMatch:
        return ""
    asked = "&".join(part for part in (query, urlencode(parameters)) if part)
    return f"{url}?{asked}" if asked else url
