"""The life of a membership, through the viewer."""

from django.db.models import Q, QuerySet

from core import crypto, masks
from members.access import Viewer, visible
from members.models import Child, Guardian, Member, MemberCard, MembershipEvent, Transfer
from members.permissions import Permission
from members.selectors.people import masked_child_document
from members.states import TransferSide, TransferStatus


def events_of(member: Member) -> QuerySet[MembershipEvent]:
    """The events of a member, the newest first."""
    return member.events.select_related(
        "source", "target", "recorded_by", "corrects", "corrected_by"
    ).order_by("-pk")


def former_cards(member: Member) -> list[tuple[MemberCard, str]]:
    """The cards before the present one, each with its masked number."""
    cards = member.former_cards.order_by("-pk")
    return [(card, masks.card(crypto.unseal(card.card_sealed, "card"))) for card in cards]


def guardians_of(member: Member) -> list[tuple[Guardian, str]]:
    """The children of a member with their masked numbers, withdrawn consents last."""
    links = member.children.select_related("child", "recorded_by")
    return [
        (link, masked_child_document(link.child))
        for link in links.order_by("-withdrawn_on", "child__born_on", "pk")
    ]


def children_without_consent() -> QuerySet[Child]:
    """Children whose guardians have all taken their consent back."""
    held = Guardian.objects.values("child")
    return Child.objects.filter(pk__in=held).exclude(pk__in=held.filter(withdrawn_on__isnull=True))


def consented_children() -> QuerySet[Child]:
    """Children for whom a guardian's consent stands."""
    return Child.objects.filter(
        pk__in=Guardian.objects.filter(withdrawn_on__isnull=True).values("child")
    )


def visible_transfers(viewer: Viewer, permission: Permission | None = None) -> QuerySet[Transfer]:
    """The transfers that leave or reach a union in the viewer's subtrees."""
    rows = Transfer.objects.all()
    leaving = visible(rows, viewer, path="source__path", permission=permission)
    return leaving | visible(rows, viewer, path="target__path", permission=permission)


def awaiting(viewer: Viewer) -> QuerySet[Transfer]:
    """The open transfers on which the viewer's unions have to answer."""
    rows, right = Transfer.objects.filter(status=TransferStatus.ASKED), Permission.MEMBER_TRANSFER
    asked_of_source = visible(rows, viewer, path="source__path", permission=right)
    asked_of_target = visible(rows, viewer, path="target__path", permission=right)
    return asked_of_source.filter(Q(asked_side=TransferSide.IN)) | asked_of_target.filter(
        Q(asked_side=TransferSide.OUT)
    )
