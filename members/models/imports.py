from django.db import models
from django.db.models.functions import Now

from core.models import JobRun, StoredFile
from members.models.accounts import User
from members.models.organisations import Organisation
from members.states import ImportStatus


class ImportRun(models.Model):
    """One uploaded workbook and what became of it. Every run starts from the kept original."""

    number = models.CharField(max_length=20, unique=True)  # DR2018-000017
    kind = models.CharField(max_length=20)  # a key of settings.IMPORT_KINDS
    options = models.JSONField(default=dict)  # {"quarter": "2018Q1"}
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    error_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="imports")
    status = models.CharField(max_length=10, choices=ImportStatus, default=ImportStatus.CHECKING)
    skip_errors = models.BooleanField(default=False)
    sheet = models.CharField(max_length=100, blank=True)
    # what the stamp of our template says, where it was filled in: only for a hint on the page
    template_version = models.CharField(max_length=10, blank=True)
    template_unit = models.CharField(max_length=100, blank=True)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)  # rows with an error
    warned = models.PositiveIntegerField(default=0)  # rows with a warning and no error
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # of the right rows
    refusal = models.CharField(max_length=500, blank=True)  # why the file is unusable
    # the try whose wrong cells were corrected on the page: this file is that one with them
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    job = models.ForeignKey(JobRun, models.PROTECT, null=True, related_name="+")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now())
    applied_at = models.DateTimeField(null=True)
    # the transaction that wrote it, by which the row changes are found for an undo
    applied_xact = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ImportStatus.values), name="import_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(corrects=models.F("id")), name="import_corrects_another"
            ),
            models.CheckConstraint(
                condition=models.Q(status="UNDONE", undone_at__isnull=False)
                | (~models.Q(status="UNDONE") & models.Q(undone_at__isnull=True)),
                name="import_undone_with_its_moment",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-uploaded_at"], name="import_newest")]

    def __str__(self) -> str:
        return self.number


class ImportIssue(models.Model):
    """What is wrong (or odd) in one cell of an imported workbook."""

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="issues")
    row = models.PositiveIntegerField()  # as Excel counts
    position = models.PositiveSmallIntegerField()  # order within the row
    column = models.CharField(max_length=30)
    code = models.CharField(max_length=30)
    level = models.CharField(max_length=7)  # error or warning
    label = models.CharField(max_length=100, blank=True)  # whom or what the row is about
    value = models.CharField(max_length=100, blank=True)  # the cell as typed, numbers masked
    message = models.CharField(max_length=500)
    advice = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "row", "position"], name="import_issue_order"),
            models.CheckConstraint(
                condition=models.Q(level__in=["error", "warning"]), name="import_issue_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row} {self.column} {self.code}"
