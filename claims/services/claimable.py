"""What a person may still claim: read here, because the history of his claims is."""

from datetime import date

from django.db.models import Sum

from claims.models import Claim, Reimbursement
from claims.rules.assess import assess_claims
from claims.rules.claimable import Claimable, claimable, claimable_secondary
from claims.rules.cover import Covers
from claims.services import history
from core.money import ZERO
from core.periods import Period
from members.models import Child, Member
from members.states import Category
from policies import plans
from policies.states import PAID_FAMILIES, Family


def claimable_of(*, member: Member, today: date) -> list[Claimable]:
    """The covers in force today of a member and his children, and this year's reimbursement.

    Everything paid counts, whichever union filed it: a cap knows no scope. The caller has cut
    the person down to the viewer.
    """
    asked = _questions(member)
    policies, _rows = history.policies_of(asked)
    catalogue = history.catalogue()
    facts = [history.facts_of(claim, in_hand=False) for claim in history.decided_before(asked)]
    outcomes = assess_claims(policies, facts, catalogue)
    covers = sorted(
        Covers(policies, catalogue).on(today),
        key=lambda cover: list(PAID_FAMILIES).index(Family(cover.terms.family)),
    )
    found = [claimable(cover, outcomes, today) for cover in covers]
    return [*found, *_secondary(member, today)]


def _questions(member: Member) -> list[Claim]:
    """Unsaved claims that ask for the history of the member and of his children."""
    own = [Claim(member=member, family=family) for family in PAID_FAMILIES if family != "CHILD"]
    children = Child.objects.filter(policies__member=member).distinct()
    return own + [Claim(member=member, child=child, family=Family.CHILD) for child in children]


def _secondary(member: Member, today: date) -> list[Claimable]:
    terms = plans.secondary_terms(year=today.year)
    if terms is None:
        return []
    rows = Reimbursement.objects.filter(member=member, year=today.year)
    paid = dict(rows.values_list("quarter").annotate(Sum("pay")))
    current = Period.quarter_of(today).quarter
    return [
        claimable_secondary(
            terms,
            privileged=member.category != Category.ORDINARY,
            paid=sum(paid.values(), ZERO),
            quarter=min(4, max((current, *(quarter + 1 for quarter in paid)))),
        )
    ]
