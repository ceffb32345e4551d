from django.db import models
from django.db.models.functions import Now

from claims.models.claims import Claim
from claims.models.reimbursement import Reimbursement, ReimbursementQuarter
from claims.states import PaymentStatus, PayoutKind, PayoutStatus
from members.models import Member, Organisation, User


class Payout(models.Model):
    """A batch of payments to members' cards: of approved claims, or of one approved quarter."""

    number = models.CharField(max_length=20, unique=True)  # FF2018-000093
    kind = models.CharField(max_length=13, choices=PayoutKind)
    quarter = models.ForeignKey(
        ReimbursementQuarter, models.PROTECT, null=True, related_name="payouts"
    )
    status = models.CharField(max_length=10, choices=PayoutStatus, default=PayoutStatus.DRAFT)
    payment_count = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    made_on = models.DateField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    paid_on = models.DateField(null=True)
    paid_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="PAID", paid_on__isnull=False)
                | (~models.Q(status="PAID") & models.Q(paid_on__isnull=True)),
                name="payout_paid_iff_paid_on",
            ),
            models.CheckConstraint(
                condition=models.Q(paid_by__isnull=True)
                | models.Q(made_by__isnull=True)
                | ~models.Q(paid_by=models.F("made_by")),
                name="payout_four_eyes",
            ),
            models.UniqueConstraint(
                fields=["quarter"],
                condition=models.Q(status__in=["DRAFT", "PAID"]),
                name="payout_quarter_once",
            ),
        ]
        indexes = [models.Index(fields=["paid_on"], name="payout_by_paid_day")]

    def __str__(self) -> str:
        return self.number


class Payment(models.Model):
    """One payment to one member: for one claim, or for one quarter's reimbursement."""

    payout = models.ForeignKey(Payout, models.PROTECT, related_name="payments")
    number = models.CharField(max_length=30, unique=True)  # payout number and line
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="payments"
    )  # of the claim, or the member's when the quarter was computed
    member = models.ForeignKey(Member, models.PROTECT, related_name="payments")
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="payments")
    reimbursement = models.ForeignKey(
        Reimbursement, models.PROTECT, null=True, related_name="payments"
    )
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    status = models.CharField(max_length=10, choices=PaymentStatus, default=PaymentStatus.PENDING)
    paid_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="payment_amount_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(claim__isnull=False, reimbursement__isnull=True)
                | models.Q(claim__isnull=True, reimbursement__isnull=False),
                name="payment_for_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["PAID", "RETURNED"], paid_on__isnull=False)
                | models.Q(status__in=["PENDING", "CANCELLED"], paid_on__isnull=True),
                name="payment_paid_iff_paid_on",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=models.Q(status__in=["PENDING", "PAID"]),
                name="payment_claim_once",
            ),
            models.UniqueConstraint(
                fields=["reimbursement"],
                condition=models.Q(status__in=["PENDING", "PAID"]),
                name="payment_reimbursement_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number
