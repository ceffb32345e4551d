"""Puts the viewer on every request of a signed-in person, and refusals on record."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from members import selectors
from members.services import trail

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


class AccessOnRecord:
    """Refused pages, records out of reach and files taken away, of people who are signed in.

    A download is told by its Content-Disposition, so that no new one can be forgotten.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        viewer, found = getattr(request, "viewer", None), request.resolver_match
        if viewer is None or found is None:
            return response
        if act := self._act(response, named=bool(found.kwargs)):
            keys = {name: str(value) for name, value in found.kwargs.items()}
            trail.note_access(
                act=act, page=found.view_name, method=request.method or "", keys=keys, by=viewer
            )
        return response

    @staticmethod
    def _act(response: HttpResponse, *, named: bool) -> str:
        if response.status_code == HTTPStatus.FORBIDDEN:
            return "refused"
        if response.status_code == HTTPStatus.NOT_FOUND and named:
            return "missed"
        return "download" if "Content-Disposition" in response.headers else ""
