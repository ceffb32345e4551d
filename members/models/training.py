"""The training of agents: planned, held with those who came, or cancelled."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from members.models.accounts import User
from members.models.organisations import Organisation
from members.states import TrainingStatus


class TrainingSession(models.Model):
    """A training of agents: planned, then held with those who came, or cancelled."""

    title = models.CharField(max_length=100)
    held_on = models.DateField()  # the day planned, then the day it was
    place = models.CharField(max_length=100)
    hours = models.DecimalField(max_digits=4, decimal_places=1)
    content = models.TextField(max_length=2000, blank=True)
    organiser = models.ForeignKey(Organisation, models.PROTECT, related_name="trainings")
    status = models.CharField(max_length=10, choices=TrainingStatus, default=TrainingStatus.PLANNED)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=TrainingStatus.values), name="training_status_known"
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="training_takes_time"),
        ]

    def __str__(self) -> str:
        return self.title


class TrainingAttendee(models.Model):
    """Somebody who came, for a union; who has no account is put down by name."""

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="attendees")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "organisation", "name"], name="attendee_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="attendee_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
