"""The fixed words of this room and how a status may move."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    DISTRICT = "DISTRICT", _("district")
    STREET = "STREET", _("street union")
    SECTOR = "SECTOR", _("sector union")
    GROUP = "GROUP", _("group union")
    GRASSROOTS = "GRASSROOTS", _("grassroots union")


class DocumentType(models.TextChoices):
    """The values are those of core.identity.Document."""

    RESIDENT = "RESIDENT", _("resident identity card")
    PERMIT = "PERMIT", _("residence permit for Hong Kong, Macao and Taiwan")
    FOREIGNER = "FOREIGNER", _("foreigner's permanent residence card")
    PASSPORT = "PASSPORT", _("passport")


class Sex(models.TextChoices):
    MALE = "M", _("male")
    FEMALE = "F", _("female")


class MemberStatus(models.TextChoices):
    IN_SERVICE = "IN_SERVICE", _("in service")
    RETIRED = "RETIRED", _("retired")
    LEFT = "LEFT", _("left")
    DIED = "DIED", _("died")


class MergeStatus(models.TextChoices):
    PROPOSED = "PROPOSED", _("merge proposed")
    MERGED = "MERGED", _("merged")
    REFUSED = "REFUSED", _("merge refused")
    UNDO_PROPOSED = "UNDO_PROPOSED", _("undoing proposed")
    UNDONE = "UNDONE", _("merge undone")


MERGE_MOVES: Mapping[MergeStatus, frozenset[MergeStatus]] = {
    MergeStatus.PROPOSED: frozenset({MergeStatus.MERGED, MergeStatus.REFUSED}),
    MergeStatus.MERGED: frozenset({MergeStatus.UNDO_PROPOSED}),
    # not granted: the merge stands
    MergeStatus.UNDO_PROPOSED: frozenset({MergeStatus.UNDONE, MergeStatus.MERGED}),
    MergeStatus.REFUSED: frozenset(),
    MergeStatus.UNDONE: frozenset(),
}


class Category(models.TextChoices):
    ORDINARY = "ORDINARY", _("ordinary")
    MODEL_WORKER = "MODEL_WORKER", _("model worker")
    HARDSHIP = "HARDSHIP", _("special hardship")


class ImportStatus(models.TextChoices):
    CHECKING = "CHECKING", _("checking")
    CHECKED = "CHECKED", _("checked")
    APPLYING = "APPLYING", _("importing")
    APPLIED = "APPLIED", _("imported")
    REFUSED = "REFUSED", _("unusable file")
    DISCARDED = "DISCARDED", _("discarded")
    CANCELLED = "CANCELLED", _("cancelled")
    UNDONE = "UNDONE", _("undone")


MOVES: Mapping[ImportStatus, frozenset[ImportStatus]] = {
    ImportStatus.CHECKING: frozenset(
        {
            ImportStatus.CHECKED,
            ImportStatus.REFUSED,
            ImportStatus.DISCARDED,
            ImportStatus.CANCELLED,
        }
    ),
    ImportStatus.CHECKED: frozenset({ImportStatus.APPLYING, ImportStatus.DISCARDED}),
    # a roster may have become wrong since it was checked: it is back at CHECKED with new findings;
    # so is one whose import was cancelled, with the old ones
    ImportStatus.APPLYING: frozenset(
        {ImportStatus.APPLIED, ImportStatus.CHECKED, ImportStatus.REFUSED}
    ),
    ImportStatus.APPLIED: frozenset({ImportStatus.UNDONE}),
    ImportStatus.REFUSED: frozenset({ImportStatus.DISCARDED}),
    ImportStatus.DISCARDED: frozenset(),
    ImportStatus.CANCELLED: frozenset(),
    ImportStatus.UNDONE: frozenset(),
}


class Number(models.TextChoices):
    """Which number of a person is looked at."""

    DOCUMENT = "document", _("document number")
    CARD = "card", _("bank card")
    PHONE = "phone", _("telephone number")


class RevealReason(models.TextChoices):
    """Why a whole number is looked at."""

    CLAIM = "claim", _("handling a claim")
    PAYMENT = "payment", _("a payment to the card")
    CORRECTION = "correction", _("correcting the record")
    CONTACT = "contact", _("speaking with the person")
    OTHER = "other", _("another reason (say which)")
