"""Corrections of accepted lines: asked for by the unit, decided by another person of the district.

A wrong name, payer or note is corrected. Shares, tier, risk and days of cover never are: a cover is
not changed silently, it is withdrawn before it begins or runs to its end.
"""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from core.numbering import next_number
from members.access import Viewer
from members.permissions import Permission
from members.services.names import correct_name
from policies.models import Correction, CorrectionLine, EnrolmentBatch, Policy
from policies.selectors.corrections import current, visible_corrections
from policies.services.locking import acts, locked_batches
from policies.states import CORRECTION_MOVES, CorrectionKind, CorrectionStatus, Funder


class NotAccepted(RuleViolation):
    """Before its acceptance a batch is changed itself, not corrected."""


class NothingToCorrect(RuleViolation):
    """No value differs, or the reason is missing."""


class AlreadyAsked(RuleViolation):
    """The same correction is waiting for a decision."""


class CorrectionGone(RuleViolation):
    """The list is not there, decided, or not the viewer's to decide."""


class OwnCorrection(RuleViolation):
    """Who asked for a correction does not decide on it (four eyes)."""


class CorrectionStale(RuleViolation):
    """A line has come to say something else since the correction was asked for."""


@transaction.atomic(durable=True)
def ask_for_correction(
    *, batch_id: int, policy_id: int, values: Mapping[CorrectionKind, str], reason: str,
    by: Viewer, on: date,
) -> Correction:  # fmt: skip
    """Put the right values of a line on the person's open list for the batch.

    Empty values stay as they are. Raises NotAccepted, NothingToCorrect, AlreadyAsked, BatchesGone.
    """
    (batch,) = locked_batches([batch_id], by, Permission.BATCH_FILL)
    lines = Policy.objects.filter(batch=batch, withdrawn_on__isnull=True)
    policy = lines.select_related("member", "child").filter(pk=policy_id).first()
    if batch.accepted_on is None or policy is None:
        raise NotAccepted(_("Only the lines of an accepted batch are corrected."))
    changed = {
        kind: (current(policy, kind), text.strip())
        for kind, text in values.items()
        if text.strip() and text.strip() != current(policy, kind)
    }
    if not changed or not reason.strip():
        raise NothingToCorrect(_("Give what is to be corrected, and the reason."))
    if CorrectionLine.objects.filter(policy=policy, kind__in=changed, is_open=True).exists():
        raise AlreadyAsked(_("A correction of this line is waiting for its decision."))
    correction = _open_list(batch, reason.strip()[:300], by, on)
    CorrectionLine.objects.bulk_create(
        CorrectionLine(correction=correction, policy=policy, kind=kind, old=old, new=new)
        for kind, (old, new) in changed.items()
    )
    note = f"{correction.number} {reason.strip()}"[:300]
    audit.record_many(acts("batch.ask_correction", [batch], reason=note), by_id=by.user_id)
    return correction


def _open_list(batch: EnrolmentBatch, reason: str, by: Viewer, on: date) -> Correction:
    found = batch.corrections.filter(
        status=CorrectionStatus.SUBMITTED, made_by_id=by.user_id
    ).first()
    return found or Correction.objects.create(
        number=next_number("GZ", on.year), batch=batch, reason=reason, made_on=on,
        made_by_id=by.user_id,
    )  # fmt: skip


@transaction.atomic(durable=True)
def decide_correction(
    *, correction_id: int, accept: bool, answer: str, by: Viewer, on: date
) -> Correction:
    """Write every line of a list, or refuse it with a reason; never by who asked for it.

    Raises CorrectionGone, OwnCorrection, CorrectionStale, NothingToCorrect.
    """
    rows = visible_corrections(by, Permission.BATCH_ACCEPT).select_for_update(of=("self",))
    correction = rows.filter(pk=correction_id).first()
    to = CorrectionStatus.ACCEPTED if accept else CorrectionStatus.REFUSED
    if correction is None or to not in CORRECTION_MOVES[CorrectionStatus(correction.status)]:
        raise CorrectionGone(_("The correction has been decided or is not yours to decide."))
    if by.user_id is not None and by.user_id == correction.made_by_id:
        raise OwnCorrection(_("You asked for this correction yourself; a colleague decides on it."))
    if not accept and not answer.strip():
        raise NothingToCorrect(_("Say why the correction is refused."))
    lines = list(correction.lines.select_related("policy__member", "policy__child").order_by("pk"))
    if accept:
        for line in lines:
            _write(line, correction, by)
    correction.lines.update(is_open=False)
    correction.status, correction.answer = to, answer.strip()[:300]
    correction.decided_on, correction.decided_by_id = on, by.user_id
    correction.save(update_fields=["status", "answer", "decided_on", "decided_by"])
    note = " ".join(filter(None, (correction.number, correction.answer)))
    action = "batch.correct" if accept else "batch.refuse_correction"
    audit.record_many(
        acts(action, [correction.batch], reason=note, lines=str(len(lines))), by_id=by.user_id
    )
    return correction


def _write(line: CorrectionLine, correction: Correction, by: Viewer) -> None:
    policy, kind = line.policy, CorrectionKind(line.kind)
    if current(policy, kind) != line.old:
        raise CorrectionStale(
            _("%(name)s: the line says something else by now; refuse the list and ask anew.")
            % {"name": policy.member.name}
        )
    if kind is CorrectionKind.NAME:
        reason = f"{correction.number} {correction.reason}"[:200]
        correct_name(
            member_id=policy.member_id, child_id=policy.child_id, name=line.new,
            by_id=by.user_id, reason=reason,
        )  # fmt: skip
    elif kind is CorrectionKind.FUNDER:
        Policy.objects.filter(pk=policy.pk).update(funder=Funder(line.new))
    else:
        Policy.objects.filter(pk=policy.pk).update(note=line.new)
