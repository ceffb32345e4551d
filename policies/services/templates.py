"""The roster template with a union's people filled in, so that nobody types what we know."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from core import audit, crypto
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
from policies.rules.enrolment import AgeVerdict, age_verdict
from policies.rules.terms import PlanTerms
from policies.states import Family

MOST = 4900  # the template's columns are formatted down to row 5,000
SEXES = {"F": "female", "M": "male"}


class UnionGone(RuleViolation):
    """The union is not there or not the viewer's to enrol."""


class TooManyMembers(RuleViolation):
    """A template is filled for a union of ordinary size."""


@transaction.atomic(durable=True)
def prefilled_roster(
    *, organisation_id: int, family: str, starts_on: date, by: Viewer, on: date
) -> bytes:
    """The roster template of a plan and day with those of a union's members who may join.

    In service, of the right sex and age, not covered on that day. The children's plan comes
    empty: nobody knows the children yet. It shows whole numbers and is recorded in the trail.
    """
    union = visible_organisations(by, Permission.BATCH_FILL).filter(pk=organisation_id).first()
    if union is None:
        raise UnionGone(_("The union cannot be found or is not yours to handle."))
    version = version_on(family=family, day=starts_on)
    terms = terms_of(code=version.code)
    members = _joinable(union.path, family, starts_on)
    if members.count() > MOST:
        raise TooManyMembers(_("The union has too many members; take the templates of its units."))
    rows = [] if family == Family.CHILD else list(_rows(members, terms, starts_on))
    audit.record(
        action="roster.template",
        subject=f"unit:{union.pk}",
        by_id=by.user_id,
        path=union.path,
        plan=version.code,
        lines=len(rows),
        day=str(on),
    )
    return template_of(kind_named("enrolments"), rows=rows, unit_code=union.code)


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


def _rows(members: QuerySet[Member], terms: PlanTerms, starts_on: date) -> Iterator[dict[str, Any]]:
    for member in members.iterator():
        sex = SEXES[member.sex]
        verdict = age_verdict(terms, member.born_on, sex, starts_on)
        if terms.sex not in ("any", sex) or verdict is AgeVerdict.OUTSIDE:
            continue
        yield {
            "单位编号": member.organisation.code,
            "活动": terms.name_zh,
            "姓名": member.name,
            "证件号码": crypto.unseal(member.document_sealed, "id"),
            "份数": terms.shares.usual or 1,
            "出资方": "工会",
            "起保日期": starts_on.isoformat(),
        }
