"""Doorbells of this room's long work; what they do stands in the services."""

from functools import partial
from typing import Any

from celery import shared_task
from django.core.management import call_command

from core import clock, jobs
from members.services import imports


@shared_task(name=imports.CHECK_JOB, queue="batch")
def check_import(*, job_id: int, **_later: Any) -> None:
    jobs.run(job_id, partial(imports.check, on=clock.today()))


@shared_task(name=imports.APPLY_JOB, queue="batch")
def apply_import(*, job_id: int, **_later: Any) -> None:
    jobs.run(job_id, partial(imports.apply, on=clock.today()))


@shared_task(name="members.tasks.sweep_sessions")
def sweep_sessions(**_later: Any) -> None:
    """Throw away the sessions that are over."""
    call_command("clearsessions")
