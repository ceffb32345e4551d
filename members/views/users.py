"""Accounts: list, detail, making one for a union, roles, reset, lock."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import htmx
from core.errors import RuleViolation
from core.paging import order_by, page_of
from members import selectors
from members.access import ScopedRequest
from members.decorators import require_permission
from members.filters import ACCOUNTS, OrganisationFilter, UserFilter
from members.forms import AccountForm, GrantForm
from members.permissions import Permission, Role
from members.services import accounts, second_factor, sign_in

SORTABLE = {"username": "username", "name": "full_name", "created": "created_at"}


@require_permission(Permission.USER_VIEW)
@require_GET
def user_list(request: ScopedRequest) -> HttpResponse:
    """The accounts of the viewer's subtrees."""
    users = selectors.visible_users(request.viewer, Permission.USER_VIEW)
    found = UserFilter(
        request.GET, users.order_by(*order_by(request, SORTABLE, default="username"))
    )
    rows = found.qs.prefetch_related("grants__organisation")
    page = page_of(request, rows)
    paused = set(selectors.locked_names().filter(username__in=[user.username for user in page]))
    context = {
        "filter": found,
        "listing": selectors.shown_list(ACCOUNTS, request.viewer, request.GET),
        "page": page,
        "paused": paused,
        "unlockable": selectors.unlockable(request.viewer, page) if paused else set(),
        "may_create": request.viewer.can(Permission.USER_CREATE),
    }
    return htmx.render(
        request, page="members/users.html", fragment="members/_users.html", context=context
    )


@require_permission(Permission.USER_VIEW)
@require_GET
def user_detail(request: ScopedRequest, pk: int) -> HttpResponse:
    """One account: its roles, its trail, and the buttons the viewer may press."""
    return _detail(request, pk, GrantForm())


def _detail(request: ScopedRequest, pk: int, form: GrantForm) -> HttpResponse:
    users = selectors.visible_users(request.viewer, Permission.USER_VIEW)
    account = get_object_or_404(users.select_related("created_by"), pk=pk)
    context = {
        "account": account,
        "grants": account.grants.select_related("organisation").order_by("pk"),
        "manageable": pk != request.viewer.user_id
        and selectors.manageable_users(request.viewer).filter(pk=pk).exists(),
        "paused": set(selectors.locked_names().filter(username=account.username)),
        "has_factor": selectors.has_second_factor(pk),
        "events": selectors.timeline(f"user:{pk}"),
        "form": form,
    }
    return render(request, "members/user.html", context, status=422 if form.errors else 200)


@require_permission(Permission.USER_CREATE)
@never_cache
@require_http_methods(["GET", "POST"])
def user_create(request: ScopedRequest, pk: int) -> HttpResponse:
    """Make an account for a union; its one-time password is on the answer and nowhere else."""
    unions = selectors.visible_organisations(request.viewer, Permission.USER_CREATE)
    union = get_object_or_404(unions, pk=pk)
    roles = selectors.grantable_roles(request.viewer, union.path)
    first = Role.AGENT if Role.AGENT in roles else roles[0]
    proposal = {"username": selectors.free_username(union.code), "role": first}
    form = AccountForm(
        request.POST if request.method == "POST" else None, roles=roles, initial=proposal
    )
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
        try:
            made = accounts.create_account(**given, organisation_id=pk, by=request.viewer)
        except RuleViolation as refusal:
            form.add_error("username", str(refusal))
        else:
            return _slips(request, [made])
    context = {"form": form, "union": union}
    return render(request, "members/user_create.html", context, status=422 if form.errors else 200)


@require_permission(Permission.USER_CREATE)
@never_cache
@require_POST
def user_reset(request: ScopedRequest, pk: int) -> HttpResponse:
    """Give a new one-time password, shown on the answer and nowhere else."""
    account = _manageable(request, pk)
    try:
        made = accounts.reset_password(user_id=account.pk, by=request.viewer)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("members:user-detail", pk=pk)
    return _slips(request, [made])


