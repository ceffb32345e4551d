"""A database that really commits, for tests with several connections."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from members.models import Organisation

FIRST_ROWS = (
    "members.migrations.0002_district_and_system_user",
    "ledger.migrations.0003_chart_of_accounts",
    "policies.migrations.0003_catalogue",
)


def _as_after_migrate() -> None:
    """Empty but for what the migrations put in."""
    call_command("flush", interactive=False, verbosity=0)
    for name in FIRST_ROWS:
        importlib.import_module(name).add(apps, None)


@pytest.fixture
def committed(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """Every transaction commits; afterwards the database is as after `migrate` again."""
    with django_db_blocker.unblock():
        if Organisation.objects.count() != 1:  # another test or a killed run was here
            _as_after_migrate()
        yield
        _as_after_migrate()
