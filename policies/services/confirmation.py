"""What comes back from the Beijing office: its receipt, what differs line by line, the agreement.

The batches are in force from the day of the transfer (docs/adr/0005); these are states of the
remittance alone.
"""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from core.money import ZERO
from members.access import Viewer
from members.permissions import Permission
from policies.models import EnrolmentBatch, Policy, Remittance, RemittanceLine, Reversal
from policies.services.locking import acts, ids_of, locked_batches, must_move, numbers_of
from policies.services.remittances import locked_remittance, must_move_remittance, record_act
from policies.services.reversals import reversed_remittance
from policies.states import BatchStatus, RemittanceStatus


class ConfirmationIncomplete(RuleViolation):
    """Beijing's receipt has a number, a day since the transfer, and a sum."""


class NotConfirmed(RuleViolation):
    """Lines are compared while the remittance is confirmed and not yet reconciled."""


class NoSuchLine(RuleViolation):
    """The batch does not stand in the remittance."""


class AmountImpossible(RuleViolation):
    """Beijing books nothing or something, never less than nothing."""


class NothingDiffers(RuleViolation):
    """Only a difference is settled, and with a reason."""


class NotInAgreement(RuleViolation):
    """Lines and sums agree before a remittance is reconciled."""


class SamePerson(RuleViolation):
    """Who recorded the transfer does not reconcile it (four eyes)."""


class CannotTakeBack(RuleViolation):
    """A transfer is taken back with a reason, and only while nobody has claimed on it."""


@transaction.atomic(durable=True)
def confirm_remittance(
    *,
    remittance_id: int,
    beijing_receipt: str,
    confirmed_on: date,
    confirmed_total: Decimal,
    by: Viewer,
    on: date,
) -> Remittance:
    """Record Beijing's receipt (北京回执); a line counts as booked in full until it differs."""
    return confirm_locked(
        locked_remittance(remittance_id, by), beijing_receipt=beijing_receipt,
        confirmed_on=confirmed_on, confirmed_total=confirmed_total, by=by, on=on,
    )  # fmt: skip


def confirm_locked(
    remittance: Remittance,
    *,
    beijing_receipt: str,
    confirmed_on: date,
    confirmed_total: Decimal,
    by: Viewer,
    on: date,
) -> Remittance:
    """The same for a remittance that is locked already, inside the caller's transaction."""
    must_move_remittance(remittance, RemittanceStatus.CONFIRMED)
    assert remittance.remitted_on is not None
    if not beijing_receipt.strip() or len(beijing_receipt.strip()) > 60:
        raise ConfirmationIncomplete(_("Give the number of Beijing's receipt, at most 60 signs."))
    if not remittance.remitted_on <= confirmed_on <= on or confirmed_total < 0:
        raise ConfirmationIncomplete(
            _("The day of the receipt lies between %(first)s and %(last)s.")
            % {"first": remittance.remitted_on, "last": on}
        )
    remittance.lines.filter(is_void=False).update(confirmed_amount=F("amount"))
    remittance.status, remittance.confirmed_on = RemittanceStatus.CONFIRMED, confirmed_on
    remittance.beijing_receipt = beijing_receipt.strip()
    remittance.confirmed_total, remittance.confirmed_by_id = confirmed_total, by.user_id
    remittance.save()
    record_act(
        "remittance.confirm", remittance, by,
        reference=remittance.beijing_receipt, confirmed=str(confirmed_total),
    )  # fmt: skip
    return remittance


@transaction.atomic(durable=True)
def note_difference(
    *, remittance_id: int, batch_number: str, confirmed_amount: Decimal, by: Viewer, on: date
) -> RemittanceLine:
    """Type what Beijing booked for one batch; typing the remitted sum takes a difference out."""
    remittance, line = _confirmed_line(remittance_id, batch_number, by)
    if confirmed_amount < 0:
        raise AmountImpossible(_("What Beijing booked is not less than nothing."))
    line.confirmed_amount, line.difference_reason, line.settled_on = confirmed_amount, "", None
    line.save(update_fields=["confirmed_amount", "difference_reason", "settled_on"])
    record_act(
        "remittance.differ", remittance, by, batch=batch_number.strip(),
        confirmed=str(confirmed_amount),
    )  # fmt: skip
    return line


