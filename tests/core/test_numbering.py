"""Document numbers: without gaps, by prefix and year."""

import pytest
from django.db import IntegrityError, transaction

from core.models import NumberSeries
from core.numbering import next_number, next_numbers

pytestmark = pytest.mark.django_db


def test_numbers_run_by_prefix_and_year() -> None:
    assert next_number("CB", 2018) == "CB2018-000001"
    assert next_numbers("CB", 2018, 3) == [f"CB2018-00000{n}" for n in (2, 3, 4)]
    assert next_number("CB", 2019) == "CB2019-000001"
    assert next_number("SK", 2018) == "SK2018-000001"
    assert next_numbers("CB", 2018, 0) == []
    assert str(NumberSeries.objects.get(prefix="CB", year=2018)) == "CB2018-000004"


def test_a_number_taken_in_vain_comes_back() -> None:
    with transaction.atomic():
        assert next_number("CB", 2018) == "CB2018-000001"
        transaction.set_rollback(True)
    assert next_number("CB", 2018) == "CB2018-000001"


def test_a_series_exists_once() -> None:
    next_number("CB", 2018)
    with pytest.raises(IntegrityError, match="number_series_once"), transaction.atomic():
        NumberSeries.objects.create(prefix="CB", year=2018, last=7)
