"""The Beijing office's yearly target for the district, and its parts by plan and by union."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from members.access import Viewer
from members.models import Organisation
from members.permissions import Permission
from members.selectors import district, visible_organisations
from policies.models import AnnualTarget, TargetPart
from policies.states import PAID_FAMILIES


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
    enrol_until: date | None = None,
) -> AnnualTarget:
    """Set what is expected in a year, in yuan, and the older total of a year before this system.

    `enrol_until`: the last day to hand in enrolments for the year. None leaves what is stored of
    both `remitted_before` and `enrol_until`.
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
    if enrol_until is not None:
        values["enrol_until"] = enrol_until
    target, _created = AnnualTarget.objects.update_or_create(year=year, defaults=values)
    audit.record(
        action="target.set",
        subject=f"target:{year}",
        by_id=by.user_id,
        path=root.path,
        amount=str(amount),
        remitted_before=str(target.remitted_before),
        enrol_until=str(target.enrol_until),
        day=str(on),
    )
    return target


class UnknownPart(RuleViolation):
    """A part of the target is that of a paid plan or of a union directly below."""


@transaction.atomic(durable=True)
def set_target_parts(
    *,
    year: int,
    node_id: int,
    plans: Mapping[str, Decimal | None],
    unions: Mapping[int, Decimal | None],
    by: Viewer,
    on: date,
) -> int:
    """Set the parts of a union's target by plan (family) and by union below; None takes one away.

    Returns how many were set or taken away. What is not named stays as it is.
    """
    if not by.can_at(Permission.TARGET_SET, district().path):
        raise NotForDistrict(_("Only the district sets the yearly target."))
    seen = visible_organisations(by, Permission.TARGET_SET).select_for_update(of=("self",))
    node = seen.get(pk=node_id)  # the lock: one person at a time sets the parts of a union
    _check_parts(year, node, plans, unions)
    wanted = {(node.pk, family): amount for family, amount in plans.items()}
    wanted |= {(pk, ""): amount for pk, amount in unions.items()}
    changed = _store_parts(year, wanted, by)
    audit.record(
        action="target.parts",
        subject=f"target:{year}",
        by_id=by.user_id,
        path=node.path,
        union=node.name,
        parts={f"{pk} {family}".strip(): str(amount) for (pk, family), amount in changed.items()},
        day=str(on),
    )
    return len(changed)


def _check_parts(
    year: int,
    node: Organisation,
    plans: Mapping[str, Decimal | None],
    unions: Mapping[int, Decimal | None],
) -> None:
    if not 2000 <= year <= 2100 or any(
        amount is not None and amount <= 0 for amount in (*plans.values(), *unions.values())
    ):
        raise TargetOutOfRange(_("Give a year from 2000 to 2100 and a target above zero."))
    below = Organisation.objects.filter(parent=node, pk__in=unions).count()
    if below != len(unions) or not set(plans) <= {family.value for family in PAID_FAMILIES}:
        raise UnknownPart(_("A part of the target is that of a plan or of a union directly below."))


def _store_parts(
    year: int, wanted: Mapping[tuple[int, str], Decimal | None], by: Viewer
) -> dict[tuple[int, str], Decimal | None]:
    """Write what differs from what is stored, in three statements."""
    rows = TargetPart.objects.filter(year=year, organisation__in={pk for pk, _f in wanted})
    stored = {(row.organisation_id, row.family): row for row in rows}
    changed: dict[tuple[int, str], Decimal | None] = {}
    for key, amount in wanted.items():
        row = stored.get(key)
        if (row.amount if row else None) != amount:
            changed[key] = amount
    gone = [stored[key].pk for key, amount in changed.items() if amount is None]
    TargetPart.objects.filter(pk__in=gone).delete()
    TargetPart.objects.bulk_create(
        [
            TargetPart(
                year=year, organisation_id=pk, family=family, amount=amount, set_by_id=by.user_id
            )
            for (pk, family), amount in changed.items()
            if amount is not None
        ],
        update_conflicts=True,
        unique_fields=["year", "organisation", "family"],
        update_fields=["amount", "set_by"],
    )
    return changed
