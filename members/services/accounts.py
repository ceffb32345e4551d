"""Accounts: made for a union, given roles, reset, locked; changing one's password."""

import secrets
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from members.access import Viewer
from members.models import Organisation, RoleGrant, User
from members.permissions import APART, Permission, Role
from members.selectors import (
    free_usernames,
    grantable_roles,
    manageable_users,
    unions_without_agent,
    visible_organisations,
)
from members.services import sessions

# no letters and digits that look alike on paper
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
INVITED_AT_ONCE = 100


class WrongPassword(RuleViolation):
    """The present password was not typed right."""


class WeakPassword(RuleViolation):
    """The new password is too easy to guess; one sentence per reason."""


class NameTaken(RuleViolation):
    """The user name belongs to another account."""


class MayNotGive(RuleViolation):
    """The role is not the giver's to give."""


class OwnAccount(RuleViolation):
    """Nobody changes the rights of his own account."""


class KeptApart(RuleViolation):
    """Two roles that one account never holds together (members.permissions.APART)."""


class NoUnitChosen(RuleViolation):
    """Nothing was ticked, or somebody else has made the accounts meanwhile."""


class LastRole(RuleViolation):
    """An account without a role could be seen by nobody."""


@dataclass(frozen=True)
class NewPassword:
    """An account and the password it was just given; shown once, kept nowhere."""

    user: User
    password: str = field(repr=False)
    union_name: str = ""


def one_time_password() -> str:
    """Sixteen random characters in groups of four, easy to read from paper (79 bits)."""
    letters = "".join(secrets.choice(ALPHABET) for _place in range(16))
    return "-".join(letters[place : place + 4] for place in range(0, 16, 4))


@transaction.atomic(durable=True)
def change_password(*, old: str, new: str, by: Viewer) -> User:
    """Replace one's own password; the new one is checked, the first one may not stay."""
    user = User.objects.select_for_update().get(username=by.username)
    if not user.check_password(old):
        raise WrongPassword(_("The present password is wrong."))
    if old == new:
        raise WeakPassword(_("The new password must differ from the present one."))
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages)) from error
    user.set_password(new)
    user.must_change_password, user.password_set_at = False, Now()
    user.save(update_fields=["password", "must_change_password", "password_set_at"])
    sessions.end_all(user.pk)
    audit.record(action="user.change_password", subject=f"user:{user.pk}", by_id=by.user_id)
    return user


@transaction.atomic(durable=True)
def create_account(
    *, username: str, full_name: str, role: Role, organisation_id: int, by: Viewer
) -> NewPassword:
    """Make an account with one role at a union; its one-time password must be changed at once."""
    organisation = visible_organisations(by, Permission.USER_CREATE).get(pk=organisation_id)
    _check_may_give(by, role, organisation)
    if User.objects.filter(username=username).exists():
        raise NameTaken(
            _("The user name %(name)s is taken. Please choose another one.") % {"name": username}
        )
    password = one_time_password()
    user = User(username=username, full_name=full_name, created_by_id=by.user_id)
    user.set_password(password)
    user.save(force_insert=True)
    RoleGrant.objects.create(
        user=user, role=role, organisation=organisation, created_by_id=by.user_id
    )
    audit.record(
        action="user.create", subject=f"user:{user.pk}", by_id=by.user_id, path=organisation.path,
        role=str(role), organisation=organisation.code,
    )  # fmt: skip
    return NewPassword(user, password, organisation.name)


