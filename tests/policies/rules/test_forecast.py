"""What a year will come to."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from policies.rules.forecast import Forecast, forecast

D = Decimal
HALF = {"year": 2018, "day": date(2018, 6, 30), "so_far": D("300.00")}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # last year half of 500 had come by the same day
        (
            {"before_so_far": D(250), "before_whole": D(500)},
            Forecast(D("600.00"), by_last_year=True),
        ),
        # last year is not known: 181 of 365 days gave 300
        ({}, Forecast(D("604.97"), by_last_year=False)),
        (
            {"before_so_far": D(0), "before_whole": D(500)},
            Forecast(D("604.97"), by_last_year=False),
        ),
        # 182 of 366 days
        (
            {"year": 2020, "day": date(2020, 6, 30)},
            Forecast(D("603.30"), by_last_year=False),
        ),
        # a year that is over came to what it came to
        (
            {"day": date(2018, 12, 31), "before_so_far": D(1), "before_whole": D(2)},
            Forecast(D("300.00"), by_last_year=False),
        ),
        ({"day": date(2017, 12, 31)}, None),
        ({"so_far": D(0)}, None),
    ],
)
def test_the_year_s_end(given: dict[str, Any], expected: Forecast | None) -> None:
    arguments: dict[str, Any] = {"before_so_far": None, "before_whole": None, **HALF, **given}
    assert forecast(**arguments) == expected
