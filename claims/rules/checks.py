"""May the claim be paid? The checks in the order in which they are reported (contract §3).

Each check is one sentence of the contract: it looks at a case and returns the step that explains
what it found, or None. `CHECKS` at the end is the table of the contract.
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from claims.rules.cover import Cover
from claims.rules.facts import ILLNESSES, STAYS, ClaimFacts, Decision
from claims.rules.history import Assessed, Case
from claims.rules.steps import Step, step
from core.periods import add_months

Check = Callable[[Case], Step | None]
Finding = tuple[str, Step]
CoverCheck = Callable[[Case, Cover], Step | None]

REFUSING = frozenset(
    {
        "NO_COVER",
        "COVER_ENDED",
        "ILLNESS_ALREADY_PAID",
        "PRE_EXISTING",
        "WAITING",
        "LATE",
        "EXCLUDED",
        "DUPLICATE_STAY",
        "NO_BANDS",
    }
)
REFERRING = frozenset({"HOSPITAL", "OVERLAP"})
SUPPLEMENTING = frozenset({"DOCUMENTS"})
NOTHING_DUE = "NOTHING_DUE"


def no_cover(case: Case) -> Step | None:
    """No policy answers the event date."""
    if case.cover is not None:
        return None
    return step("no_cover", family=case.claim.family, day=case.claim.event_on)


def cover_ended(case: Case, cover: Cover) -> Step | None:
    """The version ends with a lump sum, and an earlier claim under this policy is payable."""
    if not cover.terms.ends_after_payment:
        return None
    for past in case.payable_under(cover):
        return step(
            "cover_ended", "benefit.ends_after_payment", policy=cover.policy.id, claim=past.claim.id
        )
    return None


def illness_already_paid(case: Case) -> Step | None:
    """The same illness, character by character, was paid before under any policy."""
    if case.claim.family not in ILLNESSES or case.claim.illness is None:
        return None
    for past in case.payable_before():
        if past.claim.illness == case.claim.illness:
            return step("illness_already_paid", claim=past.claim.id)
    return None


def pre_existing(case: Case, cover: Cover) -> Step | None:
    """First signs before the first day of the unbroken chain, waiting waived or not."""
    signs = case.claim.first_signs_on
    if case.claim.family not in ILLNESSES or signs is None or signs >= cover.joined_on:
        return None
    return step("pre_existing", signs=signs, joined=cover.joined_on)


def waiting(case: Case, cover: Cover) -> Step | None:
    """The event lies in the waiting days, and this is no waived renewal."""
    days = cover.terms.waiting.days
    day_no = cover.day_no(case.claim.event_on)
    if days is None or day_no > days or cover.waiting_is_waived:
        return None
    return step("waiting", "waiting.days", day_no=day_no, days=days)


def late(case: Case, cover: Cover) -> Step | None:
    """Filed later than the version's claim limit after the event; the last day is in time (§1)."""
    years = cover.terms.claim_limit_years
    last_day = add_months(case.claim.event_on, 12 * years)
    if case.claim.filed_on <= last_day:
        return None
    return step("late", "claim_limit", filed=case.claim.filed_on, last_day=last_day, years=years)


def excluded(case: Case) -> Step | None:
    """A cause is among the exclusions of the plan or the common ones."""
    plan = case.cover.terms.exclusions if case.cover is not None else ()
    for cause in case.claim.causes:
        if cause in plan or cause in case.common.exclusions:
            return step("excluded", "exclusions", cause=cause)
    return None


def duplicate_stay(case: Case) -> Step | None:
    """The same hospital and day of admission as an earlier stay that was not refused."""
    here = case.claim.hospital
    if here is None:
        return None
    for past in _earlier_stays(case):
        there = past.claim.hospital
        if (
            there is not None
            and there.code == here.code
            and past.claim.event_on == case.claim.event_on
        ):
            return step(
                "duplicate_stay", claim=past.claim.id, hospital=here.code, day=case.claim.event_on
            )
    return None


def hospital(case: Case) -> Step | None:
    """The hospital is below the level or outside the city that the office accepts."""
    given = case.claim.hospital
    if case.claim.family not in STAYS or given is None:
        return None
    least, city = case.common.hospital_min_level, case.common.hospital_city
    if given.level >= least and given.city == city:
        return None
    return step(
        "hospital",
        "hospital",
        level=given.level,
        city=given.city,
        least=least,
        expected=city,
    )


def overlap(case: Case) -> Step | None:
    """The stay shares a night with an earlier one that was not refused."""
    for past in _earlier_stays(case):
        if _share_a_night(case.claim, past.claim):
            return step("overlap", claim=past.claim.id)
    return None


def documents(case: Case, cover: Cover) -> Step | None:
    """A required document is not in the list; without a list there is no check."""
    given = case.claim.documents
    if given is None:
        return None
    missing = [document for document in cover.terms.documents if document not in given]
    return step("documents", "documents", missing=", ".join(missing)) if missing else None


def _earlier_stays(case: Case) -> Iterable[Assessed]:
    """The earlier stays of the insured in the family that were not refused, if this is a stay."""
    if case.stay is None:
        return ()
    return (past for past in case.earlier if past.stay is not None and not past.is_refused)


def _share_a_night(one: ClaimFacts, other: ClaimFacts) -> bool:
    """Nights are half-open: [admitted, discharged)."""
    if not one.nights or not other.nights:
        return False
    return one.event_on < _discharge(other) and other.event_on < _discharge(one)


def _discharge(claim: ClaimFacts) -> date:
    return claim.discharged_on or claim.event_on


def _under_policy(check: CoverCheck) -> Check:
    """A check that needs the policy and is not made without one."""
    return lambda case: None if case.cover is None else check(case, case.cover)


CHECKS: tuple[tuple[str, Check], ...] = (
    ("NO_COVER", no_cover),
    ("COVER_ENDED", _under_policy(cover_ended)),
    ("ILLNESS_ALREADY_PAID", illness_already_paid),
    ("PRE_EXISTING", _under_policy(pre_existing)),
    ("WAITING", _under_policy(waiting)),
    ("LATE", _under_policy(late)),
    ("EXCLUDED", excluded),
    ("DUPLICATE_STAY", duplicate_stay),
    ("HOSPITAL", hospital),
    ("OVERLAP", overlap),
    ("DOCUMENTS", _under_policy(documents)),
)


def findings(case: Case) -> tuple[Finding, ...]:
    """What the checks found, in the order of the contract."""
    found = ((code, check(case)) for code, check in CHECKS)
    return tuple((code, finding) for code, finding in found if finding is not None)


def decision_of(codes: Iterable[str], amount: Decimal) -> Decision:
    """The decision that codes and amount lead to, the hardest first (contract §3)."""
    found = set(codes)
    if found & REFUSING:
        return Decision.REFUSED
    if not amount:
        return Decision.NIL
    if found & SUPPLEMENTING:
        return Decision.SUPPLEMENT
    if found & REFERRING:
        return Decision.REFERRED
    return Decision.PAYABLE
