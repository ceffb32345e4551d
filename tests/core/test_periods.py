from datetime import date

import pytest

from core.periods import Period, add_months, completed_years


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2018, 1, 31), 1, date(2018, 2, 28)),
        (date(2018, 11, 30), 3, date(2019, 2, 28)),
        (date(2018, 3, 1), 12, date(2019, 3, 1)),
    ],
)
def test_adding_months_keeps_the_day_or_takes_the_last(
    day: date, months: int, expected: date
) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("day", "age"), [(date(2018, 2, 28), 17), (date(2018, 3, 1), 18), (date(2020, 2, 29), 20)]
)
def test_completed_years_of_a_leap_day_child(day: date, age: int) -> None:
    assert completed_years(date(2000, 2, 29), day) == age


def test_a_quarter_knows_its_days_and_neighbours() -> None:
    quarter = Period.parse("2018Q4")
    assert (quarter.first_day, quarter.last_day) == (date(2018, 10, 1), date(2018, 12, 31))
    assert str(quarter.next) == "2019Q1"
    assert str(Period.parse("2018Q1").previous) == "2017Q4"
    assert str(quarter.same_last_year) == "2017Q4"
    assert date(2018, 10, 1) in quarter
    assert date(2019, 1, 1) not in quarter


def test_a_year_is_a_period_too() -> None:
    year = Period.parse("2018")
    assert (year.first_day, year.last_day) == (date(2018, 1, 1), date(2018, 12, 31))
    assert str(year.previous) == "2017"


@pytest.mark.parametrize("text", ["2018Q5", "18Q1", "2018-1", "", "２０１８", "2018Q"])
def test_a_period_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        Period.parse(text)


def test_quarter_of_a_day() -> None:
    assert [str(Period.quarter_of(date(2018, month, 1))) for month in (1, 3, 4, 12)] == [
        "2018Q1", "2018Q1", "2018Q2", "2018Q4",
    ]  # fmt: skip
