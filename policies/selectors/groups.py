"""Whether a unit enrols as many of its people as a plan asks for."""

from dataclasses import dataclass

from django.db.models import Sum

from policies.models import EnrolmentBatch
from policies.plans import group_needed, terms_of
from policies.states import BatchStatus


@dataclass(frozen=True)
class Group:
    """The persons a plan asks of a unit's staff, and those it has for one first day."""

    staff: int
    needed: int
    persons: int

    @property
    def is_short(self) -> bool:
        return self.persons < self.needed

    @property
    def missing(self) -> int:
        return max(self.needed - self.persons, 0)


def group_of(batch: EnrolmentBatch) -> Group | None:
    """The group of a batch's unit, plan and first day over all its batches; None: no rule.

    A plan for women is measured against the women of the staff, where their number is known.
    """
    terms, union = terms_of(code=batch.plan_version.code), batch.organisation
    staff = union.staff_count
    if terms.sex == "female" and union.female_staff_count is not None:
        staff = union.female_staff_count
    needed = group_needed(terms, staff)
    if needed is None or staff is None:
        return None
    same = EnrolmentBatch.objects.filter(
        organisation=union, plan_version=batch.plan_version, starts_on=batch.starts_on
    ).exclude(status=BatchStatus.WITHDRAWN)
    persons = same.aggregate(persons=Sum("person_count"))["persons"] or 0
    return Group(staff, needed, persons)
