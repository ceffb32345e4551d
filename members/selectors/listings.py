"""How a list is shown to one person: his columns, his kept searches, and whose rows they are."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict

from core.lists import Column, Density, Listing, is_search, same_search
from members.access import Grant, Viewer
from members.models import ListSetting, SavedFilter
from members.permissions import Role

NAMED = 2  # unions that the scope names; of more it says how many


@dataclass(frozen=True)
class Kept:
    """A kept search as the list offers it."""

    row: SavedFilter
    is_current: bool
    may_change: bool


@dataclass(frozen=True)
class ShownList:
    """A list as one person sees it."""

    listing: Listing
    columns: tuple[Column, ...]  # all that he may switch on
    shows: dict[str, bool]  # column -> is it on
    density: str
    scope: list[str]
    scope_count: int
    kept: list[Kept]
    searched: bool
    may_share: bool

    @property
    def name(self) -> str:
        return self.listing.name

    @property
    def shown(self) -> list[Column]:
        return [column for column in self.columns if self.shows[column.name]]

    @property
    def absent(self) -> list[Column]:
        """Columns that are not for him: they stay as they are when he chooses among the others."""
        return [column for column in self.listing.columns if column not in self.columns]

    @property
    def densities(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Density.choices]


def shown_list(
    listing: Listing, viewer: Viewer, query: QueryDict, *, without: Collection[str] = ()
) -> ShownList:
    """The list for this person and this search; `without` names columns that are not for him."""
    mine = ListSetting.objects.filter(user_id=viewer.user_id or 0, listing=listing.name).first()
    hidden = set(mine.hidden) if mine else set()
    columns = tuple(column for column in listing.columns if column.name not in without)
    shows = {column.name: column.fixed or column.name not in hidden for column in columns}
    unions = scope_of(viewer, listing)
    return ShownList(
        listing=listing,
        columns=columns,
        shows=shows,
        density=mine.density if mine else listing.density,
        scope=[grant.organisation_name for grant in unions[:NAMED]],
        scope_count=len(unions),
        kept=_kept(listing, viewer, query) if listing.view else [],
        searched=is_search(query),
        may_share=is_office(viewer),
    )


def _kept(listing: Listing, viewer: Viewer, query: QueryDict) -> list[Kept]:
    rows = visible_filters(viewer).filter(listing=listing.name)
    return [
        Kept(row, same_search(query, row.query), may_change_filter(viewer, row))
        for row in rows.select_related("owner").order_by("is_shared", "name", "pk")
    ]


def scope_of(viewer: Viewer, listing: Listing) -> list[Grant]:
    """The unions whose rows the list shows, each with all below it; none lies below another."""
    grants = [
        grant
        for grant in viewer.grants
        if not listing.permissions or grant.permissions.intersection(listing.permissions)
    ]
    tops: list[Grant] = []
    for grant in sorted(grants, key=lambda grant: grant.path):
        if not any(grant.path.startswith(top.path) for top in tops):
            tops.append(grant)
    return tops


def is_office(viewer: Viewer) -> bool:
    """Whether somebody is of the district's own staff, who share searches among them."""
    return any(grant.path.count("/") == 1 for grant in viewer.grants)


def visible_filters(viewer: Viewer) -> QuerySet[SavedFilter]:
    """One's own kept searches, and for the district's staff those that a colleague shares."""
    seen = Q(owner_id=viewer.user_id)
    if is_office(viewer):
        seen |= Q(is_shared=True)
    return SavedFilter.objects.filter(seen)


def may_change_filter(viewer: Viewer, kept: SavedFilter) -> bool:
    """Renamed and deleted by its owner; a shared one also by the administrator."""
    return kept.owner_id == viewer.user_id or (kept.is_shared and Role.ADMIN in viewer.roles)
