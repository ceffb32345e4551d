from datetime import date

from django.db import models
from django.db.models.functions import Now

from core.sealing import WHOLE, SealedField
from members.models.organisations import Organisation
from members.states import Category, DocumentType, MemberStatus, Sex


class Member(models.Model):
    """A union member: one person, one record in the district.

    Numbers are stored sealed (core.crypto) and found by their keyed index.
    """

    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="members",
        db_index=False,  # member_by_union begins with it
    )
    name = models.CharField(max_length=100)
    # NFKC without blanks, for comparing only; NFKC makes up to six characters of one
    name_key = models.CharField(max_length=600)
    sort_key = models.CharField(max_length=100)  # pinyin
    initials = models.CharField(max_length=20)  # zs
    # by the readings that a stranger would try, where they differ: 曾三 is cs as well
    other_initials = models.CharField(max_length=20, blank=True)
    document_type = models.CharField(
        max_length=20, choices=DocumentType, default=DocumentType.RESIDENT
    )
    document_index = models.CharField(max_length=32)
    document_tail4_index = models.CharField(max_length=32)
    document_tail6_index = models.CharField(max_length=32)
    document_sealed = SealedField(
        "id",
        indexes={"document_index": WHOLE, "document_tail4_index": 4, "document_tail6_index": 6},
    )
    sex = models.CharField(max_length=1, choices=Sex)
    born_on = models.DateField()
    phone_index = models.CharField(max_length=32, blank=True)  # tells a changed number
    phone_sealed = SealedField("phone", indexes={"phone_index": WHOLE}, null=True)
    # unique where known, so that an unknown one must be NULL
    card_index = models.CharField(max_length=32, null=True)  # noqa: DJ001
    card_tail4_index = models.CharField(max_length=32, blank=True)
    card_sealed = SealedField(
        "card", indexes={"card_index": WHOLE, "card_tail4_index": 4}, null=True
    )
    card_issued_on = models.DateField(null=True)
    card_valid_until = models.DateField(null=True)  # as far as anybody knows it
    joined_on = models.DateField(null=True)
    status = models.CharField(max_length=10, choices=MemberStatus, default=MemberStatus.IN_SERVICE)
    category = models.CharField(max_length=12, choices=Category, default=Category.ORDINARY)
    note = models.CharField(max_length=500, blank=True)
    # a tombstone: another record is this person's; its number still finds him
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="merged",
        db_index=False,  # hardly any: member_merged_into
    )
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document_index", "document_type"], name="member_document_once"
            ),
            models.UniqueConstraint(fields=["card_index"], name="member_card_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=MemberStatus.values), name="member_status_known"
            ),
            models.CheckConstraint(condition=models.Q(sex__in=Sex.values), name="member_sex_known"),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True)
                | ~models.Q(merged_into=models.F("id")) & models.Q(status="LEFT"),
                name="member_merged_is_gone",
            ),
            models.CheckConstraint(
                condition=models.Q(card_index__isnull=True, card_sealed__isnull=True)
                | models.Q(card_index__isnull=False, card_sealed__isnull=False),
                name="member_card_index_with_value",
            ),
            models.CheckConstraint(
                condition=models.Q(card_valid_until__isnull=True)
                | models.Q(card_index__isnull=False),
                name="member_valid_until_of_a_card",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "sort_key", "id"], name="member_by_union"),
            models.Index(fields=["sort_key", "id"], name="member_by_name"),
            # for counting the roll of every union without reading its people
            models.Index(
                fields=["organisation", "status"],
                name="member_counted",
                condition=models.Q(merged_into__isnull=True),
            ),
            # beginnings of names and of initials, whatever the database's collation
            models.Index(
                fields=["name_key"], name="member_by_beginning", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(
                fields=["initials"], name="member_by_initials", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(
                fields=["other_initials"],
                name="member_by_other_initials",
                opclasses=["varchar_pattern_ops"],
                condition=~models.Q(other_initials=""),
            ),
            models.Index(
                fields=["merged_into"],
                name="member_merged_into",
                condition=models.Q(merged_into__isnull=False),
            ),
            models.Index(fields=["document_tail4_index"], name="member_by_document_tail4"),
            models.Index(fields=["document_tail6_index"], name="member_by_document_tail6"),
            models.Index(
                fields=["card_tail4_index"],
                name="member_by_card_tail4",
                condition=~models.Q(card_tail4_index=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def card_expired(self, on: date) -> bool:
        """Is the last day of the present card past, as far as it is known?"""
        return self.card_valid_until is not None and self.card_valid_until < on


class Child(models.Model):
    """A member's child, insured by the children's accident plan. One child, one record."""

    name = models.CharField(max_length=100)
    document_type = models.CharField(
        max_length=20, choices=DocumentType, default=DocumentType.RESIDENT
    )
    document_index = models.CharField(max_length=32)
    document_sealed = SealedField("id", indexes={"document_index": WHOLE})
    sex = models.CharField(max_length=1, choices=Sex)
    born_on = models.DateField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document_index", "document_type"], name="child_document_once"
            ),
            models.CheckConstraint(condition=models.Q(sex__in=Sex.values), name="child_sex_known"),
        ]

    def __str__(self) -> str:
        return self.name
