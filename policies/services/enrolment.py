"""What a unit and the district do with enrolment batches: sets of batches, never one row."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from core.money import ZERO
from ledger import services as ledger
from members.access import Viewer
from members.permissions import Permission
from members.services import children
from policies.models import EnrolmentBatch, Policy
from policies.selectors.credits import paid_in
from policies.selectors.enrolment import without_consent
from policies.selectors.funding import unequal_splits
from policies.services.funding import SplitDiffers
from policies.services.locking import acts, ids_of, locked_batches, must_move, numbers_of
from policies.states import OPEN_BATCHES, UNDECIDED_BATCHES, BatchStatus

RECEIVABLE, PAYABLE = "1122", "2202"


class EmptyBatch(RuleViolation):
    """A batch without lines is not handed in."""


class ReasonMissing(RuleViolation):
    """A return says why."""


class OpenTwin(RuleViolation):
    """The unit has begun another batch for the same plan and day."""


class SamePerson(RuleViolation):
    """Who submitted a batch neither checks nor accepts it (four eyes)."""


class ConsentMissing(RuleViolation):
    """A child is insured only with the guardian's consent (PIPL art. 31)."""


class SumsDiffer(RuleViolation):
    """The lines of a batch do not add up to its amount."""


class NotOpen(RuleViolation):
    """Lines change only while the batch is with the unit."""


class LinesGone(RuleViolation):
    """A chosen line is not in the batch any more."""


class StartPassed(RuleViolation):
    """The cover would begin before the day of submission."""


class PartlyPaid(RuleViolation):
    """Money has come for the batch; its receipt is reversed first."""


class CoverBegun(RuleViolation):
    """A cover that has begun is not taken back (the plans: it cannot be left midway)."""


class ConsentIncomplete(RuleViolation):
    """A consent has a day, not in the future, and names the form that was signed."""


@transaction.atomic(durable=True)
def submit(*, batch_ids: Iterable[int], by: Viewer, on: date, late_reason: str = "") -> int:
    """Hand batches in to the district; refused for an empty one. Returns how many.

    The first day of cover is not before the day of submission; where the unit says why it is, the
    reason stands on the batch for the district to decide on. Source: domain.md 6.2.
    """
    batches = locked_batches(batch_ids, by, Permission.BATCH_FILL)
    must_move(batches, BatchStatus.SUBMITTED, right=Permission.BATCH_FILL)
    _must_have_lines(batches)
    _must_split_whole(batches)
    late, why = [row for row in batches if row.starts_on < on], late_reason.strip()[:300]
    if late and not why:
        raise StartPassed(
            _("%(numbers)s: the cover would begin before today. Say why on the page of the batch.")
            % {"numbers": numbers_of(late)}
        )
    EnrolmentBatch.objects.filter(pk__in=ids_of(batches)).update(
        status=BatchStatus.SUBMITTED, submitted_on=on, submitted_by=by.user_id, return_reason="",
        checked_on=None, checked_by=None,
    )  # fmt: skip
    EnrolmentBatch.objects.filter(pk__in=ids_of(late)).update(late_reason=why)
    in_time = [row for row in batches if row not in late]
    audit.record_many(acts("batch.submit", in_time), by_id=by.user_id)
    audit.record_many(acts("batch.submit", late, reason=why), by_id=by.user_id)
    return len(batches)


@transaction.atomic(durable=True)
def check(*, batch_ids: Iterable[int], by: Viewer, on: date) -> int:
    """The union above the unit has looked a batch through; the district decides on it next.

    Never by who handed it in. Source: domain.md 6.2 (street/sector checked).
    """
    batches = locked_batches(batch_ids, by, Permission.BATCH_CHECK)
    must_move(batches, BatchStatus.CHECKED, right=Permission.BATCH_CHECK)
    _must_be_another_person(batches, by)
    _must_have_lines(batches)
    _must_split_whole(batches)
    EnrolmentBatch.objects.filter(pk__in=ids_of(batches)).update(
        status=BatchStatus.CHECKED, checked_on=on, checked_by=by.user_id
    )
    audit.record_many(acts("batch.check", batches), by_id=by.user_id)
    return len(batches)


@transaction.atomic(durable=True)
def return_to_unit(*, batch_ids: Iterable[int], reason: str, by: Viewer, on: date) -> int:
    """Send batches back to their units with a reason (退回): the union above, or the district."""
    right = Permission.BATCH_ACCEPT if by.can(Permission.BATCH_ACCEPT) else Permission.BATCH_CHECK
    batches = locked_batches(batch_ids, by, right)
    if not reason.strip():
        raise ReasonMissing(_("Say why the batch is returned, so that the unit can mend it."))
    must_move(batches, BatchStatus.RETURNED, right=right)
    _must_have_no_twin(batches)
    EnrolmentBatch.objects.filter(pk__in=ids_of(batches)).update(
        status=BatchStatus.RETURNED, return_reason=reason.strip()[:300]
    )
    audit.record_many(acts("batch.return", batches, reason=reason.strip()), by_id=by.user_id)
    return len(batches)


