"""Sessions as Django keeps them, with what their owner wants to know of them in columns."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from members.models.accounts import User


class Session(AbstractBaseSession):
    """A browser that is signed in; settings.SESSION_ENGINE names this module."""

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="sessions")
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        return SessionStore


class SessionStore(DatabaseStore):
    """Copies the particulars from the session into the columns whenever it is saved."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.user_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        row.started_at, row.seen_at = _moment(data.get("started")), _moment(data.get("seen"))
        row.address, row.agent = data.get("address"), data.get("agent", "")
        return row


def _moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
