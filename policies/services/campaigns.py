"""Centrally funded enrolment drives (专项活动): made by the district, moved on, closed."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from members.access import Viewer
from members.models import Organisation
from members.permissions import Permission
from members.selectors import district
from policies.models import Campaign, EnrolmentBatch
from policies.plans import NotOnSale, terms_of, version_on
from policies.states import (
    CAMPAIGN_MOVES,
    OPEN_BATCHES,
    UNDECIDED_BATCHES,
    BatchStatus,
    CampaignStatus,
)

CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
WAITING = (*OPEN_BATCHES, *UNDECIDED_BATCHES)


class CampaignNotForDistrict(RuleViolation):
    """Campaigns are the district's."""


class CampaignMalformed(RuleViolation):
    """Code, plan, tier, first day or budget do not fit."""


class CampaignHasLines(RuleViolation):
    """What rosters were checked against does not change under them."""


class CampaignMoveNotAllowed(RuleViolation):
    """A campaign in this state cannot be moved so."""


@transaction.atomic(durable=True)
def make_campaign(
    *,
    code: str,
    name_zh: str,
    family: str,
    tier: str,
    starts_on: date,
    sponsor: str,
    by: Viewer,
    on: date,
    budget: Decimal | None = None,
    sponsor_code: str = "",
) -> Campaign:
    """A new campaign in the version of a plan that is on sale on its first day; planned yet."""
    _allowed(by)
    if not CODE.fullmatch(code) or len(code) > 30:
        raise CampaignMalformed(
            _("A code has capital letters, digits and hyphens, such as BJQX-2027.")
        )
    if Campaign.objects.filter(code=code).exists():
        raise CampaignMalformed(
            _("There is a campaign with the code %(code)s already.") % {"code": code}
        )
    campaign = Campaign(code=code, status=CampaignStatus.PLANNED, made_by_id=by.user_id)
    _fill(campaign, name_zh, family, tier, starts_on, sponsor, sponsor_code, budget)
    campaign.save()
    _told("campaign.make", campaign, by, on)
    return campaign


@transaction.atomic(durable=True)
def change_campaign(
    *,
    code: str,
    name_zh: str,
    family: str,
    tier: str,
    starts_on: date,
    sponsor: str,
    by: Viewer,
    on: date,
    budget: Decimal | None = None,
    sponsor_code: str = "",
) -> Campaign:
    """Change a campaign; plan, tier and first day only while no roster names it."""
    _allowed(by)
    campaign = _locked(code)
    if campaign.status == CampaignStatus.CLOSED:
        raise CampaignMoveNotAllowed(_("A closed campaign does not change."))
    before = (campaign.plan_version_id, campaign.tier, campaign.starts_on)
    _fill(campaign, name_zh, family, tier, starts_on, sponsor, sponsor_code, budget)
    after = (campaign.plan_version_id, campaign.tier, campaign.starts_on)
    if before != after and _batches(campaign).exists():
        raise CampaignHasLines(
            _("Rosters name the campaign already: plan, tier and first day stay as they are.")
        )
    campaign.save()
    _told("campaign.change", campaign, by, on)
    return campaign


@transaction.atomic(durable=True)
def move_campaign(*, code: str, to: str, by: Viewer, on: date) -> Campaign:
    """Open the rosters, note that the money was granted, or close the campaign."""
    _allowed(by)
    campaign = _locked(code)
    if to not in CampaignStatus.values or (
        CampaignStatus(to) not in CAMPAIGN_MOVES[CampaignStatus(campaign.status)]
    ):
        raise CampaignMoveNotAllowed(
            _("A campaign that is “%(state)s” cannot be moved so.")
            % {"state": campaign.get_status_display()}
        )
    waiting = _batches(campaign).filter(status__in=WAITING).count()
    if to == CampaignStatus.CLOSED and waiting:
        raise CampaignMoveNotAllowed(
            _("%(count)d batches of the campaign are not accepted yet.") % {"count": waiting}
        )
    campaign.status = CampaignStatus(to)
    campaign.closed_on = on if to == CampaignStatus.CLOSED else None
    campaign.save(update_fields=["status", "closed_on"])
    _told("campaign.move", campaign, by, on, status=to)
    return campaign


def _allowed(by: Viewer) -> None:
    if not by.can_at(Permission.CAMPAIGN_MAKE, district().path):
        raise CampaignNotForDistrict(_("Only the district makes campaigns."))


def _locked(code: str) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).get(code=code)


def _batches(campaign: Campaign) -> Any:
    return EnrolmentBatch.objects.filter(campaign=campaign).exclude(status=BatchStatus.WITHDRAWN)


def _fill(
    campaign: Campaign,
    name_zh: str,
    family: str,
    tier: str,
    starts_on: date,
    sponsor: str,
    sponsor_code: str,
    budget: Decimal | None,
) -> None:
    try:
        version = version_on(family=family, day=starts_on)
    except NotOnSale as refusal:
        raise CampaignMalformed(str(refusal)) from refusal
    tiers = [known.code for known in terms_of(code=version.code).tiers]
    if tier not in (tiers or [""]):
        said = "、".join(tiers) or _("none")
        raise CampaignMalformed(_("The tier of this plan is one of: %(tiers)s.") % {"tiers": said})
    if budget is not None and budget <= 0:
        raise CampaignMalformed(_("The budget is above zero."))
    union = Organisation.objects.filter(code=sponsor_code).first() if sponsor_code else None
    if sponsor_code and union is None:
        raise CampaignMalformed(_("There is no union with the code of the sponsor."))
    campaign.name_zh, campaign.sponsor, campaign.sponsor_union = name_zh, sponsor, union
    campaign.plan_version, campaign.tier = version, tier
    campaign.starts_on, campaign.budget = starts_on, budget


def _told(action: str, campaign: Campaign, by: Viewer, on: date, **details: Any) -> None:
    audit.record(
        action=action,
        subject=f"campaign:{campaign.code}",
        by_id=by.user_id,
        path=district().path,
        number=campaign.code,
        day=str(on),
        **details,
    )
