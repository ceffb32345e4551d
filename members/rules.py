"""Rules of the union tree: pure functions."""

from collections.abc import Mapping
from typing import Final

DISTRICT: Final = "DISTRICT"
ABOVE: Final[Mapping[str, frozenset[str]]] = {
    # kind -> kinds that may stand directly above it
    "STREET": frozenset({DISTRICT}),
    "SECTOR": frozenset({DISTRICT}),
    "GROUP": frozenset({DISTRICT, "STREET", "SECTOR", "GROUP"}),
    "GRASSROOTS": frozenset({DISTRICT, "STREET", "SECTOR", "GROUP", "GRASSROOTS"}),
}


def may_stand_under(kind: str, above: str) -> bool:
    """Tell whether a union of this kind may stand directly under one of that kind.

    District, then street or sector, then groups, then grassroots unions; groups and grassroots
    unions may have further ones of their kind below, to any depth. The district stands under none.
    """
    return above in ABOVE.get(kind, frozenset())


def is_within(path: str, other: str) -> bool:
    """Tell whether the union with this path lies in the subtree of the other, or is it."""
    return path.startswith(other)
