"""Long work that survives kill -9: the job row holds the cursor, one transaction per chunk.

The Celery task is a doorbell: it calls `run` with the step function of its app. A worker holds an
advisory lock on its job, so a second one leaves it alone; a dead worker loses at most one chunk,
and `sweep` rings again for what stands still.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core.errors import RuleViolation
from core.models import OPEN_JOBS, JobRun, JobStatus

log = logging.getLogger(__name__)
LEASES = 20180101  # the first half of our advisory locks
MAX_ATTEMPTS = 3
QUEUED_TOO_LONG = timedelta(minutes=1)
SILENT_TOO_LONG = timedelta(minutes=10)


@dataclass(frozen=True)
class Chunk:
    """What one step did: where to go on, how far it is, and whether that was all."""

    cursor: Mapping[str, Any] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    finished: bool = False


Step = Callable[[JobRun], Chunk]


def enqueue(
    *, kind: str, key: str, requested_by_id: int | None, parameters: Mapping[str, Any] | None = None
) -> JobRun:
    """The open job of this kind and key, made when there is none; ring after the commit."""
    job, _created = JobRun.objects.get_or_create(
        kind=kind,
        key=key,
        status__in=OPEN_JOBS,
        defaults={"requested_by_id": requested_by_id, "parameters": dict(parameters or {})},
    )
    return job


def ring(job: JobRun) -> None:
    """Tell a worker; when the broker is away the sweeper will ring later."""
    try:
        current_app.send_task(job.kind, kwargs={"job_id": job.pk}, queue="batch", retry=False)
    except (OperationalError, RedisError, OSError):
        log.warning("broker away, job %s waits for the sweeper", job.pk)


def run(job_id: int, step: Step) -> None:
    """Work a job off, chunk by chunk; a finished job or one in other hands is left alone."""
    with _lease(job_id) as mine:
        if not (mine and _start(job_id)):
            return
        try:
            while _one_chunk(job_id, step):
                pass
        except RuleViolation as refusal:
            _fail(job_id, str(refusal))


@contextmanager
def _lease(job_id: int) -> Iterator[bool]:
    """The right to work on the job; it ends with this process, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LEASES, job_id])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LEASES, job_id])


def sweep(now: datetime) -> int:
    """Ring for jobs queued over a minute or silent over ten; returns how many."""
    stale = JobRun.objects.filter(
        status=JobStatus.QUEUED, moved_at__lt=now - QUEUED_TOO_LONG
    ) | JobRun.objects.filter(status=JobStatus.RUNNING, moved_at__lt=now - SILENT_TOO_LONG)
    jobs = list(stale.order_by("pk")[:100])
    for job in jobs:
        ring(job)
    return len(jobs)


def report_progress(job_id: int, done: int, total: int) -> None:
    """Progress inside one long transaction, for the eye: in the cache, lost without harm."""
    try:
        cache.set(f"job-progress:{job_id}", (done, total), timeout=3600)
    except RedisError:
        log.info("no cache, progress of job %s not shown", job_id)


def progress(job: JobRun) -> tuple[int, int]:
    """(done, total) as far as known: the row's, or the running chunk's when that is further."""
    live: tuple[int, int] | None = None
    if job.is_open:
        try:
            live = cache.get(f"job-progress:{job.pk}")
        except RedisError:
            live = None
    return live if live and live[1] >= job.total and live[0] >= job.done else (job.done, job.total)


@transaction.atomic(durable=True)
def _start(job_id: int) -> bool:
    """Count the attempt before any work, so that a poisoned job stops after a few."""
    job = JobRun.objects.select_for_update().get(pk=job_id)
    if not job.is_open:
        return False
    if job.attempts >= MAX_ATTEMPTS and job.status == JobStatus.RUNNING and not job.cursor:
        _close(job, JobStatus.FAILED, "无法处理，已停止重试。")
        return False
    JobRun.objects.filter(pk=job_id).update(
        status=JobStatus.RUNNING, attempts=F("attempts") + 1, moved_at=Now()
    )
    return True


@transaction.atomic(durable=True)
def _one_chunk(job_id: int, step: Step) -> bool:
    job = JobRun.objects.get(pk=job_id)
    if not job.is_open:
        return False
    chunk = step(job)
    job.cursor, job.done, job.total = dict(chunk.cursor), chunk.done, chunk.total
    JobRun.objects.filter(pk=job_id).update(
        cursor=job.cursor, done=chunk.done, total=chunk.total, moved_at=Now()
    )
    if chunk.finished:
        _close(job, JobStatus.DONE, "")
    return not chunk.finished


def _close(job: JobRun, status: JobStatus, error: str) -> None:
    JobRun.objects.filter(pk=job.pk).update(
        status=status, error=error, finished_at=Now(), moved_at=Now()
    )


@transaction.atomic(durable=True)
def _fail(job_id: int, error: str) -> None:
    _close(JobRun.objects.select_for_update().get(pk=job_id), JobStatus.FAILED, error)
