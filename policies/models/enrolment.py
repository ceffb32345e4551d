from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now

from members.models import Child, ImportRun, Member, Organisation, User
from policies.models.plans import Campaign, PlanVersion
from policies.states import PAID_FAMILIES, BatchStatus, Family, Funder

# One number for both: a GiST index takes it in two thirds of the time of a number and a text.
MEMBER_AND_FAMILY = models.F("member") * 8 + models.Case(
    *(
        models.When(family=family.value, then=place)
        for place, family in enumerate(PAID_FAMILIES, start=1)
    ),
    default=0,
)


class EnrolmentBatch(models.Model):
    """The enrolment of one unit in one plan version from one day on: the unit of review and money.

    `person_count` counts insured lines (人次), `amount` is their sum: the contribution due.
    """

    number = models.CharField(max_length=20, unique=True)  # CB2018-000412
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="batches")
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="batches")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="batches")
    starts_on = models.DateField()
    status = models.CharField(max_length=10, choices=BatchStatus, default=BatchStatus.DRAFT)
    person_count = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)
    amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    import_run = models.ForeignKey(ImportRun, models.PROTECT, null=True, related_name="batches")
    submitted_on = models.DateField(null=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # by the street or sector union above the unit; empty where the district did not wait for it
    checked_on = models.DateField(null=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    accepted_on = models.DateField(null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    return_reason = models.CharField(max_length=300, blank=True)
    # why it was handed in although its cover had begun, and why it was taken back
    late_reason = models.CharField(max_length=300, blank=True, db_default="")
    withdrawn_on = models.DateField(null=True)
    withdraw_reason = models.CharField(max_length=300, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=BatchStatus.values), name="batch_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    accepted_on__isnull=False, status__in=["ACCEPTED", "PAID", "EFFECTIVE"]
                )
                | models.Q(
                    accepted_on__isnull=True,
                    status__in=["DRAFT", "SUBMITTED", "CHECKED", "RETURNED", "WITHDRAWN"],
                ),
                name="batch_accepted_iff_accepted_on",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="CHECKED") | models.Q(checked_on__isnull=False),
                name="batch_checked_on_if_checked",
            ),
            models.CheckConstraint(
                condition=models.Q(checked_by__isnull=True)
                | models.Q(submitted_by__isnull=True)
                | ~models.Q(checked_by=models.F("submitted_by")),
                name="batch_checked_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_on__isnull=True) | models.Q(status="WITHDRAWN"),
                name="batch_withdrawn_on_if_withdrawn",
            ),
            # one open batch takes the lines of a unit, plan, day and campaign
            models.UniqueConstraint(
                fields=["organisation", "plan_version", "starts_on", "campaign"],
                condition=models.Q(status__in=["DRAFT", "RETURNED"]),
                nulls_distinct=False,
                name="batch_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "status"], name="batch_by_union"),
            models.Index(fields=["status", "accepted_on"], name="batch_by_status"),
        ]

    def __str__(self) -> str:
        return self.number


class Policy(models.Model):
    """One insured person's cover under one plan version. In force when its batch is.

    The insured is the child where there is one, else the member. `withdrawn_on` takes a line out
    before its batch was accepted.
    """

    batch = models.ForeignKey(EnrolmentBatch, models.PROTECT, related_name="policies")
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    family = models.CharField(max_length=10, choices=Family)
    member = models.ForeignKey(Member, models.PROTECT, related_name="policies")
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="policies")
    relation = models.CharField(max_length=10, blank=True)
    consent_on = models.DateField(null=True)  # the guardian's
    consent_form = models.CharField(max_length=30, blank=True)
    shares = models.PositiveSmallIntegerField(default=1)
    tier = models.CharField(max_length=10, blank=True)
    high_risk = models.BooleanField(default=False)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    funder = models.CharField(max_length=15, choices=Funder, default=Funder.UNION)
    cover = DateRangeField()  # [first day, day after the last)
    withdrawn_on = models.DateField(null=True)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="policy_amount_positive"),
            models.CheckConstraint(
                condition=models.Q(shares__gte=1), name="policy_shares_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(family="CHILD", child__isnull=False)
                | (~models.Q(family="CHILD") & models.Q(child__isnull=True)),
                name="policy_child_iff_child_plan",
            ),
            ExclusionConstraint(
                name="policy_one_cover_a_day",
                expressions=[
                    (MEMBER_AND_FAMILY, RangeOperators.EQUAL),
                    ("cover", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(child__isnull=True, withdrawn_on__isnull=True),
            ),
            ExclusionConstraint(
                name="policy_one_child_cover_a_day",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("cover", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(child__isnull=False, withdrawn_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.member_id}"
