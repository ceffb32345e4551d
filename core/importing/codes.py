"""The row error codes of the file contract, in the order in which one of them wins a cell."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ERRORS: Final = (
    "REQUIRED",
    "ID_AS_NUMBER",
    "ID_FORMAT",
    "ID_DATE",  # before ID_CHECK: a date that does not exist is the plainer sentence
    "ID_CHECK",
    "ID_SEX_MISMATCH",
    "ID_BIRTH_MISMATCH",
    "NAME_MISMATCH",
    "UNKNOWN_UNION",
    "UNION_OUT_OF_SCOPE",
    "UNKNOWN_MEMBER",
    "UNKNOWN_PLAN",
    "NOT_ON_SALE",
    "GUARDIAN",  # before AGE: a child enrolled as his own guardian is not a question of age
    "AGE",
    "SEX",
    "SHARES",
    "TIER",
    "AMOUNT",
    "DATE",
    "NUMBER",
    "CHOICE",
    "DUPLICATE_IN_FILE",
    "DUPLICATE_COVER",
    "CARD_FORMAT",
    "CARD_SHARED",
    "NOT_IN_SERVICE",
    "UNKNOWN_CAMPAIGN",
    "WRONG_QUARTER",
    "UNKNOWN_PAYMENT",
    "CLOSED",
    "TOO_LONG",
)
WARNINGS: Final = (
    "CARD_LUHN",
    "OVER_60",
    "NO_CARD",
    "GROUP_SIZE",
    "ID_REGION",
    "TRANSFERRED",
)
RANK: Final = {code: place for place, code in enumerate(ERRORS + WARNINGS)}

# The short name of a cause: heads the list of causes, and is the English twin of a row's sentence.
LABELS: Final[dict[str, Promise]] = {
    "REQUIRED": _("A required cell is empty"),
    "ID_AS_NUMBER": _("Excel changed the number, its last digits are lost"),
    "ID_FORMAT": _("The number has not the form of its document"),
    "ID_DATE": _("The date in the number does not exist"),
    "ID_CHECK": _("The last character of the number is wrong"),
    "ID_SEX_MISMATCH": _("The sex differs from the document number"),
    "ID_BIRTH_MISMATCH": _("The date of birth differs from the document number"),
    "NAME_MISMATCH": _("The number is registered under another name"),
    "UNKNOWN_UNION": _("No union has this code"),
    "UNION_OUT_OF_SCOPE": _("The union is outside your scope"),
    "UNKNOWN_MEMBER": _("The person is no member"),
    "UNKNOWN_PLAN": _("There is no such plan"),
    "NOT_ON_SALE": _("The plan is not on sale on that day"),
    "GUARDIAN": _("The child's guardian is missing or wrong"),
    "AGE": _("The age is outside the plan's limits"),
    "SEX": _("The plan is not for this sex"),
    "SHARES": _("The number of shares is not allowed"),
    "TIER": _("The tier is missing or unknown"),
    "AMOUNT": _("The amount is not what it must be"),
    "DATE": _("The date cannot be read"),
    "NUMBER": _("The number cannot be read"),
    "CHOICE": _("The word is not one of the list"),
    "DUPLICATE_IN_FILE": _("The row stands in the file twice"),
    "DUPLICATE_COVER": _("The person is covered already"),
    "CARD_FORMAT": _("The card number has not 16 to 19 digits"),
    "CARD_SHARED": _("Two persons have the same card"),
    "NOT_IN_SERVICE": _("The member is not in service"),
    "UNKNOWN_CAMPAIGN": _("There is no such campaign"),
    "WRONG_QUARTER": _("The date is outside the quarter"),
    "UNKNOWN_PAYMENT": _("There is no such payment"),
    "CLOSED": _("The record is closed and cannot be changed by a file"),
    "TOO_LONG": _("The text is too long"),
    "CARD_LUHN": _("The card number may be mistyped"),
    "OVER_60": _("The person is over the plan's usual age"),
    "NO_CARD": _("The member has no card yet"),
    "GROUP_SIZE": _("Fewer persons than the plan asks of a union"),
    "ID_REGION": _("The region of the number is unknown"),
    "TRANSFERRED": _("The member moves here from another union"),
}
