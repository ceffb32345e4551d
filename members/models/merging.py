from django.db import models
from django.db.models.functions import Now

from members.models.accounts import User
from members.models.people import Member
from members.states import MergeStatus


class MemberMerge(models.Model):
    """Two records of one person: proposed by one, decided by another; so is its undoing.

    `fields` are the values taken from the record that goes: they change places with those of the
    kept one, so that an undoing changes them back and no number is copied. `moved` holds what
    happened: the keys of the moved rows by table, and the state of the kept person's rows after.
    """

    kept = models.ForeignKey(Member, models.PROTECT, related_name="merges_kept")
    gone = models.ForeignKey(Member, models.PROTECT, related_name="merges_gone")
    fields = models.JSONField(default=list)
    reason = models.CharField(max_length=300)
    status = models.CharField(
        max_length=13, choices=MergeStatus, default=MergeStatus.PROPOSED, db_index=True
    )
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    moved = models.JSONField(default=dict)
    undo_proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undo_reason = models.CharField(max_length=300, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=MergeStatus.values), name="merge_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(kept=models.F("gone")), name="merge_of_two_records"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="merge_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_by__isnull=True)
                | models.Q(undo_proposed_by__isnull=False)
                & ~models.Q(undone_by=models.F("undo_proposed_by")),
                name="merge_undo_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(status="PROPOSED", decided_by__isnull=True)
                | (~models.Q(status="PROPOSED") & models.Q(decided_by__isnull=False)),
                name="merge_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["gone"],
                condition=models.Q(status__in=["PROPOSED", "MERGED", "UNDO_PROPOSED"]),
                name="merge_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"


class DistinctPair(models.Model):
    """Two records that look alike and belong to two persons: somebody has checked."""

    first = models.ForeignKey(Member, models.PROTECT, related_name="+")
    second = models.ForeignKey(Member, models.PROTECT, related_name="+")
    said_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    said_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="distinct_pair_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="distinct_pair_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"
