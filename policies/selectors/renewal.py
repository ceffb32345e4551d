"""A unit's renewal for a first day: last year's people, who leaves and why, who may join."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from core.money import ZERO
from core.periods import add_months
from members.models import Child, Member, MembershipEvent, Organisation
from members.selectors import masked_document
from members.states import EventKind, MemberStatus
from policies.models import PlanVersion, Policy
from policies.plans import paid_versions, terms_of
from policies.rules.enrolment import may_join
from policies.rules.renewal import (
    Choice,
    Leaving,
    carried_over,
    leaving,
    price_of_choice,
    usual_choice,
)
from policies.rules.terms import PlanTerms
from policies.states import PAID_FAMILIES, Family, Funder

LOOK_BACK = 13  # months before the first day in which a cover counts as last year's
ARRIVALS = (EventKind.JOINED, EventKind.TRANSFERRED, EventKind.RETURNED)
A_DAY = timedelta(days=1)
Insured = tuple[str, int, int | None]  # family, member, child
WHY: Mapping[Leaving, Promise] = {
    Leaving.RETIRED: pgettext_lazy("renewal", "has retired"),
    Leaving.LEFT: pgettext_lazy("renewal", "has left"),
    Leaving.DIED: pgettext_lazy("renewal", "has died"),
    Leaving.MOVED: pgettext_lazy("renewal", "has moved to another union"),
    Leaving.AGE: pgettext_lazy("renewal", "age does not fit on the first day"),
    Leaving.RUNNING: pgettext_lazy("renewal", "is covered by this unit already"),
    Leaving.ELSEWHERE: pgettext_lazy("renewal", "is covered by another union"),
}


@dataclass(frozen=True)
class Line:
    """One insured of the renewal in one plan."""

    family: str
    member: Member
    child: Child | None
    choice: Choice
    amount: Decimal
    relation: str = ""
    last: Choice | None = None
    reason: Leaving | None = None
    where: str = ""  # the union of the cover that stands in the way
    until: date | None = None  # and its last day
    is_new: bool = False  # came to the unit since last year's covers began

    @property
    def key(self) -> str:
        """Names the line in a form."""
        return f"{self.family}-{self.member.pk}-{self.child.pk if self.child else 0}"

    @property
    def number(self) -> str:
        """The member's document number with its middle hidden."""
        return masked_document(self.member)

    @property
    def funder(self) -> str:
        return str(Funder(self.choice.funder).label)

    @property
    def why(self) -> str:
        """Why the person leaves, in words, with the other union and the day."""
        if self.reason is None:
            return ""
        said = [str(WHY[self.reason]), self.where]
        if self.until:
            said.append(_("until %(day)s") % {"day": self.until - A_DAY})
        return " ".join(filter(None, said))

    @property
    def is_changed(self) -> bool:
        """Whether this year's terms do not take last year's shares or tier."""
        return self.last is not None and self.last != self.choice


@dataclass(frozen=True)
class PlanRenewal:
    """The renewal of one plan: who stays, who leaves, who may join."""

    version: PlanVersion
    terms: PlanTerms
    usual: Choice
    stays: tuple[Line, ...]
    leaves: tuple[Line, ...]
    joins: tuple[Line, ...]

    @property
    def newcomers(self) -> tuple[Line, ...]:
        return tuple(line for line in self.joins if line.is_new)

    @property
    def others(self) -> tuple[Line, ...]:
        """Who was there last year and took no part."""
        return tuple(line for line in self.joins if not line.is_new)


