"""How claims, payouts and quarters of secondary reimbursement move, and the fixed words of this room."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClaimStatus(models.TextChoices):
    FILED = "FILED", _("filed")
    SUPPLEMENT = "SUPPLEMENT", _("papers asked for")
    REVIEWED = "REVIEWED", _("reviewed")  # first review done, waits for the second person
    APPROVED = "APPROVED", _("approved")
    REFUSED = "REFUSED", _("refused")
    PAID = "PAID", _("paid")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


CLAIM_MOVES: Mapping[ClaimStatus, frozenset[ClaimStatus]] = {
    ClaimStatus.FILED: frozenset(
        {
            ClaimStatus.REVIEWED,
            ClaimStatus.SUPPLEMENT,
            ClaimStatus.REFUSED,
            ClaimStatus.WITHDRAWN,
        }
    ),
    ClaimStatus.SUPPLEMENT: frozenset({ClaimStatus.FILED, ClaimStatus.WITHDRAWN}),
    # the second person approves, refuses, or sends it back to the first
    ClaimStatus.REVIEWED: frozenset(
        {ClaimStatus.APPROVED, ClaimStatus.REFUSED, ClaimStatus.FILED}
    ),
    ClaimStatus.APPROVED: frozenset({ClaimStatus.PAID}),
    ClaimStatus.REFUSED: frozenset(),
    ClaimStatus.PAID: frozenset(),
    ClaimStatus.WITHDRAWN: frozenset(),
}


class Decision(models.TextChoices):
    """The five answers of the assessment contract §3."""

    PAYABLE = "payable", _("payable")
    REFERRED = "referred", _("referred")
    SUPPLEMENT = "supplement", _("papers missing")
    NIL = "nil", _("nothing due")
    REFUSED = "refused", _("refused")


class PayoutKind(models.TextChoices):
    CLAIMS = "CLAIMS", _("claims")
    REIMBURSEMENT = "REIMBURSEMENT", _("secondary reimbursement")


class PayoutStatus(models.TextChoices):
    DRAFT = "DRAFT", _("to be paid out")
    PAID = "PAID", _("paid out")
    CANCELLED = "CANCELLED", _("cancelled")


PAYOUT_MOVES: Mapping[PayoutStatus, frozenset[PayoutStatus]] = {
    PayoutStatus.DRAFT: frozenset({PayoutStatus.PAID, PayoutStatus.CANCELLED}),
    PayoutStatus.PAID: frozenset(),
    PayoutStatus.CANCELLED: frozenset(),
}


class PaymentStatus(models.TextChoices):
    PENDING = "PENDING", _("to be paid")
    PAID = "PAID", _("paid")
    RETURNED = "RETURNED", _("returned by the bank")
    CANCELLED = "CANCELLED", _("cancelled")


class QuarterStatus(models.TextChoices):
    OPEN = "OPEN", _("open")
    COMPUTED = "COMPUTED", _("computed")
    APPROVED = "APPROVED", _("approved")
    PAID = "PAID", _("paid out")


QUARTER_MOVES: Mapping[QuarterStatus, frozenset[QuarterStatus]] = {
    # a further settlement file puts a computed quarter back to open
    QuarterStatus.OPEN: frozenset({QuarterStatus.COMPUTED}),
    QuarterStatus.COMPUTED: frozenset({QuarterStatus.OPEN, QuarterStatus.APPROVED}),
    QuarterStatus.APPROVED: frozenset({QuarterStatus.PAID}),
    QuarterStatus.PAID: frozenset(),
}


class SettlementKind(models.TextChoices):
    OUTPATIENT = "OUTPATIENT", _("outpatient")
    INPATIENT = "INPATIENT", _("inpatient")
