"""Notices, through the viewer: those sent to his unions, who has read them, what he has not."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from members.access import Viewer, visible
from members.models import Notice, NoticeReading, NoticeUnit, Organisation, RoleGrant
from members.permissions import Permission, Role
from members.states import OrganisationKind

RIGHT = Permission.NOTICE_VIEW


@dataclass
class Reader:
    """An agent of an addressed union and when he read the notice."""

    name: str
    read_at: datetime | None


@dataclass
class Addressed:
    """A union that a notice is for, with its agents; without one somebody has to telephone."""

    pk: int
    code: str
    name: str
    note: str
    contact: str
    readers: list[Reader] = field(default_factory=list)

    @property
    def read_at(self) -> datetime | None:
        """When the first of the union's agents read it."""
        return min((one.read_at for one in self.readers if one.read_at), default=None)


def visible_units(viewer: Viewer) -> QuerySet[NoticeUnit]:
    """The addressed unions in the viewer's subtrees."""
    return visible(NoticeUnit.objects.all(), viewer, path="organisation__path", permission=RIGHT)


def visible_notices(viewer: Viewer) -> QuerySet[Notice]:
    """The notices that were sent to a union in the viewer's subtrees."""
    addressed = visible_units(viewer).filter(notice=OuterRef("pk"))
    return Notice.objects.filter(Exists(addressed)).select_related("sent_by")


def own_unions(viewer: Viewer) -> list[int]:
    """The unions whose mail the viewer reads: those at which he holds a role himself."""
    return [grant.organisation_id for grant in viewer.grants if RIGHT in grant.permissions]


def to_me(viewer: Viewer) -> QuerySet[Notice]:
    """The notices addressed to the viewer's own unions that were not taken back."""
    mine = NoticeUnit.objects.filter(notice=OuterRef("pk"), organisation__in=own_unions(viewer))
    return Notice.objects.filter(Exists(mine), taken_back_at__isnull=True).select_related("sent_by")


def unread(viewer: Viewer) -> QuerySet[Notice]:
    """What the viewer has still to read, the newest first."""
    read = NoticeReading.objects.filter(notice=OuterRef("pk"), user=viewer.user_id)
    return to_me(viewer).filter(~Exists(read)).order_by("-pk")


def unread_count(viewer: Viewer) -> int:
    """The number in the bell. Nothing is sent to the district itself: no query for its staff."""
    if viewer.user_id is None or not viewer.can(RIGHT) or viewer.holds_in_district(RIGHT):
        return 0
    return unread(viewer).count()


@dataclass(frozen=True)
class Counted:
    """How many unions a notice went to, and in how many somebody has read it."""

    units: int
    read: int


def counts(viewer: Viewer, notices: Collection[int]) -> dict[int, Counted]:
    """The counts of notices by their keys, as far as the viewer sees their unions."""
    read = NoticeReading.objects.filter(
        notice=OuterRef("notice"),
        user__grants__role=Role.AGENT,
        user__grants__organisation=OuterRef("organisation"),
    )
    rows = visible_units(viewer).filter(notice__in=notices).order_by().values("notice")
    counted = rows.annotate(all=Count("pk"), with_reader=Count("pk", filter=Exists(read)))
    return {row["notice"]: Counted(row["all"], row["with_reader"]) for row in counted}


def read_by(viewer: Viewer, notices: Collection[int]) -> set[int]:
    """Which of the notices the viewer himself has read."""
    rows = NoticeReading.objects.filter(user=viewer.user_id, notice__in=notices)
    return set(rows.values_list("notice", flat=True))


def addressed(viewer: Viewer, notice: Notice) -> list[Addressed]:
    """The unions of a notice with their agents, those that have not read it first; three reads."""
    rows = visible_units(viewer).filter(notice=notice).select_related("organisation")
    found = {
        row.organisation_id: Addressed(
            row.organisation_id, row.organisation.code, row.organisation.name, row.note,
            row.organisation.contact_name,
        )
        for row in rows.order_by("organisation__sort_key", "organisation_id")
    }  # fmt: skip
    read = dict(notice.readings.values_list("user_id", "read_at"))
    agents = RoleGrant.objects.filter(
        role=Role.AGENT, organisation__in=found, user__is_active=True
    ).annotate(full_name=F("user__full_name"), username=F("user__username"))
    for grant in agents.order_by("user_id"):
        name = grant.full_name or grant.username
        found[grant.organisation_id].readers.append(Reader(name, read.get(grant.user_id)))
    return sorted(found.values(), key=lambda one: one.read_at is not None)


