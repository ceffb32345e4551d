"""Puts the viewer on every request of a signed-in person."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from members import selectors

# pages open to a person whose first password is still to be changed
OPEN_WHILE_PASSWORD_IS_NEW = ("members:password", "members:logout", "set_language")


class ViewerMiddleware:
    """`request.viewer`: grants are read on every request, so a changed right counts at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        request.viewer = selectors.viewer_for(request.user)  # type: ignore[attr-defined]
        if request.user.must_change_password and not self._is_open(request):
            return HttpResponseRedirect(reverse("members:password"))
        return self.get_response(request)

    def _is_open(self, request: HttpRequest) -> bool:
        return request.path in {
            reverse(name) for name in OPEN_WHILE_PASSWORD_IS_NEW
        } or request.path.startswith("/static/")
