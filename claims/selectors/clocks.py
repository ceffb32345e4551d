"""How many working days a claim has taken the office, against the days promised."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from claims.models import Claim
from claims.states import ClaimStatus
from core.workdays import is_known, working_days_between
from policies import plans

OVER = (ClaimStatus.PAID, ClaimStatus.REFUSED, ClaimStatus.WITHDRAWN)
AMBER_FROM = 7  # tenths of the limit


@dataclass(frozen=True)
class Age:
    """Working days used of the limit, without those on which the unit looked for papers."""

    used: int
    limit: int
    stands: bool  # papers were asked for
    is_over: bool  # decided or paid: the clock has stopped for good
    is_confirmed: bool  # the days off of all its years are on file

    @property
    def kind(self) -> str:
        """The tag: error beyond the limit, wait from seven tenths of it, else ok."""
        if self.used > self.limit:
            return "error"
        if self.is_over or self.stands:
            return "neutral"
        return "wait" if self.used * 10 >= self.limit * AMBER_FROM else "ok"


def age_of(claim: Claim, today: date) -> Age | None:
    """The claim's clock; it begins on the day of filing or appeal, which does not count itself.

    A claim that was withdrawn has none.
    """
    if claim.status == ClaimStatus.WITHDRAWN:
        return None
    first, last = claim.appealed_on or claim.filed_on, max(_last_day(claim, today), claim.filed_on)
    used = working_days_between(first, last) - claim.clock_stopped_days
    return Age(
        used=max(used, 0),
        limit=plans.working_day_limits()[0],
        stands=claim.status == ClaimStatus.SUPPLEMENT,
        is_over=claim.status in OVER,
        is_confirmed=is_known(first, max(first, last)),
    )


def _last_day(claim: Claim, today: date) -> date:
    if claim.status == ClaimStatus.SUPPLEMENT:
        return claim.asked_on or today
    if claim.status == ClaimStatus.REFUSED:
        return claim.approved_on or claim.reviewed_on or today
    return claim.paid_on or today


def days_to_file(claim: Claim) -> tuple[int, int]:
    """Working days from the end of the stay (else the event) to the filing, and the APP's limit."""
    ended = claim.discharged_on or claim.event_on
    return working_days_between(ended, claim.filed_on), plans.working_day_limits()[1]


def with_ages(page: Any, today: date) -> Any:
    """The same page of claims, each with its clock as `age`."""
    for claim in page:
        claim.age = age_of(claim, today)
    return page
