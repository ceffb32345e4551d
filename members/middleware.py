"""The viewer of every request, the limits of a session, and refusals on record."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from core import clock, htmx
from members import selectors
from members.access import Viewer
from members.models import User
from members.services import trail

# pages open to a person whose password or second factor is still to be set
OPEN_WHILE_PASSWORD_IS_NEW = ("members:password", "members:logout", "set_language")
OPEN_WITHOUT_SECOND_FACTOR = (*OPEN_WHILE_PASSWORD_IS_NEW, "members:second-factor")


class SessionLimits:
    """A session ends after half an hour without a click, and ten hours after the sign-in.

    The page to sign in says which; a session that was ended elsewhere is told apart from none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        had_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        why = self._over(request) if request.user.is_authenticated else ""
        if why:
            logout(request)
            return _to_sign_in(request, why)
        response = self.get_response(request)
        sent_away = response.status_code == 302 and response.get("Location", "").startswith(
            reverse(settings.LOGIN_URL) + "?"
        )
        if sent_away and not request.user.is_authenticated:
            lost = had_session and request.session.is_empty()
            return _to_sign_in(request, "elsewhere" if lost else "")
        return response

    def _over(self, request: HttpRequest) -> str:
        """Why the session is over; "" while it goes on."""
        session, now = request.session, int(clock.now().timestamp())
        started = session.setdefault("started", now)
        idle = now - session.get("seen", now)
        session["seen"] = now
        if now - started >= settings.SESSION_COOKIE_AGE:
            return "day"
        return "idle" if idle >= settings.SESSION_IDLE_SECONDS else ""


def _to_sign_in(request: HttpRequest, why: str) -> HttpResponse:
    """The sign-in page instead of the page or fragment that was asked for."""
    wanted = request.get_full_path()
    if htmx.is_fragment(request):
        page = urlsplit(request.headers.get("HX-Current-URL", "/"))
        wanted = f"{page.path}?{page.query}" if page.query else page.path
    query = {"next": wanted, **({"ended": why} if why else {})}
    return htmx.redirect(request, f"{reverse(settings.LOGIN_URL)}?{urlencode(query)}")


class ViewerMiddleware:
    """`request.viewer`: grants are read on every request, so a changed right counts at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        viewer = selectors.viewer_for(user)
        request.viewer = viewer  # type: ignore[attr-defined]
        first, open_pages = self._first_page(user, viewer)
        if first and not _is_open(request, open_pages):
            return HttpResponseRedirect(reverse(first))
        return self.get_response(request)

    def _first_page(self, user: User, viewer: Viewer) -> tuple[str, tuple[str, ...]]:
        """The page that must be filled in before any other but the open ones; "" for none."""
        if selectors.why_password_is_due(user, clock.now()):
            return "members:password", OPEN_WHILE_PASSWORD_IS_NEW
        if selectors.needs_second_factor(viewer) and not selectors.has_second_factor(user.pk):
            return "members:second-factor", OPEN_WITHOUT_SECOND_FACTOR
        return "", ()


def _is_open(request: HttpRequest, names: tuple[str, ...]) -> bool:
    return request.path in {reverse(name) for name in names} or request.path.startswith("/static/")


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
