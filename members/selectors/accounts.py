"""Accounts and what they may do."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from members.access import Viewer, visible
from members.models import Organisation, RoleGrant, User
from members.permissions import GRANTABLE, Permission, Role
from members.states import OrganisationKind


def viewer_for(user: User) -> Viewer:
    """The viewer for a signed-in account, with its grants as they stand now."""
    grants = RoleGrant.objects.filter(user=user).select_related("organisation").order_by("pk")
    return Viewer.of(user, list(grants))


def visible_grants(viewer: Viewer, permission: Permission | None = None) -> QuerySet[RoleGrant]:
    """The roles held at nodes of the viewer's subtrees."""
    return visible(
        RoleGrant.objects.all(), viewer, path="organisation__path", permission=permission
    )


def visible_users(viewer: Viewer, permission: Permission | None = None) -> QuerySet[User]:
    """The accounts that hold a role at a node of the viewer's subtrees."""
    if viewer.is_system:
        return User.objects.all()
    held = visible_grants(viewer, permission).values("user_id")
    return User.objects.filter(pk__in=held)


def manageable_users(viewer: Viewer) -> QuerySet[User]:
    """The accounts the viewer may reset and lock: none of their roles is above what he may give."""
    below = visible_users(viewer, Permission.USER_CREATE)
    if viewer.is_system:
        return below
    scope = Q()
    for grant in viewer.grants:
        if Permission.USER_CREATE in grant.permissions:
            roles = list(GRANTABLE.get(grant.role, frozenset()))
            scope |= Q(organisation__path__startswith=grant.path, role__in=roles)
    beyond = RoleGrant.objects.exclude(scope).values("user_id")
    return below.exclude(pk__in=beyond)


def unlockable(viewer: Viewer, users: Iterable[User]) -> set[int]:
    """Which of the accounts the viewer may unlock."""
    keys = [user.pk for user in users]
    return set(manageable_users(viewer).filter(pk__in=keys).values_list("pk", flat=True))


def grantable_roles(viewer: Viewer, path: str) -> tuple[Role, ...]:
    """The roles the viewer may give at the union with this path, in the order of the office."""
    if viewer.is_system:
        return tuple(Role)
    given: set[Role] = set()
    for grant in viewer.grants:
        if path.startswith(grant.path) and Permission.USER_CREATE in grant.permissions:
            given |= GRANTABLE.get(grant.role, frozenset())
    return tuple(role for role in Role if role in given)


def free_username(code: str) -> str:
    """A user name for the next account of a union: its code in small letters, then -2, -3."""
    return free_usernames([code])[0]


def free_usernames(codes: list[str]) -> list[str]:
    """The same for many unions at once, in one query."""
    stems = [_stem(code) for code in codes]
    pattern = "^(" + "|".join(sorted(set(stems))) + ")(-[0-9]+)?$"
    taken = set(User.objects.filter(username__regex=pattern).values_list("username", flat=True))
    names = []
    for stem in stems:
        number, name = 1, stem
        while name in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name)
        names.append(name)
    return names


def _stem(code: str) -> str:
    stem = "".join(char for char in code.lower() if char.isascii() and char.isalnum()) or "user"
    return stem.ljust(3, "0")[:50]


def unions_without_agent(viewer: Viewer) -> QuerySet[Organisation]:
    """The unions at work for which the viewer may make an agent's account and nobody has one."""
    agents = RoleGrant.objects.filter(
        organisation=OuterRef("pk"), role=Role.AGENT, user__is_active=True
    )
    unions = Organisation.objects.filter(
        ~Exists(agents), kind=OrganisationKind.GRASSROOTS, closed_on__isnull=True
    )
    return visible(unions, viewer, path="path", permission=Permission.USER_CREATE)