@transaction.atomic(durable=True)
def invite_agents(*, organisation_ids: list[int], by: Viewer) -> list[NewPassword]:
    """One agent's account for each of the unions that has none; at most INVITED_AT_ONCE.

    The passwords are random and hashed one by one (36 ms each); everything else is done at once.
    """
    unions = list(
        unions_without_agent(by)
        .filter(pk__in=organisation_ids[:INVITED_AT_ONCE])
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    if not unions:
        raise NoUnitChosen(_("Tick at least one union that has no agent yet."))
    made = []
    for union, name in zip(unions, free_usernames([u.code for u in unions]), strict=True):
        word = one_time_password()
        user = User(
            username=name,
            full_name=(union.contact_name or "")[:60],  # whom the office deals with there
            created_by_id=by.user_id,
            password=make_password(word),
        )
        made.append(NewPassword(user, word, union.name))
    User.objects.bulk_create(new.user for new in made)
    RoleGrant.objects.bulk_create(
        RoleGrant(user=new.user, role=Role.AGENT, organisation=union, created_by_id=by.user_id)
        for new, union in zip(made, unions, strict=True)
    )
    details = [{"role": str(Role.AGENT), "organisation": union.code} for union in unions]
    audit.record_many(
        (
            audit.Act("user.create", f"user:{new.user.pk}", union.path, what)
            for new, union, what in zip(made, unions, details, strict=True)
        ),
        by_id=by.user_id,
    )
    return made


@transaction.atomic(durable=True)
def reset_password(*, user_id: int, by: Viewer) -> NewPassword:
    """Give a new one-time password; whoever is signed in with the old one is out."""
    user = _locked(user_id, by)
    password = one_time_password()
    user.set_password(password)
    user.must_change_password, user.password_set_at = True, Now()
    user.save(update_fields=["password", "must_change_password", "password_set_at"])
    sessions.end_all(user.pk)
    audit.record(action="user.reset_password", subject=f"user:{user.pk}", by_id=by.user_id)
    first = user.grants.select_related("organisation").order_by("pk").first()
    return NewPassword(user, password, first.organisation.name if first else "")


@transaction.atomic(durable=True)
def set_active(*, user_id: int, active: bool, by: Viewer) -> User:
    """Lock an account or open it again; a locked one is out at its next click."""
    user = _locked(user_id, by)
    user.is_active = active
    user.save(update_fields=["is_active"])
    sessions.end_all(user.pk)
    action = "user.activate" if active else "user.deactivate"
    audit.record(action=action, subject=f"user:{user.pk}", by_id=by.user_id)
    return user


@transaction.atomic(durable=True)
def give_role(*, user_id: int, role: Role, organisation_id: int, by: Viewer) -> RoleGrant:
    """Give an account a role at a node of the tree; given twice it stays one."""
    user = _locked(user_id, by)
    organisation = visible_organisations(by, Permission.USER_CREATE).get(pk=organisation_id)
    _check_may_give(by, role, organisation)
    _check_apart(user, role)
    grant, made = RoleGrant.objects.get_or_create(
        user=user, role=role, organisation=organisation, defaults={"created_by_id": by.user_id}
    )
    if made:
        _note_grant("user.give_role", grant, by)
    return grant


@transaction.atomic(durable=True)
def take_role(*, grant_id: int, by: Viewer) -> User:
    """Take a role from an account; the last one stays, such an account is locked instead."""
    held = RoleGrant.objects.select_related("organisation").get(pk=grant_id)
    user = _locked(held.user_id, by)
    _check_may_give(by, Role(held.role), held.organisation)
    if not RoleGrant.objects.filter(user=user).exclude(pk=held.pk).exists():
        raise LastRole(_("This is the last role of the account. Please deactivate it instead."))
    _note_grant("user.take_role", held, by)
    held.delete()
    return user


def _locked(user_id: int, by: Viewer) -> User:
    user = manageable_users(by).select_for_update(of=("self",)).get(pk=user_id)
    if user.pk == by.user_id:
        raise OwnAccount(_("Nobody changes his own account. Please ask a colleague."))
    return user


def _check_may_give(by: Viewer, role: Role, organisation: Organisation) -> None:
    if role not in grantable_roles(by, organisation.path):
        raise MayNotGive(
            _("You may not give the role %(role)s at %(union)s.")
            % {"role": role.label, "union": organisation.name}
        )


def _check_apart(user: User, role: Role) -> None:
    for held in RoleGrant.objects.filter(user=user).values_list("role", flat=True):
        reason = APART.get(frozenset({role, Role(held)}))
        if reason is not None:
            raise KeptApart(
                _("%(role)s and %(held)s do not go together in one account: %(reason)s.")
                % {"role": role.label, "held": Role(held).label, "reason": reason}
            )


def _note_grant(action: str, grant: RoleGrant, by: Viewer) -> None:
    audit.record(
        action=action, subject=f"user:{grant.user_id}", by_id=by.user_id,
        path=grant.organisation.path, role=grant.role, organisation=grant.organisation.code,
    )  # fmt: skip
