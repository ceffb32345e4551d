"""The six plans for one person and a first day: what he had, may take, what stands against."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from core.periods import add_months
from members.access import Viewer
from members.models import Child, Member
from members.permissions import Permission
from members.selectors import named, visible_members, with_keys
from members.selectors.people import Keys
from members.states import MemberStatus
from policies.models import PlanVersion, Policy
from policies.plans import paid_versions, terms_of
from policies.rules.enrolment import may_join
from policies.rules.renewal import Choice, carried_over, usual_choice
from policies.rules.terms import PlanTerms
from policies.selectors.catalogue import plan_card
from policies.selectors.renewal import A_DAY, choice_of, last_covers
from policies.states import PAID_FAMILIES, Family

MOST_FOUND = 20


@dataclass(frozen=True)
class PlanColumn:
    """One plan of the grid."""

    family: Family
    terms: PlanTerms | None  # None: not on sale on the day
    choice: Choice  # last year's, else the usual one
    last: Choice | None
    obstacle: str  # why the person cannot take it, in words; empty: he can
    children: tuple[Child, ...] = ()
    price: str = ""
    is_confirmed: bool = True  # the price, by the office


def found_people(viewer: Viewer, *, text: str = "", keys: Keys | None = None) -> list[Member]:
    """The people whom the viewer may enrol, by name, initials, or hashes of a number."""
    members = visible_members(viewer, Permission.BATCH_FILL).order_by("sort_key", "pk")
    found = with_keys(members, keys) if keys is not None else named(members, text)
    return list(found.select_related("organisation")[:MOST_FOUND])


def plan_columns(member: Member, starts_on: date) -> list[PlanColumn]:
    """The grid of a member for a first day, plan by plan."""
    versions = {
        version.family: version for version in paid_versions().filter(on_sale__contains=starts_on)
    }
    covers = list(
        Policy.objects.filter(
            member=member, withdrawn_on__isnull=True, cover__endswith__gt=starts_on
        )
        .select_related("batch__organisation")
        .order_by("pk")
    )
    last = {
        policy.family: choice_of(policy)
        for policy in last_covers("", starts_on).filter(member=member)
    }
    children = tuple(children_of(member))
    return [
        _column(family, versions, member, starts_on, covers, last, children)
        for family in map(Family, PAID_FAMILIES)
    ]


def _column(
    family: Family, versions: Mapping[str, PlanVersion], member: Member, starts_on: date,
    covers: list[Policy], last: Mapping[str, Choice], children: tuple[Child, ...],
) -> PlanColumn:  # fmt: skip
    before = last.get(family)
    if family not in versions:
        return PlanColumn(family, None, Choice(), before, str(_("not on sale on this day")))
    version = versions[family]
    terms, card = terms_of(code=version.code), plan_card(version, today=starts_on)
    usual = usual_choice(terms, ())
    return PlanColumn(
        family=family,
        terms=terms,
        choice=carried_over(terms, before, usual.tier) if before else usual,
        last=before,
        obstacle=_obstacle(terms, member, starts_on, covers),
        children=children if family == Family.CHILD else (),
        price=card.price,
        is_confirmed=card.price_confirmed,
    )


def _obstacle(terms: PlanTerms, member: Member, starts_on: date, covers: list[Policy]) -> str:
    """What stands against the plan; of the children's plan only the child can tell."""
    if member.status != MemberStatus.IN_SERVICE:
        return str(_("the member is not in service"))
    if terms.family == Family.CHILD:
        return ""
    end = add_months(starts_on, terms.term_months)
    for policy in covers:
        first, until = policy.cover.lower, policy.cover.upper
        if policy.family == terms.family and first and until and first < end:
            return _("covered by %(union)s until %(day)s") % {
                "union": policy.batch.organisation.name, "day": until - A_DAY,
            }  # fmt: skip
    if not may_join(terms, member.born_on, member.sex, starts_on):
        return str(_("sex or age do not fit on this day"))
    return ""


def children_of(member: Member) -> list[Child]:
    """The children whom the member answers for or has insured before."""
    mine = Q(guardians__member=member, guardians__withdrawn_on__isnull=True) | Q(
        policies__member=member
    )
    return list(Child.objects.filter(mine).distinct().order_by("born_on", "pk"))


def relation_to(child: Child, member: Member) -> str:
    """What the last roster called the member's relation to the child."""
    last = child.policies.filter(member=member).exclude(relation="").order_by("-pk").first()
    return last.relation if last else "子女"
