"""The agent confirms the renewal that a page has shown, and it becomes draft batches."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from core.importing import Result
from members.access import Viewer
from members.permissions import Permission
from members.selectors import visible_organisations
from policies.selectors.renewal import Line, Renewal, renewal_of
from policies.services.enrolling import enrol_rows, roster_row

TOLD = 3  # refused rows named in a sentence


class UnionGone(RuleViolation):
    """The union is not there or not the viewer's to enrol."""


class RenewalChanged(RuleViolation):
    """Somebody has come, gone or been enrolled since the page was shown."""


class NobodyChosen(RuleViolation):
    """No line is ticked."""


class RenewalRefused(RuleViolation):
    """The checks of the roster refuse a line."""


@dataclass(frozen=True)
class Confirmed:
    """What a confirmed renewal has become."""

    batch_ids: list[int]
    lines: int


@transaction.atomic(durable=True)
def confirm_renewal(
    *, organisation_id: int, starts_on: date, digest: str, chosen: Collection[str],
    by: Viewer, on: date,
) -> Confirmed:  # fmt: skip
    """Write the chosen lines of a renewal into the open batches of the unit, as a roster would.

    `digest`: of the renewal that was shown; it is made anew and must be the same. `chosen`: keys
    of lines that stay or join. Raises UnionGone, NobodyChosen, RenewalChanged, RenewalRefused.
    """
    unions = visible_organisations(by, Permission.BATCH_FILL)
    union = unions.filter(pk=organisation_id).first()
    if union is None:
        raise UnionGone(_("The union cannot be found or is not yours to handle."))
    renewal = renewal_of(union, starts_on)
    offered = {line.key: line for plan in renewal.plans for line in (*plan.stays, *plan.joins)}
    if not chosen:
        raise NobodyChosen(_("Choose at least one person."))
    if renewal.digest != digest or not set(chosen) <= offered.keys():
        raise RenewalChanged(
            _("The list has changed since it was shown. Please look through it again.")
        )
    lines = [line for key, line in offered.items() if key in set(chosen)]
    result = enrol_rows([_row(line, renewal) for line in lines], by=by, on=on)
    if not result.written:
        raise RenewalRefused(_refusal(lines, result))
    _note(renewal, lines, by)
    return Confirmed(list(result.summary["batch_ids"]), len(lines))


def _row(line: Line, renewal: Renewal) -> dict[str, object]:
    return roster_row(
        line.member, line.family, line.choice, renewal.starts_on,
        child=line.child, relation=line.relation,
    )  # fmt: skip


def _refusal(lines: list[Line], result: Result) -> str:
    wrong = [each for each in result.findings if each.level == "error"]
    told = [
        f"{lines[each.row - 1].member.name}（{each.column}）：{each.reason}"
        for each in wrong[:TOLD]
    ]
    return _("Nothing was written. %(problems)s") % {"problems": "；".join(told)}


def _note(renewal: Renewal, lines: list[Line], by: Viewer) -> None:
    kinds = Counter("kept" if line.last else "joined" for line in lines)
    audit.record(
        action="batch.renew",
        subject=f"unit:{renewal.union.pk}",
        by_id=by.user_id,
        path=renewal.union.path,
        day=str(renewal.starts_on),
        kept=str(kinds["kept"]),
        joined=str(kinds["joined"]),
        left_out=str(renewal.leaves + renewal.stays - kinds["kept"]),
    )