@transaction.atomic(durable=True)
def withdraw(*, batch_ids: Iterable[int], by: Viewer, on: date) -> int:
    """Take batches back before they are accepted; their lines cover nobody."""
    batches = locked_batches(batch_ids, by, Permission.BATCH_FILL)
    must_move(batches, BatchStatus.WITHDRAWN, right=Permission.BATCH_FILL)
    _withdraw(batches, on)
    audit.record_many(acts("batch.withdraw", batches), by_id=by.user_id)
    return len(batches)


@transaction.atomic(durable=True)
def withdraw_accepted(*, batch_ids: Iterable[int], reason: str, by: Viewer, on: date) -> int:
    """Take accepted batches back before their first day: what was due is due no more.

    The district's act, with a reason; one on which money has come is paid back first (its receipt
    reversed). Raises CannotMove, ReasonMissing, CoverBegun, PartlyPaid.
    """
    batches = locked_batches(batch_ids, by, Permission.BATCH_ACCEPT)
    if not reason.strip():
        raise ReasonMissing(_("Say why the batch is withdrawn."))
    must_move(batches, BatchStatus.WITHDRAWN, right=Permission.BATCH_ACCEPT)
    begun = [batch for batch in batches if batch.starts_on <= on]
    if begun:
        raise CoverBegun(
            _("%(numbers)s: the cover has begun; it runs to its last day.")
            % {"numbers": numbers_of(begun)}
        )
    came = paid_in(ids_of(batches))
    if paid := [batch for batch in batches if came.get(batch.pk)]:
        raise PartlyPaid(
            _("%(numbers)s: part of the contribution has come in; reverse its receipt first.")
            % {"numbers": numbers_of(paid)}
        )
    _withdraw(batches, on, reason.strip()[:300])
    for batch in batches:
        memo = f"{batch.number} 参保撤销：{reason.strip()}"[:200]
        ledger.reverse(key=f"batch:{batch.pk}", posted_on=on, memo=memo)
    audit.record_many(
        acts("batch.withdraw", batches, reason=reason.strip()[:300]), by_id=by.user_id
    )
    return len(batches)


def _withdraw(batches: Sequence[EnrolmentBatch], on: date, reason: str = "") -> None:
    ids = ids_of(batches)
    Policy.objects.filter(batch__in=ids, withdrawn_on__isnull=True).update(withdrawn_on=on)
    EnrolmentBatch.objects.filter(pk__in=ids).update(
        status=BatchStatus.WITHDRAWN, withdrawn_on=on, withdraw_reason=reason,
        accepted_on=None, accepted_by=None,
    )  # fmt: skip


@transaction.atomic(durable=True)
def remove_lines(*, batch_id: int, policy_ids: Iterable[int], by: Viewer, on: date) -> int:
    """Take wrong lines out of a batch that is still with the unit; its sums follow."""
    (batch,) = locked_batches([batch_id], by, Permission.BATCH_FILL)
    if batch.status not in OPEN_BATCHES:
        raise NotOpen(
            _("%(number)s is “%(state)s”; lines are removed only before it is submitted.")
            % {"number": batch.number, "state": BatchStatus(batch.status).label}
        )
    wanted = set(policy_ids)
    removed = Policy.objects.filter(batch=batch, pk__in=wanted, withdrawn_on__isnull=True).update(
        withdrawn_on=on
    )
    if not wanted or removed < len(wanted):
        raise LinesGone(_("The chosen lines are not in the batch any more. Open it again."))
    _recount(batch)
    audit.record_many(acts("batch.remove_lines", [batch], lines=str(removed)), by_id=by.user_id)
    return removed


@transaction.atomic(durable=True)
def record_consents(
    *, batch_ids: Iterable[int], consent_on: date, consent_form: str, by: Viewer, on: date
) -> int:
    """Record the guardians' consent for every child of the batches; returns the lines marked.

    `consent_form`: version of the form that was signed. Source: PIPL art. 28, 31.
    """
    batches = locked_batches(batch_ids, by, Permission.BATCH_FILL)
    if not consent_form.strip() or consent_on > on:
        raise ConsentIncomplete(
            _("Give the day of the consent, not in the future, and the version of the form.")
        )
    closed = [row for row in batches if row.status not in (*OPEN_BATCHES, *UNDECIDED_BATCHES)]
    if closed:
        raise NotOpen(
            _("%(numbers)s: consent is recorded before the batch is accepted.")
            % {"numbers": numbers_of(closed)}
        )
    marked = Policy.objects.filter(
        batch__in=ids_of(batches), child__isnull=False, withdrawn_on__isnull=True
    ).update(consent_on=consent_on, consent_form=consent_form.strip()[:30])
    lines = Policy.objects.filter(batch__in=ids_of(batches), child__isnull=False)
    children.note_consents(
        lines=lines.filter(withdrawn_on=None)
        .values_list("child_id", "member_id", "relation")
        .distinct(),
        consent_on=consent_on, consent_form=consent_form.strip()[:30], by=by,
    )  # fmt: skip
    audit.record_many(
        acts("batch.consent", batches, consent_on=str(consent_on), form=consent_form.strip()),
        by_id=by.user_id,
    )
    return marked


