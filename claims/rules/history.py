"""What came before a claim: "earlier" is earlier in the list, never by date (contract §5)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from claims.rules.cover import Cover
from claims.rules.facts import ClaimFacts, Decision
from claims.rules.outcome import ClaimOutcome
from policies.rules.terms import Common


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stay in hospital that one claim or, after transfers, several claims describe.

    `first` is the claim it began with and `year` that of its admission; `number` counts the stays
    of the year; `parts` are the payable and nil claims of the stay before the claim in hand.
    """

    first: str
    year: int
    number: int
    parts: tuple["Assessed", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """A claim with its answer, as later claims see it."""

    claim: ClaimFacts
    cover: Cover | None
    stay: Stay | None
    outcome: ClaimOutcome

    @property
    def is_payable(self) -> bool:
        return self.outcome.decision == Decision.PAYABLE

    @property
    def is_refused(self) -> bool:
        return self.outcome.decision == Decision.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A claim with all that a check or a benefit may look at.

    `earlier` are the claims of the same insured and family before it; `stay` is None where the
    claim is none: illnesses, accidents, special-disease outpatient treatment.
    """

    claim: ClaimFacts
    cover: Cover | None
    stay: Stay | None
    earlier: Sequence[Assessed]
    common: Common

    @property
    def stay_no(self) -> int:
        """Which stay of its year this is; 0 where the claim is none."""
        return 0 if self.stay is None else self.stay.number

    @property
    def stay_parts(self) -> tuple[Assessed, ...]:
        """The payable and nil claims of the same stay before this one."""
        return () if self.stay is None else self.stay.parts

    def payable_before(self) -> list[Assessed]:
        """The earlier payable claims of the insured and family, under any policy."""
        return [past for past in self.earlier if past.is_payable]

    def payable_under(self, cover: Cover) -> list[Assessed]:
        """The earlier payable claims under this policy: they consume its days, caps and cover."""
        return [
            past
            for past in self.payable_before()
            if past.cover is not None and past.cover.policy.id == cover.policy.id
        ]


class History:
    """The assessed claims so far, by insured and family."""

    def __init__(self) -> None:
        self._claims: dict[tuple[str, str], list[Assessed]] = defaultdict(list)

    def before(self, claim: ClaimFacts) -> list[Assessed]:
        return self._claims[claim.insured, claim.family]

    def add(self, assessed: Assessed) -> None:
        self.before(assessed.claim).append(assessed)
