from django.db import models
from django.db.models.functions import Now

from members.models import Organisation, User
from policies.models.enrolment import EnrolmentBatch
from policies.states import RemittanceStatus


class Receipt(models.Model):
    """A payment that arrived at the agency's bank: from one payer, for one or several batches."""

    number = models.CharField(max_length=20, unique=True)  # SK2018-000031, without gaps
    payer = models.ForeignKey(Organisation, models.PROTECT, related_name="receipts")
    received_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    reference = models.CharField(max_length=60)  # of the bank
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reversed_on = models.DateField(null=True)  # recorded by mistake and taken back
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="receipt_amount_positive"
            ),
            models.UniqueConstraint(
                fields=["payer", "reference"],
                condition=models.Q(reversed_on__isnull=True),
                name="receipt_reference_once",
            ),
        ]
        indexes = [models.Index(fields=["received_on"], name="receipt_by_day")]

    def __str__(self) -> str:
        return self.number


class ReceiptLine(models.Model):
    """The part of a receipt that pays one batch; of several only one is not void."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="lines")
    batch = models.ForeignKey(EnrolmentBatch, models.PROTECT, related_name="receipt_lines")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    is_void = models.BooleanField(default=False)  # the receipt was reversed

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="receipt_line_amount_positive"
            ),
            models.UniqueConstraint(
                fields=["batch"], condition=models.Q(is_void=False), name="batch_paid_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.amount}"


class Remittance(models.Model):
    """Contributions passed on to the Beijing office in one transfer (上缴)."""

    number = models.CharField(max_length=20, unique=True)  # SJ2018-000004
    status = models.CharField(
        max_length=10, choices=RemittanceStatus, default=RemittanceStatus.DRAFT
    )
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    made_on = models.DateField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    remitted_on = models.DateField(null=True)
    reference = models.CharField(max_length=60, blank=True)
    remitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="REMITTED", remitted_on__isnull=False)
                | (~models.Q(status="REMITTED") & models.Q(remitted_on__isnull=True)),
                name="remittance_remitted_iff_remitted_on",
            ),
        ]
        indexes = [models.Index(fields=["remitted_on"], name="remittance_by_day")]

    def __str__(self) -> str:
        return self.number


class RemittanceLine(models.Model):
    """One batch in a remittance; a batch is remitted once."""

    remittance = models.ForeignKey(Remittance, models.PROTECT, related_name="lines")
    batch = models.ForeignKey(EnrolmentBatch, models.PROTECT, related_name="remittance_lines")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    is_void = models.BooleanField(default=False)  # the remittance was cancelled

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch"], condition=models.Q(is_void=False), name="batch_remitted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remittance_id} {self.amount}"


class AnnualTarget(models.Model):
    """What the Beijing office expects in a year (年度任务).

    `remitted_before` is a whole year's remittance from before this system was in use; it is read
    only when the year has no remittances of its own.
    """

    year = models.PositiveSmallIntegerField(unique=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    remitted_before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gt=0),
                name="target_amount_positive",
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)
