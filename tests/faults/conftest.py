"""Tests with real processes commit for good and empty the tables after them: sow them again."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.management import create_contenttypes

from members.models import Organisation
from policies.models import PlanVersion

SOWN_BY = (
    ("members.migrations.0002_district_and_system_user", "add"),
    ("ledger.migrations.0003_chart_of_accounts", "add"),
    ("policies.migrations.0003_catalogue", "add"),
)


def sow() -> None:
    """What the migrations put into an empty database."""
    if Organisation.objects.exists() and PlanVersion.objects.exists():
        return
    for config in apps.get_app_configs():
        create_contenttypes(config, verbosity=0)
    for module, function in SOWN_BY:
        getattr(importlib.import_module(module), function)(apps, None)


@pytest.fixture
def _sown_again(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        sow()


@pytest.fixture
def committed(_sown_again: None, transactional_db: None) -> None:
    """A database whose rows other processes see, with what the migrations put there."""
    sow()
