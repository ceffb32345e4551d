"""The hash chain over the trail: sealing what was written, and proving that it still stands."""

import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from core.models import AuditLink


@dataclass(frozen=True)
class Fault:
    """A row of the trail that does not stand as it was sealed: event:17, and what is wrong."""

    row: str
    what: str


@dataclass(frozen=True)
class Head:
    """The end of the chain; who kept an earlier one outside can ask whether it is still there."""

    hash: str
    links: int
    at: datetime | None


@dataclass(frozen=True)
class Proof:
    """What a verification found."""

    head: str
    links: int
    seconds: float
    faults: list[Fault] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def seal(*, everything: bool = False) -> int:
    """Link what was committed since the last time; returns the number of new links.

    `everything`: look at every event, not only at those of transactions that were open then.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SELECT core_seal(%s)", [everything])
        return int(cursor.fetchone()[0])


def head() -> Head:
    """The newest link; of an empty chain, none."""
    last = AuditLink.objects.order_by("-seq").first()
    return Head(bytes(last.hash).hex(), last.seq, last.at) if last else Head("", 0, None)


def holds(anchor: str) -> bool:
    """Is this earlier head still in the chain?"""
    try:
        wanted = bytes.fromhex(anchor)
    except ValueError:
        return False
    return AuditLink.objects.filter(hash=wanted).exists()


def verify(*, anchor: str = "") -> Proof:
    """Seal, then recompute every link and every digest; `anchor` must be a head of this chain."""
    started = time.perf_counter()
    seal(everything=True)
    with connection.cursor() as cursor:
        cursor.execute('SELECT "row", fault FROM core_trail_faults()')
        faults = [Fault(*row) for row in cursor.fetchall()]
    if anchor and not holds(anchor):
        faults.append(Fault(f"anchor:{anchor[:16]}", "head no longer in the chain"))
    end = head()
    return Proof(end.hash, end.links, round(time.perf_counter() - started, 2), faults)
