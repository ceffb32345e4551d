"""One's own account: who am I, password, second factor, where I am signed in."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.errors import RuleViolation
from members import selectors
from members.access import ScopedRequest
from members.decorators import require_permission
from members.forms import CodeForm, PasswordForm
from members.services import accounts, sessions
from members.services import second_factor as factors

WAITING_KEY = "second-factor-key"


@require_permission()
@require_GET
def account(request: ScopedRequest) -> HttpResponse:
    """Who am I, what may I do and where, and how safe is my account."""
    viewer = request.viewer
    context = {
        "account": request.user,
        "grants": viewer.grants,
        "sign_ins": selectors.last_sign_ins(viewer.user_id),
        "sessions": selectors.own_sessions(viewer, request.session.session_key),
        "has_factor": selectors.has_second_factor(viewer.user_id),
        "needs_factor": selectors.needs_second_factor(viewer),
        "factor_mode": settings.SECOND_FACTOR,
        "codes_left": selectors.recovery_codes_left(viewer.user_id),
    }
    return render(request, "members/account.html", context)


@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_permission()
@require_http_methods(["GET", "POST"])
def password(request: ScopedRequest) -> HttpResponse:
    """Change one's own password; after the first sign-in there is no other page."""
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["new"]
        try:
            user = accounts.change_password(old=old, new=new, by=request.viewer)
        except RuleViolation as refusal:
            wrong_old = isinstance(refusal, accounts.WrongPassword)
            form.add_error("old" if wrong_old else "new", str(refusal))
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("The new password is in force."))
            return redirect("home")
    context = {
        "form": form,
        "why": selectors.why_password_is_due(request.user, clock.now()),
        "days": settings.PASSWORD_MAX_AGE_DAYS,
    }
    return render(request, "members/password.html", context, status=422 if form.errors else 200)


@require_permission()
@require_GET
def session_list(request: ScopedRequest) -> HttpResponse:
    """Where I am signed in."""
    found = selectors.own_sessions(request.viewer, request.session.session_key)
    return render(request, "members/sessions.html", {"sessions": found})


@require_permission()
@require_POST
def session_end(request: ScopedRequest) -> HttpResponse:
    """End one of my sessions."""
    if sessions.end(handle=request.POST.get("session", ""), by=request.viewer):
        messages.success(request, _("The session is ended."))
    return redirect("members:session-list")


@never_cache
@sensitive_post_parameters("code")
@require_permission()
@require_http_methods(["GET", "POST"])
def second_factor(request: ScopedRequest) -> HttpResponse:
    """Set the second factor up, or see that it is; the first right code puts it in force."""
    viewer = request.viewer
    if settings.SECOND_FACTOR == "off":
        return redirect("members:account")
    if selectors.has_second_factor(viewer.user_id):
        return _factor_in_force(request, CodeForm())
    # the key waits in the session, so that looking at this page changes nothing
    sealed_key = request.session.setdefault(WAITING_KEY, factors.new_key())
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = factors.confirm(
                sealed_key=sealed_key, code=form.cleaned_data["code"], by=viewer, at=clock.now()
            )
        except RuleViolation as refusal:
            form.add_error("code", str(refusal))
        else:
            del request.session[WAITING_KEY]
            return render(request, "members/recovery_codes.html", {"recovery": codes})
    context = {
        "form": form,
        "secret": selectors.secret_of(sealed_key, viewer.username),
        "needs_factor": selectors.needs_second_factor(viewer),
    }
    return render(
        request, "members/second_factor.html", context, status=422 if form.errors else 200
    )


def _factor_in_force(request: ScopedRequest, form: CodeForm) -> HttpResponse:
    context = {
        "form": form,
        "codes_left": selectors.recovery_codes_left(request.viewer.user_id),
        "needs_factor": selectors.needs_second_factor(request.viewer),
    }
    return render(
        request, "members/second_factor_on.html", context, status=422 if form.errors else 200
    )


@never_cache
@sensitive_post_parameters("code")
@require_permission()
@require_POST
def second_factor_codes(request: ScopedRequest) -> HttpResponse:
    """Ten new recovery codes in place of the old ones."""
    if not selectors.has_second_factor(request.viewer.user_id):
        return redirect("members:second-factor")
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            codes = factors.renew_codes(
                code=form.cleaned_data["code"], by=request.viewer, at=clock.now()
            )
        except RuleViolation as refusal:
            form.add_error("code", str(refusal))
        else:
            del request.session[WAITING_KEY]
            return render(request, "members/recovery_codes.html", {"recovery": codes})
    return _factor_in_force(request, form)


@require_permission()
@require_POST
def second_factor_remove(request: ScopedRequest) -> HttpResponse:
    """Do without a second factor again, where the role allows it."""
    try:
        factors.give_up(by=request.viewer)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The second factor is removed."))
    return redirect("members:account")
