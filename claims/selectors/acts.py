"""Which acts a claim or a payout offers to whom; a button that is grey says why."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from claims.models import Claim, Payout, ReimbursementQuarter
from claims.rules.facts import Decision
from claims.states import CLAIM_MOVES, ClaimStatus, PayoutStatus, QuarterStatus
from members.access import Viewer
from members.permissions import Permission


@dataclass(frozen=True)
class Act:
    """A button: where it leads, what it says, and why it cannot be pressed (empty: it can)."""

    view: str
    label: str
    why_not: str = ""
    is_primary: bool = False
    confirm: str = ""


def acts_on(viewer: Viewer, claim: Claim) -> list[Act]:
    """The acts that lead on from the claim's state, for holders of their rights only."""
    path, status = claim.organisation.path, ClaimStatus(claim.status)
    acts: list[Act] = []
    if status == ClaimStatus.FILED and viewer.can_at(Permission.CLAIM_REVIEW, path):
        acts += _reviewing(viewer, claim)
    if status == ClaimStatus.REVIEWED and viewer.can_at(Permission.CLAIM_APPROVE, path):
        acts += _approving(viewer, claim)
    if viewer.can_at(Permission.CLAIM_FILE, path):
        acts += _filing(claim)
    return acts


def needs_director(claim: Claim) -> bool:
    """Whether the amount lies above what one approver decides (settings.DIRECTOR_ABOVE, yuan)."""
    return claim.amount is not None and claim.amount > settings.DIRECTOR_ABOVE


def _refused_before(viewer: Viewer, claim: Claim) -> str:
    if viewer.user_id is not None and claim.appealed_against_id == viewer.user_id:
        return _("You refused this claim before the appeal; another person has to decide.")
    return ""


def _reviewing(viewer: Viewer, claim: Claim) -> list[Act]:
    own = _refused_before(viewer, claim)
    if viewer.user_id is not None and claim.filed_by_id == viewer.user_id:
        own = _("You filed this claim; another person has to review it.")
    nothing = ""
    if claim.decision in (Decision.REFUSED, Decision.NIL):
        nothing = _("By the terms nothing is to be paid; refuse it with a reason.")
    return [
        Act("claims:claim-ask", _("Ask for papers")),
        Act("claims:claim-refuse", _("Refuse"), own),
        Act("claims:claim-review", _("Pass to approval"), own or nothing, is_primary=True),
    ]


def _approving(viewer: Viewer, claim: Claim) -> list[Act]:
    own = _refused_before(viewer, claim)
    if viewer.user_id is not None and claim.filed_by_id == viewer.user_id:
        own = _("You filed this claim; another person has to approve it.")
    if viewer.user_id is not None and claim.reviewed_by_id == viewer.user_id:
        own = _("You made the first review; you cannot approve your own review.")
    if viewer.user_id is not None and claim.endorsed_by_id == viewer.user_id:
        own = _("You endorsed this claim; the director has to approve it.")
    endorses = needs_director(claim) and claim.endorsed_on is None
    label = _("Endorse for the director") if endorses else _("Approve")
    return [
        Act("claims:claim-send-back", _("Send back to first review")),
        Act("claims:claim-refuse", _("Do not approve"), own),
        Act("claims:claim-approve", label, own, is_primary=True),
    ]


def _filing(claim: Claim) -> list[Act]:
    acts, status = [], ClaimStatus(claim.status)
    if status == ClaimStatus.REFUSED and claim.appealed_on is None:
        acts.append(Act("claims:claim-appeal", _("Appeal"), is_primary=True))
    if ClaimStatus.WITHDRAWN in CLAIM_MOVES[status]:
        sure = _("Withdraw this claim?")
        acts.append(Act("claims:claim-withdraw", _("Withdraw"), confirm=sure))
    if status == ClaimStatus.SUPPLEMENT:
        acts.append(Act("claims:claim-hand-in", _("Hand in again"), is_primary=True))
    return acts


def may_add_papers(viewer: Viewer, claim: Claim) -> bool:
    """Papers are added by those who file, until the first review."""
    return claim.status in (ClaimStatus.FILED, ClaimStatus.SUPPLEMENT) and viewer.can_at(
        Permission.CLAIM_FILE, claim.organisation.path
    )


def why_not_pay(viewer: Viewer, payout: Payout) -> str | None:
    """Why the viewer cannot confirm the payout; empty: he can; None: it is not his business."""
    if payout.status != PayoutStatus.DRAFT:
        return None
    if not viewer.holds_in_district(Permission.PAYOUT_CONFIRM):
        if viewer.holds_in_district(Permission.PAYOUT_MAKE):
            return _("Another person, the approver, confirms the payment.")
        return None
    if viewer.user_id is not None and payout.made_by_id == viewer.user_id:
        return _("You made this payout; another person has to confirm it.")
    return ""


def may_cancel(viewer: Viewer, payout: Payout) -> bool:
    return payout.status == PayoutStatus.DRAFT and viewer.holds_in_district(Permission.PAYOUT_MAKE)


def quarter_act(viewer: Viewer, quarter: ReimbursementQuarter, *, has_rows: bool) -> Act | None:
    """The one act that leads the quarter on, if it is the viewer's."""
    status = QuarterStatus(quarter.status)
    computing = quarter.job is not None and quarter.job.is_open
    if status == QuarterStatus.OPEN and viewer.holds_in_district(Permission.QUARTER_IMPORT):
        why = "" if has_rows else _("Import the settlements first.")
        why = _("It is being computed now.") if computing else why
        return Act("claims:quarter-compute", _("Compute"), why, is_primary=True)
    if status == QuarterStatus.COMPUTED and viewer.holds_in_district(Permission.QUARTER_APPROVE):
        own = viewer.user_id is not None and quarter.computed_by_id == viewer.user_id
        why = _("You computed this quarter; another person has to approve it.") if own else ""
        return Act("claims:quarter-approve", _("Approve"), why, is_primary=True)
    if status == QuarterStatus.APPROVED and viewer.holds_in_district(Permission.PAYOUT_MAKE):
        made = quarter.payouts.exclude(status=PayoutStatus.CANCELLED).first()
        why = _("Payout %(number)s has been made.") % {"number": made.number} if made else ""
        return Act("claims:quarter-payout", _("Make the payout"), why, is_primary=True)
    return None
