from django.db import models
from django.db.models.functions import Now

from claims.models.claims import Claim
from claims.states import Decision
from core.models import JobRun
from members.models import User
from policies.states import Family


class WhatIf(models.Model):
    """The claims of a period assessed once more as if a version had been sold (试算对比).

    Its terms take the place of every version of its family. Nothing of it touches the claims.
    """

    code = models.CharField(max_length=30)
    family = models.CharField(max_length=10, choices=Family)
    parameters = models.JSONField()  # as they were: a draft may change or be given up
    first_on = models.DateField()  # days of the events
    last_on = models.DateField()
    job = models.ForeignKey(JobRun, models.PROTECT, related_name="+")
    unfit = models.PositiveIntegerField(default=0)  # claims whose tier or category it lacks
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_on__lte=models.F("last_on")), name="what_if_days_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.first_on} – {self.last_on}"


class WhatIfLine(models.Model):
    """One claim of it: what the versions in force give, and what the tried one would, in yuan."""

    what_if = models.ForeignKey(WhatIf, models.PROTECT, related_name="lines")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="+")
    was = models.DecimalField(max_digits=14, decimal_places=2)
    becomes = models.DecimalField(max_digits=14, decimal_places=2)
    decision_was = models.CharField(max_length=10, choices=Decision)
    decision_becomes = models.CharField(max_length=10, choices=Decision)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["what_if", "claim"], name="what_if_claim_once")
        ]

    def __str__(self) -> str:
        return f"{self.what_if_id} {self.claim_id}"
