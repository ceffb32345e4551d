"""Who is looking, what he may do where, and the only way to cut a list down to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from members.permissions import PERMISSIONS, Permission, Role

if TYPE_CHECKING:
    from members.models import RoleGrant, User

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Grant:
    """A role held at a node of the union tree; it covers the node's whole subtree."""

    path: str
    role: Role
    organisation_id: int
    organisation_name: str = ""

    @property
    def permissions(self) -> frozenset[Permission]:
        return PERMISSIONS[self.role]


@dataclass(frozen=True)
class Viewer:
    """The person (or the system) on whose behalf something is read or written."""

    user_id: int | None
    username: str
    name: str
    grants: tuple[Grant, ...] = ()
    is_system: bool = False

    @classmethod
    def system(cls) -> Viewer:
        """The system itself: commands and timed jobs. It sees and may do everything."""
        return cls(user_id=None, username="system", name="系统", is_system=True)

    @classmethod
    def of(cls, user: User, grants: list[RoleGrant]) -> Viewer:
        """The viewer for an account; `grants` come with their organisation joined."""
        return cls(
            user_id=user.pk,
            username=user.username,
            name=user.full_name or user.username,
            grants=tuple(
                Grant(
                    grant.organisation.path,
                    Role(grant.role),
                    grant.organisation_id,
                    grant.organisation.name,
                )
                for grant in grants
            ),
        )

    def can(self, permission: Permission) -> bool:
        """Whether the act is allowed somewhere."""
        return self.is_system or any(permission in grant.permissions for grant in self.grants)

    def can_at(self, permission: Permission, path: str) -> bool:
        """Whether the act is allowed at the union with this path."""
        return self.is_system or any(
            permission in grant.permissions and path.startswith(grant.path) for grant in self.grants
        )

    def holds_in_district(self, permission: Permission) -> bool:
        """Whether the right is held for the whole district: at the root of the tree."""
        return self.is_system or any(
            permission in grant.permissions and grant.path.count("/") == 1 for grant in self.grants
        )

    def paths(self, permission: Permission | None = None) -> tuple[str, ...] | None:
        """The subtrees where the viewer may act (look, without a permission); None: everywhere."""
        if self.is_system:
            return None
        return tuple(
            sorted(
                {
                    grant.path
                    for grant in self.grants
                    if permission is None or permission in grant.permissions
                }
            )
        )

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def role_name(self) -> str:
        """The names of the roles, for the person's own eyes."""
        return "、".join(dict.fromkeys(str(grant.role.label) for grant in self.grants))

    @property
    def organisation_name(self) -> str:
        """The union whose work the person does: that of the first grant."""
        return self.grants[0].organisation_name if self.grants else ""


class ScopedRequest(HttpRequest):
    """A request of a signed-in person."""

    viewer: Viewer


def visible(
    queryset: QuerySet[Row],
    viewer: Viewer,
    *,
    path: str,
    permission: Permission | None = None,
) -> QuerySet[Row]:
    """Only the rows in the viewer's subtrees. No grants, no rows.

    `path` names the lookup that leads to the union's path, `organisation__path`; with a permission
    only the subtrees count in which the viewer holds it.
    """
    paths = viewer.paths(permission)
    if paths is None or any(prefix.count("/") == 1 for prefix in paths):
        return queryset  # the district is above everything: no need to compare 170,000 paths
    if not paths:
        return queryset.none()
    scope = Q()
    for prefix in paths:
        scope |= Q(**{f"{path}__startswith": prefix})
    return queryset.filter(scope)
