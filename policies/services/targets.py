"""The Beijing office's yearly target for the district."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from members.access import Viewer
from members.permissions import Permission
from members.selectors import district
from policies.models import AnnualTarget


class NotForDistrict(RuleViolation):
    """The target is the whole district's."""


class TargetOutOfRange(RuleViolation):
    """A target is a positive sum for a year of our time."""


@transaction.atomic(durable=True)
def set_target(
    *,
    year: int,
    amount: Decimal | None,
    by: Viewer,
    on: date,
    remitted_before: Decimal | None = None,
) -> AnnualTarget:
    """Set what is expected in a year, in yuan, and the older total of a year before this system.

    `remitted_before` None leaves what is stored.
    """
    root = district()
    if not by.can_at(Permission.TARGET_SET, root.path):
        raise NotForDistrict(_("Only the district sets the yearly target."))
    if not 2000 <= year <= 2100 or (amount is not None and amount <= 0):
        raise TargetOutOfRange(_("Give a year from 2000 to 2100 and a target above zero."))
    if remitted_before is not None and remitted_before < 0:
        raise TargetOutOfRange(_("What was remitted cannot be below zero."))
    values: dict[str, object] = {"amount": amount, "set_by_id": by.user_id}
    if remitted_before is not None:
        values["remitted_before"] = remitted_before
    target, _created = AnnualTarget.objects.update_or_create(year=year, defaults=values)
    audit.record(
        action="target.set",
        subject=f"target:{year}",
        by_id=by.user_id,
        path=root.path,
        amount=str(amount),
        remitted_before=str(target.remitted_before),
        day=str(on),
    )
    return target
