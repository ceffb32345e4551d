"""Appeals: a refused claim is looked at once more, by other people (domain: reopened)."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from claims.models import Claim
from claims.services.assessing import assess_claims
from claims.services.moves import (
    CannotMove,
    ReasonMissing,
    check_moves,
    check_other_person,
    check_seen,
    locked,
    move,
)
from claims.states import ClaimStatus
from members.access import Viewer
from members.permissions import Permission


class AppealedBefore(CannotMove):
    """An appeal is made once."""


@transaction.atomic(durable=True)
def appeal(
    *, claim_id: int, words: str, by: Viewer, on: date, seen: Mapping[int, int] | None = None
) -> None:
    """Open a refused claim again with what the unit has to say; who refused decides no more.

    The clock of the office runs anew from the day of the appeal. A paid claim is never opened
    again: what is still due is claimed anew. Raises ReasonMissing, CannotMove, AppealedBefore,
    SeenAnother, OutOfReach.
    """
    if not words.strip():
        raise ReasonMissing(_("Write why the refusal is wrong; another reviewer will read it."))
    claim = locked([claim_id], by, Permission.CLAIM_FILE, people=True)[0]
    check_moves([claim], ClaimStatus.FILED)
    if claim.status != ClaimStatus.REFUSED:
        raise CannotMove(_("An appeal is made against a refusal only."))
    if claim.appealed_on is not None:
        raise AppealedBefore(
            _("There was an appeal on claim %(number)s on %(day)s; it is made once.")
            % {"number": claim.number, "day": claim.appealed_on}
        )
    check_seen([claim], seen)
    move(
        [claim], ClaimStatus.FILED, by=by, action="claim.appeal", why=words,
        appeal=words[:300], appealed_on=on,
        appealed_against_id=claim.approved_by_id or claim.reviewed_by_id,
        reviewed_by_id=None, reviewed_on=None, endorsed_by_id=None, endorsed_on=None,
        approved_by_id=None, approved_on=None, decided_at=None,
        refusal_reason="", refusal_code="", clock_stopped_days=0, asked_on=None,
    )  # fmt: skip
    assess_claims(claim_ids=[claim.pk])


def check_not_appealed_against(claims: Iterable[Claim], by: Viewer) -> None:
    """Raises OwnWork for who refused one of the claims before its appeal."""
    own = _("You refused this claim before the appeal; another person has to decide.")
    check_other_person(claims, by, lambda claim: claim.appealed_against_id, own)
