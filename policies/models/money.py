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
    """The part of a receipt that pays one batch, or a part of it.

    What no line takes is the payer's credit. Live lines never come to more than their batch or
    their receipt (triggers `batch_not_overpaid`, `receipt_not_overspent`).
    """

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="lines")
    batch = models.ForeignKey(EnrolmentBatch, models.PROTECT, related_name="receipt_lines")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    used_on = models.DateField(null=True)  # taken from the credit later than the money came in
    is_void = models.BooleanField(default=False)  # the receipt was reversed

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="receipt_line_amount_positive"
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
    # what the Beijing office answered (北京回执)
    confirmed_on = models.DateField(null=True)
    beijing_receipt = models.CharField(max_length=60, blank=True)
    confirmed_total = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reconciled_on = models.DateField(null=True)
    reconciled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # SHA-256 of the statement as it was when the money went out; printed on the paper
    statement_hash = models.CharField(max_length=64, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["REMITTED", "CONFIRMED", "RECONCILED", "REVERSED"],
                    remitted_on__isnull=False,
                )
                | models.Q(status__in=["DRAFT", "CANCELLED"], remitted_on__isnull=True),
                name="remittance_remitted_iff_remitted_on",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["CONFIRMED", "RECONCILED"],
                    confirmed_on__isnull=False,
                    confirmed_total__isnull=False,
                )
                & ~models.Q(beijing_receipt="")
                | models.Q(
                    status__in=["DRAFT", "CANCELLED", "REMITTED", "REVERSED"],
                    confirmed_on__isnull=True,
                    confirmed_total__isnull=True,
                    beijing_receipt="",
                ),
                name="remittance_confirmed_iff_confirmed_on",
            ),
            models.CheckConstraint(
                condition=models.Q(status="RECONCILED", reconciled_on__isnull=False)
                | (~models.Q(status="RECONCILED") & models.Q(reconciled_on__isnull=True)),
                name="remittance_reconciled_iff_reconciled_on",
            ),
            # who sent the money does not find that it arrived
            models.CheckConstraint(
                condition=models.Q(reconciled_by__isnull=True)
                | models.Q(remitted_by__isnull=True)
                | ~models.Q(reconciled_by=models.F("remitted_by")),
                name="remittance_four_eyes",
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
    is_void = models.BooleanField(default=False)  # the remittance was cancelled or reversed
    # what the Beijing office booked for it, once it answered
    confirmed_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    difference_reason = models.CharField(max_length=300, blank=True)
    settled_on = models.DateField(null=True)
    # what the statement said when the money went out; never changes (trigger statement_stays)
    sent_persons = models.PositiveIntegerField(null=True)
    sent_shares = models.PositiveIntegerField(null=True)
    sent_due = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    sent_received = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    sent_persons__isnull=False,
                    sent_shares__isnull=False,
                    sent_due__isnull=False,
                    sent_received__isnull=False,
                )
                | models.Q(
                    sent_persons__isnull=True,
                    sent_shares__isnull=True,
                    sent_due__isnull=True,
                    sent_received__isnull=True,
                ),
                name="remittance_line_locked_whole",
            ),
            models.UniqueConstraint(
                fields=["batch"], condition=models.Q(is_void=False), name="batch_remitted_once"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_amount__isnull=True)
                | models.Q(confirmed_amount__gte=0),
                name="remittance_line_confirmed_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_on__isnull=True, difference_reason="")
                | (
                    models.Q(settled_on__isnull=False, confirmed_amount__isnull=False)
                    & ~models.Q(difference_reason="")
                ),
                name="remittance_line_settled_iff_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remittance_id} {self.amount}"


class Reversal(models.Model):
    """The paper that takes a receipt or a remittance back (冲销单); the books hold the mirror."""

    number = models.CharField(max_length=20, unique=True)  # CX2018-000002
    receipt = models.OneToOneField(Receipt, models.PROTECT, null=True, related_name="reversal")
    remittance = models.OneToOneField(
        Remittance, models.PROTECT, null=True, related_name="reversal"
    )
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    reason = models.CharField(max_length=300)
    reversed_on = models.DateField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(receipt__isnull=False, remittance__isnull=True)
                | models.Q(receipt__isnull=True, remittance__isnull=False),
                name="reversal_of_one_paper",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="reversal_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.number


class AnnualTarget(models.Model):
    """What the Beijing office expects in a year (年度任务).

    `remitted_before` is a whole year's remittance from before this system was in use; it is read
    only when the year has no remittances of its own. `enrol_until` is the last day on which the
    units hand in their enrolment for the year.
    """

    year = models.PositiveSmallIntegerField(unique=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    remitted_before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    enrol_until = models.DateField(null=True)
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