@dataclass(frozen=True)
class Renewal:
    """A unit's whole renewal; `digest` changes with every line of it."""

    union: Organisation
    starts_on: date
    plans: tuple[PlanRenewal, ...]
    ended: tuple[str, ...] = ()  # plans of last year that are not on sale on the day

    @property
    def stays(self) -> int:
        return sum(len(plan.stays) for plan in self.plans)

    @property
    def leaves(self) -> int:
        return sum(len(plan.leaves) for plan in self.plans)

    @property
    def newcomers(self) -> int:
        return sum(len(plan.newcomers) for plan in self.plans)

    @property
    def persons(self) -> int:
        """How many people, not lines, are carried over."""
        return len({line.member.pk for plan in self.plans for line in plan.stays})

    @property
    def amount(self) -> Decimal:
        """The contribution of those who stay and of the newcomers: what is ticked at first."""
        lines = (line for plan in self.plans for line in (*plan.stays, *plan.newcomers))
        return sum((line.amount for line in lines), ZERO)

    @property
    def rows(self) -> int:
        """The lines of the page."""
        return self.stays + self.leaves + sum(len(plan.joins) for plan in self.plans)

    @property
    def digest(self) -> str:
        """A hash over everything that the page shows."""
        said = [
            (line.key, line.choice, line.amount, line.reason, line.where, line.is_new)
            for plan in self.plans
            for line in (*plan.stays, *plan.leaves, *plan.joins)
        ]
        return hashlib.sha256(repr((self.starts_on, said)).encode()).hexdigest()[:16]


def last_covers(
    path: str, starts_on: date, families: Iterable[str] = PAID_FAMILIES
) -> QuerySet[Policy]:
    """The accepted covers of a union and those below it in the year before a day, by their time."""
    return Policy.objects.filter(
        batch__organisation__path__startswith=path,
        batch__accepted_on__isnull=False,
        family__in=list(families),
        withdrawn_on__isnull=True,
        cover__overlap=(add_months(starts_on, -LOOK_BACK), starts_on),
    ).order_by("cover", "pk")


def choice_of(policy: Policy) -> Choice:
    return Choice(policy.shares, policy.tier, policy.high_risk, policy.funder)


def next_start(path: str, today: date) -> date:
    """The day after most of the union's covers end, else the first of the next month."""
    ends = (
        last_covers(path, add_months(today, 12))
        .annotate(end=F("cover__endswith"))
        .order_by()
        .values("end")
        .annotate(lines=Count("pk"))
        .filter(end__gte=today, end__lte=add_months(today, 12))
        .order_by("-lines", "end")
    )
    found = ends.first()
    end: date = found["end"] if found else add_months(today.replace(day=1), 1)
    return end


def renewal_of(
    union: Organisation, starts_on: date, families: Iterable[str] = PAID_FAMILIES
) -> Renewal:
    """The renewal of a union for a first day, in a constant number of queries."""
    last = {
        _insured(policy): policy
        for policy in last_covers(union.path, starts_on, families).select_related(
            "member__organisation", "child"
        )
    }
    versions = {
        version.family: version for version in paid_versions().filter(on_sale__contains=starts_on)
    }
    taken = [family.value for family in PAID_FAMILIES if family in {key[0] for key in last}]
    known = _Known(union, starts_on, last)
    plans = tuple(_plan(versions[family], known) for family in taken if family in versions)
    ended = tuple(str(Family(family).label) for family in taken if family not in versions)
    return Renewal(union, starts_on, plans, ended)


def _insured(policy: Policy) -> Insured:
    return policy.family, policy.member_id, policy.child_id


class _Known:
    """What every plan's renewal is made of, read once."""

    def __init__(
        self, union: Organisation, starts_on: date, last: Mapping[Insured, Policy]
    ) -> None:
        self.union, self.starts_on, self.last = union, starts_on, last
        self.members: Sequence[Member] = list(
            Member.objects.filter(
                organisation__path__startswith=union.path,
                status=MemberStatus.IN_SERVICE,
                merged_into__isnull=True,
            )
            .select_related("organisation")
            .order_by("sort_key", "pk")
            if last
            else ()
        )
        self.covers = _covers(union.path, starts_on, {member for _family, member, _child in last})
        self.arrived = _arrivals(union.path) if last else {}

    def in_the_way(self, insured: Insured, end: date) -> tuple[str, str, date] | None:
        """A cover between the first day and `end`: path and name of its union, its end."""
        for first, until, path, name in self.covers.get(insured, ()):
            if first < end:
                return path, name, until
        return None


