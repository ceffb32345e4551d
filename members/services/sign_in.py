"""Signing in and out: counted, slowed down, written down; and unlocking who has locked himself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core import audit
from members.access import Viewer
from members.models import User
from members.selectors import has_second_factor, manageable_users
from members.selectors.sign_in import (
    SPRAYING,
    alarm_since,
    client_address,
    counted_name,
    known_accounts,
    seconds_to_wait,
    spraying,
    unlocker_of,
)


@dataclass(frozen=True)
class Attempt:
    """What came of a try: an account, perhaps with a code still to be asked for, or a sentence.

    No exception: a refused try must be stored, and an exception would undo it.
    """

    user: User | None = None
    code_wanted: bool = False
    refusal: str = ""
    paused: bool = False  # nothing was compared: it is too early


@transaction.atomic(durable=True)
def sign_in(*, request: HttpRequest, username: str, password: str, at: datetime) -> Attempt:
    """Look for the active account of this name and password; every try is written down.

    An unknown name costs as much time as a known one. django-axes counts in this transaction.
    """
    address, name = client_address(request), counted_name(request, {"username": username})
    _one_after_the_other(f"{name} {address}")
    known = User.objects.filter(username=username).first()
    at_home = known is not None and known.pk in known_accounts(request)
    wait = 0 if at_home else seconds_to_wait(name=name, address=address, at=at)
    if wait:
        sentence = _("Too many wrong passwords were typed. Try again in %(n)d seconds.")
        return Attempt(refusal=sentence % {"n": wait}, paused=True)
    user = authenticate(request, username=username, password=password)
    if isinstance(user, User):
        return _let_in(user, address, at)
    locked = getattr(request, "axes_locked_out", False)
    _note_refusal(known, at)
    if locked:
        return Attempt(refusal=_locked_sentence(known if at_home else None), paused=True)
    return Attempt(refusal=_("The user name or the password is wrong. Mind upper and lower case."))


def account_to_enter(user_id: int) -> User | None:
    """The account whose password and code were right, unless it was closed in between."""
    return User.objects.filter(pk=user_id, is_active=True).first()


@transaction.atomic(durable=True)
def note_sign_out(*, by: Viewer) -> None:
    """Write down that a person left."""
    audit.record(action="user.sign_out", subject=f"user:{by.user_id}", by_id=by.user_id)


@transaction.atomic(durable=True)
def unlock(*, user_id: int, by: Viewer) -> User:
    """Forget the wrong passwords of an account, so that its holder may try again at once."""
    user = manageable_users(by).select_for_update(of=("self",)).get(pk=user_id)
    AccessAttempt.objects.filter(username=user.username).delete()
    audit.record(action="user.unlock", subject=f"user:{user.pk}", by_id=by.user_id)
    return user


def _one_after_the_other(key: str) -> None:
    """Two tries at the same moment must not both be the fifth one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sign-in {key}"])


def _let_in(user: User, address: str, at: datetime) -> Attempt:
    age = at - user.password_set_at
    if user.must_change_password and age > timedelta(days=settings.ONE_TIME_PASSWORD_DAYS):
        audit.record(action="user.sign_in_refused", subject=f"user:{user.pk}", by_id=None)
        return Attempt(
            refusal=_("The one-time password has expired. Ask your coordinator for a new one.")
        )
    if has_second_factor(user.pk):
        return Attempt(user, code_wanted=True)
    audit.record(action="user.sign_in", subject=f"user:{user.pk}", by_id=user.pk, address=address)
    return Attempt(user)


def _note_refusal(known: User | None, at: datetime) -> None:
    subject = f"user:{known.pk}" if known else "user:unknown"  # a typed name may be a password
    audit.record(action="user.sign_in_refused", subject=subject, by_id=None)
    found = spraying()
    if found is None:
        return
    _one_after_the_other("alarm")
    if alarm_since(at - settings.AXES_COOLOFF_TIME) is None:
        audit.record(
            action="login.spraying", subject=SPRAYING, by_id=None,
            count=found.names, addresses=found.addresses,
        )  # fmt: skip


def _locked_sentence(user: User | None) -> str:
    """The name of who can help is told to a browser that the account has used, to nobody else."""
    who = unlocker_of(user) if user else ""
    if who:
        return _(
            "Five wrong passwords in a row: try again in 10 minutes, or ask %(who)s to unlock it."
        ) % {"who": who}
    return _(
        "Five wrong passwords in a row: try again in 10 minutes, or ask your coordinator or the "
        "district office to unlock it."
    )
