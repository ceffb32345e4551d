"""Who tries to sign in, from where, how often in vain, and whether somebody tries many names."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db.models import Count, Max, QuerySet, Sum
from django.db.models.functions import Now
from django.http import HttpRequest

from core import crypto
from core.models import AuditEvent
from members.access import Viewer
from members.models import RoleGrant, User
from members.permissions import GRANTABLE, Role

SPRAYING = "login:spraying"  # the record of the trail under which the alarms stand
DEVICE_COOKIE = "known"  # the accounts that have signed in with this browser
DEVICE_AGE = 180 * 86400
SLOW_AFTER = 10  # wrong passwords of one account, from whatever addresses
SLOWEST = 60  # seconds between two tries of such an account
PAUSE_IN_ALARM = 30  # seconds between two tries of an address, browsers that are known excepted


def why_password_is_due(user: User | AnonymousUser, at: datetime) -> str:
    """Why the password must be replaced now: "first" (not one's own yet), "old"; "": it need not.

    How old it may get is the office's choice, PASSWORD_MAX_AGE_DAYS; 0 is for ever.
    """
    if not isinstance(user, User):
        return ""
    if user.must_change_password:
        return "first"
    days = settings.PASSWORD_MAX_AGE_DAYS
    return "old" if 0 < days < (at - user.password_set_at) / timedelta(days=1) else ""


def client_address(request: HttpRequest) -> str:
    """The address of the person: the last one that a proxy of ours has written down.

    With no TRUSTED_PROXIES the header X-Forwarded-For is what anybody may have typed.
    """
    proxies = settings.TRUSTED_PROXIES
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    told = passed[-proxies] if 0 < proxies <= len(passed) else ""
    for address in (told, request.META.get("REMOTE_ADDR", "")):
        try:
            return str(ip_address(address))
        except ValueError:
            continue
    return "0.0.0.0"  # noqa: S104 - a unix socket: nobody is told apart from anybody


def counted_name(_request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name under which failures are counted; what nobody is called may be a password."""
    name = str((credentials or {}).get("username") or "")
    if User.objects.filter(username=name).exists():
        return name
    return f"?{crypto.blind(name, 'username')}"


def known_accounts(request: HttpRequest) -> list[int]:
    """The accounts that have signed in with this browser, the last one first."""
    try:
        text = request.get_signed_cookie(DEVICE_COOKIE, default="", max_age=DEVICE_AGE)
    except signing.BadSignature:
        return []
    return [int(part) for part in (text or "").split(".") if part.isdecimal()]


def device_cookie(request: HttpRequest, user_id: int) -> str:
    """The browser's accounts with this one in front; five are enough for a shared desk."""
    others = [pk for pk in known_accounts(request) if pk != user_id]
    return ".".join(map(str, [user_id, *others[:4]]))


def _recent() -> QuerySet[Any]:
    found: QuerySet[Any] = AccessAttempt.objects.filter(
        attempt_time__gte=Now() - settings.AXES_COOLOFF_TIME
    )
    return found


def seconds_to_wait(*, name: str, address: str, at: datetime) -> int:
    """How long an unknown browser must wait before its next try; 0 when it need not.

    An account that fails from many addresses is slowed down, more and more; while somebody tries
    many names, every address that has failed is.
    """
    tried = _recent().filter(username=name).aggregate(n=Sum("failures_since_start"),
                                                      last=Max("attempt_time"))  # fmt: skip
    beyond = (tried["n"] or 0) - SLOW_AFTER
    wait = min(2**beyond, SLOWEST) - (at - tried["last"]).total_seconds() if beyond >= 0 else 0
    if alarm_since(at - settings.AXES_COOLOFF_TIME):
        last = _recent().filter(ip_address=address).aggregate(at=Max("attempt_time"))["at"]
        wait = max(wait, PAUSE_IN_ALARM - (at - last).total_seconds() if last else 0)
    return max(0, round(wait + 0.5))


def locked_names() -> QuerySet[Any, Any]:
    """The names that are locked at some address right now."""
    pairs = _recent().values("username", "ip_address").annotate(n=Sum("failures_since_start"))
    locked = pairs.filter(n__gte=settings.AXES_FAILURE_LIMIT)
    names: QuerySet[Any, Any] = locked.values_list("username", flat=True)
    return names


@dataclass(frozen=True)
class Spraying:
    """Many names that fail in a short time."""

    names: int
    addresses: int


def spraying() -> Spraying | None:
    """Whether so many different names have failed lately that somebody is trying them out."""
    found = _recent().aggregate(
        names=Count("username", distinct=True), addresses=Count("ip_address", distinct=True)
    )
    return Spraying(**found) if found["names"] >= settings.SPRAYING_NAMES else None


def alarm_since(moment: datetime) -> AuditEvent | None:
    """The last alarm about names tried out that was raised after the moment."""
    events = AuditEvent.objects.filter(subject=SPRAYING, at__gte=moment)
    return events.order_by("-at").first()


def spraying_notice(viewer: Viewer, at: datetime) -> AuditEvent | None:
    """The alarm of the last day, for those who must look into it."""
    if not viewer.roles & {Role.ADMIN, Role.AUDITOR}:
        return None
    return alarm_since(at - timedelta(days=1))


def unlocker_of(user: User) -> str:
    """Who can unlock the account: the nearest person above it who may, by name; "" for nobody."""
    held = list(user.grants.select_related("organisation"))
    if not held:
        return ""
    parts = held[0].organisation.path.rstrip("/").split("/")
    above = ["/".join(parts[:length]) + "/" for length in range(1, len(parts) + 1)]
    roles = [role for role, given in GRANTABLE.items() if {grant.role for grant in held} <= given]
    found = RoleGrant.objects.filter(
        organisation__path__in=above, role__in=roles, user__is_active=True
    ).exclude(user=user)
    nearest = found.select_related("user").order_by("-organisation__path", "pk").first()
    return str(nearest.user) if nearest else ""


def last_sign_ins(user_id: int | None) -> list[AuditEvent]:
    """The last two times that the account signed in, the newest first."""
    events = AuditEvent.objects.filter(subject=f"user:{user_id}", action="user.sign_in")
    return list(events.order_by("-at", "-pk")[:2])
