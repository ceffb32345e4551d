from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now

from members.models import Organisation, User
from policies.states import NONWORK, PLAN_FAMILIES, CampaignStatus, Family, PlanStatus


class PlanVersion(models.Model):
    """One version of a plan with the days on which it is on sale; published ones never change.

    `parameters` is the plan's own part of policies/data/catalogue.yaml, read through
    `policies.rules.catalogue.parse_plan` only; each parameter keeps its evidence code.
    Those that came with the program have no proposer; every other is proposed by one person and
    published by another.
    """

    code = models.CharField(max_length=30, unique=True)
    family = models.CharField(max_length=10, choices=PLAN_FAMILIES)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=120)
    on_sale = DateRangeField()  # [first day, first day of the next version)
    parameters = models.JSONField()
    status = models.CharField(
        max_length=10, choices=PlanStatus, default=PlanStatus.PUBLISHED, db_default="PUBLISHED"
    )
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_on = models.DateField(null=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    return_reason = models.CharField(max_length=300, blank=True, db_default="")
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(family__in=[*Family.values, NONWORK]), name="plan_family_known"
            ),
            ExclusionConstraint(
                name="plan_one_on_sale",
                expressions=[
                    ("family", RangeOperators.EQUAL),
                    ("on_sale", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(status="PUBLISHED"),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=PlanStatus.values), name="plan_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status="PUBLISHED", published_at__isnull=False)
                | (~models.Q(status="PUBLISHED") & models.Q(published_at__isnull=True)),
                name="plan_published_iff_published_at",
            ),
            models.CheckConstraint(
                condition=models.Q(published_by__isnull=True)
                | models.Q(
                    proposed_by__isnull=False,
                )
                & ~models.Q(published_by=models.F("proposed_by"))
                & (
                    models.Q(drafted_by__isnull=True)
                    | ~models.Q(published_by=models.F("drafted_by"))
                ),
                name="plan_published_by_another",
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
    status = models.CharField(
        max_length=10,
        choices=CampaignStatus,
        default=CampaignStatus.COLLECTING,
        db_default="COLLECTING",
    )
    sponsor_union = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="campaigns"
    )
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    closed_on = models.DateField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=CampaignStatus.values), name="campaign_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status="CLOSED", closed_on__isnull=False)
                | (~models.Q(status="CLOSED") & models.Q(closed_on__isnull=True)),
                name="campaign_closed_iff_closed_on",
            ),
            models.CheckConstraint(
                condition=models.Q(budget__isnull=True) | models.Q(budget__gt=0),
                name="campaign_budget_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh
