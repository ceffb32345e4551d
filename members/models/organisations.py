from django.db import models
from django.db.models.functions import Now

from core.sealing import WHOLE, SealedField
from members.states import OrganisationKind


class Organisation(models.Model):
    """A union organisation: the district, a street or sector union, a group, a grassroots union."""

    code = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=OrganisationKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    # ids from the root, each followed by a slash: a prefix is a subtree
    path = models.CharField(max_length=1000, unique=True, db_collation="C")
    union_credit_code = models.CharField(max_length=18, blank=True)
    unit_credit_code = models.CharField(max_length=18, blank=True)
    staff_count = models.PositiveIntegerField(null=True)
    female_staff_count = models.PositiveIntegerField(null=True)
    contact_name = models.CharField(max_length=100, blank=True)
    contact_phone_index = models.CharField(max_length=32, blank=True)  # tells a changed number
    contact_phone_sealed = SealedField("phone", indexes={"contact_phone_index": WHOLE}, null=True)
    sort_key = models.CharField(max_length=100, blank=True)  # pinyin of the name
    created_at = models.DateTimeField(db_default=Now())
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=OrganisationKind.values), name="organisation_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=False) | models.Q(kind="DISTRICT"),
                name="organisation_has_parent",
            ),
            models.CheckConstraint(
                condition=models.Q(staff_count__isnull=True)
                | models.Q(female_staff_count__isnull=True)
                | models.Q(female_staff_count__lte=models.F("staff_count")),
                name="organisation_women_within_staff",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """0 for the district, 1 for streets and sector unions."""
        return self.path.count("/") - 1
