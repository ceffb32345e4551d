"""Members, cut down to the viewer; their numbers leave this module masked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from core import crypto, masks
from core.importing.cells import clean_code, comparable_name
from members.access import Viewer, visible
from members.models import Child, Member
from members.permissions import Permission


def visible_members(viewer: Viewer, permission: Permission | None = None) -> QuerySet[Member]:
    """The members of unions in the viewer's subtrees, without records merged into others."""
    rows = Member.objects.filter(merged_into__isnull=True)
    return visible(rows, viewer, path="organisation__path", permission=permission)


def kept_instead(pk: int) -> int | None:
    """The record that stands for a merged one; whether it is visible is asked as of any other."""
    return Member.objects.filter(pk=pk).values_list("merged_into", flat=True).first()


def members_with_number(viewer: Viewer, number: str) -> QuerySet[Member]:
    """The visible members whose document or card has this number, found by its keyed hash."""
    return with_keys(visible_members(viewer), whole_number_keys(number))


Keys = Mapping[str, Sequence[str]]  # column of Member -> the hashes it may hold
TAIL = re.compile("[0-9]{3}[0-9X]|[0-9]{5}[0-9X]")


def is_number(text: str) -> bool:
    """Whether what was typed is a number of a person and must stand in no address and no log."""
    return any(char.isdigit() for char in text)


def number_keys(text: str) -> Keys:
    """What to look for: the last 4 of a document or card, the last 6 of a document, or a whole one.

    Only hashes come out, so that they may be kept in the session for the pages that follow.
    """
    number = clean_code(text)
    if not TAIL.fullmatch(number):
        return whole_number_keys(number)
    columns = {f"document_tail{len(number)}_index": "id"}
    if len(number) == 4:
        columns["card_tail4_index"] = "card"
    return {
        column: crypto.blinds(number, crypto.tail_purpose(purpose, len(number)))
        for column, purpose in columns.items()
    }


def whole_number_keys(text: str) -> Keys:
    """The hashes of a whole document or card number."""
    number = clean_code(text)
    return {
        "document_index": crypto.blinds(number, "id"),
        "card_index": crypto.blinds(number, "card"),
    }


def with_keys(members: QuerySet[Member], keys: Keys) -> QuerySet[Member]:
    """The members one of whose columns holds one of the hashes.

    Those of a merged record find the person who was kept.
    """
    found = Q(pk__in=[])
    for column, hashes in keys.items():
        found |= Q(**{f"{column}__in": list(hashes)})
    # asked for first: an OR with a subquery would read the whole table
    merged = Member.objects.filter(found, merged_into__isnull=False)
    if kept := list(merged.values_list("merged_into", flat=True)[:50]):
        found |= Q(pk__in=kept)
    return _gathered(members.filter(found))


def named(members: QuerySet[Member], text: str) -> QuerySet[Member]:
    """The members whose name begins with the text, or whose pinyin initials do: zs for 张三."""
    typed = "".join(text.split())
    if typed.isascii() and typed.isalpha():
        letters = typed.lower()
        other = Q(other_initials__startswith=letters) & ~Q(other_initials="")  # as its index says
        return _gathered(members.filter(Q(initials__startswith=letters) | other))
    return _gathered(members.filter(name_key__startswith=comparable_name(typed)))


def _gathered(members: QuerySet[Member]) -> QuerySet[Member]:
    """The same rows in the same order, sorted when they are found.

    PostgreSQL takes them to be strewn over the index of names and would walk along it until a page
    is full; but those of one surname lie together, and of a late one it would walk the whole index.
    """
    away = Coalesce("sort_key", Value(""))  # no index has this
    order = {"sort_key": away.asc(), "-sort_key": away.desc()}
    return members.order_by(*(order.get(str(key), key) for key in members.query.order_by))


@dataclass(frozen=True)
class Numbers:
    """A member's numbers as screens may show them."""

    document: str
    card: str
    phone: str


def masked_numbers(member: Member) -> Numbers:
    """Document 110***********771X, card and phone by their ends only."""
    card = crypto.unseal(member.card_sealed, "card") if member.card_sealed else ""
    phone = crypto.unseal(member.phone_sealed, "phone") if member.phone_sealed else ""
    return Numbers(
        document=masked_document(member),
        card=masks.card(card),
        phone=masks.phone(phone),
    )


def masked_document(member: Member) -> str:
    """The document number with its middle hidden."""
    return masks.document(crypto.unseal(member.document_sealed, "id"))


def masked_child_document(child: Child) -> str:
    """The document number of a child with its middle hidden."""
    return masks.document(crypto.unseal(child.document_sealed, "id"))


def masked_card(member: Member) -> str:
    """The card number but for its last four digits."""
    return masks.card(crypto.unseal(member.card_sealed, "card")) if member.card_sealed else ""


def neighbours(
    rows: QuerySet[Member], member: Member, *, descending: bool = False
) -> tuple[int | None, int | None]:
    """The keys of the persons before and after one in a list by name."""
    before = Q(sort_key__lt=member.sort_key) | Q(sort_key=member.sort_key, pk__lt=member.pk)
    after = Q(sort_key__gt=member.sort_key) | Q(sort_key=member.sort_key, pk__gt=member.pk)
    keys = rows.values_list("pk", flat=True)
    found = (
        keys.filter(before).order_by("-sort_key", "-pk").first(),
        keys.filter(after).order_by("sort_key", "pk").first(),
    )
    return (found[1], found[0]) if descending else found
