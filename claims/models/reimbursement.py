from django.db import models
from django.db.models.functions import Now

from claims.states import QuarterStatus, SettlementKind
from core.models import JobRun
from core.sealing import WHOLE, SealedField
from members.models import Member, Organisation, User
from policies.models import PlanVersion


class ReimbursementQuarter(models.Model):
    """One quarter of 暖·互助 secondary reimbursement of the whole district."""

    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=QuarterStatus, default=QuarterStatus.OPEN)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    person_times = models.PositiveIntegerField(default=0)  # persons with something to be paid
    amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    revision = models.PositiveIntegerField(default=0)  # grows with every settlement file
    job = models.ForeignKey(JobRun, models.PROTECT, null=True, related_name="+")
    computed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    computed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_on = models.DateField(null=True)
    paid_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "quarter"], name="quarter_once"),
            models.CheckConstraint(
                condition=models.Q(quarter__gte=1, quarter__lte=4), name="quarter_is_1_to_4"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=QuarterStatus.values), name="quarter_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}Q{self.quarter}"


class Settlement(models.Model):
    """One row of medical-insurance settlement of a member: what he paid himself (自付一)."""

    number = models.CharField(max_length=100, unique=True)  # 结算流水号
    member = models.ForeignKey(Member, models.PROTECT, related_name="settlements")
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()  # of settled_on
    settled_on = models.DateField()
    kind = models.CharField(max_length=10, choices=SettlementKind)
    self_pay_1 = models.DecimalField(max_digits=14, decimal_places=2)  # negative: a reversal
    admitted_on = models.DateField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="INPATIENT", admitted_on__isnull=False)
                | models.Q(kind="OUTPATIENT", admitted_on__isnull=True),
                name="settlement_stay_iff_admission",
            ),
        ]
        indexes = [models.Index(fields=["year", "member", "quarter"], name="settlement_by_year")]

    def __str__(self) -> str:
        return self.number


class SettlementMismatch(models.Model):
    """A settlement row that could not be taken: kept for the unit to explain, never paid."""

    number = models.CharField(max_length=100, unique=True)
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=30)  # UNKNOWN_MEMBER …
    name = models.CharField(max_length=100)
    document_sealed = SealedField("id", indexes={"document_index": WHOLE})
    document_index = models.CharField(max_length=32)  # finds the person once he is a member
    kind = models.CharField(max_length=10, choices=SettlementKind)
    admitted_on = models.DateField(null=True)
    settled_on = models.DateField()
    self_pay_1 = models.DecimalField(max_digits=14, decimal_places=2)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.number


class Reimbursement(models.Model):
    """What one member gets for one quarter, with the figures that led to it."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="reimbursements")
    # the member's when it was computed; the index by union begins with it
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="reimbursements", db_index=False
    )
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    privileged = models.BooleanField(default=False)
    base_ytd = models.DecimalField(max_digits=14, decimal_places=2)
    due_ytd = models.DecimalField(max_digits=14, decimal_places=2)
    pay = models.DecimalField(max_digits=14, decimal_places=2)
    carried = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "quarter", "member"], name="reimbursement_once_a_quarter"
            ),
            models.CheckConstraint(
                condition=models.Q(pay__gte=0, carried__lte=0),
                name="reimbursement_pay_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "year", "quarter"], name="reimbursement_by_union")
        ]

    def __str__(self) -> str:
        return f"{self.year}Q{self.quarter} {self.member_id}"

    @property
    def period(self) -> str:
        """The quarter as addresses write it."""
        return f"{self.year}Q{self.quarter}"