def _slips(request: ScopedRequest, made: list[accounts.NewPassword]) -> HttpResponse:
    """The one-time passwords, a slip of paper each; shown on this answer and nowhere else."""
    context = {
        "made": made,
        "address": request.build_absolute_uri("/"),
        "days": settings.ONE_TIME_PASSWORD_DAYS,
    }
    return render(request, "members/new_password.html", context)


@require_permission(Permission.USER_CREATE)
@never_cache
@require_http_methods(["GET", "POST"])
def agents_missing(request: ScopedRequest) -> HttpResponse:
    """The unions without an agent; those that are ticked get one, with a sheet of slips."""
    if request.method == "POST":
        chosen = [int(pk) for pk in request.POST.getlist("pk") if pk.isdecimal()]
        try:
            return _slips(
                request, accounts.invite_agents(organisation_ids=chosen, by=request.viewer)
            )
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return redirect("members:agents-missing")
    unions = selectors.unions_without_agent(request.viewer).select_related("parent")
    found = OrganisationFilter(request.GET, unions.order_by("code", "pk"))
    return htmx.render(
        request,
        page="members/agents_missing.html",
        fragment="members/_agents_missing.html",
        context={"filter": found, "page": page_of(request, found.qs, size=50)},
    )


@require_permission(Permission.USER_CREATE)
@require_POST
def user_unlock(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let somebody try again who has typed wrong passwords."""
    _act(request, pk, _("The account is unlocked; its holder may sign in again."), sign_in.unlock)
    if "list" in request.POST:
        return redirect("members:user-list")
    return redirect("members:user-detail", pk=pk)


@require_permission(Permission.USER_CREATE)
@require_POST
def user_reset_factor(request: ScopedRequest, pk: int) -> HttpResponse:
    """Remove the second factor of somebody who has lost the phone."""
    done = _("The second factor is removed; the next sign-in sets up a new one.")
    return _act(request, pk, done, second_factor.reset)


@require_permission(Permission.USER_CREATE)
@require_POST
def user_deactivate(request: ScopedRequest, pk: int) -> HttpResponse:
    """Lock an account."""
    return _act(request, pk, _("The account is locked."), accounts.set_active, active=False)


@require_permission(Permission.USER_CREATE)
@require_POST
def user_activate(request: ScopedRequest, pk: int) -> HttpResponse:
    """Open a locked account again."""
    return _act(request, pk, _("The account is open again."), accounts.set_active, active=True)


@require_permission(Permission.USER_CREATE)
@require_POST
def grant_create(request: ScopedRequest, pk: int) -> HttpResponse:
    """Give the account a further role at a union of the viewer's."""
    _manageable(request, pk)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _detail(request, pk, form)
    code = form.cleaned_data["organisation"].strip().upper()
    unions = selectors.visible_organisations(request.viewer, Permission.USER_CREATE)
    union = unions.filter(code=code).first()
    if union is None:
        form.add_error("organisation", _("There is no union with this code in your scope."))
        return _detail(request, pk, form)
    role = Role(form.cleaned_data["role"])
    return _act(
        request, pk, _("The role is given."), accounts.give_role,
        role=role, organisation_id=union.pk,
    )  # fmt: skip


@require_permission(Permission.USER_CREATE)
@require_POST
def grant_delete(request: ScopedRequest, pk: int, grant: int) -> HttpResponse:
    """Take a role from the account."""
    account = _manageable(request, pk)
    get_object_or_404(account.grants, pk=grant)
    try:
        accounts.take_role(grant_id=grant, by=request.viewer)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The role is taken."))
    return redirect("members:user-detail", pk=pk)


def _manageable(request: ScopedRequest, pk: int) -> Any:
    """The account when it is the viewer's to manage; seen but above him it is a 403."""
    account = get_object_or_404(selectors.visible_users(request.viewer), pk=pk)
    if not selectors.manageable_users(request.viewer).filter(pk=pk).exists():
        raise PermissionDenied
    return account


def _act(
    request: ScopedRequest, pk: int, done: str, service: Callable[..., Any], **arguments: Any
) -> HttpResponse:
    _manageable(request, pk)
    try:
        service(user_id=pk, by=request.viewer, **arguments)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("members:user-detail", pk=pk)
