"""Many at once: each in a thread with a connection of its own, all let go by one barrier."""

import fcntl
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, BoundedSemaphore

from django.conf import settings
from django.db import connection, connections

from core.errors import RuleViolation

LOG = logging.getLogger(__name__)
PLACES = 40  # connections at a time; the embedded server has 60


def crowd(acts: Sequence[Callable[[], object]]) -> tuple[Counter[str], list[float]]:
    """Do all acts at the same moment; how often each ended how, and the milliseconds of each.

    An act ends as "done" or by the name of the refusal; anything else fails the test.
    """
    with _alone():
        return _crowd(acts)


@contextmanager
def _alone() -> Iterator[None]:
    """One crowd at a time, whichever test process it is in: the server has room for one."""
    with (settings.VAR_DIR / "crowd.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield


def _crowd(acts: Sequence[Callable[[], object]]) -> tuple[Counter[str], list[float]]:
    together, places = Barrier(len(acts)), BoundedSemaphore(PLACES)

    def one(act: Callable[[], object]) -> tuple[str, float]:
        together.wait()
        with places:
            begun = time.perf_counter()
            try:
                act()
                end = "done"
            except RuleViolation as refusal:
                end = type(refusal).__name__
            finally:
                connections.close_all()
            return end, (time.perf_counter() - begun) * 1000

    with ThreadPoolExecutor(len(acts)) as pool:
        ends = list(pool.map(one, acts))
    return Counter(end for end, _time in ends), sorted(took for _end, took in ends)


def deadlocks() -> int:
    """Deadlocks that this database has seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def told(name: str, ends: Counter[str], times: list[float]) -> None:
    """The figures of a race, in the log (pytest -rA)."""
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    LOG.warning("%s: %s, p50 %.0f ms, p99 %.0f ms", name, dict(ends), p50, p99)