def _covers(
    path: str, starts_on: date, people: set[int]
) -> Mapping[Insured, list[tuple[date, date, str, str]]]:
    found: dict[Insured, list[tuple[date, date, str, str]]] = {}
    rows = (
        Policy.objects.filter(
            Q(member__organisation__path__startswith=path) | Q(member__in=people),
            withdrawn_on__isnull=True,
            cover__endswith__gt=starts_on,
        )
        .order_by("pk")
        .values_list(
            "family", "member", "child", "cover",
            "batch__organisation__path", "batch__organisation__name",
        )
    )  # fmt: skip
    for family, member, child, cover, where, name in rows:
        if cover.lower and cover.upper:
            spans = found.setdefault((family, member, child), [])
            spans.append((cover.lower, cover.upper, where, name))
    return found


def _arrivals(path: str) -> Mapping[int, date]:
    """The last day on which somebody of the union came to it."""
    rows = (
        MembershipEvent.objects.filter(
            member__organisation__path__startswith=path,
            kind__in=ARRIVALS,
            corrected_by__isnull=True,
        )
        .order_by()
        .values("member")
        .annotate(day=Max("on"))
    )
    return {row["member"]: row["day"] for row in rows}


def _plan(version: PlanVersion, known: _Known) -> PlanRenewal:
    terms = terms_of(code=version.code)
    last = {key: row for key, row in known.last.items() if key[0] == version.family}
    usual = usual_choice(terms, map(choice_of, last.values()))
    lines = [_renewed(row, terms, usual, known) for row in _by_name(last.values())]
    first_days = Counter(row.cover.lower for row in last.values() if row.cover.lower)
    began = first_days.most_common(1)[0][0]
    return PlanRenewal(
        version=version,
        terms=terms,
        usual=usual,
        stays=tuple(line for line in lines if line.reason is None),
        leaves=tuple(line for line in lines if line.reason is not None),
        joins=tuple(_joining(terms, usual, began, last, known)),
    )


def _by_name(rows: Iterable[Policy]) -> list[Policy]:
    return sorted(rows, key=lambda row: (row.member.sort_key, row.member_id, row.child_id or 0))


def _renewed(row: Policy, terms: PlanTerms, usual: Choice, known: _Known) -> Line:
    insured = row.child or row.member
    choice = carried_over(terms, choice_of(row), usual.tier)
    why = leaving(
        terms,
        status=row.member.status,
        is_here=row.member.organisation.path.startswith(known.union.path),
        born_on=insured.born_on,
        sex=insured.sex,
        starts_on=known.starts_on,
    )
    held = known.in_the_way(_insured(row), add_months(known.starts_on, terms.term_months))
    if why is None and held:
        own = held[0].startswith(known.union.path)
        why = Leaving.RUNNING if own else Leaving.ELSEWHERE
    moved_to = row.member.organisation.name if why is Leaving.MOVED else ""
    return Line(
        family=row.family,
        member=row.member,
        child=row.child,
        relation=row.relation,
        choice=choice,
        amount=price_of_choice(terms, choice),
        last=choice_of(row),
        reason=why,
        where=held[1] if why is Leaving.ELSEWHERE and held else moved_to,
        until=held[2] if why in (Leaving.RUNNING, Leaving.ELSEWHERE) and held else None,
    )


def _joining(
    terms: PlanTerms, usual: Choice, began: date, last: Mapping[Insured, Policy], known: _Known
) -> Iterable[Line]:
    """Members in service who may join and are not on last year's roster; nobody knows children."""
    if terms.family == Family.CHILD:
        return
    end = add_months(known.starts_on, terms.term_months)
    amount = price_of_choice(terms, usual)
    for member in known.members:
        insured = (terms.family, member.pk, None)
        if insured in last or known.in_the_way(insured, end):
            continue
        if not may_join(terms, member.born_on, member.sex, known.starts_on):
            continue
        came = max(filter(None, (member.joined_on, known.arrived.get(member.pk))), default=None)
        is_new = came is not None and came >= began
        yield Line(terms.family, member, None, usual, amount, is_new=is_new)
