"""Working days of the Chinese calendar: Monday to Friday but for the days off of the year, and the
adjusted Saturdays and Sundays.

The days off and adjusted days of a year are data (core/data/holidays-<year>.yaml). A year without
a file is counted Monday to Friday, and `is_known` says so: such a count is 待确认.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "data"
SATURDAY = 5


@dataclass(frozen=True)
class Year:
    """What a year's notice says."""

    off: frozenset[date]
    work: frozenset[date]


@lru_cache(maxsize=64)
def _year(year: int) -> Year | None:
    path = FOLDER / f"holidays-{year}.yaml"
    if not path.exists():
        return None
    document = yaml.safe_load(path.read_text("utf-8"))
    off = (day for first, last in document["days_off"] for day in _days(first, last))
    return Year(frozenset(off), frozenset(document["days_worked"]))


def _days(first: date, last: date) -> Iterator[date]:
    """Every civil day, both ends included."""
    return (first + timedelta(number) for number in range((last - first).days + 1))


def is_known(first: date, last: date) -> bool:
    """Whether the days off of all years from the first to the last day are on file."""
    return all(_year(year) is not None for year in range(first.year, last.year + 1))


def is_working_day(day: date) -> bool:
    """Whether offices work on the day."""
    year = _year(day.year)
    if year is not None and day in year.off:
        return False
    return day.weekday() < SATURDAY or (year is not None and day in year.work)


def working_days_between(first: date, last: date) -> int:
    """Working days after the first day up to and with the last one; the first day does not count
    (Civil Code §201). Nothing when the last is not later than the first."""
    return sum(map(is_working_day, _days(first + timedelta(1), last)))
