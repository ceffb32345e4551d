"""A database that really commits, for tests with several connections."""

import importlib
from typing import Any

import pytest
from django.apps import apps

from members.models import Organisation

FIRST_ROWS = (
    "members.migrations.0002_district_and_system_user",
    "ledger.migrations.0003_chart_of_accounts",
    "policies.migrations.0003_catalogue",
)


@pytest.fixture
def committed(transactional_db: Any) -> None:
    """Every transaction commits; Django empties the tables afterwards.

    What the migrations put in is put in again when an earlier test of this kind emptied it.
    """
    if not Organisation.objects.exists():
        for name in FIRST_ROWS:
            importlib.import_module(name).add(apps, None)
