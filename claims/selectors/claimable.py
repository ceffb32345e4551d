"""今年还可申请: what a person may still claim, in words, with the parameter behind every line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from claims.rules.claimable import Claimable, Left, Value
from claims.selectors.claims import visible_claims
from claims.selectors.reimbursement import reimbursements_of_member
from core.templatetags.ui import day, percent, yuan
from members.access import Viewer
from members.permissions import Permission
from policies.rules.terms import PlanTerms, SecondaryTerms
from policies.selectors import EVIDENCE, parameter_labels, visible_policies
from policies.states import Family

SENTENCES: Mapping[str, Promise] = {
    "waiting": pgettext_lazy("claimable", "no benefit before"),
    "waited": pgettext_lazy("claimable", "waiting over since"),
    "waived": pgettext_lazy("claimable", "no waiting, renewed without a break"),
    "reduced": pgettext_lazy("claimable", "reduced benefit before"),
    "cap": pgettext_lazy("claimable", "left of the cap"),
    "no_limit": pgettext_lazy("claimable", "cap not known"),
    "days": pgettext_lazy("claimable", "days left"),
    "no_day_limit": pgettext_lazy("claimable", "days without limit"),
    "death": pgettext_lazy("claimable", "death and funeral"),
    "lump_sum": pgettext_lazy("claimable", "once, at most"),
    "ended": pgettext_lazy("claimable", "paid, cover ended"),
    "file_by": pgettext_lazy("claimable", "if it happens today, file by"),
    "quarter": pgettext_lazy("claimable", "next quarter to be computed"),
    "rate": pgettext_lazy("claimable", "rate"),
    "year_left": pgettext_lazy("claimable", "left this year"),
}


@dataclass(frozen=True)
class Line:
    """One line: what, how much, from which parameter, and whether the office confirmed it."""

    label: str
    value: str
    used: str
    basis: str
    confirmed: bool
    note: str


@dataclass(frozen=True)
class Shown:
    """A plan of the rail."""

    plan: str
    code: str  # of the version, for its page
    ends_on: date | None
    is_childs: bool
    warning: str
    lines: tuple[Line, ...]


def shown_claimable(found: Iterable[Claimable], *, has_card: bool) -> list[Shown]:
    """The rail of a person's page."""
    return [_shown(each, has_card=has_card) for each in found]


def _shown(each: Claimable, *, has_card: bool) -> Shown:
    terms, cover = each.terms, each.cover
    assert isinstance(terms, PlanTerms | SecondaryTerms)
    labels = parameter_labels(terms)
    lacks_card = cover is None and not has_card
    return Shown(
        plan=str(Family(terms.family).label),
        code=terms.code,
        ends_on=cover.ends_on if cover else None,
        is_childs=cover is not None and cover.policy.insured.startswith("c"),
        warning=_("No card registered: settlements do not count.") if lacks_card else "",
        lines=tuple(_line(left, terms, labels) for left in each.lines),
    )


def _line(left: Left, terms: PlanTerms | SecondaryTerms, labels: Mapping[str, str]) -> Line:
    used = left.values.get("used")
    return Line(
        label=str(SENTENCES[left.code]),
        value=_value(left),
        used=_worded("used", used) if used else "",
        basis=labels.get(left.path, ""),
        confirmed=terms.is_confirmed(left.path),
        note=str(EVIDENCE[terms.evidence_of(left.path)]),
    )


def _value(left: Left) -> str:
    for name in ("left", "day", "rate", "quarter"):
        if left.values.get(name) is not None:
            return _worded(name, left.values[name])
    return ""


def _worded(name: str, value: Value) -> str:
    if isinstance(value, date):
        return str(day(value))
    if name == "rate" and isinstance(value, Decimal):
        return str(percent(value))
    if name == "quarter":
        return pgettext("claimable", "quarter %(quarter)s") % {"quarter": value}
    if isinstance(value, Decimal):
        return str(yuan(value))
    return _("%(days)d days") % {"days": value}


def counts_of_member(viewer: Viewer, member_id: int) -> dict[str, int]:
    """How many covers, claims and quarters of a person the viewer sees, for the tabs."""
    covers = visible_policies(viewer, permission=Permission.BATCH_VIEW)
    return {
        "enrolment": covers.filter(member_id=member_id).count(),
        "claims": visible_claims(viewer).filter(member_id=member_id).count(),
        "reimbursement": reimbursements_of_member(viewer, member_id).count(),
    }