@transaction.atomic(durable=True)
def settle_difference(
    *, remittance_id: int, batch_number: str, reason: str, by: Viewer, on: date
) -> RemittanceLine:
    """Say how a difference was cleared up (补缴、退回、下期冲抵 …)."""
    remittance, line = _confirmed_line(remittance_id, batch_number, by)
    if not reason.strip() or line.confirmed_amount == line.amount:
        raise NothingDiffers(_("A difference is settled with a reason; this line agrees."))
    line.difference_reason, line.settled_on = reason.strip()[:300], on
    line.save(update_fields=["difference_reason", "settled_on"])
    record_act(
        "remittance.settle", remittance, by, batch=batch_number.strip(), reason=reason.strip()
    )
    return line


@transaction.atomic(durable=True)
def reconcile_remittance(*, remittance_id: int, by: Viewer, on: date) -> Remittance:
    """Find that all agrees (对账): Beijing's lines come to its sum, no difference is unsettled."""
    remittance = locked_remittance(remittance_id, by)
    must_move_remittance(remittance, RemittanceStatus.RECONCILED)
    if by.user_id is not None and by.user_id == remittance.remitted_by_id:
        raise SamePerson(_("You recorded the transfer yourself; a colleague has to reconcile it."))
    lines = remittance.lines.filter(is_void=False)
    open_ones = lines.exclude(confirmed_amount=F("amount")).filter(settled_on__isnull=True)
    if named := [row.batch for row in open_ones.select_related("batch").order_by("pk")]:
        raise NotInAgreement(
            _("%(numbers)s differs and is not settled yet.") % {"numbers": numbers_of(named)}
        )
    booked = lines.aggregate(sum=Sum("confirmed_amount"))["sum"] or ZERO
    if booked != remittance.confirmed_total:
        raise NotInAgreement(
            _("Beijing's receipt says %(total)s, its lines come to %(lines)s: %(rest)s apart.")
            % {
                "total": remittance.confirmed_total,
                "lines": booked,
                "rest": abs((remittance.confirmed_total or ZERO) - booked),
            }
        )
    remittance.status, remittance.reconciled_on = RemittanceStatus.RECONCILED, on
    remittance.reconciled_by_id = by.user_id
    remittance.save(update_fields=["status", "reconciled_on", "reconciled_by"])
    record_act("remittance.reconcile", remittance, by)
    return remittance


@transaction.atomic(durable=True)
def reverse_remittance(*, remittance_id: int, reason: str, by: Viewer, on: date) -> Reversal:
    """Take a transfer back that the bank returned (冲销单): its batches are paid, not in force."""
    remittance = locked_remittance(remittance_id, by)
    must_move_remittance(remittance, RemittanceStatus.REVERSED)
    if not reason.strip():
        raise CannotTakeBack(_("Say why the transfer is taken back."))
    lines = remittance.lines.filter(is_void=False)
    ids = list(lines.values_list("batch_id", flat=True))
    batches = locked_batches(ids, by, Permission.REMITTANCE_MAKE)
    must_move(batches, BatchStatus.PAID, start=BatchStatus.EFFECTIVE)
    # claims hang on policies from the room above; the database knows them by the relation
    if Policy.objects.filter(batch__in=ids, claims__isnull=False).exists():
        raise CannotTakeBack(_("Somebody has claimed on one of its batches already."))
    paper = reversed_remittance(remittance, reason=reason.strip()[:300], by=by, on=on)
    lines.update(is_void=True)
    remittance.status = RemittanceStatus.REVERSED
    remittance.save(update_fields=["status"])
    EnrolmentBatch.objects.filter(pk__in=ids_of(batches)).update(status=BatchStatus.PAID)
    audit.record_many(
        acts("batch.unremit", batches, remittance=remittance.number, reason=paper.reason),
        by_id=by.user_id,
    )
    return paper


def _confirmed_line(
    remittance_id: int, batch_number: str, by: Viewer
) -> tuple[Remittance, RemittanceLine]:
    remittance = locked_remittance(remittance_id, by)
    if remittance.status != RemittanceStatus.CONFIRMED:
        raise NotConfirmed(
            _("%(number)s is “%(now)s”; lines are compared after Beijing's receipt came.")
            % {"number": remittance.number, "now": RemittanceStatus(remittance.status).label}
        )
    line = remittance.lines.filter(is_void=False, batch__number=batch_number.strip()).first()
    if line is None:
        raise NoSuchLine(
            _("%(batch)s does not stand in %(number)s.")
            % {"batch": batch_number.strip(), "number": remittance.number}
        )
    return remittance, line
