"""A misspelt name is put right in the course of another room's act."""

from django.db import transaction
from django.db.models.functions import Now

from core import audit
from members.models import Child, Member
from members.services import search_keys as keys


@transaction.atomic(savepoint=False)
def correct_name(
    *, member_id: int, child_id: int | None, name: str, by_id: int | None, reason: str
) -> None:
    """Give a member, or the child where one is named, the right name; the caller has the right."""
    member = (
        Member.objects.select_related("organisation")
        .select_for_update(of=("self",))
        .get(pk=member_id)
    )
    if child_id is None:
        Member.objects.filter(pk=member_id).update(**keys.name_keys(name), updated_at=Now())
    else:
        Child.objects.filter(pk=child_id).update(name=name)
    audit.record(
        action="member.edit", subject=f"member:{member_id}", by_id=by_id,
        path=member.organisation.path, fields="name", reason=reason,
    )  # fmt: skip
