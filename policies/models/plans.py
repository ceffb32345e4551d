from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now

from policies.states import Family


class PlanVersion(models.Model):
    """One version of a plan with the days on which it is on sale; published ones never change.

    `parameters` is the plan's own part of policies/data/catalogue.yaml, read through
    `policies.rules.catalogue.parse_plan` only; each parameter keeps its evidence code.
    """

    code = models.CharField(max_length=30, unique=True)
    family = models.CharField(max_length=10, choices=Family)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=120)
    on_sale = DateRangeField()  # [first day, first day of the next version)
    parameters = models.JSONField()
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(family__in=Family.values), name="plan_family_known"
            ),
            ExclusionConstraint(
                name="plan_one_on_sale",
                expressions=[
                    ("family", RangeOperators.EQUAL),
                    ("on_sale", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh


class Campaign(models.Model):
    """A centrally funded enrolment drive: plan, tier, sponsor and first day."""

    code = models.CharField(max_length=30, unique=True)
    name_zh = models.CharField(max_length=100)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="campaigns")
    tier = models.CharField(max_length=10, blank=True)
    sponsor = models.CharField(max_length=100)
    starts_on = models.DateField()

    def __str__(self) -> str:
        return self.name_zh
