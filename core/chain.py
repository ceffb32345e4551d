"""The hash chain over the trail: sealing what was written, and proving that it still stands."""

import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from core import anchors
from core.anchors import Anchor
from core.models import AuditLink

SHORTEST = 16  # digits of a hash that are enough beside the number of its link


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

    The new end is kept outside the database too (core.anchors). `everything`: look at every event,
    not only at those of transactions that were open then.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SELECT core_seal(%s)", [everything])
        sealed = int(cursor.fetchone()[0])
    end = head()
    if end.at is not None:
        anchors.keep(Anchor(end.links, end.hash, end.at), holds=holds)
    return sealed


def head() -> Head:
    """The newest link; of an empty chain, none."""
    last = AuditLink.objects.order_by("-seq").first()
    return Head(bytes(last.hash).hex(), last.seq, last.at) if last else Head("", 0, None)


def holds(anchor: str) -> bool:
    """Is this earlier head still in the chain? A hash, or links:hash, of which 16 digits do."""
    links, colon, digits = anchor.strip().lower().rpartition(":")
    if colon:
        found = AuditLink.objects.filter(seq=int(links)) if links.isdecimal() else ()
        return len(digits) >= SHORTEST and any(
            bytes(link.hash).hex().startswith(digits) for link in found
        )
    try:
        wanted = bytes.fromhex(digits)
    except ValueError:
        return False
    return AuditLink.objects.filter(hash=wanted).exists()


def lost_anchors() -> list[Anchor]:
    """The ends kept outside the database that are no longer in the chain."""
    return [anchor for anchor in anchors.kept() if not holds(f"{anchor.links}:{anchor.hash}")]


def verify(*, anchor: str = "") -> Proof:
    """Seal, then recompute every link and every digest; `anchor` must be a head of this chain."""
    started = time.perf_counter()
    seal(everything=True)
    with connection.cursor() as cursor:
        cursor.execute('SELECT "row", fault FROM core_trail_faults()')
        faults = [Fault(*row) for row in cursor.fetchall()]
        named = {fault.row for fault in faults}
        cursor.execute('SELECT "row", fault FROM core_insert_faults()')
        faults += [Fault(*row) for row in cursor.fetchall() if row[0] not in named]
    faults += [Fault(f"anchor:{lost.short}", "kept outside, no longer in the chain")
               for lost in lost_anchors()]  # fmt: skip
    if anchor and not holds(anchor):
        faults.append(Fault(f"anchor:{anchor[:16]}", "head no longer in the chain"))
    end = head()
    return Proof(end.hash, end.links, round(time.perf_counter() - started, 2), faults)
