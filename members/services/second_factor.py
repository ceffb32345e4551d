"""The second factor: codes of a phone (RFC 6238), recovery codes on paper, and its end."""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from core import audit, crypto
from core.errors import RuleViolation
from members.access import Viewer
from members.models import RecoveryCode, SecondFactor, User
from members.selectors import manageable_users, needs_second_factor
from members.services import sessions
from members.services.accounts import ALPHABET, OwnAccount

RECOVERY_CODES = 10
STEP = 30  # seconds
SLOWEST = 300  # seconds of waiting after many wrong codes


class WrongCode(RuleViolation):
    """The code is not the one of this minute, was used before, or comes too soon."""


class MustStay(RuleViolation):
    """The role does not work without a second factor."""


@dataclass(frozen=True)
class Checked:
    """What a code was good for: the phone's, one from paper, or a sentence that says why not."""

    refusal: str = ""
    by_paper: bool = False

    @property
    def right(self) -> bool:
        return not self.refusal


@dataclass(frozen=True)
class RecoveryCodes:
    """Ten codes for paper; shown once, kept as hashes."""

    codes: list[str] = field(repr=False)


def new_key() -> str:
    """A sealed key (hexadecimal) for a phone; it waits in the session until it is confirmed."""
    key = base64.b32encode(secrets.token_bytes(20)).decode()
    return crypto.seal(key, "totp").hex()


@transaction.atomic(durable=True)
def confirm(*, sealed_key: str, code: str, by: Viewer, at: datetime) -> RecoveryCodes:
    """Put the second factor in force by a first right code; returns the recovery codes."""
    user = User.objects.select_for_update().get(pk=by.user_id or 0)
    factor = SecondFactor(user=user, key_sealed=bytes.fromhex(sealed_key), confirmed_at=at)
    step = _step_of(factor, code, at)
    if step is None:
        raise WrongCode(_("The code is wrong. Is the clock of the phone right?"))
    if SecondFactor.objects.filter(user=user).exists():
        raise WrongCode(_("The second factor is in force already."))
    factor.last_step = step
    factor.save(force_insert=True)
    codes = _new_codes(factor.user_id)
    audit.record(action="second_factor.confirm", subject=f"user:{by.user_id}", by_id=by.user_id)
    return codes


@transaction.atomic(durable=True)
def renew_codes(*, code: str, by: Viewer, at: datetime) -> RecoveryCodes:
    """Ten new recovery codes in place of the old ones, against a code of the phone."""
    factor = SecondFactor.objects.select_for_update().get(user_id=by.user_id or 0)
    step = _step_of(factor, code, at)
    if step is None:
        raise WrongCode(_("The code is wrong or was used before. Wait for the next one."))
    factor.last_step = step
    factor.save(update_fields=["last_step"])
    codes = _new_codes(factor.user_id)
    audit.record(action="second_factor.renew", subject=f"user:{by.user_id}", by_id=by.user_id)
    return codes


@transaction.atomic(durable=True)
def check(*, user_id: int, code: str, address: str, at: datetime) -> Checked:
    """Take a code at sign-in; each is taken once, and wrong ones make the next one wait."""
    factor = SecondFactor.objects.select_for_update().get(user_id=user_id)
    wait = _seconds_to_wait(factor, at)
    if wait:
        return Checked(_("Too many wrong codes. Try again in %(n)d seconds.") % {"n": wait})
    step = _step_of(factor, code, at)
    by_paper = step is None and _use_recovery_code(user_id, code, at)
    if step is None and not by_paper:
        factor.failures, factor.failed_at = min(factor.failures + 1, 100), at
        factor.save(update_fields=["failures", "failed_at"])
        audit.record(action="user.code_refused", subject=f"user:{user_id}", by_id=None)
        return Checked(_("The code is wrong or was used before. Wait for the next one."))
    factor.failures, factor.last_step = 0, step if step is not None else factor.last_step
    factor.save(update_fields=["failures", "last_step"])
    audit.record(
        action="user.sign_in", subject=f"user:{user_id}", by_id=user_id, address=address,
        by_paper=by_paper,
    )  # fmt: skip
    return Checked(by_paper=by_paper)


@transaction.atomic(durable=True)
def give_up(*, by: Viewer) -> None:
    """Do without a second factor again, where the role allows it."""
    if needs_second_factor(by):
        raise MustStay(_("Your role does not work without a second factor."))
    _remove(User.objects.select_for_update().get(pk=by.user_id or 0), by)


@transaction.atomic(durable=True)
def reset(*, user_id: int, by: Viewer) -> None:
    """Remove the second factor of somebody who has lost phone and paper; he is out at once."""
    user = manageable_users(by).select_for_update(of=("self",)).get(pk=user_id)
    if user.pk == by.user_id:
        raise OwnAccount(_("Nobody changes his own account. Please ask a colleague."))
    sessions.end_all(user.pk)
    _remove(user, by)


def _remove(user: User, by: Viewer) -> None:
    RecoveryCode.objects.filter(user=user).delete()
    SecondFactor.objects.filter(user=user).delete()
    audit.record(action="second_factor.remove", subject=f"user:{user.pk}", by_id=by.user_id)


def _step_of(factor: SecondFactor, code: str, at: datetime) -> int | None:
    """The time step whose code this is, one step of a wrong clock allowed; None: not a new one."""
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdecimal():
        return None
    totp = TOTP(base64.b32decode(crypto.unseal(factor.key_sealed, "totp")), step=STEP)
    totp.time = int(at.timestamp())
    right = totp.verify(int(digits), 1, factor.last_step + 1)
    return int(totp.t()) if right else None


def _seconds_to_wait(factor: SecondFactor, at: datetime) -> int:
    """1, 2, 4, 8 … seconds after wrong codes in a row."""
    if not factor.failures or factor.failed_at is None:
        return 0
    wait = min(1 << (factor.failures - 1), SLOWEST)
    return max(0, wait - int((at - factor.failed_at).total_seconds()))


def _new_codes(user_id: int) -> RecoveryCodes:
    codes = [
        "".join(secrets.choice(ALPHABET) for _place in range(10)) for _n in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.filter(user_id=user_id).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user_id=user_id, code_hash=_hash_of(code)) for code in codes
    )
    return RecoveryCodes([f"{code[:5]}-{code[5:]}" for code in codes])


def _hash_of(code: str) -> str:
    return salted_hmac("members.recovery", code, algorithm="sha256").hexdigest()


def _use_recovery_code(user_id: int, code: str, at: datetime) -> bool:
    typed = "".join(char for char in code.lower() if char.isalnum())
    rows = RecoveryCode.objects.filter(user_id=user_id, used_at__isnull=True)
    return bool(rows.filter(code_hash=_hash_of(typed)).update(used_at=at))
