"""Doorbells: each rings for work that is safe to run twice."""

from typing import Any

from celery import shared_task

from core import clock, jobs
from reports.services import closing, requests


@shared_task(name="reports.tasks.close_quarter", acks_late=True)
def close_quarter(*, job_id: int, **_later: Any) -> None:
    jobs.run(job_id, closing.close_step)


@shared_task(name="reports.tasks.close_last_quarter")
def close_last_quarter(**_later: Any) -> None:
    if job := closing.close_last(on=clock.today()):
        jobs.ring(job)


@shared_task(name="reports.tasks.make_file", acks_late=True)
def make_file(*, job_id: int, **_later: Any) -> None:
    jobs.run(job_id, requests.make_step)
