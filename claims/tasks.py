"""Doorbells: the work is in the services, safe to run twice."""

from typing import Any

from celery import shared_task

from claims.services import reimbursement, whatif
from core import jobs


@shared_task(name=reimbursement.JOB, queue="batch", acks_late=True)
def compute_quarter(*, job_id: int, **_later: Any) -> None:
    jobs.run(job_id, reimbursement.compute_step)


@shared_task(name=whatif.JOB, queue="batch", acks_late=True)
def try_version(*, job_id: int, **_later: Any) -> None:
    jobs.run(job_id, whatif.step)
