"""Strict reading of JSON-shaped documents: a value of the wrong shape is named by its place.

A place is the path of a value from the root, list positions counted from 0:
`claims[3].admitted_on`, `plans[0].benefit.rates`. Null and absent are the same.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from types import TracebackType
from typing import Self, TypeVar

from core.money import to_fen

T = TypeVar("T")
D = TypeVar("D")
Reader = Callable[[object, str], T]

AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
SIGNED_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")
RATE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")
DAY = re.compile(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")
SURROGATE = re.compile(r"[\ud800-\udfff]")


class Malformed(ValueError):
    """A document breaks its contract: `place` is the path of the value, `problem` what is wrong."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}" if place else problem)
        self.place = place
        self.problem = problem


def text(value: object, place: str) -> str:
    """A text that is not empty and can be written down (no half of a surrogate pair)."""
    if not isinstance(value, str) or not value or SURROGATE.search(value):
        raise Malformed(place, "not a text")
    return value


def true_or_false(value: object, place: str) -> bool:
    """A flag; 1, 0 and words are none."""
    if not isinstance(value, bool):
        raise Malformed(place, "not true or false")
    return value


def whole(least: int | None = None, most: int | None = None) -> Reader[int]:
    """A whole number, neither true, "1" nor 1.0, between the bounds, both included."""

    def read(value: object, place: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Malformed(place, "not a whole number")
        if least is not None and value < least:
            raise Malformed(place, f"below {least}")
        if most is not None and value > most:
            raise Malformed(place, f"above {most}")
        return value

    return read


def _decimal(pattern: re.Pattern[str], problem: str) -> Reader[Decimal]:
    def read(value: object, place: str) -> Decimal:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise Malformed(place, problem)
        return Decimal(value)

    return read


_amount = _decimal(AMOUNT, 'not an amount like "1300.00"')
_signed_amount = _decimal(SIGNED_AMOUNT, 'not an amount like "-1300.00"')
rate = _decimal(RATE, 'not a rate like "0.60"')


def amount(value: object, place: str) -> Decimal:
    """Yuan, not negative, written as text with up to 12 digits and two places."""
    return to_fen(_amount(value, place))


def signed_amount(value: object, place: str) -> Decimal:
    """Yuan as `amount`, with a leading minus allowed."""
    return to_fen(_signed_amount(value, place))


def day(value: object, place: str) -> date:
    """A civil date, exactly YYYY-MM-DD, of the years 1900 to 2199."""
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise Malformed(place, "not a date")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Malformed(place, "not a date") from None


def choice(options: Collection[str]) -> Reader[str]:
    """One of the given words."""

    def read(value: object, place: str) -> str:
        if not isinstance(value, str) or value not in options:
            raise Malformed(place, f"not one of {', '.join(options)}")
        return value

    return read


def each(read: Reader[T]) -> Reader[tuple[T, ...]]:
    """A list whose every element reads well."""

    def read_all(value: object, place: str) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise Malformed(place, "not a list")
        return tuple(read(element, f"{place}[{i}]") for i, element in enumerate(value))

    return read_all


class Fields:
    """One object of a document, read key by key; keys nobody asks for are ignored."""

    def __init__(self, value: object, place: str) -> None:
        if not isinstance(value, Mapping):
            raise Malformed(place, "not an object")
        self._values = value
        self.place = place

    def at(self, key: object) -> str:
        """The place of a key of this object."""
        return f"{self.place}.{key}" if self.place else str(key)

    def required(self, key: str, read: Reader[T]) -> T:
        """The value under a key that must be there."""
        value = self._take(key)
        if value is None:
            raise Malformed(self.at(key), "missing")
        return read(value, self.at(key))

    def optional(self, key: str, read: Reader[T], default: D) -> T | D:
        """The value under a key, or the default where it is absent or null."""
        value = self._take(key)
        return default if value is None else read(value, self.at(key))

    def flag(self, key: str) -> bool:
        """The flag under a key, false where it is absent or null."""
        return self.optional(key, true_or_false, default=False)

    def _take(self, key: str) -> object:
        return self._values.get(key)


class ClosedFields(Fields):
    """One object whose keys are all known: leaving the `with`, a key not asked for is an error."""

    def __init__(self, value: object, place: str) -> None:
        super().__init__(value, place)
        self._known: set[object] = set()

    def known(self, *keys: str) -> None:
        """Keys that may stand here and have no effect on any rule."""
        self._known.update(keys)

    def entries(self) -> list[tuple[object, object]]:
        """Every key and value, for objects that are tables."""
        self._known.update(self._values)
        return list(self._values.items())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            for key in self._values:
                if key not in self._known:
                    raise Malformed(self.at(key), "unknown key")

    def _take(self, key: str) -> object:
        self._known.add(key)
        return super()._take(key)
