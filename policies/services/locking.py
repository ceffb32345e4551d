"""First step of every act on batches: in scope, fresh, locked, and free to move."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from core.audit import Act
from core.errors import RuleViolation
from members.access import Viewer
from members.permissions import Permission
from policies.models import EnrolmentBatch
from policies.selectors import visible_batches
from policies.states import BATCH_MOVES, BatchStatus

NAMED = 3  # numbers told in a refusal


class NoBatches(RuleViolation):
    """Nothing was chosen."""


class BatchesGone(RuleViolation):
    """A chosen batch is not there, not in the viewer's unions, or not his to act on."""


class CannotMove(RuleViolation):
    """The state of a batch does not allow the act."""


def locked_batches(
    batch_ids: Iterable[int], by: Viewer, permission: Permission
) -> list[EnrolmentBatch]:
    """The chosen batches, locked in the order of their keys; refused when one is missing."""
    wanted = sorted(set(batch_ids))
    if not wanted:
        raise NoBatches(_("Choose at least one batch."))
    rows = list(
        visible_batches(by, permission=permission)
        .filter(pk__in=wanted)
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    if len(rows) < len(wanted):
        raise BatchesGone(
            _("%(count)d of the chosen batches cannot be found or are not yours to handle.")
            % {"count": len(wanted) - len(rows)}
        )
    return rows


def must_move(
    batches: Sequence[EnrolmentBatch], to: BatchStatus, *,
    start: BatchStatus | None = None, right: Permission | None = None,
) -> None:  # fmt: skip
    """Refuse unless every batch may move to the state.

    `start`: from that state only. `right`: only where the move is an act of its holders.
    """
    stuck = [
        batch
        for batch in batches
        if not _may_move(BatchStatus(batch.status), to, right) or start not in (None, batch.status)
    ]
    if stuck:
        raise CannotMove(
            _("%(numbers)s cannot become “%(state)s”: it is now “%(now)s”. Nothing was changed.")
            % {
                "numbers": numbers_of(stuck),
                "state": to.label,
                "now": BatchStatus(stuck[0].status).label,
            }
        )


def _may_move(status: BatchStatus, to: BatchStatus, right: Permission | None) -> bool:
    whose = BATCH_MOVES[status].get(to, frozenset())
    return bool(whose) and (right is None or right in whose)


def numbers_of(batches: Sequence[EnrolmentBatch]) -> str:
    """The numbers of some batches for a sentence, the first three and how many more."""
    named = "、".join(batch.number for batch in batches[:NAMED])
    rest = len(batches) - NAMED
    return named if rest <= 0 else _("%(named)s and %(rest)d more") % {"named": named, "rest": rest}


def ids_of(batches: Sequence[EnrolmentBatch]) -> list[int]:
    return [batch.pk for batch in batches]


def acts(action: str, batches: Sequence[EnrolmentBatch], **details: str) -> list[Act]:
    """One audit event per batch."""
    return [
        Act(
            action=action,
            subject=f"batch:{batch.pk}",
            path=batch.organisation.path,
            details={"number": batch.number, "amount": str(batch.amount), **details},
        )
        for batch in batches
    ]
