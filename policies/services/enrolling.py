"""Rows that a page has filled in go the way of a roster: the same checks, the same writing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core import crypto
from core.importing import Context, Result, run_rows
from members.access import Viewer
from members.models import Child, Member
from members.permissions import Permission
from members.services.imports import kind_named
from policies.rules.renewal import Choice
from policies.rules.words import FUNDER_WORDS, RISK_WORDS


def roster_row(
    member: Member, plan: str, choice: Choice, starts_on: date, *,
    child: Child | None = None, relation: str = "",
) -> dict[str, Any]:  # fmt: skip
    """One line of 参保名单 by the contract's headers, with whole numbers: never for a page."""
    row: dict[str, Any] = {
        "单位编号": member.organisation.code,
        "活动": plan,
        "姓名": member.name,
        "证件号码": crypto.unseal(member.document_sealed, "id"),
        "份数": choice.shares,
        "档次": choice.tier,
        "出资方": FUNDER_WORDS[choice.funder],
        "起保日期": starts_on.isoformat(),
        "职业风险": RISK_WORDS[choice.high_risk] if choice.high_risk else "",
    }
    if child is not None:
        row["子女姓名"] = child.name
        row["子女证件号码"] = crypto.unseal(child.document_sealed, "id")
        row["关系"] = relation
    return row


def enrol_rows(
    rows: Sequence[Mapping[str, Any]], *, by: Viewer, on: date, commit: bool = True
) -> Result:
    """Check the rows as those of a roster and write them, all or none, in this transaction."""
    context = Context(
        today=on, scope_paths=by.paths(Permission.BATCH_FILL), requested_by_id=by.user_id
    )
    return run_rows(kind_named("enrolments"), rows, context=context, commit=commit)
