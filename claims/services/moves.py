"""What every act on claims shares: lock in scope, check the move, move all at once, record it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.models import Claim
from claims.selectors.claims import visible_claims
from claims.selectors.timeline import last_event
from claims.services import history
from claims.states import CLAIM_MOVES, ClaimStatus
from core import audit
from core.errors import RuleViolation
from core.money import ZERO
from members.access import Viewer
from members.permissions import Permission


class OutOfReach(RuleViolation):
    """A record is not there, or not in the viewer's subtree with the right to act on it."""


class CannotMove(RuleViolation):
    """The record is not in a state from which the act leads on; mostly somebody was faster."""


class OwnWork(RuleViolation):
    """Four eyes: nobody decides on what he handed in or reviewed himself."""


class SeenAnother(RuleViolation):
    """The claim has changed since it was looked at."""


class ReasonMissing(RuleViolation):
    """An act that a person will ask about needs a reason."""


def locked(
    claim_ids: Iterable[int], by: Viewer, permission: Permission, *, people: bool = False
) -> list[Claim]:
    """The claims, fresh, in scope and locked in the order of their ids; with `people`, the members
    first.

    Raises OutOfReach when one of them is missing.
    """
    ids = sorted(set(claim_ids))
    wanted = visible_claims(by, permission).filter(pk__in=ids).order_by("pk")
    if people:
        history.lock_people(wanted.only("member_id", "child_id"))
    rows = list(
        wanted.select_related("organisation", "transfer_from").select_for_update(of=("self",))
    )
    if not ids or len(rows) < len(ids):
        raise OutOfReach(_("The claim was not found; it may lie outside your scope."))
    return rows


def check_moves(claims: Sequence[Claim], to: ClaimStatus) -> None:
    """Raises CannotMove unless every claim may go there."""
    stuck = [claim for claim in claims if to not in CLAIM_MOVES[ClaimStatus(claim.status)]]
    if not stuck:
        return
    claim, event = stuck[0], last_event(f"claim:{stuck[0].pk}")
    sentence = _("Claim %(number)s is “%(status)s” already (%(who)s); nothing was changed.") % {
        "number": claim.number,
        "status": claim.get_status_display(),
        "who": event,
    }
    if len(stuck) > 1:
        sentence += ngettext(
            " %(count)s claim is in such a state.",
            " %(count)s claims are in such a state.",
            len(stuck),
        ) % {"count": len(stuck)}
    raise CannotMove(sentence)


def check_seen(claims: Iterable[Claim], seen: Mapping[int, int] | None) -> None:
    """Raises SeenAnother unless every claim is in the version that was on the screen.

    `seen`: claim id -> version; None: no screen was between, as in commands and the demo district.
    """
    if seen is None:
        return
    for claim in claims:
        if seen.get(claim.pk) != claim.version:
            amount = claim.amount if claim.amount is not None else ZERO
            raise SeenAnother(
                _("Claim %(number)s has changed, it is ￥%(amount)s now. Look again.")
                % {"number": claim.number, "amount": f"{amount:,.2f}"}
            )


def check_other_person(
    claims: Iterable[Claim], by: Viewer, whose: Callable[[Claim], int | None], sentence: str
) -> None:
    """Raises OwnWork with the sentence when one of the claims is the person's own work."""
    if by.user_id is None:
        return
    own = [claim.number for claim in claims if whose(claim) == by.user_id]
    if own:
        raise OwnWork(f"{sentence} {'、'.join(own[:3])}{'…' if len(own) > 3 else ''}")


def move(
    claims: Sequence[Claim],
    to: ClaimStatus,
    *,
    by: Viewer,
    action: str,
    why: str = "",
    **fields: Any,
) -> None:
    """Move all of them in one statement and record the act for each; the moves were checked
    before."""
    ids = [claim.pk for claim in claims]
    Claim.objects.filter(pk__in=ids).update(status=to, version=F("version") + 1, **fields)
    audit.record_many(
        (
            audit.Act(
                action,
                f"claim:{claim.pk}",
                claim.organisation.path,
                _details(claim, why),
            )
            for claim in claims
        ),
        by_id=by.user_id,
    )


def _details(claim: Claim, why: str) -> dict[str, str]:
    details = {"number": claim.number}
    if claim.amount is not None:
        details["amount"] = str(claim.amount)
    return {**details, "why": why} if why else details
