"""What this room knows against merging two records of a person."""

from datetime import timedelta

from django.utils.translation import gettext as _

from policies.models import Policy
from policies.states import Family


def covers_clash(kept: int, gone: int) -> str:
    """Why two members' covers cannot be one person's: two of one plan on one day."""
    held = Policy.objects.filter(child__isnull=True, withdrawn_on__isnull=True)
    for policy in held.filter(member_id=gone).order_by("family", "cover"):
        other = held.filter(
            member_id=kept, family=policy.family, cover__overlap=policy.cover
        ).first()
        if other is not None:
            return _(
                "Both records are enrolled in “%(plan)s” on the same days (%(one)s; %(two)s)."
                " Take one of the enrolments out first."
            ) % {
                "plan": Family(policy.family).label,
                "one": _days(other),
                "two": _days(policy),
            }
    return ""


def _days(policy: Policy) -> str:
    first, end = policy.cover.lower, policy.cover.upper
    assert first is not None
    assert end is not None
    return f"{first} – {end - timedelta(days=1)}"
