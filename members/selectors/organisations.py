"""The union tree, cut down to the viewer."""

from django.db.models import QuerySet

from members.access import Viewer, visible
from members.models import Organisation
from members.permissions import Permission


def visible_organisations(
    viewer: Viewer, permission: Permission | None = None
) -> QuerySet[Organisation]:
    """The unions in the viewer's subtrees; with a permission those where he holds it."""
    return visible(Organisation.objects.all(), viewer, path="path", permission=permission)


def district() -> Organisation:
    """The root of the tree."""
    return Organisation.objects.get(parent=None)
