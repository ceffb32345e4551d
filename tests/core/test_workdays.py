"""Working days of the Chinese calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import FOLDER, is_known, is_working_day, working_days_between

YEARS = sorted(int(path.stem.removeprefix("holidays-")) for path in FOLDER.glob("holidays-*.yaml"))
DAYS = st.dates(date(2016, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2018, 6, 1), date(2018, 6, 1), 0),  # the first day does not count
        (date(2018, 6, 1), date(2018, 6, 4), 1),  # Friday to Monday
        (date(2018, 6, 15), date(2018, 6, 19), 1),  # the Dragon Boat Festival
        (date(2018, 2, 14), date(2018, 2, 24), 3),  # Spring Festival, its Saturday is worked
        (date(2018, 9, 28), date(2018, 10, 8), 3),  # a worked Saturday and Sunday before the week
        (date(2018, 6, 4), date(2018, 6, 1), 0),  # never less than none
        (date(2016, 9, 30), date(2016, 10, 10), 6),  # nobody knows that year: Monday to Friday
    ],
)
def test_working_days_are_counted_by_the_calendar(first: date, last: date, days: int) -> None:
    assert working_days_between(first, last) == days


def test_a_year_without_its_days_off_says_so() -> None:
    assert is_known(date(2018, 1, 1), date(2019, 12, 31))
    assert not is_known(date(2019, 12, 31), date(2020, 1, 1))
    assert not is_known(date(2026, 12, 31), date(2027, 1, 4))


@pytest.mark.parametrize("year", YEARS)
def test_a_year_works_about_250_days_and_adjusts_ends_of_weeks_only(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(number) for number in range(365)]
    assert 245 <= sum(map(is_working_day, days)) <= 253
    worked = [day for day in days if day.weekday() >= 5 and is_working_day(day)]
    assert 4 <= len(worked) <= 8


@given(DAYS, st.integers(0, 90), st.integers(0, 90))
def test_a_span_in_two_parts_counts_as_the_whole(first: date, one: int, two: int) -> None:
    middle, last = first + timedelta(one), first + timedelta(one + two)
    whole = working_days_between(first, last)
    assert whole == working_days_between(first, middle) + working_days_between(middle, last)
