"""A member goes from one union to another: one asks, the other consents.

The member is locked before the transfer, everywhere.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, crypto
from core.errors import RuleViolation
from members.access import Viewer
from members.models import Member, MembershipEvent, Organisation, Transfer
from members.permissions import Permission
from members.selectors.life import visible_transfers
from members.selectors.organisations import visible_organisations
from members.selectors.people import visible_members
from members.states import (
    TRANSFER_MOVES,
    EventKind,
    MemberStatus,
    TransferSide,
    TransferStatus,
)

RIGHT = Permission.MEMBER_TRANSFER


class UnknownUnion(RuleViolation):
    """No open union has the code."""


class NotRegistered(RuleViolation):
    """Nobody in the district has the number."""


class NotMovable(RuleViolation):
    """The member is there already, or has died."""


class OpenTransfer(RuleViolation):
    """The member is being transferred already."""


class TransferSettled(RuleViolation):
    """Somebody else settled the transfer first."""


class NotYours(RuleViolation):
    """The other union has to answer."""


class ReasonMissing(RuleViolation):
    """A transfer and a refusal say why."""


@transaction.atomic(durable=True)
def ask_out(*, member_id: int, target_code: str, reason: str, by: Viewer, on: date) -> Transfer:
    """The present union asks that a member be taken over (调出)."""
    members = visible_members(by, RIGHT).select_for_update(of=("self",))
    member = members.select_related("organisation").get(pk=member_id)
    code = target_code.strip().upper()
    target = Organisation.objects.filter(code=code, closed_on__isnull=True).first()
    if target is None:
        raise UnknownUnion(_("There is no union with this code. Please check the code."))
    return _ask(member, target, TransferSide.OUT, reason, by, on)


@transaction.atomic(durable=True)
def ask_in(*, number: str, target_code: str, reason: str, by: Viewer, on: date) -> Transfer:
    """The new union asks for a member (调入), whom it names by his whole document number."""
    unions = visible_organisations(by, RIGHT).filter(closed_on__isnull=True)
    target = unions.filter(code=target_code.strip().upper()).first()
    if target is None:
        raise UnknownUnion(_("There is no union with this code in your scope."))
    found = Member.objects.filter(document_index=crypto.blind(_cleaned(number), "id"))
    member = (
        found.select_related("organisation").select_for_update(of=("self",)).order_by("pk").first()
    )
    if member is None:
        raise NotRegistered(_("Nobody is registered with this number. Please add the member."))
    return _ask(member, target, TransferSide.IN, reason, by, on)


@transaction.atomic(durable=True)
def consent(*, transfer_id: int, by: Viewer, on: date) -> Transfer:
    """The other union agrees: the member belongs to the new one from this moment on."""
    transfer, member = _locked(transfer_id, by)
    _must_answer(transfer, by)
    _must_move(transfer, TransferStatus.DONE)
    _move(transfer, member, by, on)
    _note("transfer.consent", transfer, by)
    return transfer


@transaction.atomic(durable=True)
def refuse(*, transfer_id: int, reason: str, by: Viewer, on: date) -> Transfer:
    """The other union says no, and why."""
    transfer, _member = _locked(transfer_id, by)
    _must_answer(transfer, by)
    _must_say_why(reason)
    _must_move(transfer, TransferStatus.REFUSED)
    _settle(transfer, TransferStatus.REFUSED, by, on, answer=reason)
    _note("transfer.refuse", transfer, by, reason=reason.strip())
    return transfer


@transaction.atomic(durable=True)
def withdraw(*, transfer_id: int, by: Viewer, on: date) -> Transfer:
    """Who asked takes it back."""
    transfer, _member = _locked(transfer_id, by)
    if not may_withdraw(transfer, by):
        raise NotYours(_("Only the union that asked takes the request back."))
    _must_move(transfer, TransferStatus.WITHDRAWN)
    _settle(transfer, TransferStatus.WITHDRAWN, by, on)
    _note("transfer.withdraw", transfer, by)
    return transfer


def _cleaned(number: str) -> str:
    return "".join(number.split()).upper()


def _ask(
    member: Member, target: Organisation, side: TransferSide, reason: str, by: Viewer, on: date
) -> Transfer:
    """Write the request; done at once by who may act for both unions."""
    _must_say_why(reason)
    if member.organisation_id == target.pk:
        raise NotMovable(_("The member belongs to this union already."))
    if member.status == MemberStatus.DIED:
        raise NotMovable(_("This member cannot be transferred. Please ask the district's office."))
    if Transfer.objects.filter(member=member, status=TransferStatus.ASKED).exists():
        raise OpenTransfer(_("A transfer of this member waits for consent already."))
    transfer = Transfer.objects.create(
        member=member, source=member.organisation, target=target, asked_side=side,
        reason=reason.strip()[:200], asked_on=on, asked_by_id=by.user_id,
    )  # fmt: skip
    if by.can_at(RIGHT, transfer.source.path) and by.can_at(RIGHT, target.path):
        _move(transfer, member, by, on)
    _note("transfer.ask", transfer, by, reason=transfer.reason, status=str(transfer.status))
    return transfer


def _locked(transfer_id: int, by: Viewer) -> tuple[Transfer, Member]:
    seen = visible_transfers(by, RIGHT).get(pk=transfer_id)
    member = Member.objects.select_for_update().get(pk=seen.member_id)
    locked = Transfer.objects.select_related("source", "target").select_for_update(of=("self",))
    return locked.get(pk=transfer_id), member


def _asker(transfer: Transfer) -> Organisation:
    return transfer.source if transfer.asked_side == TransferSide.OUT else transfer.target


def may_withdraw(transfer: Transfer, by: Viewer) -> bool:
    """Whether the viewer acts for the union that asked."""
    return by.can_at(RIGHT, _asker(transfer).path)


def _answerer(transfer: Transfer) -> Organisation:
    return transfer.target if transfer.asked_side == TransferSide.OUT else transfer.source


def _must_answer(transfer: Transfer, by: Viewer) -> None:
    if not by.can_at(RIGHT, _answerer(transfer).path):
        raise NotYours(_("The other union has to answer this request."))


def _must_move(transfer: Transfer, to: TransferStatus) -> None:
    if to not in TRANSFER_MOVES[TransferStatus(transfer.status)]:
        raise TransferSettled(
            _("This transfer is “%(state)s” already.") % {"state": transfer.get_status_display()}
        )


def _must_say_why(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(_("Please give the reason."))


def _move(transfer: Transfer, member: Member, by: Viewer, on: date) -> None:
    if member.organisation_id != transfer.source_id or member.status == MemberStatus.DIED:
        raise NotMovable(
            _("The member is not with the former union any more. Please withdraw the request.")
        )
    member.organisation = transfer.target
    member.save(update_fields=["organisation"])
    MembershipEvent.objects.create(
        member=member, kind=EventKind.TRANSFERRED, source=transfer.source, target=transfer.target,
        on=on, reason=transfer.reason, recorded_by_id=by.user_id,
    )  # fmt: skip
    _settle(transfer, TransferStatus.DONE, by, on)


def _settle(
    transfer: Transfer, to: TransferStatus, by: Viewer, on: date, *, answer: str = ""
) -> None:
    transfer.status, transfer.settled_on, transfer.settled_by_id = to, on, by.user_id
    transfer.answer = answer.strip()[:200]
    transfer.save(update_fields=["status", "settled_on", "settled_by", "answer"])


def _note(action: str, transfer: Transfer, by: Viewer, **details: str) -> None:
    audit.record(
        action=action, subject=f"member:{transfer.member_id}", by_id=by.user_id,
        path=transfer.source.path, organisation=f"{transfer.source.code} → {transfer.target.code}",
        **details,
    )  # fmt: skip
