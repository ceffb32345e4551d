from django.db import models
from django.db.models.functions import Now

from members.models import Organisation, User
from policies.models.enrolment import EnrolmentBatch
from policies.states import Funder


class FundingPart(models.Model):
    """What one payer bears of a batch whose contribution is shared (出资分摊).

    A batch without parts is paid as its lines say. With parts they sum to its amount: checked when
    it is handed in, looked through and accepted, and by invariant I16.
    """

    batch = models.ForeignKey(EnrolmentBatch, models.PROTECT, related_name="funding_parts")
    funder = models.CharField(max_length=15, choices=Funder)
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "funder"], name="funding_part_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="funding_part_amount_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(funder__in=Funder.values), name="funding_part_funder_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.funder}"


class Subsidy(models.Model):
    """What a union gives a year for each of its insured members (上级补助标准), in yuan a head.

    In force from `from_year` until a later one of the same union takes its place. Source of the
    kind: 卫计委, 200 yuan a head since 2017 (docs/article-2018.md).
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="subsidies")
    from_year = models.PositiveSmallIntegerField()
    per_head = models.DecimalField(max_digits=8, decimal_places=2)
    basis = models.CharField(max_length=200)  # the document that says so
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "from_year"], name="subsidy_once"),
            models.CheckConstraint(
                condition=models.Q(per_head__gt=0), name="subsidy_per_head_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.from_year}"
