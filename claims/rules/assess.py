"""Assess claims: what each pays, and why (assessment contract). Pure: facts in, outcomes out."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext

from claims.rules.accident import accident
from claims.rules.allowance import allowance
from claims.rules.ceiling import above_ceiling, ceiling_findings
from claims.rules.checks import NOTHING_DUE, REFUSING, Finding, decision_of, findings
from claims.rules.cover import Cover, Covers
from claims.rules.exact import EXACT
from claims.rules.facts import ABOVE_CEILING, ClaimFacts, Decided, Decision, PolicyFacts
from claims.rules.history import Assessed, Case, History
from claims.rules.lump_sum import by_category, by_waiting
from claims.rules.medical import medical
from claims.rules.outcome import Benefit, ClaimOutcome, Outcome, YearSettlement
from claims.rules.reimbursement import settle_year, years_of
from claims.rules.scenario import Scenario
from claims.rules.stays import stay_of
from claims.rules.steps import Step, step
from core.money import ZERO
from policies.rules.terms import (
    Catalogue,
    LumpSum,
    LumpSumByWaiting,
    PercentOverDeductible,
    PerDiem,
    SecondaryTerms,
)

Reimbursed = Mapping[tuple[str, int], Decimal]
NOTHING_REIMBURSED: Reimbursed = {}


def assess(scenario: Scenario) -> Outcome:
    """Every claim and every member's years, in the given order (assessment contract §5)."""
    settlements = tuple(_settlements(scenario))
    reimbursed = {(each.insured, each.year): each.paid for each in settlements}
    claims = assess_claims(scenario.policies, scenario.claims, scenario.catalogue, reimbursed)
    return Outcome(claims=claims, settlements=settlements)


def assess_claims(
    policies: Iterable[PolicyFacts],
    claims: Iterable[ClaimFacts],
    catalogue: Catalogue,
    reimbursed: Reimbursed = NOTHING_REIMBURSED,
) -> tuple[ClaimOutcome, ...]:
    """Every claim in the given order; each one is history to those that follow.

    A person's decided claims stand first, then the open ones by event date. The terms of two
    policies in force of one insured and family never share a day. `reimbursed` is what the quarters
    of (insured, year) pay in yuan; only claims above the ceiling ask for it. KeyError: a policy
    names no plan of the catalogue.
    """
    covers, history = Covers(policies, catalogue), History()
    outcomes = []
    with localcontext(EXACT):
        for claim in claims:
            earlier = history.before(claim)
            if claim.family == ABOVE_CEILING:
                assessed = _assess_above_ceiling(claim, catalogue, reimbursed, earlier)
            else:
                assessed = _assess_under_policy(claim, covers, catalogue, earlier)
            history.add(assessed)
            outcomes.append(assessed.outcome)
    return tuple(outcomes)


def _assess_under_policy(
    claim: ClaimFacts, covers: Covers, catalogue: Catalogue, earlier: Sequence[Assessed]
) -> Assessed:
    """A claim of the six families. The facts of a decided one still say its policy and its stay."""
    cover = covers.answering(claim)
    stay = stay_of(claim, cover, earlier)
    case = Case(claim=claim, cover=cover, stay=stay, earlier=earlier, common=catalogue.common)
    outcome = _answer(case) if claim.decided is None else _as_decided(claim, claim.decided, cover)
    return Assessed(claim=claim, cover=cover, stay=stay, outcome=outcome)


def _answer(case: Case) -> ClaimOutcome:
    """The checks first; the amount only of a claim that none of them refuses."""
    found = findings(case)
    if case.cover is None:
        return _outcome(case.claim, None, found, Benefit(amount=ZERO, steps=()))
    if _is_refused(found):
        benefit = Benefit(amount=ZERO, steps=(_version(case.cover),))
    else:
        benefit = _benefit(case, case.cover)
    return _outcome(case.claim, case.cover.policy.id, found, benefit)


def _benefit(case: Case, cover: Cover) -> Benefit:
    """What the version promises, by its kind of benefit (assessment contract §4)."""
    match cover.terms.benefit:
        case PercentOverDeductible() as benefit:
            return medical(case, cover, benefit)
        case PerDiem() as benefit:
            return allowance(case, cover, benefit)
        case LumpSum() as benefit:
            return by_category(case, cover, benefit)
        case LumpSumByWaiting() as benefit:
            return by_waiting(case, cover, benefit)
        case benefit:
            return accident(case, cover, benefit)


def _assess_above_ceiling(
    claim: ClaimFacts, catalogue: Catalogue, reimbursed: Reimbursed, earlier: Sequence[Assessed]
) -> Assessed:
    """A claim on the secondary reimbursement: no policy, two checks, the version of 1 January."""
    if claim.decided is not None:
        outcome = _as_decided(claim, claim.decided, None)
    else:
        terms = _terms_of(claim.year, catalogue)
        found = ceiling_findings(claim, terms)
        paid_in_quarters = reimbursed.get((claim.insured, claim.year), ZERO)
        if _is_refused(found):
            benefit = Benefit(amount=ZERO, steps=(step("version_of_year", plan=terms.code),))
        else:
            benefit = above_ceiling(claim, terms, paid_in_quarters, earlier)
        outcome = _outcome(claim, None, found, benefit)
    return Assessed(claim=claim, cover=None, stay=None, outcome=outcome)


def _outcome(
    claim: ClaimFacts, policy: str | None, found: Sequence[Finding], benefit: Benefit
) -> ClaimOutcome:
    """Codes, decision and amount together; only what is or would be paid uses anything up."""
    codes = [code for code, _ in found]
    decision = decision_of(codes, benefit.amount)
    steps = (*benefit.steps, *(finding for _, finding in found))
    if decision == Decision.NIL:
        codes.append(NOTHING_DUE)
        steps = (*steps, step("nothing_due"))
    pays = bool(benefit.amount)
    return ClaimOutcome(
        id=claim.id,
        policy=policy,
        decision=decision,
        codes=tuple(codes),
        amount=benefit.amount,
        steps=steps,
        paid_days=benefit.paid_days if pays else 0,
        items=benefit.items if pays else {},
    )


def _as_decided(claim: ClaimFacts, decided: Decided, cover: Cover | None) -> ClaimOutcome:
    """A claim decided before comes back as it was, with the policy that its facts name (§5)."""
    version = () if cover is None else (_version(cover),)
    said = step(f"decided_{decided.decision}", amount=decided.amount)
    return ClaimOutcome(
        id=claim.id,
        policy=None if cover is None else cover.policy.id,
        decision=decided.decision,
        codes=(),
        amount=decided.amount,
        steps=(*version, said),
        paid_days=decided.paid_days,
        items=decided.items,
    )


def _is_refused(found: Iterable[Finding]) -> bool:
    return any(code in REFUSING for code, _ in found)


def _version(cover: Cover) -> Step:
    return step(
        "version",
        plan=cover.terms.code,
        policy=cover.policy.id,
        starts_on=cover.starts_on,
        ends_on=cover.ends_on,
    )


def _terms_of(year: int, catalogue: Catalogue) -> SecondaryTerms:
    terms = catalogue.secondary_in(year)
    if terms is None:
        raise LookupError(f"no secondary reimbursement in {year}")
    return terms


def _settlements(scenario: Scenario) -> Iterable[YearSettlement]:
    """One for each member and calendar year with any row, years ascending."""
    for member in scenario.members:
        for year in years_of(member):
            yield settle_year(member, year, _terms_of(year, scenario.catalogue))
