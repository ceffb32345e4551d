"""The card of a member: issued, replaced, the former one back again."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from members.access import Viewer
from members.models import Member, MemberCard
from members.permissions import Permission
from members.selectors.people import visible_members
from members.services import search_keys as keys
from members.states import CardReason


class WrongCard(RuleViolation):
    """A card has 16 to 19 digits and is not the present one."""


class CardTaken(RuleViolation):
    """Another member has or had this card (CARD_SHARED)."""


class WrongDay(RuleViolation):
    """A card is not issued in the future and not valid until before that day."""


@transaction.atomic(durable=True)
def change_card(
    *, member_id: int, number: str, issued_on: date | None, reason: CardReason, by: Viewer,
    on: date, valid_until: date | None = None,
) -> Member:  # fmt: skip
    """Give a member his card; the one before goes into the history with the reason.

    `valid_until`: the last day of the new card's validity, None where nobody knows it.
    """
    members = visible_members(by, Permission.MEMBER_EDIT).select_related("organisation")
    member = members.select_for_update(of=("self",)).get(pk=member_id)
    digits = "".join(number.split())
    if not (digits.isascii() and digits.isdigit() and 16 <= len(digits) <= 19):
        raise WrongCard(_("A card number has 16 to 19 digits."))
    if issued_on and issued_on > on:
        raise WrongDay(_("The day lies in the future."))
    check_validity(issued_on, valid_until)
    new = keys.card_keys(digits)
    _must_be_free(member, new["card_index"])
    if member.card_index and member.card_sealed:
        MemberCard.objects.create(
            member=member, card_index=member.card_index, card_sealed=member.card_sealed,
            issued_on=member.card_issued_on, valid_until=member.card_valid_until, replaced_on=on,
            reason=reason, recorded_by_id=by.user_id,
        )  # fmt: skip
    for key, value in new.items():
        setattr(member, key, value)
    member.card_issued_on, member.card_valid_until = issued_on, valid_until
    member.save(update_fields=[*new, "card_issued_on", "card_valid_until"])
    audit.record(
        action="member.card", subject=f"member:{member.pk}", by_id=by.user_id,
        path=member.organisation.path, reason=str(reason),
    )  # fmt: skip
    return member


def check_validity(issued_on: date | None, valid_until: date | None) -> None:
    """Raise WrongDay where a card would end before it began."""
    if issued_on and valid_until and valid_until < issued_on:
        raise WrongDay(_("The card would end before it was issued. Please check both days."))


def _must_be_free(member: Member, index: str) -> None:
    if index == member.card_index:
        raise WrongCard(_("This is the present card."))
    others = Member.objects.filter(card_index=index).exists()
    if others or MemberCard.objects.filter(card_index=index).exclude(member=member).exists():
        raise CardTaken(_("This card is registered for another member. Please check the card."))
