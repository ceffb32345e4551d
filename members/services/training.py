"""Trainings: planned, held or cancelled, and who came."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from members.access import Viewer
from members.models import TrainingAttendee, TrainingSession
from members.selectors import training as selectors
from members.states import TRAINING_MOVES, TrainingStatus


class NoOrganiser(RuleViolation):
    """A training is held in the name of a union at which the viewer keeps trainings."""


class WrongMove(RuleViolation):
    """The training is not in a state from which this is done."""


class NotYet(RuleViolation):
    """A training is held when its day has come."""


class StillAttended(RuleViolation):
    """People stand on the list."""


class BadLine(RuleViolation):
    """A line of the list of names cannot be read."""


@transaction.atomic(durable=True)
def plan(
    *, organiser_id: int, title: str, held_on: date, place: str, hours: Decimal, content: str,
    by: Viewer, on: date,
) -> TrainingSession:  # fmt: skip
    """Plan a training, or put down one that was."""
    organiser = selectors.organisers(by).filter(pk=organiser_id).first()
    if organiser is None:
        raise NoOrganiser(_("You do not keep the trainings of this union."))
    session = TrainingSession.objects.create(
        organiser=organiser, title=title.strip(), held_on=held_on, place=place.strip(),
        hours=hours, content=content.strip(), made_by_id=by.user_id,
    )  # fmt: skip
    _note("training.plan", session, by, name=session.title, day=str(held_on))
    return session


@transaction.atomic(durable=True)
def move(*, session_id: int, to: str, by: Viewer, on: date) -> TrainingSession:
    """Mark a training as held or cancelled, or take that back while nobody is on the list."""
    session = _locked(session_id, by)
    before = session.status
    if to not in TRAINING_MOVES[TrainingStatus(session.status)]:
        raise WrongMove(
            _("This training is “%(state)s” already.") % {"state": session.get_status_display()}
        )
    if to == TrainingStatus.HELD and session.held_on > on:
        raise NotYet(_("The day of the training has not come yet."))
    if session.attendees.exists():
        raise StillAttended(_("Please take the people off the list first."))
    session.status = to
    session.save(update_fields=["status"])
    _note("training.move", session, by, before=before, status=to)
    return session


@transaction.atomic(durable=True)
def add_attendees(*, session_id: int, text: str, by: Viewer, on: date) -> int:
    """Put down who came, a line per union: its code, then the names. Returns how many are new.

    Raises BadLine, with the line, and writes nothing then.
    """
    session = _locked(session_id, by)
    if session.status != TrainingStatus.HELD:
        raise WrongMove(_("Please mark the training as held first."))
    named = _names(text)
    unions = dict(selectors.invited(by).filter(code__in=named).values_list("code", "pk"))
    if unknown := sorted(named.keys() - unions.keys()):
        raise BadLine(
            _("No union of yours has the code %(codes)s.") % {"codes": "、".join(unknown[:5])}
        )
    before = session.attendees.count()
    rows = [
        TrainingAttendee(session=session, organisation_id=unions[code], name=name)
        for code, names in named.items()
        for name in names
    ]
    TrainingAttendee.objects.bulk_create(rows, ignore_conflicts=True)  # twice is once
    added = session.attendees.count() - before
    _note("training.attend", session, by, count=added)
    return added


@transaction.atomic(durable=True)
def remove_attendee(*, session_id: int, attendee_id: int, by: Viewer, on: date) -> None:
    """Strike out who was put down by mistake."""
    session = _locked(session_id, by)
    attendee = selectors.attendees_of(by, session).get(pk=attendee_id)
    _note("training.strike", session, by, name=attendee.name)
    attendee.delete()


def _names(text: str) -> Mapping[str, list[str]]:
    """The codes of a text with the names behind them: `TT001 钱多 孙少`."""
    found: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        code, *names = [part for part in re.split(r"[\s,，;；、:：]+", line) if part]
        if not names:
            raise BadLine(
                _("“%(line)s”: a line begins with the unit's code, then the names.")
                % {"line": line[:40]}
            )
        found.setdefault(code.upper(), []).extend(name[:60] for name in names)
    if not found:
        raise BadLine(_("Please write down who came."))
    return found


def _locked(session_id: int, by: Viewer) -> TrainingSession:
    return selectors.keepable_trainings(by).select_for_update(of=("self",)).get(pk=session_id)


def _note(action: str, session: TrainingSession, by: Viewer, **details: object) -> None:
    audit.record(
        action=action, subject=f"training:{session.pk}", by_id=by.user_id,
        path=session.organiser.path, **details,
    )  # fmt: skip
