from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from members.models import Organisation, User


class AccountKind(models.TextChoices):
    ASSET = "ASSET", _("asset")
    LIABILITY = "LIABILITY", _("liability")


class Account(models.Model):
    """An account of the agency's books; the chart is made by a migration."""

    code = models.CharField(max_length=10, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=AccountKind)

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class Entry(models.Model):
    """One journal entry. It balances at commit (trigger) and is never altered (trigger)."""

    posted_on = models.DateField()
    key = models.CharField(max_length=60, unique=True)  # what it books: remittance:17
    memo = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["posted_on", "id"], name="entry_by_day")]

    def __str__(self) -> str:
        return self.key


class Posting(models.Model):
    """One line of an entry: a debit or a credit, never both."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings")
    debit = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    credit = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(debit__gt=0, credit=0) | models.Q(debit=0, credit__gt=0),
                name="posting_debit_xor_credit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.debit} {self.credit}"


class BooksClosing(models.Model):
    """Nothing is posted on this day or before (trigger `entry_not_back_dated`); never undone."""

    until_on = models.DateField(unique=True)
    closed_on = models.DateField()
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.until_on)
