"""Imported workbooks, cut down to the viewer."""

from django.db.models import QuerySet

from members.access import Viewer, visible
from members.models import ImportRun
from members.permissions import Permission


def visible_imports(viewer: Viewer, permission: Permission | None = None) -> QuerySet[ImportRun]:
    """The imports made for unions in the viewer's subtrees."""
    return visible(
        ImportRun.objects.all(), viewer, path="organisation__path", permission=permission
    )
