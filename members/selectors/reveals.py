"""Who may still look at how many whole numbers today."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from core.models import AuditEvent
from members.access import Viewer
from members.permissions import Permission
from members.states import RevealReason

REVEALS = ("member.reveal", "child.reveal")


@dataclass(frozen=True)
class Reveals:
    """What a page needs to offer whole numbers: how many are left today, and the reasons."""

    left: int
    reasons: tuple[tuple[str, str], ...]


def reveals_for(viewer: Viewer, path: str, day: date) -> Reveals | None:
    """The offer for a person at the union with this path; None where the viewer may not."""
    if not viewer.can_at(Permission.MEMBER_REVEAL, path):
        return None
    reasons = tuple((reason.value, str(reason.label)) for reason in RevealReason)
    return Reveals(reveals_left(viewer, day), reasons)


def reveals_left(viewer: Viewer, day: date) -> int:
    """How many whole numbers the viewer may still look at on a day of the office."""
    first = timezone.make_aware(datetime.combine(day, time.min))
    used = AuditEvent.objects.filter(
        by_id=viewer.user_id, at__gte=first, at__lt=first + timedelta(days=1), action__in=REVEALS
    ).count()
    return max(int(settings.REVEALS_PER_DAY) - used, 0)