@transaction.atomic(durable=True)
def accept(*, batch_ids: Iterable[int], by: Viewer, on: date) -> int:
    """Accept submitted batches: their contributions are due from now on (one entry per batch)."""
    batches = locked_batches(batch_ids, by, Permission.BATCH_ACCEPT)
    must_move(batches, BatchStatus.ACCEPTED, right=Permission.BATCH_ACCEPT)
    _must_be_another_person(batches, by)
    _must_have_lines(batches)
    _must_split_whole(batches)
    _must_have_consents(batches)
    EnrolmentBatch.objects.filter(pk__in=ids_of(batches)).update(
        status=BatchStatus.ACCEPTED, accepted_on=on, accepted_by=by.user_id
    )
    ledger.post_many(
        ledger.NewEntry(
            key=f"batch:{batch.pk}",
            posted_on=on,
            memo=f"{batch.number} 参保受理，应收会费",
            organisation_id=batch.organisation_id,
            lines=[(RECEIVABLE, batch.amount, ZERO), (PAYABLE, ZERO, batch.amount)],
        )
        for batch in batches
    )
    audit.record_many(acts("batch.accept", batches), by_id=by.user_id)
    return len(batches)


def _must_have_lines(batches: Sequence[EnrolmentBatch]) -> None:
    """Every batch has lines and they add up to it; one query for all."""
    found = {
        row["batch"]: row
        for row in Policy.objects.filter(batch__in=ids_of(batches), withdrawn_on__isnull=True)
        .order_by()
        .values("batch")
        .annotate(lines=Count("pk"), total=Sum("amount"))
    }
    empty = [batch for batch in batches if batch.pk not in found]
    if empty:
        raise EmptyBatch(_("%(numbers)s has no lines.") % {"numbers": numbers_of(empty)})
    wrong = [batch for batch in batches if found[batch.pk]["total"] != batch.amount]
    if wrong:
        raise SumsDiffer(
            _("%(numbers)s: the lines add up to %(lines)s, the batch says %(batch)s.")
            % {
                "numbers": numbers_of(wrong),
                "lines": found[wrong[0].pk]["total"],
                "batch": wrong[0].amount,
            }
        )


def _must_split_whole(batches: Sequence[EnrolmentBatch]) -> None:
    """Shares that were recorded still sum to what their batch has come to."""
    for number, shared, amount in unequal_splits(ids_of(batches)):
        raise SplitDiffers(
            _("The shares of %(number)s sum to %(total)s; the contribution is %(amount)s.")
            % {"number": number, "total": shared, "amount": amount}
        )


def _must_have_no_twin(batches: Sequence[EnrolmentBatch]) -> None:
    """A returned batch must not stand beside an open one of its unit, plan, day and campaign."""
    taken = {
        _slot(batch): batch
        for batch in EnrolmentBatch.objects.filter(
            organisation__in={batch.organisation_id for batch in batches}, status__in=OPEN_BATCHES
        )
    }
    for batch in batches:
        twin = taken.setdefault(_slot(batch), batch)
        if twin is not batch:
            raise OpenTwin(
                _("%(number)s: the unit has begun %(twin)s; that one has to be settled first.")
                % {"number": batch.number, "twin": twin.number}
            )


def _slot(batch: EnrolmentBatch) -> tuple[int, int, date, int | None]:
    return batch.organisation_id, batch.plan_version_id, batch.starts_on, batch.campaign_id


def _must_be_another_person(batches: Sequence[EnrolmentBatch], by: Viewer) -> None:
    own = [row for row in batches if by.user_id is not None and row.submitted_by_id == by.user_id]
    if own:
        raise SamePerson(
            _("You submitted %(numbers)s yourself; a colleague has to decide on it.")
            % {"numbers": numbers_of(own)}
        )


def _must_have_consents(batches: Sequence[EnrolmentBatch]) -> None:
    lacking = set(
        without_consent(Policy.objects.filter(batch__in=ids_of(batches))).values_list(
            "batch_id", flat=True
        )
    )
    if lacking:
        named = [batch for batch in batches if batch.pk in lacking]
        raise ConsentMissing(
            _("%(numbers)s insures children; record the guardians' consent first.")
            % {"numbers": numbers_of(named)}
        )


def _recount(batch: EnrolmentBatch) -> None:
    sums = Policy.objects.filter(batch=batch, withdrawn_on__isnull=True).aggregate(
        lines=Count("pk"), shares=Sum("shares"), amount=Sum("amount")
    )
    EnrolmentBatch.objects.filter(pk=batch.pk).update(
        person_count=sums["lines"], shares=sums["shares"] or 0, amount=sums["amount"] or ZERO
    )
