"""The lines of a batch as pages and lists show them: numbers of persons masked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from members.selectors.people import masked_child_document, masked_document
from policies.models import EnrolmentBatch, Policy


@dataclass(frozen=True)
class Line:
    """One insured person of a batch."""

    policy: Policy
    name: str
    number: str
    child_name: str
    child_number: str

    @property
    def last_day(self) -> date:
        """The last day of the cover."""
        return _days(self.policy)[1]


def shown_lines(policies: Iterable[Policy]) -> list[Line]:
    """Lines with member and child joined, as they may be shown."""
    return [
        Line(
            policy=policy,
            name=policy.member.name,
            number=masked_document(policy.member),
            child_name=policy.child.name if policy.child else "",
            child_number=masked_child_document(policy.child) if policy.child else "",
        )
        for policy in policies
    ]


def batch_cover(batch: EnrolmentBatch) -> tuple[date, date] | None:
    """First and last day of the covers of a batch, None where it has no lines."""
    policy = batch.policies.filter(withdrawn_on__isnull=True).order_by("pk").first()
    return _days(policy) if policy else None


def _days(policy: Policy) -> tuple[date, date]:
    first, until = policy.cover.lower, policy.cover.upper
    assert first is not None
    assert until is not None
    return first, until - timedelta(days=1)
