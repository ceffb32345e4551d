"""What the office tells its unions, and who has read it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from members.models.accounts import User
from members.models.organisations import Organisation
from members.states import NoticeKind


class Notice(models.Model):
    """A notice to unions; what was sent never changes, it can only be taken back."""

    kind = models.CharField(max_length=10, choices=NoticeKind)
    title = models.CharField(max_length=100)
    body = models.TextField(max_length=4000)
    about = models.CharField(max_length=60, blank=True)  # late:2018, renewal:2018-12
    sent_on = models.DateField()
    sent_at = models.DateTimeField(db_default=Now())
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=NoticeKind.values), name="notice_kind_known"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="notice_says_it"),
        ]
        indexes = [models.Index(fields=["about", "sent_on"], name="notice_by_about")]

    def __str__(self) -> str:
        return self.title


class NoticeUnit(models.Model):
    """A union that the notice is for, with the line that concerns only this one."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="units")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="notices")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "organisation"], name="notice_to_unit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.organisation_id}"


class NoticeReading(models.Model):
    """Somebody of an addressed union says that he has read the notice."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="readings")
    user = models.ForeignKey(User, models.PROTECT, related_name="readings")
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "user"], name="notice_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.user_id}"
