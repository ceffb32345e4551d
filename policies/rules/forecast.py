"""What a year will come to, from the part of it that is over."""

from calendar import isleap
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import to_fen


@dataclass(frozen=True)
class Forecast:
    """The whole year's sum, and whether last year's course was followed to find it."""

    amount: Decimal
    by_last_year: bool


def forecast(
    *,
    year: int,
    day: date,
    so_far: Decimal,
    before_so_far: Decimal | None,
    before_whole: Decimal | None,
) -> Forecast | None:
    """The year's sum in yuan as of a day; None before anything can be said.

    `before_so_far` is last year's sum to the same day, `before_whole` that of its whole year: the
    same share is taken to be over this year (issue: "from the months so far"). Where nothing had
    come by then, the sum so far grows evenly with the days.
    """
    if day >= date(year, 12, 31):
        return Forecast(so_far, by_last_year=False)
    if day < date(year, 1, 1) or so_far <= 0:
        return None
    if before_so_far and before_whole and before_so_far > 0:
        return Forecast(to_fen(so_far * before_whole / before_so_far), by_last_year=True)
    days = 366 if isleap(year) else 365
    passed = (day - date(year, 1, 1)).days + 1
    return Forecast(to_fen(so_far * days / passed), by_last_year=False)
