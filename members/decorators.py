"""Who may open a view: without the right 403; outside the subtree 404, by the selectors."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from members.access import ScopedRequest
from members.permissions import Permission

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer", bound=HttpResponseBase)
ScopedView = Callable[Concatenate[ScopedRequest, Arguments], Answer]
View = Callable[Concatenate[HttpRequest, Arguments], Answer]


def require_permission(
    *permissions: Permission,
) -> Callable[[ScopedView[Arguments, Answer]], View[Arguments, Answer]]:
    """Open a view to holders of any of the permissions, wherever they hold it; 403 for others.

    Without a permission the view is open to everybody who is signed in.
    """

    def decorate(view: ScopedView[Arguments, Answer]) -> View[Arguments, Answer]:
        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> Answer:
            scoped = cast(ScopedRequest, request)
            if permissions and not any(map(scoped.viewer.can, permissions)):
                raise PermissionDenied
            return view(scoped, *args, **kwargs)

        return guarded

    return decorate
