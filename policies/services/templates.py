"""The roster template with a union's people filled in, so that nobody types what we know."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from core import audit, crypto
from core.errors import RuleViolation
from core.importing.templates import template_of
from core.periods import add_months
from members.access import Viewer
from members.models import Member
from members.permissions import Permission
from members.selectors import visible_organisations
from members.services.imports import kind_named
from members.states import MemberStatus
from policies.models import Policy
from policies.plans import terms_of, version_on
from policies.rules.enrolment import AgeVerdict, age_verdict
from policies.rules.terms import PlanTerms
from policies.states import Family

LAST, MEMBERS, BLANK = "last", "members", "blank"  # what the template is filled from
MOST = 4900  # the template's columns are formatted down to row 5,000
SEXES = {"F": "female", "M": "male"}


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
    shares = _last_shares(union.path, family, starts_on) if source == LAST else {}
    nobody = family == Family.CHILD or source == BLANK
    rows = [] if nobody else list(_rows(members, terms, starts_on, shares))
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


def _last_shares(path: str, family: str, starts_on: date) -> Mapping[int, int]:
    """The shares of those whom the union had enrolled in the thirteen months before that day."""
    policies = Policy.objects.filter(
        batch__organisation__path__startswith=path,
        family=family,
        child__isnull=True,
        withdrawn_on__isnull=True,
        cover__overlap=(add_months(starts_on, -13), starts_on),
    )
    return dict(policies.order_by("cover", "pk").values_list("member_id", "shares"))


def _rows(
    members: QuerySet[Member], terms: PlanTerms, starts_on: date, last: Mapping[int, int]
) -> Iterator[dict[str, Any]]:
    for member in sorted(members, key=lambda member: member.pk not in last):
        sex = SEXES[member.sex]
        verdict = age_verdict(terms, member.born_on, sex, starts_on)
        if terms.sex not in ("any", sex) or verdict is AgeVerdict.OUTSIDE:
            continue
        yield {
            "单位编号": member.organisation.code,
            "活动": terms.name_zh,
            "姓名": member.name,
            "证件号码": crypto.unseal(member.document_sealed, "id"),
            "份数": min(last.get(member.pk) or terms.shares.usual or 1, terms.shares.max),
            "出资方": "工会",
            "起保日期": starts_on.isoformat(),
        }
