"""Two records of one person become one: a reviewed act, and so is its undoing.

Every foreign key to members_member is moved, found through the model and not by name: a new table
is covered when it is made. What other rooms know against a merge is asked of
`settings.MERGE_CHECKS`; what the database forbids is refused as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Field, Model
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from members.access import Viewer
from members.models import DistinctPair, Member, MemberMerge
from members.permissions import Permission
from members.selectors.duplicates import visible_merges
from members.selectors.people import visible_members
from members.selectors.trail import record_word
from members.states import MERGE_MOVES, MemberStatus, MergeStatus

# what may be taken from the record that goes: word -> its columns
FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "name_key", "sort_key", "initials", "other_initials"),
    "organisation": ("organisation_id",),
    "phone": ("phone_index", "phone_sealed"),
    "card": ("card_index", "card_tail4_index", "card_sealed", "card_issued_on", "card_valid_until"),
    "joined_on": ("joined_on",),
    "status": ("status",),
    "category": ("category",),
}
# these rows are about the two records themselves
STAY = frozenset({MemberMerge, DistinctPair})
Check = Callable[[int, int], str]  # (kept, gone) -> why not, or nothing


class NotTwoRecords(RuleViolation):
    """One of the records is merged already, or both are the same."""


class ProposedAlready(RuleViolation):
    """Somebody has proposed to merge one of the records."""


class FourEyes(RuleViolation):
    """Who proposed does not decide."""


class CannotMove(RuleViolation):
    """Somebody else was faster."""


class CannotMerge(RuleViolation):
    """What the two records hold cannot belong to one person."""


class CannotUndo(RuleViolation):
    """Something happened to the person since the merge."""


def moved_relations() -> Iterator[tuple[type[Model], Field[Any, Any]]]:
    """Every column that points at a member and follows him into the kept record."""
    for relation in Member._meta.related_objects:
        if relation.related_model not in STAY:
            yield relation.related_model, relation.field


@transaction.atomic(durable=True)
def propose(
    *, kept_id: int, gone_id: int, fields: list[str], reason: str, by: Viewer
) -> MemberMerge:
    """Propose that a record goes into another; `fields` are the values taken from it."""
    people = _pair(kept_id, gone_id, by)
    if MemberMerge.objects.filter(gone_id__in=people, status=MergeStatus.PROPOSED).exists():
        raise ProposedAlready(_("A merge of one of these records is waiting for its review."))
    made = MemberMerge.objects.create(
        kept_id=kept_id,
        gone_id=gone_id,
        fields=[name for name in FIELDS if name in fields],
        reason=reason,
        proposed_by_id=_person(by),
    )
    _record("member.propose_merge", made, by, reason=reason)
    return made


def decide(*, merge_id: int, accept: bool, by: Viewer) -> MemberMerge:
    """Merge, or refuse to; by another than the one who proposed."""
    try:
        return _decide(merge_id=merge_id, accept=accept, by=by)
    except IntegrityError as error:
        raise CannotMerge(
            _("The two records hold what one person cannot have twice: %(what)s.")
            % {"what": str(error.__cause__ or error).partition("\n")[0]}
        ) from error


@transaction.atomic(durable=True)
def _decide(*, merge_id: int, accept: bool, by: Viewer) -> MemberMerge:
    merge = _locked(merge_id, by)
    target = MergeStatus.MERGED if accept else MergeStatus.REFUSED
    _check_move(merge, target, merge.proposed_by_id, by)
    if accept:
        _merge(merge)
    merge.status, merge.decided_by_id, merge.decided_at = target, by.user_id, Now()
    merge.save()
    _record("member.merge" if accept else "member.refuse_merge", merge, by)
    return merge


@transaction.atomic(durable=True)
def propose_undo(*, merge_id: int, reason: str, by: Viewer) -> MemberMerge:
    """Propose that a merge was wrong."""
    merge = _locked(merge_id, by)
    _check_move(merge, MergeStatus.UNDO_PROPOSED, None, by)
    merge.status, merge.undo_reason = MergeStatus.UNDO_PROPOSED, reason
    merge.undo_proposed_by_id = by.user_id
    merge.save()
    _record("member.propose_undo", merge, by, reason=reason)
    return merge


@transaction.atomic(durable=True)
def decide_undo(*, merge_id: int, accept: bool, by: Viewer) -> MemberMerge:
    """Part the records again, or let the merge stand; by another than the one who proposed."""
    merge = _locked(merge_id, by)
    target = MergeStatus.UNDONE if accept else MergeStatus.MERGED
    _check_move(merge, target, merge.undo_proposed_by_id, by)
    if accept:
        _part(merge)
        merge.undone_by_id, merge.undone_at = by.user_id, Now()
    merge.status = target
    merge.save()
    _record("member.undo_merge" if accept else "member.keep_merge", merge, by)
    return merge


@transaction.atomic(durable=True)
def say_distinct(*, pair: tuple[int, int], by: Viewer) -> DistinctPair:
    """Remember that two records belong to two persons."""
    first, second = sorted(pair)
    _pair(first, second, by)
    said, made = DistinctPair.objects.get_or_create(
        first_id=first, second_id=second, defaults={"said_by_id": _person(by)}
    )
    if made:
        audit.record(
            action="member.distinct", subject=f"member:{first}", by_id=by.user_id, other=second
        )
    return said


@transaction.atomic(durable=True)
def forget_distinct(*, pair: tuple[int, int], by: Viewer) -> None:
    """Take it back: the pair is looked at again."""
    first, second = sorted(pair)
    _pair(first, second, by)
    if DistinctPair.objects.filter(first_id=first, second_id=second).delete()[0]:
        audit.record(
            action="member.not_distinct", subject=f"member:{first}", by_id=by.user_id, other=second
        )


def _person(by: Viewer) -> int:
    if by.user_id is None:
        raise FourEyes(_("This is the act of a person, not of the system."))
    return by.user_id


def _pair(first: int, second: int, by: Viewer) -> dict[int, Member]:
    """Both records, locked by key, none of them merged; the viewer sees both wholly."""
    rows = visible_members(by, Permission.MEMBER_MERGE).filter(pk__in=(first, second))
    found = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    if len(found) != 2:
        raise NotTwoRecords(_("One of the records is merged already or is not yours to merge."))
    return found


def _locked(merge_id: int, by: Viewer) -> MemberMerge:
    return visible_merges(by).select_for_update(of=("self",)).get(pk=merge_id)


def _check_move(
    merge: MemberMerge, target: MergeStatus, proposed_by: int | None, by: Viewer
) -> None:
    if target not in MERGE_MOVES[MergeStatus(merge.status)]:
        raise CannotMove(
            _("Somebody else was faster: this stands at “%(status)s”.")
            % {"status": merge.get_status_display()}
        )
    if proposed_by is not None and proposed_by == by.user_id:
        raise FourEyes(_("You proposed it yourself. Another person has to decide."))


def _people(merge: MemberMerge) -> tuple[Member, Member]:
    keys = (merge.kept_id, merge.gone_id)
    rows = Member.objects.filter(pk__in=keys).select_for_update().order_by("pk")
    found = {row.pk: row for row in rows}
    return found[merge.kept_id], found[merge.gone_id]


def _merge(merge: MemberMerge) -> None:
    kept, gone = _people(merge)
    if kept.merged_into_id or gone.merged_into_id:
        raise NotTwoRecords(_("One of the records is merged already or is not yours to merge."))
    for name in settings.MERGE_CHECKS:
        check: Check = import_string(name)
        if why := check(kept.pk, gone.pk):
            raise CannotMerge(why)
    rows = {
        _key(model, field): _repoint(model, field, gone.pk, kept.pk)
        for model, field in moved_relations()
    }
    _change_places(kept, gone, merge.fields)
    merge.moved = {"rows": rows, "status": gone.status}
    gone.status, gone.merged_into = MemberStatus.LEFT, kept
    _save(kept, gone)
    merge.moved["after"] = _digests(kept.pk)
    merge.moved["kept"] = kept.updated_at.isoformat()


def _part(merge: MemberMerge) -> None:
    kept, gone = _people(merge)
    for key, digest in _digests(kept.pk).items():
        if digest != merge.moved["after"].get(key, _NOTHING):
            raise CannotUndo(
                _("Something new happened since the merge: %(what)s. It can no longer be undone.")
                % {"what": record_word(key)}
            )
    if merge.fields and kept.updated_at.isoformat() != merge.moved["kept"]:
        raise CannotUndo(
            _("The kept record was changed since the merge. It can no longer be undone.")
        )
    for model, field in moved_relations():
        if keys := merge.moved["rows"].get(_key(model, field)):
            _repoint(model, field, kept.pk, gone.pk, keys)
    gone.status, gone.merged_into = merge.moved["status"], None
    _change_places(kept, gone, merge.fields)
    _save(kept, gone)


_NOTHING = [0, None]


def _key(model: type[Model], field: Field[Any, Any]) -> str:
    return f"{model._meta.label_lower}.{field.name}"


def _quoted(model: type[Model], field: Field[Any, Any]) -> tuple[str, str, str]:
    name, meta = connection.ops.quote_name, model._meta
    assert meta.pk is not None
    return name(meta.db_table), name(str(field.column)), name(str(meta.pk.column))


def _repoint(
    model: type[Model], field: Field[Any, Any], old: int, new: int, keys: list[Any] | None = None
) -> list[Any]:
    """Move the rows (those with the keys, or all) in one statement; returns their keys."""
    table, column, pk = _quoted(model, field)
    only, given = (f" AND {pk} = ANY(%s)", [keys]) if keys is not None else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE {column} = %s{only} RETURNING {pk}",  # noqa: S608
            [new, old, *given],
        )
        return sorted(key for (key,) in cursor.fetchall())


def _digests(member_id: int) -> dict[str, list[Any]]:
    """Number and digest of a person's rows, by table: tells whether anything happened to them."""
    found = {}
    with connection.cursor() as cursor:
        for model, field in moved_relations():
            table, column, pk = _quoted(model, field)
            cursor.execute(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t.{pk}))"  # noqa: S608
                f" FROM {table} t WHERE t.{column} = %s",
                [member_id],
            )
            found[_key(model, field)] = list(cursor.fetchone())
    return found


def _change_places(kept: Member, gone: Member, fields: list[str]) -> None:
    for name in fields:
        for column in FIELDS[name]:
            mine, other = getattr(kept, column), getattr(gone, column)
            setattr(kept, column, other)
            setattr(gone, column, mine)


def _save(kept: Member, gone: Member) -> None:
    """Cards are unique: neither record holds one while the other gets it."""
    Member.objects.filter(pk__in=(kept.pk, gone.pk)).update(card_index=None, card_sealed=None)
    kept.updated_at = gone.updated_at = Now()
    kept.save()
    gone.save()
    kept.refresh_from_db(fields=["updated_at"])


def _record(action: str, merge: MemberMerge, by: Viewer, **details: Any) -> None:
    rows = merge.moved.get("rows", {}) if action == "member.merge" else {}
    counts = {key: len(keys) for key, keys in rows.items() if keys}
    audit.record(
        action=action,
        subject=f"member:{merge.kept_id}",
        by_id=by.user_id,
        path=merge.kept.organisation.path,
        other=merge.gone_id,
        rows=sum(counts.values()),
        **details,
    )
