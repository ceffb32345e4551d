"""The audit trail: written by services only, last in their transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.models import AuditEvent


@dataclass(frozen=True)
class Act:
    """One event to be recorded: what happened to which record."""

    action: str
    subject: str
    path: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def record(*, action: str, subject: str, by_id: int | None, path: str = "", **details: Any) -> None:
    """Write one event; details are plain JSON values and never personal numbers."""
    AuditEvent.objects.create(
        action=action, subject=subject, by_id=by_id, path=path, details=details
    )


def record_many(acts: Iterable[Act], *, by_id: int | None) -> None:
    """Write one event per record of a bulk act."""
    AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                action=act.action,
                subject=act.subject,
                by_id=by_id,
                path=act.path,
                details=dict(act.details),
            )
            for act in acts
        ],
        batch_size=1000,
    )
