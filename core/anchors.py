"""Ends of the chain kept outside the database: the newest of each day, a line each.

Who removes the chain's tail together with what it seals leaves a chain that holds by itself; the
file still names the end that is gone. Noted on paper, an anchor outlives the file too.
"""

import fcntl
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Anchor:
    """An end of the chain: its number of links, its hash, the moment it was sealed."""

    links: int
    hash: str
    at: datetime

    @property
    def short(self) -> str:
        """As it is noted by hand: 2220:80ffac060bcccd3a."""
        return f"{self.links}:{self.hash[:16]}"


def kept() -> list[Anchor]:
    """What the file holds, the oldest first; nothing where no file is kept."""
    place = _place()
    return _read(place) if place else []


def keep(end: Anchor, *, holds: Callable[[str], bool]) -> None:
    """Write the end down in place of an earlier one of its day, never over one that is gone.

    A disk that takes nothing stops neither the sealing nor a proof: the page shows an old moment.
    """
    place = _place()
    if place is None:
        return
    try:
        with _alone(place):
            _add(place, end, holds)
    except OSError:
        logger.exception("anchor %s could not be kept", end.short)


def _add(place: Path, end: Anchor, holds: Callable[[str], bool]) -> None:
    lines = _read(place)
    last = lines[-1] if lines else None
    if last and not holds(last.short):
        logger.error("anchor %s is no longer in the chain; nothing is put over it", last.short)
        return
    if last and last.links >= end.links:
        return
    if last and last.at.date() == end.at.date():
        lines.pop()
    _write(place, [*lines, end])


def _place() -> Path | None:
    return Path(settings.AUDIT_ANCHORS) if settings.AUDIT_ANCHORS else None


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """One process at a time."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _read(place: Path) -> list[Anchor]:
    if not place.exists():
        return []
    rows = [line.split() for line in place.read_text(encoding="ascii").splitlines()]
    return [Anchor(int(links), digest, datetime.fromisoformat(at)) for links, digest, at in rows]


def _write(place: Path, lines: list[Anchor]) -> None:
    draft = place.with_suffix(".new")
    with draft.open("w", encoding="ascii") as target:
        target.writelines(f"{line.links} {line.hash} {line.at.isoformat()}\n" for line in lines)
        target.flush()
        os.fsync(target.fileno())
    draft.replace(place)
