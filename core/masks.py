"""How numbers of persons are shown: by position from their ends, never by pattern.

A pattern that knows only the usual lengths shows the unusual ones whole. Of every number at least
half is hidden, but for a telephone's three first and four last digits, which everybody is used to.
"""

from collections.abc import Callable, Mapping
from typing import Final


def _ends(text: str, head: int, tail: int) -> str:
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def document(text: str) -> str:
    """A document number: 110***********771X; of a shorter one less: E******78."""
    if len(text) >= 15:
        return _ends(text, 3, 4)
    return _ends(text, 1, 2) if len(text) >= 6 else "*" * len(text)


def card(text: str) -> str:
    """A bank card but for its last four digits; of a shorter number but for the last two."""
    if len(text) >= 12:
        return _ends(text, 0, 4)
    return _ends(text, 0, 2) if len(text) >= 8 else "*" * len(text)


def phone(text: str) -> str:
    """A telephone number: 138****1234; of one without an area code the last two digits."""
    if len(text) >= 11:
        return _ends(text, 3, 4)
    return _ends(text, 0, 2) if len(text) >= 7 else "*" * len(text)


def name(text: str) -> str:
    """A name by its first character: 张**."""
    return text[0] + "*" * max(len(text) - 1, 1) if text else ""


def nothing(text: str) -> str:
    """What has no ends that may be shown: a diagnosis."""
    return "*" * len(text)


BY_PURPOSE: Final[Mapping[str, Callable[[str], str]]] = {
    "id": document,
    "card": card,
    "phone": phone,
    "diagnosis": nothing,
    "totp": nothing,
}


def masked(text: str, purpose: str) -> str:
    """A value as its kind is shown; the kinds are the purposes of `core.crypto`."""
    return BY_PURPOSE[purpose](text)
