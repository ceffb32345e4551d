from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.lists import Density
from members.models.accounts import User


class ListSetting(models.Model):
    """How a person likes one list: the columns switched off, and how high the rows are."""

    user = models.ForeignKey(User, models.PROTECT, related_name="list_settings")
    listing = models.CharField(max_length=20)  # a key of settings.LISTS
    # what is off, so that a column that is new is seen by everybody
    hidden = ArrayField(models.CharField(max_length=30), default=list)
    density = models.CharField(max_length=10, choices=Density)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "listing"], name="list_setting_once"),
            models.CheckConstraint(
                condition=Q(density__in=Density.values), name="list_setting_density_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.listing}"


class SavedFilter(models.Model):
    """A search of a list that somebody gave a name; shared ones are seen by the whole office."""

    owner = models.ForeignKey(User, models.PROTECT, related_name="saved_filters")
    listing = models.CharField(max_length=20)  # a key of settings.LISTS
    name = models.CharField(max_length=20)
    query = models.CharField(max_length=1000)  # as in the address, of valid fields only
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "listing", "name"], name="filter_name_once"),
            models.CheckConstraint(
                condition=~Q(query__regex="[0-9]{8}") & ~Q(name__regex="[0-9]{8}"),
                name="filter_without_numbers",
            ),
        ]

    def __str__(self) -> str:
        return self.name
