from django.db import models
from django.db.models.functions import Now

from members.models import Organisation, User
from policies.states import PAID_FAMILIES


class TargetPart(models.Model):
    """A part of a year's target: of one plan, of one union below the district, or of both.

    The district's whole target is AnnualTarget. Parts need not sum to it: the page shows the rest.
    """

    year = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="target_parts")
    family = models.CharField(max_length=10, blank=True)  # empty: all plans
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="target_part_amount_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(family__in=["", *(family.value for family in PAID_FAMILIES)]),
                name="target_part_family_known",
            ),
            models.UniqueConstraint(
                fields=["year", "organisation", "family"], name="target_part_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.organisation_id} {self.family}"
