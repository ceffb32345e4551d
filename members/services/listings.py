"""How people like their lists, and the searches that they keep."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from core.lists import Density, Listing, hidden_columns
from members.access import Viewer
from members.models import ListSetting, SavedFilter, User
from members.selectors.listings import is_office, may_change_filter, visible_filters

MOST = 20  # kept searches of one person for one list


class NotKept(RuleViolation):
    """The search cannot be kept."""


@transaction.atomic(durable=True)
def show_columns(*, listing: Listing, shown: Collection[str], density: str, by: Viewer) -> None:
    """Keep which columns of a list a person wants to see; unknown names change nothing.

    Not in the trail: it says nothing about anybody's data.
    """
    known = density if density in Density.values else listing.density
    ListSetting.objects.update_or_create(
        user_id=by.user_id or 0,
        listing=listing.name,
        defaults={"hidden": hidden_columns(listing, shown), "density": known},
    )


@transaction.atomic(durable=True)
def show_defaults(*, listing: Listing, by: Viewer) -> None:
    """The list as everybody sees it who has chosen nothing."""
    ListSetting.objects.filter(user_id=by.user_id or 0, listing=listing.name).delete()


@transaction.atomic(durable=True)
def keep_filter(
    *, listing: Listing, name: str, query: str, is_shared: bool, by: Viewer
) -> SavedFilter:
    """Keep a search under a name; `query` has been through core.lists.kept_query.

    Only the district's staff share. Raises NotKept.
    """
    owner = User.objects.select_for_update().get(pk=by.user_id or 0)  # one search at a time
    own = SavedFilter.objects.filter(owner=owner, listing=listing.name)
    if own.filter(name=name).exists():
        raise NotKept(
            _("You have a search “%(name)s” already. Choose another name.") % {"name": name}
        )
    if own.count() >= MOST:
        raise NotKept(
            _("At most %(most)d searches are kept for a list. Delete one first.") % {"most": MOST}
        )
    kept = SavedFilter.objects.create(
        owner=owner,
        listing=listing.name,
        name=name,
        query=query,
        is_shared=is_shared and is_office(by),
    )
    _note("share" if kept.is_shared else "save", kept.pk, by)
    return kept


@transaction.atomic(durable=True)
def rename_filter(*, filter_id: int, name: str, by: Viewer) -> SavedFilter:
    """Give a kept search another name. Raises NotKept, SavedFilter.DoesNotExist."""
    kept = _locked(filter_id, by)
    others = SavedFilter.objects.filter(owner_id=kept.owner_id, listing=kept.listing)
    if others.exclude(pk=kept.pk).filter(name=name).exists():
        raise NotKept(
            _("There is a search “%(name)s” already. Choose another name.") % {"name": name}
        )
    kept.name = name
    kept.save(update_fields=["name"])
    _note("rename", kept.pk, by)
    return kept


@transaction.atomic(durable=True)
def delete_filter(*, filter_id: int, by: Viewer) -> SavedFilter:
    """Forget a kept search. Raises NotKept, SavedFilter.DoesNotExist."""
    kept = _locked(filter_id, by)
    kept.delete()
    _note("delete", filter_id, by)
    return kept


def _locked(filter_id: int, by: Viewer) -> SavedFilter:
    """The owner's row first, as when a search is kept: two of one name cannot come to be."""
    owner = visible_filters(by).values("owner_id").get(pk=filter_id)["owner_id"]
    User.objects.select_for_update().get(pk=owner)
    kept = visible_filters(by).select_for_update().get(pk=filter_id)
    if not may_change_filter(by, kept):
        raise NotKept(_("A shared search is changed by whoever kept it, or the administrator."))
    return kept


def _note(act: str, filter_id: int, by: Viewer) -> None:
    audit.record(action=f"filter.{act}", subject=f"filter:{filter_id}", by_id=by.user_id)
