"""Notices to unions: sent, read, taken back; reminders to all that have not done something yet."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from members.access import Viewer
from members.models import Notice, NoticeReading, NoticeUnit, Organisation
from members.permissions import Permission
from members.selectors import notices as selectors
from members.states import NoticeKind


class NobodyAddressed(RuleViolation):
    """A notice is for at least one union."""


class UrgedToday(RuleViolation):
    """All of the unions were reminded of this today already."""


class NotAddressed(RuleViolation):
    """Only who was written to can say that he has read it."""


class TakenBack(RuleViolation):
    """The notice was taken back."""


@dataclass(frozen=True)
class Words:
    """What is written: the same for all, and a line for some."""

    title: str
    body: str
    notes: Mapping[int, str]


@transaction.atomic(durable=True)
def send(
    *, organisation_ids: Collection[int], kind: str, words: Words, by: Viewer, on: date
) -> Notice:
    """Send a notice to unions in the sender's subtree. Raises NobodyAddressed without a union."""
    units = _locked(organisation_ids, by)
    if not units:
        raise NobodyAddressed(_("Please choose at least one union."))
    return _written(units, kind, words, "", by, on)


@transaction.atomic(durable=True)
def urge(
    *, organisation_ids: Collection[int], about: str, words: Words, by: Viewer, on: date
) -> Notice:
    """Remind unions of one matter (`late:2018`); who was reminded of it today is left out.

    Raises UrgedToday when nobody is left, NobodyAddressed without a union.
    """
    units = _locked(organisation_ids, by)
    if not units:
        raise NobodyAddressed(_("Please choose at least one union."))
    today = set(
        NoticeUnit.objects.filter(
            notice__about=about, notice__sent_on=on, notice__taken_back_at__isnull=True,
            organisation__in=[unit.pk for unit in units],
        ).values_list("organisation", flat=True)
    )  # fmt: skip
    left = [unit for unit in units if unit.pk not in today]
    if not left:
        raise UrgedToday(_("These unions were reminded of it today already."))
    return _written(left, NoticeKind.REMINDER, words, about, by, on)


@transaction.atomic(durable=True)
def read(*, notice_id: int, by: Viewer, on: date) -> None:
    """Say that one has read a notice addressed to one's own union; twice is once."""
    notice = Notice.objects.get(pk=notice_id)
    if by.user_id is None or not selectors.to_me(by).filter(pk=notice.pk).exists():
        raise NotAddressed(_("This notice was not sent to your union, or it was taken back."))
    _reading, made = NoticeReading.objects.get_or_create(notice=notice, user_id=by.user_id)
    if made:
        unit = notice.units.filter(organisation__in=selectors.own_unions(by)).select_related(
            "organisation"
        )[0]
        _note("notice.read", notice, by, unit.organisation.path)


@transaction.atomic(durable=True)
def take_back(*, notice_id: int, by: Viewer, on: date) -> Notice:
    """Take a notice back: by whoever may send to every union that it went to."""
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if notice.taken_back_at is not None:
        raise TakenBack(_("The notice was taken back already."))
    if not selectors.may_take_back(by, notice):
        raise NotAddressed(_("Only who sent the notice can take it back."))
    Notice.objects.filter(pk=notice.pk).update(taken_back_at=Now(), taken_back_by=by.user_id)
    _note("notice.take_back", notice, by, _path_of(by), count=notice.units.count())
    return notice


def _locked(organisation_ids: Collection[int], by: Viewer) -> list[Organisation]:
    """The addressed unions, held so that two reminders of one minute do not both go out."""
    asked = set(organisation_ids)
    found = selectors.addressable(by).filter(pk__in=asked).order_by("pk")
    units = list(found.select_for_update(of=("self",), no_key=True))
    if len(units) < len(asked):
        raise NobodyAddressed(_("A union is closed or not among those you may write to."))
    return units


def _written(
    units: list[Organisation], kind: str, words: Words, about: str, by: Viewer, on: date
) -> Notice:
    notice = Notice.objects.create(
        kind=kind, title=words.title.strip()[:100], body=words.body.strip()[:4000],
        about=about, sent_on=on, sent_by_id=by.user_id,
    )  # fmt: skip
    NoticeUnit.objects.bulk_create(
        [
            NoticeUnit(notice=notice, organisation=unit, note=words.notes.get(unit.pk, "")[:300])
            for unit in units
        ],
        batch_size=1000,
    )
    action = "notice.urge" if about else "notice.send"
    _note(action, notice, by, _path_of(by), name=notice.title, count=len(units))
    return notice


def _path_of(by: Viewer) -> str:
    paths = by.paths(Permission.NOTICE_SEND)
    return paths[0] if paths else ""


def _note(action: str, notice: Notice, by: Viewer, path: str, **details: object) -> None:
    audit.record(
        action=action, subject=f"notice:{notice.pk}", by_id=by.user_id, path=path, **details
    )
