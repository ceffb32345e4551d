"""What the district passes on to the Beijing office (上缴). Remitted batches are in force."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from core.money import ZERO
from core.numbering import next_number
from ledger import services as ledger
from members.access import Viewer
from members.permissions import Permission
from members.selectors import district
from policies.models import EnrolmentBatch, ReceiptLine, Remittance, RemittanceLine
from policies.selectors import current_hash, visible_remittance_lines, visible_remittances
from policies.services.locking import acts, ids_of, locked_batches, must_move, numbers_of
from policies.states import REMITTANCE_MOVES, BatchStatus, RemittanceStatus

BANK, PAYABLE = "1002", "2202"


class NotPaid(RuleViolation):
    """Only what came in is passed on."""


class AlreadyPlanned(RuleViolation):
    """A batch is remitted once."""


class RemittanceGone(RuleViolation):
    """The remittance is not there or not wholly the viewer's to act on."""


class CannotMoveRemittance(RuleViolation):
    """The state of the remittance does not allow the act."""


class RemittanceIncomplete(RuleViolation):
    """A transfer names the bank's reference and a day that has come."""


@transaction.atomic(durable=True)
def make_remittance(
    *, batch_ids: Iterable[int], by: Viewer, on: date, made_on: date | None = None
) -> Remittance:
    """Put paid batches into a new remittance; `made_on` is its date, `on` by default."""
    batches = locked_batches(batch_ids, by, Permission.REMITTANCE_MAKE)
    _must_be_paid_and_free(batches)
    remittance = Remittance.objects.create(
        number=next_number("SJ", (made_on or on).year),
        amount=sum((batch.amount for batch in batches), ZERO),
        made_on=made_on or on,
        made_by_id=by.user_id,
    )
    RemittanceLine.objects.bulk_create(
        (
            RemittanceLine(remittance=remittance, batch=batch, amount=batch.amount)
            for batch in batches
        ),
        batch_size=2000,
    )
    record_act("remittance.make", remittance, by, batches=len(batches))
    return remittance


@transaction.atomic(durable=True)
def cancel_remittance(*, remittance_id: int, by: Viewer, on: date) -> Remittance:
    """Give up a remittance that was not sent; its batches may go into another one."""
    remittance = locked_remittance(remittance_id, by)
    must_move_remittance(remittance, RemittanceStatus.CANCELLED)
    remittance.lines.update(is_void=True)
    remittance.status = RemittanceStatus.CANCELLED
    remittance.save(update_fields=["status"])
    record_act("remittance.cancel", remittance, by, cancelled_on=str(on))
    return remittance


@transaction.atomic(durable=True)
def remit(
    *, remittance_id: int, remitted_on: date, reference: str, by: Viewer, on: date
) -> Remittance:
    """Record the transfer to the Beijing office: the batches are in force from their start date.

    `reference`: of the bank. The day is not in the future and not before the remittance was made.
    """
    remittance = locked_remittance(remittance_id, by)
    must_move_remittance(remittance, RemittanceStatus.REMITTED)
    _must_be_complete(remittance, remitted_on, reference, on)
    ids = list(remittance.lines.filter(is_void=False).values_list("batch_id", flat=True))
    batches = locked_batches(ids, by, Permission.REMITTANCE_MAKE)
    must_move(batches, BatchStatus.EFFECTIVE, start=BatchStatus.PAID)
    ledger.must_be_open([remitted_on])
    remittance.status, remittance.remitted_on = RemittanceStatus.REMITTED, remitted_on
    remittance.reference, remittance.remitted_by_id = reference.strip(), by.user_id
    lock_statement(remittance)
    remittance.save(
        update_fields=["status", "remitted_on", "reference", "remitted_by", "statement_hash"]
    )
    EnrolmentBatch.objects.filter(pk__in=ids).update(status=BatchStatus.EFFECTIVE)
    _book(remittance)
    record_act("remittance.remit", remittance, by, reference=remittance.reference)
    audit.record_many(acts("batch.remit", batches, remittance=remittance.number), by_id=by.user_id)
    return remittance


