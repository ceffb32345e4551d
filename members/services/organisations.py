"""Unions founded, renamed, counted, moved, merged, closed: each one act, with old and new values.

Acts that change the tree hold its root, so that one is done after the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from core import audit, pinyin
from core.errors import RuleViolation
from members import rules
from members.access import Viewer
from members.models import (
    Contact,
    FormerName,
    Member,
    MembershipEvent,
    Organisation,
    RoleGrant,
    StaffCount,
)
from members.permissions import Permission
from members.selectors import visible_organisations
from members.services.search_keys import phone_keys
from members.states import EventKind, MemberStatus, OrganisationKind


class CodeTaken(RuleViolation):
    """The code names another union."""


class WrongPlace(RuleViolation):
    """The union cannot stand there."""


class StillInUse(RuleViolation):
    """Members in service or open unions below are left."""


class IsClosed(RuleViolation):
    """The union is closed; nothing new is written to it."""


class NameOverlaps(RuleViolation):
    """The day of the renaming does not fit the names before."""


class TooManyWomen(RuleViolation):
    """Women are counted among the staff."""


@dataclass(frozen=True)
class Moving:
    """What goes along when a union is moved or merged."""

    unions: int
    members: int


@transaction.atomic(durable=True)
def found(
    *, parent_id: int, code: str, name: str, kind: str, by: Viewer, on: date,
    details: Mapping[str, str] | None = None,
) -> Organisation:  # fmt: skip
    """Make a union below another one. `details`: credit codes and the contact's name."""
    _hold_tree()
    above = _reshapable(parent_id, by)
    _check_place(kind, above)
    if Organisation.objects.filter(code=code).exists():
        raise CodeTaken(_("The code %(code)s belongs to another union.") % {"code": code})
    union = Organisation(
        code=code, name=name, kind=kind, parent=above, path=f"new {code}"[:1000],
        sort_key=pinyin.sort_key(name), **dict(details or {}),
    )  # fmt: skip
    union.save(force_insert=True)
    union.path = f"{above.path}{union.pk:04d}/"
    union.save(update_fields=["path"])
    _note("union.found", union, by, on, name=name, organisation=above.code)
    return union


@transaction.atomic(durable=True)
def rename(*, union_id: int, name: str, from_on: date | None, by: Viewer, on: date) -> Organisation:
    """Give a union a new name from a day on; without a day the present name was misspelt.

    A correction makes no history. Raises NameOverlaps when the day is not after the last renaming.
    """
    union = _locked(union_id, by, Permission.UNION_EDIT)
    _check_open(union)
    old = union.name
    if from_on is not None and old != name:
        last = FormerName.objects.filter(organisation=union).order_by("-until_on").first()
        if (last and last.until_on >= from_on) or from_on > on:
            raise NameOverlaps(_("The day must lie after the last renaming and not in the future."))
        FormerName.objects.create(organisation=union, name=old, until_on=from_on)
    union.name, union.sort_key = name, pinyin.sort_key(name)
    union.save(update_fields=["name", "sort_key"])
    action = "union.rename" if from_on else "union.correct_name"
    _note(action, union, by, on, before=old, name=name, day=str(from_on or ""))
    return union


@transaction.atomic(durable=True)
def undo_rename(*, union_id: int, by: Viewer, on: date) -> Organisation:
    """Take the last renaming back: the former name is the present one again."""
    union = _locked(union_id, by, Permission.UNION_EDIT)
    last = FormerName.objects.filter(organisation=union).order_by("-until_on").first()
    if last is None:
        raise NameOverlaps(_("This union has had no other name."))
    old, union.name, union.sort_key = union.name, last.name, pinyin.sort_key(last.name)
    union.save(update_fields=["name", "sort_key"])
    last.delete()
    _note("union.correct_name", union, by, on, before=old, name=union.name)
    return union


