import contextlib
import threading
from datetime import timedelta

import pytest
from celery import Celery
from django.db import connection

from core import clock, jobs
from core.errors import RuleViolation
from core.jobs import Chunk
from core.models import JobRun, JobStatus

KIND = "core.tasks.count"


def three_steps(job: JobRun) -> Chunk:
    done = job.cursor.get("done", 0) + 1
    return Chunk(cursor={"done": done}, done=done, total=3, finished=done == 3)


def new_job() -> JobRun:
    return jobs.enqueue(kind=KIND, key="2018Q1", requested_by_id=None)


@pytest.mark.django_db
def test_one_open_job_per_kind_and_key() -> None:
    first, second = new_job(), new_job()
    assert first == second
    assert JobRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_runs_to_its_end_and_then_never_again() -> None:
    job, calls = new_job(), []

    def step(job: JobRun) -> Chunk:
        calls.append(job.cursor)
        return three_steps(job)

    jobs.run(job.pk, step)
    jobs.run(job.pk, step)
    job.refresh_from_db()
    assert (job.status, job.done, job.total, len(calls)) == (JobStatus.DONE, 3, 3, 3)
    assert job.finished_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_crash_loses_the_chunk_and_nothing_else() -> None:
    job = new_job()

    def crash_in_third(job: JobRun) -> Chunk:
        if job.cursor.get("done") == 2:
            raise ZeroDivisionError
        return three_steps(job)

    with pytest.raises(ZeroDivisionError):
        jobs.run(job.pk, crash_in_third)
    job.refresh_from_db()
    assert (job.status, job.cursor) == (JobStatus.RUNNING, {"done": 2})
    jobs.run(job.pk, three_steps)
    job.refresh_from_db()
    assert (job.status, job.done) == (JobStatus.DONE, 3)


@pytest.mark.django_db(transaction=True)
def test_a_refusal_ends_the_job_with_its_sentence() -> None:
    job = new_job()

    def refuse(job: JobRun) -> Chunk:
        raise RuleViolation("2018年一季度已结账。")

    jobs.run(job.pk, refuse)
    job.refresh_from_db()
    assert (job.status, job.error) == (JobStatus.FAILED, "2018年一季度已结账。")


@pytest.mark.django_db(transaction=True)
def test_a_job_that_kills_its_worker_is_given_up_after_three_attempts() -> None:
    job, attempts = new_job(), []

    def die(job: JobRun) -> Chunk:
        attempts.append(1)
        raise SystemExit

    for _attempt in range(5):
        with contextlib.suppress(SystemExit):
            jobs.run(job.pk, die)
    job.refresh_from_db()
    assert len(attempts) == jobs.MAX_ATTEMPTS
    assert job.status == JobStatus.FAILED


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_job_do_each_chunk_once() -> None:
    job, seen = new_job(), []

    def step(job: JobRun) -> Chunk:
        seen.append(job.cursor.get("done", 0))
        return three_steps(job)

    def work() -> None:
        jobs.run(job.pk, step)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job.refresh_from_db()
    assert sorted(seen) == [0, 1, 2]
    assert job.status == JobStatus.DONE


@pytest.mark.django_db
def test_the_sweeper_rings_for_what_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int] = []
    monkeypatch.setattr(jobs, "ring", lambda job: rung.append(job.pk))
    job, now = new_job(), clock.now()
    assert jobs.sweep(now) == 0
    assert jobs.sweep(now + timedelta(minutes=2)) == 1
    JobRun.objects.update(status=JobStatus.RUNNING)
    assert jobs.sweep(now + timedelta(minutes=2)) == 0
    assert jobs.sweep(now + timedelta(minutes=11)) == 1
    assert rung == [job.pk, job.pk]


@pytest.mark.django_db
def test_a_dead_broker_does_not_stop_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    # an application of its own: the project's would keep the dead connection in its pool
    with Celery(broker="redis://127.0.0.1:1/0", set_as_current=False) as away:
        monkeypatch.setattr(jobs, "current_app", away)
        job = new_job()
        jobs.ring(job)
    job.refresh_from_db()
    assert job.status == JobStatus.QUEUED
