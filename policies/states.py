"""How an enrolment batch and a remittance move, and the fixed words of this room."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
    RETURNED = "RETURNED", _("returned")
    ACCEPTED = "ACCEPTED", _("accepted")
    PAID = "PAID", _("paid in")
    EFFECTIVE = "EFFECTIVE", _("in force")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


BATCH_MOVES: Mapping[BatchStatus, frozenset[BatchStatus]] = {
    BatchStatus.DRAFT: frozenset({BatchStatus.SUBMITTED, BatchStatus.WITHDRAWN}),
    BatchStatus.SUBMITTED: frozenset(
        {BatchStatus.ACCEPTED, BatchStatus.RETURNED, BatchStatus.WITHDRAWN}
    ),
    BatchStatus.RETURNED: frozenset({BatchStatus.SUBMITTED, BatchStatus.WITHDRAWN}),
    BatchStatus.ACCEPTED: frozenset({BatchStatus.PAID}),
    # back to accepted when its receipt is reversed
    BatchStatus.PAID: frozenset({BatchStatus.EFFECTIVE, BatchStatus.ACCEPTED}),
    BatchStatus.EFFECTIVE: frozenset(),
    BatchStatus.WITHDRAWN: frozenset(),
}
# in these the unit may still add and change lines
OPEN_BATCHES = (BatchStatus.DRAFT, BatchStatus.RETURNED)


class RemittanceStatus(models.TextChoices):
    DRAFT = "DRAFT", _("to be remitted")
    REMITTED = "REMITTED", _("remitted")
    CANCELLED = "CANCELLED", _("cancelled")


REMITTANCE_MOVES: Mapping[RemittanceStatus, frozenset[RemittanceStatus]] = {
    RemittanceStatus.DRAFT: frozenset({RemittanceStatus.REMITTED, RemittanceStatus.CANCELLED}),
    RemittanceStatus.REMITTED: frozenset(),
    RemittanceStatus.CANCELLED: frozenset(),
}


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
