"""Every read of this room, through the viewer."""

from members.access import Viewer
from members.models import RoleGrant, User


def viewer_for(user: User) -> Viewer:
    """The viewer for a signed-in account, with its grants as they stand now."""
    grants = RoleGrant.objects.filter(user=user).select_related("organisation")
    return Viewer.of(user, list(grants))
