"""What every room of the house shares: jobs, stored files, the trail of events and of writes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class JobStatus(models.TextChoices):
    QUEUED = "QUEUED", _("queued")
    RUNNING = "RUNNING", _("running")
    DONE = "DONE", _("done")
    FAILED = "FAILED", _("failed")
    CANCELLED = "CANCELLED", _("cancelled")


OPEN_JOBS = (JobStatus.QUEUED, JobStatus.RUNNING)


class JobRun(models.Model):
    """One piece of long work. The row is the queue; the broker only rings the bell."""

    kind = models.CharField(max_length=100)  # the dotted name of the Celery task that runs it
    key = models.CharField(max_length=100)  # what it is about: 2018Q1, import:17
    status = models.CharField(max_length=10, choices=JobStatus, default=JobStatus.QUEUED)
    parameters = models.JSONField(default=dict)
    cursor = models.JSONField(default=dict)  # where the next chunk begins
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    requested_by_id = models.BigIntegerField(null=True)  # a user, or nobody: the timetable
    created_at = models.DateTimeField(db_default=Now())
    moved_at = models.DateTimeField(db_default=Now())  # last sign of life
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(status__in=["QUEUED", "RUNNING"]),
                name="job_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=JobStatus.values), name="job_status_known"
            ),
        ]
        indexes = [models.Index(fields=["-created_at"], name="job_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_JOBS


class StoredFile(models.Model):
    """A file of a record: an upload, a scanned paper, a report. Never served by path."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)  # as the user sees it
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class TransactionNumber(models.Func):
    """The number of the database transaction: joins events with the row changes beside them."""

    template = "(pg_current_xact_id()::text)::bigint"
    output_field = models.BigIntegerField()


class AuditEvent(models.Model):
    """Who did what to which record, when and why. Rows are only ever added (trigger)."""

    at = models.DateTimeField(db_default=Now())
    action = models.CharField(max_length=60)  # claim.approve
    subject = models.CharField(max_length=60)  # claim:17
    by_id = models.BigIntegerField(null=True)  # a user, or nobody: the system itself
    path = models.CharField(max_length=200, blank=True, db_collation="C")  # union of the record
    details = models.JSONField(default=dict)
    xact = models.BigIntegerField(db_default=TransactionNumber())  # 0: older than this column

    class Meta:
        indexes = [
            models.Index(fields=["xact"], name="audit_xact"),
            models.Index(fields=["subject", "at"], name="audit_subject"),
            models.Index(fields=["by_id", "at"], name="audit_by"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class WriteSet(models.Model):
    """What one statement wrote to one table; written by the table's triggers, never by us."""

    class Op(models.TextChoices):
        INSERT = "I"
        UPDATE = "U"
        DELETE = "D"

    xact = models.BigIntegerField(db_default=TransactionNumber())
    at = models.DateTimeField(db_default=Now())
    table_name = models.CharField(max_length=63)
    op = models.CharField(max_length=1, choices=Op)
    rows = models.PositiveIntegerField()
    # of an insert: the keys of the new rows in order, and the first and last of them for searching
    ids = ArrayField(models.BigIntegerField(), null=True)
    first_id = models.BigIntegerField(null=True)
    last_id = models.BigIntegerField(null=True)
    digest = models.BinaryField()  # of the inserted rows, or of the row changes: see the trigger

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(op__in=["U", "D"], ids=None, first_id=None, last_id=None)
                | models.Q(op="I", ids__isnull=False, ids__len=models.F("rows")),
                name="writeset_insert_has_keys",
            ),
        ]
        indexes = [
            models.Index(fields=["xact"], name="writeset_xact"),
            models.Index(
                fields=["table_name", "first_id", "last_id"],
                condition=models.Q(op="I"),
                name="writeset_inserted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.op} {self.table_name} ({self.rows})"


class RowChange(models.Model):
    """What a row held before a statement: the changed columns, or all of a deleted row.

    Values stand as the database stores them: sealed numbers as the hexadecimal of their cipher.
    """

    # no constraint: the triggers write the changes before they know whether there are any
    writeset = models.ForeignKey(
        WriteSet, models.PROTECT, related_name="changes", db_constraint=False
    )
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    before = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["table_name", "row_id"], name="rowchange_row")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"


class NumberSeries(models.Model):
    """The last number given in a series of documents: one row per prefix and year."""

    prefix = models.CharField(max_length=4)  # CB
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prefix", "year"], name="number_series_once"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}{self.year}-{self.last:06d}"
