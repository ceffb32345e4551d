"""The second factor of an account: whether it has one, must have one, and what the phone scans."""

from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import segno
from django.conf import settings

from core import crypto
from members.access import Viewer
from members.models import RecoveryCode, SecondFactor


@dataclass(frozen=True)
class Secret:
    """The key of a second factor that waits to be confirmed, as a phone and a person read it."""

    groups: str = field(repr=False)
    picture: str = field(repr=False)  # a data: address


def has_second_factor(user_id: int | None) -> bool:
    """Whether the account signs in with a code besides the password."""
    if settings.SECOND_FACTOR == "off":
        return False
    return SecondFactor.objects.filter(user_id=user_id or 0).exists()


def needs_second_factor(viewer: Viewer) -> bool:
    """Whether a role of the viewer does not work without one."""
    return settings.SECOND_FACTOR == "required" and bool(
        viewer.roles & set(settings.SECOND_FACTOR_ROLES)
    )


def secret_of(sealed_key: str, username: str) -> Secret:
    """The key in groups of four and the QR code of RFC 6238 applications."""
    key = crypto.unseal(bytes.fromhex(sealed_key), "totp")
    issuer = settings.OFFICE_NAME
    query = urlencode({"secret": key, "issuer": issuer}, quote_via=quote)
    address = f"otpauth://totp/{quote(username)}?{query}"
    groups = " ".join(key[place : place + 4] for place in range(0, len(key), 4))
    return Secret(groups, segno.make(address, error="l").svg_data_uri(scale=4, border=2))


def recovery_codes_left(user_id: int | None) -> int:
    """How many codes on paper have not been used."""
    return RecoveryCode.objects.filter(user_id=user_id or 0, used_at__isnull=True).count()
