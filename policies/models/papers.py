"""What is handed in beside a batch: scans, and corrections of lines that were accepted."""

from django.db import models
from django.db.models.functions import Now

from core.models import StoredFile
from members.models import User
from policies.models.enrolment import EnrolmentBatch, Policy
from policies.states import CorrectionKind, CorrectionStatus, PaperKind


class BatchPaper(models.Model):
    """A scanned paper of a batch, such as the roster with the union's seal."""

    batch = models.ForeignKey(EnrolmentBatch, models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=13, choices=PaperKind)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file"], name="batch_paper_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=PaperKind.values), name="batch_paper_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.kind}"


class Correction(models.Model):
    """One list of corrections of an accepted batch: asked for by one person, decided by another."""

    number = models.CharField(max_length=20, unique=True)  # GZ2018-000001
    batch = models.ForeignKey(EnrolmentBatch, models.PROTECT, related_name="corrections")
    status = models.CharField(
        max_length=10, choices=CorrectionStatus, default=CorrectionStatus.SUBMITTED
    )
    reason = models.CharField(max_length=300)
    made_on = models.DateField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | models.Q(made_by__isnull=True)
                | ~models.Q(decided_by=models.F("made_by")),
                name="correction_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(status="SUBMITTED", decided_on__isnull=True)
                | models.Q(status__in=["ACCEPTED", "REFUSED"], decided_on__isnull=False),
                name="correction_decided_iff_decided_on",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CorrectionLine(models.Model):
    """What one line said and is to say. Shares, tier and days of cover never change."""

    correction = models.ForeignKey(Correction, models.PROTECT, related_name="lines")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="corrections")
    kind = models.CharField(max_length=6, choices=CorrectionKind)
    old = models.CharField(max_length=500, blank=True)
    new = models.CharField(max_length=500, blank=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=CorrectionKind.values), name="correction_kind_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(old=models.F("new")), name="correction_changes_something"
            ),
            models.UniqueConstraint(
                fields=["policy", "kind"],
                condition=models.Q(is_open=True),
                name="correction_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.kind}"