@transaction.atomic(durable=True)
def edit(*, union_id: int, values: Mapping[str, str], by: Viewer, on: date) -> Organisation:
    """Change kind, credit codes and the first contact; `contact_phone` in clear is sealed here."""
    union = _locked(union_id, by, Permission.UNION_EDIT)
    _check_open(union)
    given = dict(values)
    phone = given.pop("contact_phone", None)
    if phone is not None:
        sealed = phone_keys(phone)
        union.contact_phone_index = sealed["phone_index"]
        union.contact_phone_sealed = sealed["phone_sealed"]
    if (kind := given.get("kind")) and kind != union.kind:
        assert union.parent is not None  # the district's kind is not offered
        _check_place(kind, union.parent)
    changed = {key: value for key, value in given.items() if getattr(union, key) != value}
    for key, value in changed.items():
        setattr(union, key, value)
    union.save()
    _note("union.edit", union, by, on, **changed, what="phone" if phone is not None else "")
    return union


@transaction.atomic(durable=True)
def count_staff(
    *, union_id: int, year: int, staff: int, women: int | None, by: Viewer, on: date
) -> StaffCount:
    """Write the employees of a year; the latest year's are the union's present ones."""
    union = _locked(union_id, by, Permission.UNION_EDIT)
    _check_open(union)
    if women is not None and women > staff:
        raise TooManyWomen(_("There cannot be more women than employees."))
    values = {"staff_count": staff, "female_staff_count": women}
    counted, _made = StaffCount.objects.update_or_create(
        organisation=union, year=year, defaults=values
    )
    if not StaffCount.objects.filter(organisation=union, year__gt=year).exists():
        Organisation.objects.filter(pk=union.pk).update(**values)
    _note("union.count", union, by, on, period=year, staff=staff, women=women)
    return counted


@transaction.atomic(durable=True)
def add_contact(
    *, union_id: int, name: str, post: str, phone: str, email: str, by: Viewer, on: date
) -> Contact:
    """Put down somebody else who can be asked."""
    union = _locked(union_id, by, Permission.UNION_EDIT)
    contact = Contact.objects.create(
        organisation=union, name=name, post=post, email=email, **phone_keys(phone)
    )
    _note("union.contact", union, by, on, name=name)
    return contact


@transaction.atomic(durable=True)
def remove_contact(*, union_id: int, contact_id: int, by: Viewer, on: date) -> None:
    """Strike a contact out; what was written stays in the trail."""
    union = _locked(union_id, by, Permission.UNION_EDIT)
    contact = Contact.objects.get(pk=contact_id, organisation=union)
    _note("union.contact_removed", union, by, on, name=contact.name)
    contact.delete()


@transaction.atomic(durable=True)
def move(*, union_id: int, parent_id: int, by: Viewer, on: date) -> Organisation:
    """Put a union with all that stands below it under another one, in one statement."""
    _hold_tree()
    union, above = _reshapable(union_id, by), _reshapable(parent_id, by)
    _check_place(union.kind, above)
    if rules.is_within(above.path, union.path):
        raise WrongPlace(_("A union cannot stand below itself."))
    before = union.parent
    _lay(union, above)
    _note(
        "union.move", union, by, on,
        before=before.code if before else "", organisation=above.code,
    )  # fmt: skip
    return union


@transaction.atomic(durable=True)
def merge(*, union_id: int, into_id: int, by: Viewer, on: date) -> Organisation:
    """Let one union go up in another: members, unions below and accounts go over, it is closed.

    It stays in the tree under its successor, with its papers: batches and claims belong to the
    union that made them, and who answers for the successor sees them.
    """
    _hold_tree()
    union, into = _reshapable(union_id, by), _reshapable(into_id, by)
    _check_open(into)
    _check_open(union)
    if rules.is_within(into.path, union.path):
        raise WrongPlace(_("A union cannot go up in one that stands below it."))
    for child in Organisation.objects.filter(parent=union).order_by("pk"):
        _lay(child, into)
    moved = _move_members(union, into, by, on)
    grants = _hand_over_accounts(union, into)
    _lay(union, into)
    Organisation.objects.filter(pk=union.pk).update(closed_on=on, merged_into=into)
    union.closed_on, union.merged_into = on, into
    _note(
        "union.merge", union, by, on,
        organisation=into.code, persons=moved, count=grants,
    )  # fmt: skip
    return union


def _move_members(union: Organisation, into: Organisation, by: Viewer, on: date) -> int:
    """Every member goes over and has it in his history; returns how many."""
    members = list(Member.objects.select_for_update().filter(organisation=union).order_by("pk"))
    MembershipEvent.objects.bulk_create(
        [
            MembershipEvent(
                member=member, kind=EventKind.TRANSFERRED, source=union, target=into, on=on,
                recorded_by_id=by.user_id,
            )
            for member in members
        ],
        batch_size=1000,
    )  # fmt: skip
    Member.objects.filter(pk__in=[member.pk for member in members]).update(organisation=into)
    return len(members)


