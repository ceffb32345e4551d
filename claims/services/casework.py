"""From the first review to the approval: two persons, and the amount is always the assessment's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from claims.models import Claim
from claims.rules.facts import Decision
from claims.selectors.acts import needs_director
from claims.services.appeals import appeal, check_not_appealed_against
from claims.services.assessing import Assessment, reassess, store
from claims.services.filing import add_paper, file_claim, hand_in, withdraw
from claims.services.moves import (
    CannotMove,
    OutOfReach,
    OwnWork,
    ReasonMissing,
    SeenAnother,
    check_moves,
    check_other_person,
    check_seen,
    locked,
    move,
)
from claims.states import ClaimStatus, Finding, RefusalCode
from core.errors import RuleViolation
from core.money import ZERO
from members.access import Viewer
from members.permissions import Permission

Seen = Mapping[int, int] | None  # claim id -> version that was on the screen
DECIDERS = (
    lambda claim: claim.filed_by_id,
    lambda claim: claim.reviewed_by_id,
    lambda claim: claim.endorsed_by_id,
)
__all__ = [
    "AmountChanged",
    "CannotMove",
    "NotPayable",
    "OutOfReach",
    "OwnWork",
    "ReasonMissing",
    "Reviewed",
    "SeenAnother",
    "add_paper",
    "appeal",
    "approve",
    "ask_for_papers",
    "file_claim",
    "hand_in",
    "refuse",
    "review",
    "send_back",
    "withdraw",
]


class NotPayable(RuleViolation):
    """By the terms nothing is to be paid: the reviewer refuses, with the reason."""


class AmountChanged(RuleViolation):
    """Assessed again, the claim comes to something else than the reviewer passed."""


@dataclass(frozen=True)
class Reviewed:
    """What became of the claims of a first review, by id.

    `passed` wait for the second person, for `papers_asked` the unit was asked for papers; `left`
    are still filed: by the terms nothing is to be paid, or a person has to look at them.
    """

    passed: tuple[int, ...] = ()
    papers_asked: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


@transaction.atomic(durable=True)
def review(
    *, claim_ids: Iterable[int], by: Viewer, on: date, reason: str = "", seen: Seen = None
) -> Reviewed:
    """Assess filed claims again and pass those that are payable on to the second person.

    Claims that lack papers go back to the unit. With a `reason` those that the terms refer to a
    person (hospital, overlap) are passed too. Raises NotPayable when none of them can go on,
    CannotMove, OwnWork, SeenAnother, OutOfReach.
    """
    claims = locked(claim_ids, by, Permission.CLAIM_REVIEW, people=True)
    check_moves(claims, ClaimStatus.REVIEWED)
    own = _("You filed this claim; another person has to review it.")
    check_other_person(claims, by, lambda claim: claim.filed_by_id, own)
    check_not_appealed_against(claims, by)
    check_seen(claims, seen)
    answers = reassess(claims)
    store(answers.values())
    passing = {Decision.PAYABLE, Decision.REFERRED} if reason else {Decision.PAYABLE}
    passed = [claim for claim in claims if _decision(claim, answers) in passing]
    asked = [claim for claim in claims if _decision(claim, answers) == Decision.SUPPLEMENT]
    if not passed and not asked:
        raise NotPayable(_not_payable(claims[0], answers[claims[0].pk]))
    _pass_on(passed, answers, by=by, on=on, reason=reason)
    _send_for_papers(asked, by=by, on=on, why=_("By the terms, papers are missing."))
    left = {claim.pk for claim in claims} - {claim.pk for claim in (*passed, *asked)}
    return Reviewed(
        tuple(claim.pk for claim in passed),
        tuple(claim.pk for claim in asked),
        tuple(sorted(left)),
    )


def _decision(claim: Claim, answers: Mapping[int, Assessment]) -> Decision:
    return answers[claim.pk].outcome.decision


def _pass_on(
    claims: list[Claim], answers: Mapping[int, Assessment], *, by: Viewer, on: date, reason: str
) -> None:
    for claim in claims:
        claim.amount = answers[claim.pk].outcome.amount
    move(
        claims, ClaimStatus.REVIEWED, by=by, action="claim.review", why=reason,
        reviewed_by_id=by.user_id, reviewed_on=on, decided_at=Now(), note=reason[:300],
    )  # fmt: skip


def _send_for_papers(claims: list[Claim], *, by: Viewer, on: date, why: str) -> None:
    """The office's clock stands still from this day on."""
    move(
        claims, ClaimStatus.SUPPLEMENT, by=by, action="claim.ask", why=why, note=why[:300],
        asked_on=on,
    )  # fmt: skip


