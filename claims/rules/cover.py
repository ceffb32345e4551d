"""Which policy answers for a day, and what it renews (assessment contract §2)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from claims.rules.facts import IN_FORCE, ClaimFacts, PolicyFacts
from policies.rules.enrolment import ends_on
from policies.rules.terms import Catalogue, PlanTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A policy in force with the terms of its version and the cover it renews without a break."""

    policy: PolicyFacts
    terms: PlanTerms
    ends_on: date
    renews: "Cover | None" = None

    @property
    def starts_on(self) -> date:
        return self.policy.starts_on

    @property
    def waiting_is_waived(self) -> bool:
        """An unbroken renewal has no waiting and no reduced period, if its own version says so."""
        return self.renews is not None and self.terms.waiting.waived_on_renewal

    @property
    def joined_on(self) -> date:
        """The first day of the first cover in the unbroken chain of renewals."""
        cover = self
        while cover.renews is not None:
            cover = cover.renews
        return cover.starts_on

    def day_no(self, day: date) -> int:
        """The day of cover; the first one is 1 (assessment contract §1)."""
        return (day - self.starts_on).days + 1


class Covers:
    """Every cover of a list of policies, by insured and family."""

    def __init__(self, policies: Iterable[PolicyFacts], catalogue: Catalogue) -> None:
        self._chains: dict[tuple[str, str], list[Cover]] = defaultdict(list)
        in_force = [policy for policy in policies if policy.status == IN_FORCE]
        for policy in sorted(in_force, key=lambda policy: policy.starts_on):
            terms = catalogue.plan_by_code[policy.plan]
            chain = self._chains[policy.insured, terms.family]
            chain.append(
                Cover(
                    policy=policy,
                    terms=terms,
                    ends_on=ends_on(policy.starts_on, terms.term_months),
                    renews=_renewed(chain, policy.starts_on),
                )
            )

    def answering(self, claim: ClaimFacts) -> Cover | None:
        """The one policy of the same insured and family whose term holds the event date."""
        day = claim.event_on
        for cover in self._chains.get((claim.insured, claim.family), ()):
            if cover.starts_on <= day <= cover.ends_on:
                return cover
        return None

    def on(self, day: date) -> list[Cover]:
        """Every cover that answers for a day."""
        every = (cover for chain in self._chains.values() for cover in chain)
        return [cover for cover in every if cover.starts_on <= day <= cover.ends_on]

    def overlap(self) -> tuple[str, str] | None:
        """The ids of two policies of one insured and family whose terms share a day, if any."""
        for chain in self._chains.values():
            for before, after in pairwise(chain):
                if after.starts_on <= before.ends_on:
                    return before.policy.id, after.policy.id
        return None


def _renewed(chain: list[Cover], starts_on: date) -> Cover | None:
    """The cover that ends on the day before, even if a payment had ended it (§2)."""
    if chain and chain[-1].ends_on == starts_on - timedelta(days=1):
        return chain[-1]
    return None
