"""The fixed words of this room and how a status may move."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class EventKind(models.TextChoices):
    """What may happen to a membership."""

    JOINED = "JOINED", pgettext_lazy("event", "registered")
    TRANSFERRED = "TRANSFERRED", pgettext_lazy("event", "transferred")
    RETIRED = "RETIRED", pgettext_lazy("event", "retired")
    LEFT = "LEFT", pgettext_lazy("event", "left")
    DIED = "DIED", pgettext_lazy("event", "died")
    RETURNED = "RETURNED", pgettext_lazy("event", "returned to work")
    CATEGORY = "CATEGORY", pgettext_lazy("event", "another medical category")
    CORRECTED = "CORRECTED", pgettext_lazy("event", "correction")


class EventOrigin(models.TextChoices):
    BY_HAND = "BY_HAND", pgettext_lazy("event", "by hand")
    ROSTER = "ROSTER", pgettext_lazy("event", "by a roster")


# an act by hand; what was recorded by mistake is taken back by a correction, also a death
MEMBER_MOVES: Mapping[MemberStatus, frozenset[MemberStatus]] = {
    MemberStatus.IN_SERVICE: frozenset(
        {MemberStatus.RETIRED, MemberStatus.LEFT, MemberStatus.DIED}
    ),
    MemberStatus.RETIRED: frozenset(
        {MemberStatus.IN_SERVICE, MemberStatus.LEFT, MemberStatus.DIED}
    ),
    MemberStatus.LEFT: frozenset(
        {MemberStatus.IN_SERVICE, MemberStatus.RETIRED, MemberStatus.DIED}
    ),
    MemberStatus.DIED: frozenset(),
}


class TransferSide(models.TextChoices):
    """Which union asked."""

    OUT = "OUT", pgettext_lazy("transfer", "by the present union")
    IN = "IN", pgettext_lazy("transfer", "by the new union")


class TransferStatus(models.TextChoices):
    ASKED = "ASKED", pgettext_lazy("transfer", "waits for consent")
    DONE = "DONE", pgettext_lazy("transfer", "done")
    REFUSED = "REFUSED", pgettext_lazy("transfer", "refused")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("transfer", "withdrawn")


TRANSFER_MOVES: Mapping[TransferStatus, frozenset[TransferStatus]] = {
    TransferStatus.ASKED: frozenset(
        {TransferStatus.DONE, TransferStatus.REFUSED, TransferStatus.WITHDRAWN}
    ),
    TransferStatus.DONE: frozenset(),
    TransferStatus.REFUSED: frozenset(),
    TransferStatus.WITHDRAWN: frozenset(),
}


class CardReason(models.TextChoices):
    """Why a card was replaced."""

    LOST = "LOST", pgettext_lazy("card", "lost")
    BROKEN = "BROKEN", pgettext_lazy("card", "broken")
    EXPIRED = "EXPIRED", pgettext_lazy("card", "expired")
    MISTYPED = "MISTYPED", pgettext_lazy("card", "number was wrong")
    ROSTER = "ROSTER", pgettext_lazy("card", "changed by a roster")


class Relation(models.TextChoices):
    """What a guardian is to the child."""

    FATHER = "FATHER", pgettext_lazy("relation", "father")
    MOTHER = "MOTHER", pgettext_lazy("relation", "mother")
    GUARDIAN = "GUARDIAN", pgettext_lazy("relation", "guardian")


class NoticeKind(models.TextChoices):
    """What a notice is for."""

    GENERAL = "GENERAL", pgettext_lazy("notice", "notice")
    POLICY = "POLICY", pgettext_lazy("notice", "rules and plans")
    REMINDER = "REMINDER", pgettext_lazy("notice", "reminder")


class TrainingStatus(models.TextChoices):
    PLANNED = "PLANNED", pgettext_lazy("training", "planned")
    HELD = "HELD", pgettext_lazy("training", "held")
    CANCELLED = "CANCELLED", pgettext_lazy("training", "cancelled")


TRAINING_MOVES: Mapping[TrainingStatus, frozenset[TrainingStatus]] = {
    TrainingStatus.PLANNED: frozenset({TrainingStatus.HELD, TrainingStatus.CANCELLED}),
    # marked by mistake, while nobody is on the list
    TrainingStatus.HELD: frozenset({TrainingStatus.PLANNED}),
    TrainingStatus.CANCELLED: frozenset({TrainingStatus.PLANNED}),
}
