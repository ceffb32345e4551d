"""Signing in, with a code where the account has a second factor, and out."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from members import selectors
from members.access import ScopedRequest
from members.forms import CodeForm, LoginForm
from members.selectors.sign_in import DEVICE_AGE, DEVICE_COOKIE, client_address, device_cookie
from members.services import second_factor, sessions, sign_in

BACKEND = "django.contrib.auth.backends.ModelBackend"
CODE_SECONDS = 300  # between the password and the code
CODE_TRIES = 5  # then the password is asked for again


def _after_sign_in(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # without the slash `redirect` would take it for the name of a view
    return wanted if safe and wanted.startswith("/") else resolve_url("home")


def _why_ended(request: HttpRequest) -> str:
    """What the page says to somebody whose session has ended."""
    return {
        "idle": _("You were signed out after 30 minutes without a click. Please sign in again."),
        "day": _("You were signed out 10 hours after signing in. Please sign in again."),
        "elsewhere": _(
            "Your session has ended: signed in elsewhere, ended from the account page, or the "
            "password or the account was changed. Please sign in again."
        ),
    }.get(request.GET.get("ended", ""), "")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Sign in by user name and password."""
    if request.user.is_authenticated:
        return redirect(_after_sign_in(request))
    form = LoginForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        attempt = sign_in.sign_in(request=request, **form.cleaned_data, at=clock.now())
        if attempt.code_wanted:
            return _ask_for_code(request, attempt.user)
        if attempt.user is not None:
            return _enter(request, attempt.user, _after_sign_in(request))
        form.add_error(None, attempt.refusal)
        status = 429 if attempt.paused else 422
    context = {
        "form": form,
        "next": request.GET.get("next") or request.POST.get("next", ""),
        "ended": _why_ended(request) if request.method == "GET" else "",
    }
    status = max(status, 422) if form.errors else status
    return render(request, "members/login.html", context, status=status)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """The second page of signing in: a code of the phone, or one from paper."""
    waiting, now = request.session.get("code_wanted"), clock.now()
    if not waiting or now.timestamp() - waiting["since"] > CODE_SECONDS:
        return redirect("members:login")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        checked = second_factor.check(
            user_id=waiting["user"], code=form.cleaned_data["code"],
            address=client_address(request), at=now,
        )  # fmt: skip
        user = sign_in.account_to_enter(waiting["user"]) if checked.right else None
        if user is not None:
            return _enter(request, user, waiting["next"])
        waiting["tries"] += 1
        request.session["code_wanted"] = waiting
        if waiting["tries"] >= CODE_TRIES:
            request.session.flush()
            return redirect("members:login")
        form.add_error("code", checked.refusal or _("The account is closed."))
    return render(
        request, "members/login_code.html", {"form": form}, status=422 if form.errors else 200
    )


def _ask_for_code(request: HttpRequest, user: Any) -> HttpResponse:
    request.session.flush()
    request.session["code_wanted"] = {
        "user": user.pk,
        "since": int(clock.now().timestamp()),
        "next": _after_sign_in(request),
        "tries": 0,
    }
    return redirect("members:login-code")


def _enter(request: HttpRequest, user: Any, to: str) -> HttpResponse:
    """Begin the session under a new key, remember the browser, end a cashier's older sessions."""
    request.session.pop("code_wanted", None)
    start_session(request, user, backend=BACKEND)
    now = int(clock.now().timestamp())
    request.session.update(
        {
            "started": now,
            "seen": now,
            "address": client_address(request),
            "agent": request.headers.get("User-Agent", "")[:300],
        }
    )
    request.session.save()
    sessions.keep_single(key=request.session.session_key, by=selectors.viewer_for(user))
    response = redirect(to)
    response.set_signed_cookie(
        DEVICE_COOKIE, device_cookie(request, user.pk), max_age=DEVICE_AGE, httponly=True,
        secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
    )  # fmt: skip
    return response


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    sign_in.note_sign_out(by=cast(ScopedRequest, request).viewer)
    end_session(request)
    return redirect("members:login")
