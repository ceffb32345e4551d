"""What happens to a member in the course of the years: events, transfers, cards, children."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from core.sealing import WHOLE, SealedField
from members.models.accounts import User
from members.models.organisations import Organisation
from members.models.people import Child, Member
from members.states import (
    CardReason,
    Category,
    EventKind,
    EventOrigin,
    Relation,
    TransferSide,
    TransferStatus,
)


class MembershipEvent(models.Model):
    """One step of a membership; a wrong one is corrected by another, never edited."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=EventKind)
    source = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    target = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    # a MemberStatus, or of kind CATEGORY a Category
    status_before = models.CharField(max_length=12, blank=True)
    status_after = models.CharField(max_length=12, blank=True)
    on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=8, choices=EventOrigin, default=EventOrigin.BY_HAND)
    # the event that this one takes back; each is taken back once
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_known"),
            models.CheckConstraint(
                condition=Q(origin__in=EventOrigin.values), name="event_origin_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind="TRANSFERRED") | Q(source__isnull=False, target__isnull=False),
                name="event_transfer_between_unions",
            ),
            models.CheckConstraint(
                condition=Q(kind="CORRECTED", corrects__isnull=False)
                | (~Q(kind="CORRECTED") & Q(corrects__isnull=True)),
                name="event_correction_of_an_event",
            ),
        ]
        indexes = [models.Index(fields=["member", "id"], name="event_by_member")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"

    @property
    def categories(self) -> tuple[str, str]:
        """The medical categories before and after, in words."""
        return str(Category(self.status_before).label), str(Category(self.status_after).label)


class Transfer(models.Model):
    """A member's way from one union to another: asked for by one, consented to by the other."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="transfers")
    source = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    target = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    asked_side = models.CharField(max_length=3, choices=TransferSide)
    status = models.CharField(max_length=10, choices=TransferStatus, default=TransferStatus.ASKED)
    reason = models.CharField(max_length=200)
    answer = models.CharField(max_length=200, blank=True)
    asked_on = models.DateField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_on = models.DateField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(status="ASKED"), name="transfer_open_once"
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="transfer_between_two_unions"
            ),
            models.CheckConstraint(
                condition=Q(status__in=TransferStatus.values), name="transfer_status_known"
            ),
            models.CheckConstraint(
                condition=Q(asked_side__in=TransferSide.values), name="transfer_side_known"
            ),
            models.CheckConstraint(
                condition=Q(status="ASKED", settled_on__isnull=True)
                | (~Q(status="ASKED") & Q(settled_on__isnull=False)),
                name="transfer_settled_with_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.source_id} → {self.target_id}"


class MemberCard(models.Model):
    """A card that a member had before the present one, which stands in `Member`."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="former_cards")
    card_index = models.CharField(max_length=32)
    card_sealed = SealedField("card", indexes={"card_index": WHOLE})
    issued_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    replaced_on = models.DateField()
    reason = models.CharField(max_length=10, choices=CardReason)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            # a member may lose a card twice; nobody else may have had it
            ExclusionConstraint(
                name="card_of_one_member",
                expressions=[("card_index", "="), ("member", "<>")],
            ),
            models.CheckConstraint(
                condition=Q(reason__in=CardReason.values), name="card_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.replaced_on}"


class Guardian(models.Model):
    """A member who answers for a child and has consented to the use of its data (PIPL art. 31)."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="guardians")
    member = models.ForeignKey(Member, models.PROTECT, related_name="children")
    relation = models.CharField(max_length=10, choices=Relation)
    consent_on = models.DateField()
    consent_form = models.CharField(max_length=30)
    withdrawn_on = models.DateField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "member"],
                condition=Q(withdrawn_on__isnull=True),
                name="guardian_once",
            ),
            models.CheckConstraint(
                condition=Q(relation__in=Relation.values), name="guardian_relation_known"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("consent_on")),
                name="guardian_withdrawn_after_consent",
            ),
            models.CheckConstraint(condition=~Q(consent_form=""), name="guardian_form_named"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.child_id}"
