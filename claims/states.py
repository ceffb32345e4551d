"""How claims, payouts and quarters of secondary reimbursement move, and the fixed words of this
room."""

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
    ClaimStatus.REVIEWED: frozenset({ClaimStatus.APPROVED, ClaimStatus.REFUSED, ClaimStatus.FILED}),
    ClaimStatus.APPROVED: frozenset({ClaimStatus.PAID}),
    ClaimStatus.REFUSED: frozenset({ClaimStatus.FILED}),  # by an appeal, once
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


class Finding(models.TextChoices):
    """What the checks of the assessment contract §3 find."""

    NO_COVER = "NO_COVER", _("no cover on that day")
    COVER_ENDED = "COVER_ENDED", _("the cover ended with an earlier payment")
    ILLNESS_ALREADY_PAID = "ILLNESS_ALREADY_PAID", _("this illness was paid before")
    PRE_EXISTING = "PRE_EXISTING", _("ill before cover began")
    WAITING = "WAITING", _("within the waiting period")
    LATE = "LATE", _("filed too late")
    EXCLUDED = "EXCLUDED", _("excluded cause")
    DUPLICATE_STAY = "DUPLICATE_STAY", _("the same stay was claimed before")
    HOSPITAL = "HOSPITAL", _("hospital outside the agreed ones")
    OVERLAP = "OVERLAP", _("overlaps another stay")
    DOCUMENTS = "DOCUMENTS", _("papers missing")
    NOTHING_DUE = "NOTHING_DUE", _("nothing due")


class RefusalCode(models.TextChoices):
    """Why a claim is refused: what the checks may find (contract §3), or something else."""

    NO_COVER = Finding.NO_COVER.value, Finding.NO_COVER.label
    COVER_ENDED = Finding.COVER_ENDED.value, Finding.COVER_ENDED.label
    ILLNESS_ALREADY_PAID = Finding.ILLNESS_ALREADY_PAID.value, Finding.ILLNESS_ALREADY_PAID.label
    PRE_EXISTING = Finding.PRE_EXISTING.value, Finding.PRE_EXISTING.label
    WAITING = Finding.WAITING.value, Finding.WAITING.label
    LATE = Finding.LATE.value, Finding.LATE.label
    EXCLUDED = Finding.EXCLUDED.value, Finding.EXCLUDED.label
    DUPLICATE_STAY = Finding.DUPLICATE_STAY.value, Finding.DUPLICATE_STAY.label
    HOSPITAL = Finding.HOSPITAL.value, Finding.HOSPITAL.label
    OVERLAP = Finding.OVERLAP.value, Finding.OVERLAP.label
    DOCUMENTS = Finding.DOCUMENTS.value, Finding.DOCUMENTS.label
    NOTHING_DUE = Finding.NOTHING_DUE.value, Finding.NOTHING_DUE.label
    OTHER = "OTHER", _("another reason")


class Document(models.TextChoices):
    """The papers that the plans name."""

    CLAIM_FORM = "claim_form", _("claim form")
    ID_COPY = "id_copy", _("copy of the identity card")
    GUARDIAN_ID_COPY = "guardian_id_copy", _("copy of the guardian's identity card")
    CARD = "card", _("copy of the service card")
    INPATIENT_FEE_LIST = "inpatient_fee_list", _("list of inpatient fees")
    DIAGNOSIS_CERTIFICATE = "diagnosis_certificate", _("diagnosis certificate")
    DISCHARGE_RECORD = "discharge_record", _("discharge record")
    PATHOLOGY_REPORT = "pathology_report", _("pathology report")
    OPERATION_RECORD = "operation_record", _("operation record")
    HOSPITAL_PAPERS = "hospital_papers", _("hospital papers")
    UNIT_ACCIDENT_CERTIFICATE = "unit_accident_certificate", _("the unit's accident certificate")
    TRANSFER_SLIP = "transfer_slip", _("transfer slip")
    SPECIAL_DISEASE_APPROVAL = "special_disease_approval", _("special-disease approval")
    OBSERVATION_RECEIPT = (
        "observation_receipt_or_manual_reimbursement_form",
        _("observation receipt or manual reimbursement form"),
    )
    RETIREMENT_PROOF = "retirement_proof", _("proof of retirement")
    LOW_INCOME_PROOF = "low_income_proof", _("proof of low income")
    DISABILITY_CERTIFICATE = "disability_certificate", _("disability certificate")
    DEATH_CERTIFICATE = "death_certificate", _("death certificate")
    HOUSEHOLD_CANCELLATION = "household_cancellation", _("cancellation of the household record")
    KINSHIP_PROOF = "kinship_proof", _("proof of kinship")
    GUARDIAN_CONSENT = "guardian_consent", _("the guardian's consent")


class PayoutKind(models.TextChoices):
    CLAIMS = "CLAIMS", _("claims")
    REIMBURSEMENT = "REIMBURSEMENT", _("secondary reimbursement")


class PayoutStatus(models.TextChoices):
    DRAFT = "DRAFT", _("to be paid out")
    PAID = "PAID", _("paid out")
    CANCELLED = "CANCELLED", _("called off")


PAYOUT_MOVES: Mapping[PayoutStatus, frozenset[PayoutStatus]] = {
    PayoutStatus.DRAFT: frozenset({PayoutStatus.PAID, PayoutStatus.CANCELLED}),
    PayoutStatus.PAID: frozenset(),
    PayoutStatus.CANCELLED: frozenset(),
}


class PaymentStatus(models.TextChoices):
    PENDING = "PENDING", _("to be paid")
    PAID = "PAID", _("paid")
    RETURNED = "RETURNED", _("returned by the bank")
    CANCELLED = "CANCELLED", _("called off")


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
