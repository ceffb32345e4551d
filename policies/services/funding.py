"""Who bears the contributions: shares of a batch by the unit, standards a head by the district."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from members.access import Viewer, visible
from members.models import Organisation
from members.permissions import Permission
from members.selectors import district
from policies.models import FundingPart, Subsidy
from policies.selectors.funding import visible_subsidies
from policies.services.locking import acts, locked_batches
from policies.states import OPEN_BATCHES, UNDECIDED_BATCHES, Funder


class SplitDiffers(RuleViolation):
    """Shares sum to the contribution, to the fen."""


class SplitTooLate(RuleViolation):
    """Who bears a contribution is said before it is accepted."""


class SubsidyMalformed(RuleViolation):
    """A standard has a union of the district, a year of our time, a sum and a document."""


@transaction.atomic(durable=True)
def split(*, batch_id: int, shares: Mapping[Funder, Decimal], by: Viewer, on: date) -> None:
    """Record what each payer bears of a batch; without shares its lines say it again.

    Raises SplitDiffers, SplitTooLate.
    """
    (batch,) = locked_batches([batch_id], by, Permission.BATCH_FILL)
    if batch.status not in (*OPEN_BATCHES, *UNDECIDED_BATCHES):
        raise SplitTooLate(
            _("%(number)s is accepted; who bears it cannot be split any more.")
            % {"number": batch.number}
        )
    given = {funder: amount for funder, amount in shares.items() if amount}
    total = sum(given.values())
    if any(amount < 0 for amount in given.values()) or (given and total != batch.amount):
        raise SplitDiffers(
            _("The shares of %(number)s sum to %(total)s; the contribution is %(amount)s.")
            % {"number": batch.number, "total": total, "amount": batch.amount}
        )
    batch.funding_parts.all().delete()
    FundingPart.objects.bulk_create(
        FundingPart(batch=batch, funder=funder, amount=amount) for funder, amount in given.items()
    )
    said = ", ".join(f"{funder} {amount}" for funder, amount in given.items())
    audit.record_many(acts("batch.split", [batch], shares=said), by_id=by.user_id)


@transaction.atomic(durable=True)
def set_subsidy(
    *, organisation_id: int, from_year: int, per_head: Decimal, basis: str, by: Viewer, on: date
) -> Subsidy:
    """Set what a union gives a head from a year on; the same union and year again corrects it."""
    root = district()
    unions = visible(
        Organisation.objects.select_for_update(), by, path="path", permission=Permission.TARGET_SET
    )
    union = unions.filter(pk=organisation_id).first()
    if not by.can_at(Permission.TARGET_SET, root.path) or union is None:
        raise SubsidyMalformed(_("Only the district keeps what unions give a head."))
    if not 2000 <= from_year <= 2100 or per_head <= 0 or not basis.strip():
        raise SubsidyMalformed(
            _("Give a year from 2000 to 2100, a sum above zero and the document that says so.")
        )
    subsidy, _made = Subsidy.objects.update_or_create(
        organisation=union, from_year=from_year,
        defaults={"per_head": per_head, "basis": basis.strip()[:200], "set_by_id": by.user_id},
    )  # fmt: skip
    _record("subsidy.set", subsidy, by)
    return subsidy


@transaction.atomic(durable=True)
def remove_subsidy(*, subsidy_id: int, by: Viewer, on: date) -> None:
    """Take a standard away that was entered wrongly."""
    found = visible_subsidies(by).select_for_update(of=("self",)).filter(pk=subsidy_id).first()
    if found is None or not by.can_at(Permission.TARGET_SET, district().path):
        raise SubsidyMalformed(_("Only the district keeps what unions give a head."))
    _record("subsidy.remove", found, by)
    found.delete()


def _record(action: str, subsidy: Subsidy, by: Viewer) -> None:
    audit.record(
        action=action,
        subject=f"subsidy:{subsidy.pk}",
        by_id=by.user_id,
        path=subsidy.organisation.path,
        union=subsidy.organisation.name,
        from_year=str(subsidy.from_year),
        per_head=str(subsidy.per_head),
        basis=subsidy.basis,
    )
