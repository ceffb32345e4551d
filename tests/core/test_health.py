"""The health page needs nobody signed in, and fails when a server is away."""

import pytest
from django.test import Client
from pytest_django import Settings
from redis.exceptions import ConnectionError as NoBroker


@pytest.mark.django_db
def test_ok_without_signing_in(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_not_ok_without_the_broker(client: Client, settings: Settings) -> None:
    away = {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/valkey"}
    settings.CACHES = {"default": away}
    with pytest.raises(NoBroker):
        client.get("/healthz")