def own_notes(viewer: Viewer, notice: Notice) -> list[NoticeUnit]:
    """The lines that concern only the viewer's own unions."""
    rows = notice.units.filter(organisation__in=own_unions(viewer)).exclude(note="")
    return list(rows.select_related("organisation").order_by("pk"))


def has_read(viewer: Viewer, notice: Notice) -> bool:
    return notice.readings.filter(user=viewer.user_id).exists()


def addressable(viewer: Viewer) -> QuerySet[Organisation]:
    """The open unions to which the viewer may send."""
    rows = Organisation.objects.filter(closed_on__isnull=True)
    return visible(rows, viewer, path="path", permission=Permission.NOTICE_SEND)


def urged_on(about: str, unions: Collection[int]) -> dict[int, date]:
    """Which of the unions were reminded of a matter, and on which day last."""
    rows = NoticeUnit.objects.filter(
        notice__about=about, notice__taken_back_at__isnull=True, organisation__in=unions
    )
    return dict(rows.order_by("notice__sent_on").values_list("organisation", "notice__sent_on"))


def places(viewer: Viewer) -> list[tuple[str, str]]:
    """Where a notice can go as a whole: the viewer's unions that have units below them, by key."""
    rows = addressable(viewer).exclude(kind=OrganisationKind.GRASSROOTS)
    return [(str(row.pk), row.name) for row in rows.order_by("path").only("pk", "name")]


def units_at(viewer: Viewer, node: int) -> list[int]:
    """The open grassroots unions below a union of the viewer."""
    path = addressable(viewer).filter(pk=node).values_list("path", flat=True).first()
    rows = addressable(viewer).filter(kind=OrganisationKind.GRASSROOTS)
    return list(rows.filter(path__startswith=path).values_list("pk", flat=True)) if path else []


def units_coded(viewer: Viewer, text: str) -> tuple[list[int], list[str]]:
    """The unions with the codes of a text, and the codes that the viewer may not write to."""
    codes = {code.upper() for code in re.split(r"[\s,，;；、]+", text) if code}
    found = dict(addressable(viewer).filter(code__in=codes).values_list("code", "pk"))
    return list(found.values()), sorted(codes - found.keys())


def may_take_back(viewer: Viewer, notice: Notice) -> bool:
    """By who sent it, or who may send to every union that it went to."""
    if notice.taken_back_at is not None or not viewer.can(Permission.NOTICE_SEND):
        return False
    if notice.sent_by_id == viewer.user_id:
        return True
    return addressable(viewer).filter(notices__notice=notice).count() == notice.units.count()


def latest(viewer: Viewer) -> list[tuple[Notice, Counted]]:
    """The last notices of the viewer's unions that stand, for the first page."""
    rows = list(visible_notices(viewer).filter(taken_back_at__isnull=True).order_by("-pk")[:3])
    counted = counts(viewer, [row.pk for row in rows])
    return [(row, counted[row.pk]) for row in rows]


def agents_of(unions: Collection[int]) -> set[int]:
    """Which of the unions have an agent with an open account."""
    rows = RoleGrant.objects.filter(role=Role.AGENT, organisation__in=unions, user__is_active=True)
    return set(rows.values_list("organisation", flat=True))


@dataclass(frozen=True)
class Reminded:
    """The last reminder of a union, and whether an agent of it has read it."""

    sent_on: date
    read: bool


def readings_about(matters: Collection[str], unions: Collection[int]) -> dict[int, Reminded]:
    """The last reminder of each union about one of the matters."""
    read = NoticeReading.objects.filter(
        notice=OuterRef("notice"),
        user__grants__role=Role.AGENT,
        user__grants__organisation=OuterRef("organisation"),
    )
    rows = NoticeUnit.objects.filter(
        notice__about__in=matters, notice__taken_back_at__isnull=True, organisation__in=unions
    ).annotate(read=Exists(read))
    found = rows.order_by("notice__sent_at").values_list("organisation", "notice__sent_on", "read")
    return {union: Reminded(day, was_read) for union, day, was_read in found}