def _not_payable(claim: Claim, answer: Assessment) -> str:
    codes = "、".join(str(Finding(code).label) for code in answer.outcome.codes)
    if answer.outcome.decision == Decision.REFERRED:
        return _("Claim %(number)s needs a reason to be passed: %(codes)s.") % {
            "number": claim.number,
            "codes": codes,
        }
    return _("By the terms claim %(number)s pays nothing: %(codes)s. Refuse it with a reason.") % {
        "number": claim.number,
        "codes": codes,
    }


@transaction.atomic(durable=True)
def ask_for_papers(
    *, claim_ids: Iterable[int], papers: str, by: Viewer, on: date, seen: Seen = None
) -> None:
    """Send filed claims back to the unit for papers; `papers` says which and how.

    Raises ReasonMissing, CannotMove, SeenAnother, OutOfReach.
    """
    _needs(papers)
    claims = locked(claim_ids, by, Permission.CLAIM_REVIEW)
    check_moves(claims, ClaimStatus.SUPPLEMENT)
    check_seen(claims, seen)
    _send_for_papers(claims, by=by, on=on, why=papers)


@transaction.atomic(durable=True)
def refuse(
    *, claim_ids: Iterable[int], reason: str, by: Viewer, on: date, code: str = "",
    seen: Seen = None,
) -> None:  # fmt: skip
    """Refuse claims with a reason: the first reviewer filed ones, the second person reviewed ones.

    `code`: a RefusalCode; where none is said, the first thing that the checks found, else OTHER.
    Raises ReasonMissing, CannotMove, OwnWork, SeenAnother, OutOfReach.
    """
    _needs(reason)
    if code and code not in RefusalCode.values:
        raise ReasonMissing(_("Choose the reason of the refusal from the list."))
    claims = locked(claim_ids, by, Permission.CLAIM_VIEW)
    check_moves(claims, ClaimStatus.REFUSED)
    filed = [claim for claim in claims if claim.status == ClaimStatus.FILED]
    reviewed = [claim for claim in claims if claim.status == ClaimStatus.REVIEWED]
    _may(filed, by, Permission.CLAIM_REVIEW)
    _may(reviewed, by, Permission.CLAIM_APPROVE)
    own = _("You filed or reviewed this claim; another person has to decide.")
    for whose in DECIDERS:
        check_other_person(claims, by, whose, own)
    check_not_appealed_against(claims, by)
    check_seen(claims, seen)
    first = {"reviewed_by_id": by.user_id, "reviewed_on": on, "decided_at": Now()}
    _refuse(filed, code, by=by, why=reason, **first)
    _refuse(reviewed, code, by=by, why=reason, approved_by_id=by.user_id, approved_on=on)


def _refuse(claims: list[Claim], code: str, *, by: Viewer, why: str, **decided: Any) -> None:
    """The claims with one code move together.

    One that is closed because nothing is due stays `nil`: its stay counts for the later ones of the
    year, as that of a refused one does not (assessment contract §3).
    """
    said = {"amount": ZERO, "paid_days": 0, "items": {}, "refusal_reason": why[:300]}
    by_code: dict[tuple[str, Decision], list[Claim]] = {}
    for claim in claims:
        why_not = code or (claim.codes[0] if claim.codes else RefusalCode.OTHER.value)
        is_nil = why_not == RefusalCode.NOTHING_DUE and claim.decision == Decision.NIL
        decision = Decision.NIL if is_nil else Decision.REFUSED
        by_code.setdefault((why_not, decision), []).append(claim)
    for (why_not, decision), group in by_code.items():
        move(
            group, ClaimStatus.REFUSED, by=by, action="claim.refuse", why=why,
            refusal_code=why_not, decision=decision, **said, **decided,
        )  # fmt: skip


