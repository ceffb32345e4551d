"""Who may open a view: without the right 403; outside the subtree 404, by the selectors."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from members.access import ScopedRequest
from members.permissions import Permission

Arguments = ParamSpec("Arguments")
ScopedView = Callable[Concatenate[ScopedRequest, Arguments], HttpResponse]
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def require_permission(
    *permissions: Permission,
) -> Callable[[ScopedView[Arguments]], View[Arguments]]:
    """Open a view to holders of any of the permissions, wherever they hold it; 403 for others.

    Without a permission the view is open to everybody who is signed in.
    """

    def decorate(view: ScopedView[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponse:
            scoped = cast(ScopedRequest, request)
            if permissions and not any(map(scoped.viewer.can, permissions)):
                raise PermissionDenied
            return view(scoped, *args, **kwargs)

        return guarded

    return decorate
