from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from claims.states import ClaimStatus, Decision, Document, RefusalCode
from core.models import StoredFile
from core.sealing import WHOLE, SealedField
from members.models import Child, Member, Organisation, User
from policies.models import Campaign, PlanVersion, Policy
from policies.states import Family


def _differ(name: str, *columns: str) -> models.CheckConstraint:
    """No two of the persons in these columns are the same; an empty column is nobody."""
    rule = models.Q()
    for place, one in enumerate(columns):
        for other in columns[place + 1 :]:
            rule &= (
                models.Q(**{f"{one}__isnull": True})
                | models.Q(**{f"{other}__isnull": True})
                | ~models.Q(**{one: models.F(other)})
            )
    return models.CheckConstraint(condition=rule, name=name)


class Claim(models.Model):
    """A claim on one of the six paid plans: its facts, its assessment and where it stands.

    `event_on` is the day of admission, diagnosis or accident. The assessment (decision to steps)
    is written by claims.services only and keeps the plan version it was made with.
    """

    number = models.CharField(max_length=100, unique=True)  # 申请编号
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="claims")
    member = models.ForeignKey(Member, models.PROTECT, related_name="claims")
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="claims")
    family = models.CharField(max_length=10, choices=Family)
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="claims")
    filed_on = models.DateField()
    event_on = models.DateField()
    # facts of the six families (assessment contract §4); empty where the family does not ask
    discharged_on = models.DateField(null=True)
    hospital_code = models.CharField(max_length=100, blank=True)
    hospital_name = models.CharField(max_length=100, blank=True)
    hospital_level = models.PositiveSmallIntegerField(null=True)  # 1 to 3
    self_pay_1 = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    special_disease = models.CharField(max_length=10, blank=True)  # inpatient or outpatient
    transfer_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="transfers")
    transfer_slip = models.BooleanField(default=False)
    earlier_stays_in_year = models.PositiveSmallIntegerField(default=0)  # declared, elsewhere
    # what the illness is: sealed, with the keyed hash by which two are compared
    diagnosis_sealed = SealedField("diagnosis", indexes={"diagnosis_index": WHOLE}, null=True)
    diagnosis_index = models.CharField(max_length=32, blank=True)
    diagnosis_code_sealed = SealedField(
        "diagnosis", indexes={"diagnosis_code_index": WHOLE}, null=True
    )
    diagnosis_code_index = models.CharField(max_length=32, blank=True)
    illness_sealed = SealedField("diagnosis", indexes={"illness_index": WHOLE}, null=True)  # 病种
    illness_index = models.CharField(max_length=32, blank=True)
    stage = models.CharField(max_length=10, blank=True)  # early or full
    category = models.CharField(max_length=60, blank=True)  # key of the version's per_share
    first_signs_on = models.DateField(null=True)
    causes = ArrayField(models.CharField(max_length=60), default=list)  # exclusions found
    death = models.BooleanField(default=False)
    disability_grade = models.PositiveSmallIntegerField(null=True)
    living_days = models.PositiveIntegerField(default=0)
    hospital_days = models.PositiveIntegerField(default=0)
    documents = ArrayField(models.CharField(max_length=100), null=True)  # null: not checked
    # the assessment
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    codes = ArrayField(models.CharField(max_length=30), default=list)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    paid_days = models.PositiveIntegerField(default=0)
    items = models.JSONField(default=dict)
    steps = models.JSONField(default=list)  # explanation: [{"code": …, "values": {…}}]
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="claims")
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, null=True, related_name="+")
    # moment of the first review: claims decided before enter the history of later ones, in this
    # order
    decided_at = models.DateTimeField(null=True)
    # casework
    status = models.CharField(max_length=10, choices=ClaimStatus, default=ClaimStatus.FILED)
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_on = models.DateField(null=True)
    # an amount above settings.DIRECTOR_ABOVE: the approver endorses, the director approves
    endorsed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    endorsed_on = models.DateField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_on = models.DateField(null=True)
    paid_on = models.DateField(null=True)
    refusal_reason = models.CharField(max_length=300, blank=True)
    refusal_code = models.CharField(
        max_length=30, choices=RefusalCode, blank=True, default="", db_default=""
    )
    # an appeal is made once; who had refused decides no more
    appeal = models.CharField(max_length=300, blank=True, default="", db_default="")
    appealed_on = models.DateField(null=True)
    appealed_against = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # the office's clock stands still while the unit looks for papers
    asked_on = models.DateField(null=True)  # since when it stands; empty: it runs
    clock_stopped_days = models.PositiveIntegerField(default=0, db_default=0)  # stood before
    note = models.CharField(max_length=300, blank=True)  # papers asked for, why sent back
    version = models.PositiveIntegerField(default=1)  # nobody approves what he has not seen
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ClaimStatus.values), name="claim_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status="PAID", paid_on__isnull=False)
                | (~models.Q(status="PAID") & models.Q(paid_on__isnull=True)),
                name="claim_paid_iff_paid_on",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | models.Q(reviewed_by__isnull=True)
                | ~models.Q(approved_by=models.F("reviewed_by")),
                name="claim_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True)
                | models.Q(filed_by__isnull=True)
                | ~models.Q(reviewed_by=models.F("filed_by")),
                name="claim_filer_is_not_reviewer",
            ),
            _differ("claim_filer_is_not_approver", "filed_by", "approved_by"),
            _differ("claim_endorser_is_not_filer", "filed_by", "endorsed_by"),
            _differ("claim_three_decide", "reviewed_by", "endorsed_by", "approved_by"),
            _differ("claim_appeal_reviewed_by_another", "appealed_against", "reviewed_by"),
            _differ("claim_appeal_endorsed_by_another", "appealed_against", "endorsed_by"),
            _differ("claim_appeal_approved_by_another", "appealed_against", "approved_by"),
            models.CheckConstraint(
                condition=models.Q(appealed_on__isnull=True, appeal="")
                | (models.Q(appealed_on__isnull=False) & ~models.Q(appeal="")),
                name="claim_appeal_has_words",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0),
                name="claim_amount_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(family="CHILD", child__isnull=False)
                | (~models.Q(family="CHILD") & models.Q(child__isnull=True)),
                name="claim_child_iff_child_plan",
            ),
            models.CheckConstraint(
                condition=models.Q(discharged_on__isnull=True)
                | models.Q(discharged_on__gte=models.F("event_on")),
                name="claim_discharge_after_admission",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["REVIEWED", "APPROVED", "PAID"])
                | models.Q(decided_at__isnull=False, amount__gt=0),
                name="claim_reviewed_has_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "filed_on"], name="claim_by_status"),
            models.Index(fields=["organisation", "-filed_on"], name="claim_by_union"),
            models.Index(fields=["paid_on"], name="claim_by_paid_day"),
        ]

    def __str__(self) -> str:
        return self.number


class ClaimPaper(models.Model):
    """A scanned paper of a claim."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="papers")
    document = models.CharField(max_length=60)  # a code of the plan's documents
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.document

    @property
    def name(self) -> str:
        """The paper's name; a code that no plan knows is shown as it is."""
        known = self.document in Document.values
        return str(Document(self.document).label) if known else self.document
