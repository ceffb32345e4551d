"""Whole numbers for the eyes of one person: with a reason, written down, so many a day."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, crypto
from core.errors import RuleViolation
from core.logs import without_numbers
from members.access import Viewer
from members.models import User
from members.permissions import Permission
from members.selectors.people import visible_members
from members.selectors.reveals import reveals_left
from members.states import Number, RevealReason

PURPOSES = {Number.DOCUMENT: "id", Number.CARD: "card", Number.PHONE: "phone"}


class QuotaUsedUp(RuleViolation):
    """So many whole numbers were looked at today that there are no more."""


class NoNumber(RuleViolation):
    """The person has no number of this kind."""


@dataclass(frozen=True)
class Asked:
    """Which number is asked for, and why."""

    what: Number
    reason: RevealReason
    note: str = ""


@dataclass(frozen=True)
class Revealed:
    """A whole number, and how many more may be looked at today."""

    number: str
    left: int


@transaction.atomic(durable=True)
def reveal_member(*, member_id: int, asked: Asked, by: Viewer, on: date) -> Revealed:
    """Show a whole number of a member; the trail says who saw which and why, never the number."""
    member = (
        visible_members(by, Permission.MEMBER_REVEAL)
        .select_related("organisation")
        .get(pk=member_id)
    )
    sealed = getattr(member, f"{asked.what}_sealed")
    act = audit.Act("member.reveal", f"member:{member.pk}", member.organisation.path)
    return reveal(act=act, sealed=sealed, asked=asked, by=by, on=on)


def reveal(
    *, act: audit.Act, sealed: bytes | memoryview | None, asked: Asked, by: Viewer, on: date
) -> Revealed:
    """Open a sealed number for its reader, inside the transaction of a room's service.

    Raises NoNumber, and QuotaUsedUp beyond settings.REVEALS_PER_DAY: the row of the account is
    locked, so that many requests at once do not get more than one after the other.
    """
    if not sealed:
        raise NoNumber(_("There is no number of this kind in the record."))
    number = crypto.unseal(sealed, PURPOSES[asked.what])
    left = _spent(by, on)
    audit.record(
        action=act.action, subject=act.subject, by_id=by.user_id, path=act.path,
        seen=str(asked.what), reason=str(asked.reason), note=without_numbers(asked.note),
    )  # fmt: skip
    return Revealed(number, left)


def _spent(by: Viewer, on: date) -> int:
    User.objects.select_for_update(no_key=True).filter(username=by.username).first()
    left = reveals_left(by, on)
    if not left:
        raise QuotaUsedUp(
            _(
                "You have looked at %(most)d whole numbers today, more is not allowed. Go on with"
                " the masked ones, or ask a colleague or the system administrator."
            )
            % {"most": settings.REVEALS_PER_DAY}
        )
    return left - 1
