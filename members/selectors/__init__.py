"""Every read of this room, through the viewer."""

from members.selectors.accounts import (
    grantable_roles,
    manageable_users,
    viewer_for,
    visible_grants,
    visible_users,
)
from members.selectors.imports import visible_imports
from members.selectors.organisations import district, visible_organisations
from members.selectors.people import visible_members

__all__ = [
    "district",
    "grantable_roles",
    "manageable_users",
    "viewer_for",
    "visible_grants",
    "visible_imports",
    "visible_members",
    "visible_organisations",
    "visible_users",
]
