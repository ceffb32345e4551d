"""Years and quarters as people write them (2018, 2018Q1), and the arithmetic of terms."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """The same day N months later, or that month's last day (2024-02-29 + 12 = 2025-02-28)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def completed_years(born_on: date, day: date) -> int:
    """Age in completed years on a day; born on 29 February, a year is complete on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


@dataclass(frozen=True, order=True)
class Period:
    """A calendar year (quarter 0) or one of its quarters."""

    year: int
    quarter: int = 0

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read `2018` or `2018Q1`; ValueError says what is expected."""
        found = re.fullmatch(r"((?:19|20|21)[0-9]{2})(?:Q([1-4]))?", text, flags=re.ASCII)
        if not found:
            raise ValueError(f"{text}: expected a year like 2018 or a quarter like 2018Q1")
        return cls(int(found[1]), int(found[2] or 0))

    @classmethod
    def quarter_of(cls, day: date) -> "Period":
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> date:
        return date(self.year, self.quarter * 3 - 2 if self.quarter else 1, 1)

    @property
    def last_day(self) -> date:
        return add_months(self.first_day, 3 if self.quarter else 12) - timedelta(days=1)

    @property
    def previous(self) -> "Period":
        return self._shift(-1)

    @property
    def next(self) -> "Period":
        return self._shift(1)

    @property
    def same_last_year(self) -> "Period":
        return Period(self.year - 1, self.quarter)

    def _shift(self, by: int) -> "Period":
        if not self.quarter:
            return Period(self.year + by)
        index = self.year * 4 + self.quarter - 1 + by
        return Period(index // 4, index % 4 + 1)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return f"{self.year}Q{self.quarter}" if self.quarter else str(self.year)
