"""One person is enrolled on a page: the same checks as a roster of a few lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from core.importing import Result
from members.access import Viewer
from members.models import Member
from members.permissions import Permission
from members.selectors import visible_members
from policies.rules.renewal import Choice
from policies.selectors.by_hand import children_of, relation_to
from policies.services.enrolling import enrol_rows, roster_row


class MemberGone(RuleViolation):
    """The person is not there or not the viewer's to enrol."""


class NothingChosen(RuleViolation):
    """No plan is ticked."""


class EnrolmentRefused(RuleViolation):
    """The checks refuse a plan; `problems` are sentences by family."""

    def __init__(self, problems: Mapping[str, list[str]]) -> None:
        self.problems = problems
        super().__init__(_("Nothing was written: see what is wrong below each plan."))


@dataclass(frozen=True)
class PlanLine:
    """One ticked plan. A child is one that the office knows, by `child_id`, or a new one."""

    family: str
    choice: Choice
    child_id: int | None = None
    child_name: str = ""
    child_number: str = ""
    relation: str = ""


@dataclass(frozen=True)
class Enrolled:
    """What came of it: the batches, the contribution, and what is remarkable."""

    batch_ids: list[int]
    amount: Any
    remarks: list[str]


@transaction.atomic(durable=True)
def enrol_person(
    *, member_id: int, lines: Sequence[PlanLine], starts_on: date, by: Viewer, on: date
) -> Enrolled:
    """Enrol one person in the ticked plans, all or none, into the open batches of his unit.

    Raises MemberGone, NothingChosen, EnrolmentRefused with the findings of the roster.
    """
    member = (
        visible_members(by, Permission.BATCH_FILL)
        .select_related("organisation")
        .select_for_update(of=("self",))
        .filter(pk=member_id)
        .first()
    )
    if member is None:
        raise MemberGone(_("The person cannot be found or is not yours to handle."))
    if not lines:
        raise NothingChosen(_("Tick at least one plan."))
    result = enrol_rows([_row(member, line, starts_on) for line in lines], by=by, on=on)
    if not result.written:
        raise EnrolmentRefused(_by_family(lines, result, "error"))
    audit.record(
        action="batch.by_hand",
        subject=f"member:{member.pk}",
        by_id=by.user_id,
        path=member.organisation.path,
        day=str(starts_on),
        plans="、".join(line.family for line in lines),
        amount=str(result.summary["amount"]),
    )
    remarks = [text for texts in _by_family(lines, result, "warning").values() for text in texts]
    return Enrolled(list(result.summary["batch_ids"]), result.summary["amount"], remarks)


def _row(member: Member, line: PlanLine, starts_on: date) -> dict[str, Any]:
    if line.child_id is None:
        row = roster_row(member, line.family, line.choice, starts_on)
        typed = (line.child_name, line.child_number, line.relation)
        return {**row, **dict(zip(("子女姓名", "子女证件号码", "关系"), typed, strict=True))}
    child = next((each for each in children_of(member) if each.pk == line.child_id), None)
    if child is None:
        raise MemberGone(_("The child is not one of this member's."))
    relation = line.relation or relation_to(child, member)
    return roster_row(member, line.family, line.choice, starts_on, child=child, relation=relation)


def _by_family(lines: Sequence[PlanLine], result: Result, level: str) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for found in result.findings:
        if found.level == level:
            text = f"{found.column}：{found.reason}" + (f"，{found.advice}" if found.advice else "")
            said.setdefault(lines[found.row - 1].family, []).append(text)
    return said
