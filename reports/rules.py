"""What to do next about a unit that is not, or not wholly, insured. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Gap(StrEnum):
    """Why a unit is a blank spot; the worst one counts."""

    NONE = "none"  # nobody is insured
    PART = "part"  # some members in service are not
    PLANS = "plans"  # all are, but some plans were never taken


class Step(StrEnum):
    """What the office does next."""

    ACCOUNT = "account"
    REMIND = "remind"
    CALL = "call"
    VISIT = "visit"
    ADD = "add"
    OFFER = "offer"


@dataclass(frozen=True)
class Standing:
    """How a unit stands: members in service, insured persons, plans never taken, its agent."""

    due: int
    enrolled: int
    plans_missing: int
    has_agent: bool
    reminded: bool
    read: bool


def gap_of(unit: Standing) -> Gap | None:
    """The gap of a unit; None when there is none. A unit without members has nobody to insure."""
    if not unit.due and not unit.enrolled:
        return None
    if not unit.enrolled:
        return Gap.NONE
    if unit.enrolled < unit.due:
        return Gap.PART
    return Gap.PLANS if unit.plans_missing else None


def next_step(gap: Gap, unit: Standing) -> Step:
    """First somebody who can be reached, then a reminder, then a call, then a visit or training."""
    if not unit.has_agent:
        return Step.ACCOUNT
    if gap is Gap.PLANS:
        return Step.OFFER
    if not unit.reminded:
        return Step.REMIND
    if not unit.read:
        return Step.CALL
    return Step.VISIT if gap is Gap.NONE else Step.ADD
