"""One person at a time: registered, changed, retired, left, died, back again, corrected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core import audit, identity
from core.errors import RuleViolation
from core.importing.cells import comparable_name
from members.access import Viewer
from members.models import Member, MembershipEvent
from members.permissions import Permission
from members.selectors.organisations import visible_organisations
from members.selectors.people import visible_members
from members.services import search_keys as keys
from members.services.cards import check_validity
from members.states import MEMBER_MOVES, EventKind, MemberStatus

RIGHT = Permission.MEMBER_EDIT
KIND_OF: Mapping[MemberStatus, EventKind] = {
    MemberStatus.IN_SERVICE: EventKind.RETURNED,
    MemberStatus.RETIRED: EventKind.RETIRED,
    MemberStatus.LEFT: EventKind.LEFT,
    MemberStatus.DIED: EventKind.DIED,
}

# of what edit changes, the columns that the trail names
NOTED = {"name", "phone_index", "joined_on", "category", "card_valid_until", "note"}


class UnknownUnion(RuleViolation):
    """No union of the viewer's has the code."""


class WrongNumber(RuleViolation):
    """The document number is not one, or says something else than the form."""


class AlreadyRegistered(RuleViolation):
    """One person, one record in the district."""


class WrongDay(RuleViolation):
    """A day in the future, or before what happened earlier."""


class NoSuchMove(RuleViolation):
    """The status does not lead there."""


class NothingToCorrect(RuleViolation):
    """There is no event that could be taken back."""


class ReasonMissing(RuleViolation):
    """A correction says why."""


@dataclass(frozen=True)
class Person:
    """Who is to be registered; sex and birthday may be empty where the number says them."""

    name: str
    document_type: str
    number: str
    sex: str = ""
    born_on: date | None = None
    phone: str = ""
    joined_on: date | None = None
    category: str = "ORDINARY"
    note: str = ""


@transaction.atomic(durable=True)
def register(*, union_code: str, person: Person, by: Viewer, on: date) -> Member:
    """Register a person with a union; refused when the number is registered anywhere."""
    unions = visible_organisations(by, RIGHT).filter(closed_on__isnull=True)
    union = unions.filter(code=union_code.strip().upper()).first()
    if union is None:
        raise UnknownUnion(_("There is no union with this code in your scope."))
    number = "".join(person.number.split()).upper()
    sex, born_on = _checked(person, number, on)
    member = Member(
        organisation=union, document_type=person.document_type, sex=sex, born_on=born_on,
        joined_on=person.joined_on, category=person.category, note=person.note,
        **keys.name_keys(person.name.strip()), **keys.document_keys(number),
        **keys.card_keys(""), **keys.phone_keys(person.phone.strip()),
    )  # fmt: skip
    _insert(member, by)
    MembershipEvent.objects.create(
        member=member, kind=EventKind.JOINED, target=union, status_after=member.status,
        on=person.joined_on or on, recorded_by_id=by.user_id,
    )  # fmt: skip
    _note("member.register", member, by)
    return member


@transaction.atomic(durable=True)
def edit(
    *, member_id: int, name: str, phone: str | None, joined_on: date | None, category: str,
    note: str, reason: str, by: Viewer, on: date, category_on: date | None = None,
    card_valid_until: date | None = None,
) -> Member:  # fmt: skip
    """Change what stands about a person; another name wants a reason.

    phone: None stays, empty clears it. category_on: the day from which a new category counts.
    card_valid_until: of the present card, None where nobody knows it; without a card nothing.
    """
    member = _locked(member_id, by)
    renamed = comparable_name(name) != member.name_key
    if renamed and not reason.strip():
        raise ReasonMissing(_("Another name wants a reason, such as a court's or police paper."))
    if max(joined_on or on, category_on or on) > on:
        raise WrongDay(_("The day lies in the future."))
    if category != member.category:
        MembershipEvent.objects.create(
            member=member, kind=EventKind.CATEGORY, source=member.organisation,
            status_before=member.category, status_after=category, on=category_on or on,
            reason=reason.strip()[:200], recorded_by_id=by.user_id,
        )  # fmt: skip
    changed: dict[str, object] = {"joined_on": joined_on, "category": category, "note": note}
    if member.card_index:
        check_validity(member.card_issued_on, card_valid_until)
        changed["card_valid_until"] = card_valid_until
    changed |= keys.name_keys(name.strip()) if name.strip() != member.name else {}
    changed |= {} if phone is None else keys.phone_keys(phone.strip())
    changed = {key: value for key, value in changed.items() if getattr(member, key) != value}
    for key, value in changed.items():
        setattr(member, key, value)
    member.save(update_fields=list(changed))
    _touch(member)
    what = sorted(set(changed) & NOTED)
    _note("member.edit", member, by, fields="，".join(what), reason=reason.strip())
    return member


