"""The world of the access table with its people signed in."""

from typing import Any

import pytest
from django.test import Client

from tests import builders
from tests.architecture.test_access_table import build_world


@pytest.fixture
def world(db: None) -> dict[str, Any]:
    return build_world()


@pytest.fixture
def clients(world: dict[str, Any]) -> dict[str, Client]:
    return {who: builders.client_for(account) for who, account in world["users"].items()}
