"""How a payment is spread over what is owed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Owed:
    """What is still to be paid for one batch, in yuan."""

    key: int
    number: str
    rest: Decimal


class WrongParts(ValueError):
    """A part that its batch does not owe."""

    def __init__(self, owed: Owed, part: Decimal) -> None:
        super().__init__(owed.number)
        self.owed, self.part = owed, part


def part_of_each(owed: Iterable[Owed], parts: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """What every batch gets: its part where one is given, else all that it still owes."""
    given = {}
    for one in owed:
        part = parts.get(one.key, one.rest)
        if not 0 < part <= one.rest:
            raise WrongParts(one, part)
        given[one.key] = part
    return given