def lock_statement(remittance: Remittance) -> None:
    """Keep every line of the statement as it stands, and its hash (reports.md B4.2 (2))."""
    came = (
        ReceiptLine.objects.filter(batch=OuterRef("batch"), is_void=False)
        .order_by()
        .values("batch")
        .annotate(part=Sum("amount"))
        .values("part")
    )
    batch = EnrolmentBatch.objects.filter(pk=OuterRef("batch"))
    remittance.lines.filter(is_void=False).update(
        sent_persons=Subquery(batch.values("person_count")),
        sent_shares=Subquery(batch.values("shares")),
        sent_due=Subquery(batch.values("amount")),
        sent_received=Coalesce(Subquery(came), ZERO),
    )
    remittance.statement_hash = current_hash(remittance)


def _book(remittance: Remittance) -> None:
    assert remittance.remitted_on is not None
    ledger.post(
        key=f"remittance:{remittance.pk}",
        posted_on=remittance.remitted_on,
        memo=f"{remittance.number} 上缴北京办事处",
        organisation_id=district().pk,
        lines=[(PAYABLE, remittance.amount, ZERO), (BANK, ZERO, remittance.amount)],
    )


def locked_remittance(remittance_id: int, by: Viewer) -> Remittance:
    """The remittance, locked; refused unless every batch in it is the viewer's to remit."""
    remittance = (
        visible_remittances(by, permission=Permission.REMITTANCE_MAKE)
        .filter(pk=remittance_id)
        .select_for_update(of=("self",))
        .first()
    )
    own = visible_remittance_lines(by, permission=Permission.REMITTANCE_MAKE)
    foreign = RemittanceLine.objects.filter(remittance=remittance_id).filter(
        ~Exists(own.filter(pk=OuterRef("pk")))
    )
    if remittance is None or foreign.exists():
        raise RemittanceGone(_("The remittance cannot be found or is not yours to handle."))
    return remittance


def must_move_remittance(remittance: Remittance, to: RemittanceStatus) -> None:
    """Refuse unless the remittance may move to the state."""
    now = RemittanceStatus(remittance.status)
    if to not in REMITTANCE_MOVES[now]:
        raise CannotMoveRemittance(
            _("%(number)s is “%(now)s” and cannot become “%(state)s”. Nothing was changed.")
            % {"number": remittance.number, "now": now.label, "state": to.label}
        )


def _must_be_complete(remittance: Remittance, remitted_on: date, reference: str, on: date) -> None:
    if not reference.strip() or len(reference.strip()) > 60:
        raise RemittanceIncomplete(_("Give the bank's reference, at most 60 characters."))
    if not remittance.made_on <= remitted_on <= on:
        raise RemittanceIncomplete(
            _("The day of the transfer lies between %(first)s and %(last)s.")
            % {"first": remittance.made_on, "last": on}
        )


def _must_be_paid_and_free(batches: Sequence[EnrolmentBatch]) -> None:
    unpaid = [batch for batch in batches if batch.status != BatchStatus.PAID]
    if unpaid:
        raise NotPaid(
            _("%(numbers)s is not paid in; only what came in is remitted.")
            % {"numbers": numbers_of(unpaid)}
        )
    planned = dict(
        RemittanceLine.objects.filter(batch__in=ids_of(batches), is_void=False).values_list(
            "batch_id", "remittance__number"
        )
    )
    if planned:
        named = [batch for batch in batches if batch.pk in planned]
        raise AlreadyPlanned(
            _("%(numbers)s stands in remittance %(remittance)s already.")
            % {"numbers": numbers_of(named), "remittance": planned[named[0].pk]}
        )


def record_act(action: str, remittance: Remittance, by: Viewer, **details: str | int) -> None:
    """One event about a remittance."""
    audit.record(
        action=action,
        subject=f"remittance:{remittance.pk}",
        by_id=by.user_id,
        path=district().path,
        number=remittance.number,
        amount=str(remittance.amount),
        **details,
    )
