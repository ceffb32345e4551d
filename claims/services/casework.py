"""From the first review to the approval: two persons, and the amount is always the assessment's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from claims.models import Claim
from claims.rules.facts import Decision
from claims.services.assessing import Assessment, reassess, store
from claims.services.filing import add_paper, file_claim, hand_in, withdraw
from claims.services.moves import (
    CannotMove,
    OutOfReach,
    OwnWork,
    ReasonMissing,
    check_moves,
    check_other_person,
    locked,
    move,
)
from claims.states import ClaimStatus, Finding
from core.errors import RuleViolation
from core.money import ZERO
from members.access import Viewer
from members.permissions import Permission

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


class SeenAnother(RuleViolation):
    """The claim has changed since it was looked at."""


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
def review(*, claim_ids: Iterable[int], by: Viewer, on: date, reason: str = "") -> Reviewed:
    """Assess filed claims again and pass those that are payable on to the second person.

    Claims that lack papers go back to the unit. With a `reason` those that the terms refer to a
    person (hospital, overlap) are passed too. Raises NotPayable when none of them can go on,
    CannotMove, OwnWork, OutOfReach.
    """
    claims = locked(claim_ids, by, Permission.CLAIM_REVIEW, people=True)
    check_moves(claims, ClaimStatus.REVIEWED)
    own = _("You filed this claim; another person has to review it.")
    check_other_person(claims, by, lambda claim: claim.filed_by_id, own)
    answers = reassess(claims)
    store(answers.values())
    passing = {Decision.PAYABLE, Decision.REFERRED} if reason else {Decision.PAYABLE}
    passed = [claim for claim in claims if _decision(claim, answers) in passing]
    asked = [claim for claim in claims if _decision(claim, answers) == Decision.SUPPLEMENT]
    if not passed and not asked:
        raise NotPayable(_not_payable(claims[0], answers[claims[0].pk]))
    _pass_on(passed, answers, by=by, on=on, reason=reason)
    _send_for_papers(asked, by=by, why=_("By the terms, papers are missing."))
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


def _send_for_papers(claims: list[Claim], *, by: Viewer, why: str) -> None:
    move(claims, ClaimStatus.SUPPLEMENT, by=by, action="claim.ask", why=why, note=why[:300])


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
def ask_for_papers(*, claim_ids: Iterable[int], papers: str, by: Viewer, on: date) -> None:
    """Send filed claims back to the unit for papers; `papers` says which and how.

    Raises ReasonMissing, CannotMove, OutOfReach.
    """
    _needs(papers)
    claims = locked(claim_ids, by, Permission.CLAIM_REVIEW)
    check_moves(claims, ClaimStatus.SUPPLEMENT)
    _send_for_papers(claims, by=by, why=papers)


@transaction.atomic(durable=True)
def refuse(*, claim_ids: Iterable[int], reason: str, by: Viewer, on: date) -> None:
    """Refuse claims with a reason: the first reviewer filed ones, the second person reviewed ones.

    Raises ReasonMissing, CannotMove, OwnWork, OutOfReach.
    """
    _needs(reason)
    claims = locked(claim_ids, by, Permission.CLAIM_VIEW)
    check_moves(claims, ClaimStatus.REFUSED)
    filed = [claim for claim in claims if claim.status == ClaimStatus.FILED]
    reviewed = [claim for claim in claims if claim.status == ClaimStatus.REVIEWED]
    _may(filed, by, Permission.CLAIM_REVIEW)
    _may(reviewed, by, Permission.CLAIM_APPROVE)
    own = _("You filed or reviewed this claim; another person has to decide.")
    check_other_person(filed, by, lambda claim: claim.filed_by_id, own)
    check_other_person(reviewed, by, lambda claim: claim.reviewed_by_id, own)
    said = {"decision": Decision.REFUSED, "amount": ZERO, "paid_days": 0, "items": {},
            "refusal_reason": reason[:300]}  # fmt: skip
    if filed:
        said_first = {"reviewed_by_id": by.user_id, "reviewed_on": on, "decided_at": Now()}
        move(
            filed,
            ClaimStatus.REFUSED,
            by=by,
            action="claim.refuse",
            why=reason,
            **said,
            **said_first,
        )
    if reviewed:
        said_second = {"approved_by_id": by.user_id, "approved_on": on}
        move(
            reviewed,
            ClaimStatus.REFUSED,
            by=by,
            action="claim.refuse",
            why=reason,
            **said,
            **said_second,
        )


@transaction.atomic(durable=True)
def approve(
    *, claim_ids: Iterable[int], by: Viewer, on: date, seen: Mapping[int, int] | None = None
) -> int:
    """Approve reviewed claims as the second person, each at the amount that was seen; returns how
    many.

    `seen`: claim id -> version that was on the screen. The assessment is made again and must come
    to the same. Raises CannotMove, OwnWork, SeenAnother, AmountChanged, OutOfReach.
    """
    claims = locked(claim_ids, by, Permission.CLAIM_APPROVE, people=True)
    check_moves(claims, ClaimStatus.APPROVED)
    own = _("You made the first review; you cannot approve your own review.")
    check_other_person(claims, by, lambda claim: claim.reviewed_by_id, own)
    if seen is not None:
        _must_be_as_seen(claims, seen)
    _must_come_to_the_same(claims, reassess(claims))
    move(
        claims, ClaimStatus.APPROVED, by=by, action="claim.approve",
        approved_by_id=by.user_id, approved_on=on, decision=Decision.PAYABLE,
    )  # fmt: skip
    return len(claims)


def _must_be_as_seen(claims: Iterable[Claim], seen: Mapping[int, int]) -> None:
    for claim in claims:
        if seen.get(claim.pk) != claim.version:
            raise SeenAnother(
                _("Claim %(number)s has changed, it is ￥%(amount)s now. Look again.")
                % {"number": claim.number, "amount": f"{claim.amount:,.2f}"}
            )


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
def send_back(*, claim_ids: Iterable[int], reason: str, by: Viewer, on: date) -> None:
    """Send reviewed claims back to the first reviewer. Raises ReasonMissing, CannotMove,
    OutOfReach."""
    _needs(reason)
    claims = locked(claim_ids, by, Permission.CLAIM_APPROVE)
    check_moves(claims, ClaimStatus.FILED)
    if any(claim.status != ClaimStatus.REVIEWED for claim in claims):
        raise CannotMove(_("Only reviewed claims are sent back."))
    move(
        claims, ClaimStatus.FILED, by=by, action="claim.send_back", why=reason, note=reason[:300],
        reviewed_by_id=None, reviewed_on=None, decided_at=None,
    )  # fmt: skip


def _needs(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(_("Write the reason; the unit will read it."))


def _may(claims: Iterable[Claim], by: Viewer, permission: Permission) -> None:
    if not all(by.can_at(permission, claim.organisation.path) for claim in claims):
        raise OutOfReach(_("The claim was not found; it may lie outside your scope."))
