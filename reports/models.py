from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.models import JobRun, StoredFile
from members.models import User


class ClosingStatus(models.TextChoices):
    RUNNING = "RUNNING", _("closing")
    CLOSED = "CLOSED", _("closed")


class QuarterClosing(models.Model):
    """A closed quarter with its frozen figures: nothing is dated into it any more."""

    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=ClosingStatus, default=ClosingStatus.RUNNING)
    figures = models.JSONField(default=dict)  # report name -> the report's JSON
    job = models.ForeignKey(JobRun, models.PROTECT, null=True, related_name="+")
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "quarter"], name="closing_once"),
            models.CheckConstraint(
                condition=models.Q(quarter__gte=1, quarter__lte=4), name="closing_quarter_is_1_to_4"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}Q{self.quarter}"

    @property
    def is_closed(self) -> bool:
        return self.status == ClosingStatus.CLOSED


class ReportFile(models.Model):
    """A report as a file that was made once and is given out as the same bytes ever after."""

    report = models.CharField(max_length=40)  # payout_summary
    period = models.CharField(max_length=6)
    closing = models.ForeignKey(QuarterClosing, models.PROTECT, null=True, related_name="files")
    path = models.CharField(max_length=200, db_collation="C")  # the union whose figures it shows
    format = models.CharField(max_length=4)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["closing", "report", "format"], name="closed_report_once"
            ),
        ]
        indexes = [models.Index(fields=["report", "period", "-made_at"], name="report_file_newest")]

    def __str__(self) -> str:
        return f"{self.report} {self.period} {self.format}"
