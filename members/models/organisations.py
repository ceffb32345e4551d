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
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(closed_on__isnull=False),
                name="organisation_merged_is_closed",
            ),
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


class FormerName(models.Model):
    """What a union was called until a day, that day excluded; a paper prints its time's name."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=100)
    until_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "until_on"], name="former_name_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StaffCount(models.Model):
    """Employees of a unit in a year as it stated them; `Organisation.staff_count` is the latest."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="staff_counts")
    year = models.PositiveSmallIntegerField()
    staff_count = models.PositiveIntegerField()
    female_staff_count = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year"], name="staff_count_once_a_year"
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=1990, year__lte=2100), name="staff_count_year_is_ours"
            ),
            models.CheckConstraint(
                condition=models.Q(female_staff_count__isnull=True)
                | models.Q(female_staff_count__lte=models.F("staff_count")),
                name="staff_count_women_within_staff",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.staff_count}"


class Contact(models.Model):
    """Somebody else at the union who can be asked; the first contact stands on the union itself."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=100)
    post = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    phone_index = models.CharField(max_length=32, blank=True)
    phone_sealed = SealedField("phone", indexes={"phone_index": WHOLE}, null=True)

    def __str__(self) -> str:
        return self.name
