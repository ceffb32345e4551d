"""The roster template with a union's people filled in, so that nobody types what we know."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from core.importing.templates import template_of
from members.access import Viewer
from members.models import Member
from members.permissions import Permission
from members.selectors import visible_organisations
from members.services.imports import kind_named
from members.states import MemberStatus
from policies.models import Policy
from policies.plans import terms_of, version_on
from policies.rules.enrolment import may_join
from policies.rules.renewal import Choice, carried_over, usual_choice
from policies.rules.terms import PlanTerms
from policies.selectors.renewal import choice_of, last_covers
from policies.services.enrolling import roster_row
from policies.states import Family

LAST, MEMBERS, BLANK = "last", "members", "blank"  # what the template is filled from
MOST = 4900  # the template's columns are formatted down to row 5,000


class UnionGone(RuleViolation):
    """The union is not there or not the viewer's to enrol."""


class TooManyMembers(RuleViolation):
    """A template is filled for a union of ordinary size."""


@transaction.atomic(durable=True)
def prefilled_roster(
    *, organisation_id: int, family: str, starts_on: date, by: Viewer, on: date,
    source: str = MEMBERS,
) -> bytes:  # fmt: skip
    """The roster template of a plan and day with those of a union's members who may join.

    In service, of the right sex and age, not covered on that day. `source`: `members` are all by
    name; `last` puts those whom the union had enrolled in the year before first, with their shares
    of then, and the others behind them; `blank` is nobody. The children's plan comes empty: nobody
    knows the children yet. It shows whole numbers and is recorded in the trail.
    """
    union = visible_organisations(by, Permission.BATCH_FILL).filter(pk=organisation_id).first()
    if union is None:
        raise UnionGone(_("The union cannot be found or is not yours to handle."))
    version = version_on(family=family, day=starts_on)
    terms = terms_of(code=version.code)
    members = _joinable(union.path, family, starts_on)
    if members.count() > MOST:
        raise TooManyMembers(_("The union has too many members; take the templates of its units."))
    last = _last_choices(union.path, family, starts_on) if source == LAST else {}
    nobody = family == Family.CHILD or source == BLANK
    rows = [] if nobody else list(_rows(members, terms, starts_on, last))
    audit.record(
        action="roster.template",
        subject=f"unit:{union.pk}",
        by_id=by.user_id,
        path=union.path,
        plan=version.code,
        lines=len(rows),
        source=source,
        day=str(on),
    )
    return template_of(kind_named("enrolments"), rows=rows, unit_code=union.code)


def roster_name(union: str, code: str, family: str, starts_on: date) -> str:
    """The file name: 2019年住院医疗互助参保名单_天坛饭店工会_JT0101.xlsx."""
    plan = terms_of(code=version_on(family=family, day=starts_on).code).name_zh
    return f"{starts_on.year}年{plan}参保名单_{union}_{code}.xlsx"


def _joinable(path: str, family: str, starts_on: date) -> QuerySet[Member]:
    covered = Policy.objects.filter(
        member=OuterRef("pk"),
        family=family,
        child__isnull=True,
        withdrawn_on__isnull=True,
        cover__contains=starts_on,
    )
    return (
        Member.objects.filter(
            ~Exists(covered), organisation__path__startswith=path, status=MemberStatus.IN_SERVICE
        )
        .select_related("organisation")
        .order_by("organisation__code", "sort_key", "pk")
    )


def _last_choices(path: str, family: str, starts_on: date) -> dict[int, Choice]:
    """What those took whom the union had enrolled in the thirteen months before that day."""
    policies = last_covers(path, starts_on, [family]).filter(child__isnull=True)
    return {policy.member_id: choice_of(policy) for policy in policies}


def _rows(
    members: QuerySet[Member], terms: PlanTerms, starts_on: date, last: Mapping[int, Choice]
) -> Iterator[dict[str, Any]]:
    usual = usual_choice(terms, last.values())
    for member in sorted(members, key=lambda member: member.pk not in last):
        if not may_join(terms, member.born_on, member.sex, starts_on):
            continue
        before = last.get(member.pk)
        choice = carried_over(terms, before, usual.tier) if before else usual
        yield roster_row(member, terms.name_zh, choice, starts_on)
