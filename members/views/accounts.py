"""Signing in and out, and one's own password."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import RuleViolation
from members.access import ScopedRequest
from members.forms import LoginForm, PasswordForm
from members.services import accounts


def _after_sign_in(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # without the slash `redirect` would take it for the name of a view
    return wanted if safe and wanted.startswith("/") else resolve_url("home")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Sign in by user name and password."""
    if request.user.is_authenticated:
        return redirect(_after_sign_in(request))
    form = LoginForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = accounts.sign_in(**form.cleaned_data)
        if user is not None:
            start_session(request, user)
            return redirect(_after_sign_in(request))
        form.add_error(
            None, _("The user name or the password is wrong. Mind upper and lower case.")
        )
    context = {"form": form, "next": request.GET.get("next") or request.POST.get("next", "")}
    return render(request, "members/login.html", context, status=422 if form.errors else 200)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    accounts.note_sign_out(by=cast(ScopedRequest, request).viewer)
    end_session(request)
    return redirect("members:login")


@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; after the first sign-in there is no other page."""
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["new"]
        try:
            user = accounts.change_password(
                old=old, new=new, by=cast(ScopedRequest, request).viewer
            )
        except RuleViolation as refusal:
            form.add_error("old" if isinstance(refusal, accounts.WrongPassword) else "new",
                           str(refusal))  # fmt: skip
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("The new password is in force."))
            return redirect("home")
    return render(
        request, "members/password.html", {"form": form}, status=422 if form.errors else 200
    )