def _hand_over_accounts(union: Organisation, into: Organisation) -> int:
    """Roles at the one become roles at the other; whoever holds it there already keeps one."""
    held = RoleGrant.objects.filter(organisation=union).order_by("pk")
    there = set(RoleGrant.objects.filter(organisation=into).values_list("user_id", "role"))
    doubled = [grant.pk for grant in held if (grant.user_id, grant.role) in there]
    RoleGrant.objects.filter(pk__in=doubled).delete()
    return held.update(organisation=into)


@transaction.atomic(durable=True)
def close(*, union_id: int, reason: str, by: Viewer, on: date) -> Organisation:
    """Close a union that has no members in service and no open union below."""
    _hold_tree()
    union = _reshapable(union_id, by)
    _check_open(union)
    members = Member.objects.filter(organisation=union, status=MemberStatus.IN_SERVICE).count()
    below = Organisation.objects.filter(parent=union, closed_on__isnull=True).count()
    if members or below or union.kind == OrganisationKind.DISTRICT:
        raise StillInUse(
            _(
                "%(members)s members in service and %(below)s unions are still here."
                " Please transfer or move them first, or merge the union into another one."
            )
            % {"members": members, "below": below}
        )
    union.closed_on = on
    union.save(update_fields=["closed_on"])
    _note("union.close", union, by, on, reason=reason)
    return union


@transaction.atomic(durable=True)
def reopen(*, union_id: int, by: Viewer, on: date) -> Organisation:
    """Open a closed union again; members that a merger has moved stay where they are."""
    _hold_tree()
    union = _reshapable(union_id, by)
    union.closed_on, union.merged_into = None, None
    union.save(update_fields=["closed_on", "merged_into"])
    _note("union.reopen", union, by, on)
    return union


@transaction.atomic(durable=True)
def note_export(*, rows: int, by: Viewer) -> None:
    """Write down that a list of unions was taken out."""
    audit.record(action="union.export", subject="union:list", by_id=by.user_id, rows=rows)


def moving(union: Organisation) -> Moving:
    """How many unions and members a move of this union takes along, itself included."""
    return Moving(
        unions=Organisation.objects.filter(path__startswith=union.path).count(),
        members=Member.objects.filter(organisation__path__startswith=union.path).count(),
    )


def _hold_tree() -> None:
    list(Organisation.objects.select_for_update().filter(parent=None))


def _locked(union_id: int, by: Viewer, permission: Permission) -> Organisation:
    unions = visible_organisations(by, permission).select_for_update(of=("self",))
    return unions.select_related("parent").get(pk=union_id)


def _reshapable(union_id: int, by: Viewer) -> Organisation:
    return _locked(union_id, by, Permission.UNION_RESHAPE)


def _check_open(union: Organisation) -> None:
    if union.closed_on is not None:
        raise IsClosed(
            _("%(union)s is closed. Please open it again first.") % {"union": union.name}
        )


def _check_place(kind: str, above: Organisation) -> None:
    _check_open(above)
    if not rules.may_stand_under(kind, above.kind):
        raise WrongPlace(
            _("A %(kind)s cannot stand directly under a %(above)s.")
            % {"kind": OrganisationKind(kind).label, "above": OrganisationKind(above.kind).label}
        )


def _lay(union: Organisation, above: Organisation) -> None:
    """Hang the union under another one: one statement for the paths of its whole subtree."""
    old, new = union.path, f"{above.path}{union.pk:04d}/"
    Organisation.objects.filter(path__startswith=old).update(
        path=Concat(Value(new), Substr(F("path"), len(old) + 1))
    )
    Organisation.objects.filter(pk=union.pk).update(parent=above)
    union.path, union.parent = new, above


def _note(action: str, union: Organisation, by: Viewer, on: date, **details: Any) -> None:
    audit.record(
        action=action, subject=f"union:{union.pk}", by_id=by.user_id, path=union.path[:200],
        on=str(on), number=union.code, **details,
    )  # fmt: skip