@transaction.atomic(durable=True)
def move(
    *, member_id: int, to: MemberStatus, happened_on: date, reason: str, by: Viewer, on: date
) -> MembershipEvent:
    """Retire a member, let him go, note his death, or take him back, from a day on."""
    member = _locked(member_id, by)
    before = MemberStatus(member.status)
    if to not in MEMBER_MOVES[before]:
        raise NoSuchMove(
            _("A member who is “%(state)s” cannot become “%(to)s”. Correct the last event instead.")
            % {"state": before.label, "to": to.label}
        )
    last = MembershipEvent.objects.filter(member=member, corrected_by=None, corrects=None)
    newest = last.exclude(kind=EventKind.CATEGORY).order_by("-on").first()
    if happened_on > on or happened_on < max(member.born_on, newest.on if newest else date.min):
        raise WrongDay(_("The day lies in the future, or before what happened earlier."))
    event = MembershipEvent.objects.create(
        member=member, kind=KIND_OF[to], source=member.organisation, status_before=before,
        status_after=to, on=happened_on, reason=reason.strip()[:200], recorded_by_id=by.user_id,
    )  # fmt: skip
    _set_status(member, to)
    _note("member.move", member, by, status=str(to), day=str(happened_on), reason=event.reason)
    return event


@transaction.atomic(durable=True)
def correct(*, member_id: int, reason: str, by: Viewer, on: date) -> MembershipEvent:
    """Take back the last change of status, a death as well; both events stay on record."""
    member = _locked(member_id, by)
    if not reason.strip():
        raise ReasonMissing(_("Please give the reason."))
    moves = MembershipEvent.objects.filter(
        member=member, kind__in=KIND_OF.values(), corrected_by=None
    )
    wrong = moves.order_by("-pk").first()
    if wrong is None or wrong.status_after != member.status:
        raise NothingToCorrect(_("There is no change of status that could be taken back."))
    event = MembershipEvent.objects.create(
        member=member, kind=EventKind.CORRECTED, corrects=wrong, on=on, reason=reason.strip()[:200],
        status_before=wrong.status_after, status_after=wrong.status_before,
        recorded_by_id=by.user_id,
    )  # fmt: skip
    _set_status(member, MemberStatus(wrong.status_before))
    _note("member.correct", member, by, status=wrong.status_before, reason=event.reason)
    return event


def _locked(member_id: int, by: Viewer) -> Member:
    members = visible_members(by, RIGHT).select_related("organisation")
    return members.select_for_update(of=("self",)).get(pk=member_id)


def _checked(person: Person, number: str, on: date) -> tuple[str, date]:
    fault = identity.document_fault(
        number, document=identity.Document(person.document_type), today=on
    )
    if fault is not None:
        raise WrongNumber("，".join(fault[1:]))
    sex, born_on = identity.sex(number), identity.birth_date(number)
    if (sex and person.sex and sex != person.sex) or (
        born_on and person.born_on and born_on != person.born_on
    ):
        raise WrongNumber(_("Sex or birthday differ from the number. Please check the document."))
    told_sex, told_day = sex or person.sex, born_on or person.born_on
    if not told_sex or told_day is None:
        raise WrongNumber(_("This number does not say sex and birthday; please fill them in."))
    if told_day > on or (person.joined_on and person.joined_on > on):
        raise WrongDay(_("The day lies in the future."))
    return told_sex, told_day


def _insert(member: Member, by: Viewer) -> None:
    """The unique constraint decides between two who register one person at the same moment."""
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError as error:
        if "member_document_once" not in str(error):
            raise
        raise AlreadyRegistered(_where(member, by)) from error


def _where(member: Member, by: Viewer) -> str:
    held = visible_members(by, Permission.MEMBER_VIEW).filter(
        document_index=member.document_index, document_type=member.document_type
    )
    known = held.select_related("organisation").first()
    if known is None:
        return _("Registered with another union already; you may ask for a transfer.")
    return _("%(name)s is registered with %(union)s already.") % {
        "name": known.name,
        "union": known.organisation.name,
    }


def _set_status(member: Member, status: MemberStatus) -> None:
    member.status = status
    member.save(update_fields=["status"])
    _touch(member)


def _touch(member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(updated_at=Now())


def _note(action: str, member: Member, by: Viewer, **details: str) -> None:
    audit.record(
        action=action, subject=f"member:{member.pk}", by_id=by.user_id,
        path=member.organisation.path, **details,
    )  # fmt: skip
