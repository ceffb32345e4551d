"""How an enrolment batch and a remittance move, and the fixed words of this room."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.permissions import Permission


class Family(models.TextChoices):
    """The six paid plans and the free secondary reimbursement."""

    INPMED = "INPMED", _("inpatient medical")
    INPALW = "INPALW", _("hospital allowance")
    CI = "CI", _("critical illness")
    FEM = "FEM", _("female special illness")
    ACC = "ACC", _("employee accident")
    CHILD = "CHILD", _("children's accident")
    SECREIMB = "SECREIMB", _("secondary reimbursement")


PAID_FAMILIES = (
    Family.INPMED,
    Family.INPALW,
    Family.CI,
    Family.FEM,
    Family.ACC,
    Family.CHILD,
)


# the plan of card holders: shown in the catalogue, never enrolled in here
NONWORK = "NONWORK"
PLAN_FAMILIES = (
    *Family.choices,
    (NONWORK, _("non-work accident and household loss")),
)


class Funder(models.TextChoices):
    """Who pays the contribution (出资方)."""

    UNION = "UNION", pgettext_lazy("funder", "union")
    ADMINISTRATION = "ADMINISTRATION", pgettext_lazy("funder", "administration")
    SUBSIDY = "SUBSIDY", pgettext_lazy("funder", "subsidy from above")
    DISTRICT = "DISTRICT", pgettext_lazy("funder", "district union")
    MEMBER = "MEMBER", pgettext_lazy("funder", "member")


class BatchStatus(models.TextChoices):
    DRAFT = "DRAFT", _("to be submitted")
    SUBMITTED = "SUBMITTED", _("submitted")
    CHECKED = "CHECKED", _("checked above the unit")
    RETURNED = "RETURNED", _("returned")
    ACCEPTED = "ACCEPTED", _("accepted")
    PAID = "PAID", _("paid in")
    EFFECTIVE = "EFFECTIVE", _("in force")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


UNIT, DISTRICT = frozenset({Permission.BATCH_FILL}), frozenset({Permission.BATCH_ACCEPT})
STREET = frozenset({Permission.BATCH_CHECK})
CASHIER = frozenset({Permission.RECEIPT_RECORD})
# what may become of a batch, and whose act it is
BATCH_MOVES: Mapping[BatchStatus, Mapping[BatchStatus, frozenset[Permission]]] = {
    BatchStatus.DRAFT: {BatchStatus.SUBMITTED: UNIT, BatchStatus.WITHDRAWN: UNIT},
    # the street or sector union looks first; the district need not wait for it
    BatchStatus.SUBMITTED: {
        BatchStatus.CHECKED: STREET,
        BatchStatus.ACCEPTED: DISTRICT,
        BatchStatus.RETURNED: STREET | DISTRICT,
        BatchStatus.WITHDRAWN: UNIT,
    },
    BatchStatus.CHECKED: {
        BatchStatus.ACCEPTED: DISTRICT,
        BatchStatus.RETURNED: STREET | DISTRICT,
        BatchStatus.WITHDRAWN: UNIT,
    },
    BatchStatus.RETURNED: {BatchStatus.SUBMITTED: UNIT, BatchStatus.WITHDRAWN: UNIT},
    # withdrawn by the district, with a reason, and only before the first day of cover
    BatchStatus.ACCEPTED: {BatchStatus.PAID: CASHIER, BatchStatus.WITHDRAWN: DISTRICT},
    # back to accepted when its receipt is reversed
    BatchStatus.PAID: {
        BatchStatus.EFFECTIVE: frozenset({Permission.REMITTANCE_MAKE}),
        BatchStatus.ACCEPTED: CASHIER,
    },
    # back to paid when the transfer to Beijing came back
    BatchStatus.EFFECTIVE: {BatchStatus.PAID: frozenset({Permission.REMITTANCE_MAKE})},
    BatchStatus.WITHDRAWN: {},
}
# in these the unit may still add and change lines
OPEN_BATCHES = (BatchStatus.DRAFT, BatchStatus.RETURNED)
# in these it is due, paid in or in force
ACCEPTED_BATCHES = (BatchStatus.ACCEPTED, BatchStatus.PAID, BatchStatus.EFFECTIVE)
# in these it is handed in and not decided
UNDECIDED_BATCHES = (BatchStatus.SUBMITTED, BatchStatus.CHECKED)


class RemittanceStatus(models.TextChoices):
    DRAFT = "DRAFT", _("to be remitted")
    REMITTED = "REMITTED", _("remitted")
    CONFIRMED = "CONFIRMED", _("confirmed by Beijing")
    RECONCILED = "RECONCILED", _("reconciled")
    CANCELLED = "CANCELLED", _("cancelled")
    REVERSED = "REVERSED", _("taken back")


REMITTANCE_MOVES: Mapping[RemittanceStatus, frozenset[RemittanceStatus]] = {
    RemittanceStatus.DRAFT: frozenset({RemittanceStatus.REMITTED, RemittanceStatus.CANCELLED}),
    # taken back only while Beijing has not answered: the bank returned the transfer
    RemittanceStatus.REMITTED: frozenset({RemittanceStatus.CONFIRMED, RemittanceStatus.REVERSED}),
    RemittanceStatus.CONFIRMED: frozenset({RemittanceStatus.RECONCILED}),
    RemittanceStatus.RECONCILED: frozenset(),
    RemittanceStatus.CANCELLED: frozenset(),
    RemittanceStatus.REVERSED: frozenset(),
}


class PaperKind(models.TextChoices):
    """What a scan of a batch shows."""

    ROSTER = "ROSTER", _("sealed roster")
    CONSENT = "CONSENT", _("guardians' consents")
    PAYMENT_ORDER = "PAYMENT_ORDER", _("payment order")


class CorrectionStatus(models.TextChoices):
    SUBMITTED = "SUBMITTED", pgettext_lazy("correction", "to be decided")
    ACCEPTED = "ACCEPTED", pgettext_lazy("correction", "corrected")
    REFUSED = "REFUSED", pgettext_lazy("correction", "refused")


CORRECTION_MOVES: Mapping[CorrectionStatus, frozenset[CorrectionStatus]] = {
    CorrectionStatus.SUBMITTED: frozenset({CorrectionStatus.ACCEPTED, CorrectionStatus.REFUSED}),
    CorrectionStatus.ACCEPTED: frozenset(),
    CorrectionStatus.REFUSED: frozenset(),
}


class CorrectionKind(models.TextChoices):
    """What of a line may be corrected; never shares, tier or the days of cover."""

    NAME = "NAME", pgettext_lazy("correction", "name")
    FUNDER = "FUNDER", pgettext_lazy("correction", "paid by")
    NOTE = "NOTE", pgettext_lazy("correction", "note")


# in these the money is with the Beijing office and the batches are in force
SENT = (RemittanceStatus.REMITTED, RemittanceStatus.CONFIRMED, RemittanceStatus.RECONCILED)


class PlanStatus(models.TextChoices):
    """A version of a plan is prepared by one person and published by another."""

    DRAFT = "DRAFT", pgettext_lazy("plan version", "draft")
    PROPOSED = "PROPOSED", pgettext_lazy("plan version", "to be published")
    PUBLISHED = "PUBLISHED", pgettext_lazy("plan version", "published")


# the trigger plan_immutable holds the same (migrations/0007)
PLAN_MOVES: Mapping[PlanStatus, frozenset[PlanStatus]] = {
    PlanStatus.DRAFT: frozenset({PlanStatus.PROPOSED}),
    PlanStatus.PROPOSED: frozenset({PlanStatus.PUBLISHED, PlanStatus.DRAFT}),
    PlanStatus.PUBLISHED: frozenset(),
}


class CampaignStatus(models.TextChoices):
    """How far a centrally funded enrolment drive is."""

    PLANNED = "PLANNED", pgettext_lazy("campaign", "planned")
    COLLECTING = "COLLECTING", pgettext_lazy("campaign", "rosters open")
    FUNDED = "FUNDED", pgettext_lazy("campaign", "funded")
    CLOSED = "CLOSED", pgettext_lazy("campaign", "closed")


# only while rosters are open does a roster take the campaign
CAMPAIGN_MOVES: Mapping[CampaignStatus, frozenset[CampaignStatus]] = {
    CampaignStatus.PLANNED: frozenset({CampaignStatus.COLLECTING, CampaignStatus.CLOSED}),
    CampaignStatus.COLLECTING: frozenset({CampaignStatus.FUNDED, CampaignStatus.CLOSED}),
    CampaignStatus.FUNDED: frozenset({CampaignStatus.CLOSED, CampaignStatus.COLLECTING}),
    CampaignStatus.CLOSED: frozenset(),
}
