"""Members, cut down to the viewer; their numbers leave this module masked."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from core import crypto, masks
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
    """The visible members whose document or card has this number, found by its keyed hash.

    The number of a merged record finds the person who was kept.
    """
    cleaned = "".join(number.split()).upper()
    has_number = Q(document_index__in=crypto.blinds(cleaned, "id")) | Q(
        card_index__in=crypto.blinds(cleaned, "card")
    )
    merged = Member.objects.filter(has_number, merged_into__isnull=False)
    return visible_members(viewer).filter(has_number | Q(pk__in=merged.values("merged_into")))


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