@transaction.atomic(durable=True)
def approve(*, claim_ids: Iterable[int], by: Viewer, on: date, seen: Seen = None) -> int:
    """Approve reviewed claims, each at the amount that was seen; returns how many are approved.

    A claim above settings.DIRECTOR_ABOVE (yuan) is endorsed first and stays reviewed; a further
    approver, the director, approves it. The assessment is made again and must come to the same.
    Raises CannotMove, OwnWork, SeenAnother, AmountChanged, OutOfReach.
    """
    claims = locked(claim_ids, by, Permission.CLAIM_APPROVE, people=True)
    check_moves(claims, ClaimStatus.APPROVED)
    own = _("You made the first review; you cannot approve your own review.")
    check_other_person(claims, by, lambda claim: claim.reviewed_by_id, own)
    own = _("You filed this claim; another person has to approve it.")
    check_other_person(claims, by, lambda claim: claim.filed_by_id, own)
    own = _("You endorsed this claim; the director has to approve it.")
    check_other_person(claims, by, lambda claim: claim.endorsed_by_id, own)
    check_not_appealed_against(claims, by)
    check_seen(claims, seen)
    _must_come_to_the_same(claims, reassess(claims))
    endorsed = [claim for claim in claims if needs_director(claim) and not claim.endorsed_on]
    approved = [claim for claim in claims if claim not in endorsed]
    move(
        endorsed, ClaimStatus.REVIEWED, by=by, action="claim.endorse",
        endorsed_by_id=by.user_id, endorsed_on=on,
    )  # fmt: skip
    move(
        approved, ClaimStatus.APPROVED, by=by, action="claim.approve",
        approved_by_id=by.user_id, approved_on=on, decision=Decision.PAYABLE,
    )  # fmt: skip
    return len(approved)


def _must_come_to_the_same(claims: Iterable[Claim], answers: Mapping[int, Assessment]) -> None:
    for claim in claims:
        answer = answers[claim.pk]
        if not answer.confirms(claim):
            raise AmountChanged(
                _("Claim %(number)s now comes to ￥%(now)s, not ￥%(then)s; send it back.")
                % {
                    "number": claim.number,
                    "now": f"{answer.outcome.amount:,.2f}",
                    "then": f"{claim.amount:,.2f}",
                }
            )


@transaction.atomic(durable=True)
def send_back(
    *, claim_ids: Iterable[int], reason: str, by: Viewer, on: date, seen: Seen = None
) -> None:
    """Send reviewed claims back to the first reviewer; an endorsement falls away. Raises
    ReasonMissing, CannotMove, SeenAnother, OutOfReach."""
    _needs(reason)
    claims = locked(claim_ids, by, Permission.CLAIM_APPROVE)
    check_moves(claims, ClaimStatus.FILED)
    if any(claim.status != ClaimStatus.REVIEWED for claim in claims):
        raise CannotMove(_("Only reviewed claims are sent back."))
    check_seen(claims, seen)
    move(
        claims, ClaimStatus.FILED, by=by, action="claim.send_back", why=reason, note=reason[:300],
        reviewed_by_id=None, reviewed_on=None, decided_at=None, endorsed_by_id=None,
        endorsed_on=None,
    )  # fmt: skip


def _needs(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(_("Write the reason; the unit will read it."))


def _may(claims: Iterable[Claim], by: Viewer, permission: Permission) -> None:
    if not all(by.can_at(permission, claim.organisation.path) for claim in claims):
        raise OutOfReach(_("The claim was not found; it may lie outside your scope."))
