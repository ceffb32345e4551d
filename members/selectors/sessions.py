"""Where a person is signed in."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Now

from core import crypto
from members.access import Viewer
from members.models import Session

SYSTEMS = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
           ("Mac OS", "macOS"), ("HarmonyOS", "HarmonyOS"), ("Linux", "Linux"))  # fmt: skip
# the first that is found: nearly all of them say Chrome and Safari besides
BROWSERS = (("MicroMessenger", "微信"), ("QQBrowser", "QQ浏览器"), ("360SE", "360浏览器"),
            ("360EE", "360浏览器"), ("QIHU", "360浏览器"), ("MetaSr", "搜狗浏览器"),
            ("UCBrowser", "UC浏览器"), ("Edg", "Edge"), ("Firefox", "Firefox"),
            ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner reads it; `handle` names it without giving its key away."""

    handle: str
    since: datetime | None
    seen: datetime | None
    address: str
    browser: str
    present: bool


def live_sessions(user_id: int | None) -> QuerySet[Session]:
    """The sessions of an account that have not run out."""
    return Session.objects.filter(user_id=user_id or 0, expire_date__gt=Now()).order_by("-seen_at")


def handle_of(session: Session) -> str:
    """A name for a session that may stand in a page."""
    return crypto.blind(session.session_key, "session")


def own_sessions(viewer: Viewer, present_key: str | None) -> list[OpenSession]:
    """Where the viewer is signed in, the browser that asks first."""
    found = [
        OpenSession(
            handle=handle_of(row),
            since=row.started_at,
            seen=row.seen_at,
            address=row.address or "",
            browser=browser_words(row.agent),
            present=row.session_key == present_key,
        )
        for row in live_sessions(viewer.user_id)
    ]
    return sorted(found, key=lambda row: not row.present)


def browser_words(agent: str) -> str:
    """Browser and system out of what the browser calls itself: Edge · Windows."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part)
