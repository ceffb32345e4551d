from typing import Any

from celery import shared_task

from core import chain, clock, jobs


@shared_task(name="core.tasks.sweep")
def sweep(**_later: Any) -> None:
    jobs.sweep(clock.now())


@shared_task(name="core.tasks.seal")
def seal(**_later: Any) -> None:
    chain.seal()
