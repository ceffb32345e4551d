"""Tests with real processes commit for good and empty the tables after them: sow them again."""

import importlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection

from core import crypto
from core.models import JobRun
from members.models import Organisation
from policies.models import PlanVersion
from tests.members.importing import agent, agent_client, unit

__all__ = ["agent", "agent_client", "unit"]
SOWN_BY = (
    ("members.migrations.0002_district_and_system_user", "add"),
    ("ledger.migrations.0003_chart_of_accounts", "add"),
    ("ledger.migrations.0006_books_are_closed", "add"),
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


@pytest.fixture
def environment(committed: None, tmp_path: Path) -> dict[str, str]:
    """What another process needs to see this test's database and files of its own."""
    base = connection.settings_dict
    host = base["HOST"]
    place = f"?host={host}" if host.startswith("/") else ""
    address = "" if place else f"{host}:{base['PORT']}" if base["PORT"] else host
    account = f"{base['USER']}:{base['PASSWORD']}" if base["PASSWORD"] else base["USER"]
    var = tmp_path / "var"
    var.mkdir()
    crypto.keys()  # made on first use
    shutil.copy(settings.FIELD_KEYS_FILE, var / "keys.json")
    return {
        **os.environ,
        "DATABASE_URL": f"postgres://{account}@{address}/{base['NAME']}{place}",
        "FIELD_KEYS_FILE": str(var / "keys.json"),
        "VAR_DIR": str(var),
        "DEBUG": "1",
    }


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker over a real broker, on a queue of its own."""
    celery = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-P", "solo"]
    process = subprocess.Popen(
        [*celery, "-Q", "faults", "--without-mingle", "--without-gossip", "-n", "faults@%h"],
        env=environment, cwd=settings.BASE_DIR, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ring(job: JobRun) -> None:
    """Tell the worker of the job."""
    with Celery(broker=settings.REDIS_URL, set_as_current=False) as bell:
        bell.send_task(job.kind, kwargs={"job_id": job.pk}, queue="faults")
