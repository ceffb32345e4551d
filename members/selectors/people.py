"""Members, cut down to the viewer."""

from django.db.models import QuerySet

from members.access import Viewer, visible
from members.models import Member
from members.permissions import Permission


def visible_members(viewer: Viewer, permission: Permission | None = None) -> QuerySet[Member]:
    """The members of unions in the viewer's subtrees."""
    return visible(Member.objects.all(), viewer, path="organisation__path", permission=permission)
