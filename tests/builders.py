"""Unions, members and accounts for tests; each room adds its own: tests/<room>/builders.py."""

import io
from datetime import date
from itertools import count
from typing import Any

from django.test import Client
from PIL import Image

from core import pinyin
from core.identity import check_character
from members import selectors
from members.access import Viewer
from members.models import Member, Organisation, RoleGrant, User
from members.permissions import Role
from members.services import search_keys as keys

_numbers = count(1)
PASSWORD = "tian tan dong li 2018"


def document_number(*, born_on: date = date(1980, 1, 15), sex: str = "M", serial: int = 0) -> str:
    """A valid resident number of Dongcheng; `serial` 0 takes the next one nobody has."""
    number = serial or next(_numbers)
    days, order = divmod(number, 400)
    day = date.fromordinal(born_on.toordinal() + days)
    stem = f"110101{day:%Y%m%d}{order * 2 + (1 if sex == 'M' else 0):03d}"
    return stem + check_character(stem)


def card_number(serial: int = 0) -> str:
    """A card of 19 digits with a right last one (Luhn)."""
    stem = f"621796{serial or next(_numbers):012d}"
    total = sum(
        sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10))
        for place, digit in enumerate(reversed(stem))
    )
    return stem + str(-total % 10)


def district() -> Organisation:
    return selectors.district()


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    """A small picture as a scanner gives it."""
    target = io.BytesIO()
    Image.new("RGB", size, "white").save(target, kind, **more)
    return target.getvalue()


def union(
    code: str = "", parent: Organisation | None = None, kind: str = "GRASSROOTS", **fields: Any
) -> Organisation:
    """A union below `parent` (default: the district)."""
    code = code or f"U{next(_numbers):05d}"
    above = parent or district()
    name = fields.pop("name", f"{code}工会")
    made = Organisation.objects.create(
        code=code, name=name, kind=kind, parent=above, path=f"new {code}",
        sort_key=pinyin.sort_key(name), **fields,
    )  # fmt: skip
    made.path = f"{above.path}{made.pk:04d}/"
    made.save(update_fields=["path"])
    return made


def member(
    union: Organisation, *, name: str = "张三", number: str = "", card: str = "", phone: str = "",
    sex: str = "M", born_on: date = date(1980, 1, 15), **fields: Any,
) -> Member:  # fmt: skip
    """A member of the union; without `number` a valid one of the sex and about the birthday."""
    number = number or document_number(born_on=born_on, sex=sex)
    return Member.objects.create(
        organisation=union,
        **keys.name_keys(name),
        **keys.document_keys(number),
        **keys.card_keys(card),
        **keys.phone_keys(phone),
        sex=sex,
        born_on=date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}"),
        **fields,
    )


def user(
    role: str | Role, union: Organisation | None = None, *, username: str = "", **fields: Any
) -> User:
    """An account with one role at a union (default: the district) and no password to remember."""
    fields = {"password": "!", "must_change_password": False, "full_name": "王敏", **fields}
    made = User.objects.create(username=username or f"user{next(_numbers)}", **fields)
    RoleGrant.objects.create(user=made, role=role, organisation=union or district())
    return made


def viewer(user: User) -> Viewer:
    return selectors.viewer_for(user)


def viewer_as(role: str | Role, union: Organisation | None = None) -> Viewer:
    """The viewer of a new account with this role."""
    return viewer(user(role, union))


def client_for(user: User) -> Client:
    """A browser that is signed in as the account."""
    client = Client()
    client.force_login(user)
    return client
