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
from django.db import OperationalError as DatabaseError
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


class JobCancelled(Exception):
    """Somebody cancelled the job that is being worked on: its running chunk is rolled back."""


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
        except JobCancelled:
            log.info("job %s cancelled", job_id)
        except DatabaseError:  # a statement that `interrupt` broke off
            if JobRun.objects.filter(pk=job_id, status__in=OPEN_JOBS).exists():
                raise
            log.info("job %s cancelled", job_id)


def cancel(job_id: int) -> bool:
    """Close an open job as cancelled, in the caller's transaction; False when it is over already.

    The row decides: a chunk that is under way cannot be stored any more. `interrupt` after the
    commit makes its worker stop at once instead of at the chunk's end.
    """
    open_job = JobRun.objects.filter(pk=job_id, status__in=OPEN_JOBS)
    return bool(
        open_job.update(status=JobStatus.CANCELLED, finished_at=Now(), moved_at=Now(), error="")
    )


def interrupt(job_id: int) -> None:
    """Stop the worker of a cancelled job: break off its statement, and leave a word while it reads.

    Only a kindness: without it, or without the cache, the chunk is rolled back at its end.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_cancel_backend(l.pid) FROM pg_locks l JOIN core_jobrun j ON j.id = %s"
            " WHERE l.locktype = 'advisory' AND l.classid = %s AND l.objid = %s AND l.granted"
            " AND j.status = 'CANCELLED'"
            " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [job_id, LEASES, job_id],
        )
    try:
        cache.set(f"job-cancelled:{job_id}", "yes", timeout=3600)
    except RedisError:
        log.info("no cache, the worker of job %s is not told", job_id)


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
    """Progress inside one long transaction, for the eye: in the cache, lost without harm.

    Raises JobCancelled when `interrupt` left a word.
    """
    cancelled = False
    try:
        cache.set(f"job-progress:{job_id}", (done, total), timeout=3600)
        cancelled = bool(cache.get(f"job-cancelled:{job_id}"))
    except RedisError:
        log.info("no cache, progress of job %s not shown", job_id)
    if cancelled:
        raise JobCancelled


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
    stored = JobRun.objects.filter(pk=job_id, status__in=OPEN_JOBS).update(
        cursor=job.cursor, done=chunk.done, total=chunk.total, moved_at=Now()
    )
    if not stored:
        raise JobCancelled  # meanwhile: nothing of this chunk may stay
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
