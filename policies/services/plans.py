"""New versions of plans: drafted by one person, published by another, then unchangeable."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from members.access import Viewer
from members.permissions import Permission
from members.selectors import district
from policies.models import EnrolmentBatch, PlanVersion
from policies.rules.catalogue import parse_plan, parse_secondary
from policies.rules.document import Malformed
from policies.states import NONWORK, PLAN_MOVES, BatchStatus, Family, PlanStatus

CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
P = Permission


class PlanNotForDistrict(RuleViolation):
    """Plans are the whole district's."""


class CodeTaken(RuleViolation):
    """A version's code is its own for ever."""


class MalformedPlan(RuleViolation):
    """The terms do not fit the schema; `place` is the path of the value."""

    def __init__(self, fault: Malformed) -> None:
        super().__init__(
            _("The value at “%(place)s” cannot stand: %(problem)s.")
            % {"place": fault.place, "problem": fault.problem}
        )
        self.place = fault.place


class PlanMoveNotAllowed(RuleViolation):
    """A version in this state cannot be moved so."""


class SamePerson(RuleViolation):
    """Who drafted or proposed a version does not publish it."""


class SaleTaken(RuleViolation):
    """The first day of sale does not fit the other versions or what was enrolled."""


class ReturnReasonMissing(RuleViolation):
    """A version goes back only with a reason."""


@transaction.atomic(durable=True)
def draft_version(
    *, based_on: str, code: str, effective_from: date, by: Viewer, on: date
) -> PlanVersion:
    """A draft with the terms of a published version, to be sold from a day on."""
    _allowed(by, P.PLAN_DRAFT)
    published_ones = PlanVersion.objects.filter(status=PlanStatus.PUBLISHED)
    base = published_ones.exclude(family=NONWORK).get(code=based_on)
    if not CODE.fullmatch(code) or len(code) > 30:
        raise CodeTaken(_("A code has capital letters, digits and hyphens, such as CI-2027."))
    if PlanVersion.objects.filter(code=code).exists():
        raise CodeTaken(_("There is a version with the code %(code)s already.") % {"code": code})
    parameters = deepcopy(base.parameters) | {
        "code": code,
        "status": "current",
        "effective_from": effective_from.isoformat(),
        "effective_to": None,
    }
    made = PlanVersion(
        code=code,
        family=base.family,
        status=PlanStatus.DRAFT,
        published_at=None,
        drafted_by_id=by.user_id,
    )
    _fill(made, parameters)
    made.save()
    _told("plan.draft", made, by, on, based_on=based_on)
    return made


@transaction.atomic(durable=True)
def change_draft(*, code: str, parameters: Mapping[str, Any], by: Viewer, on: date) -> PlanVersion:
    """Give a draft other terms; its code and family stay."""
    _allowed(by, P.PLAN_DRAFT)
    draft = _locked(code)
    if draft.status != PlanStatus.DRAFT:
        raise PlanMoveNotAllowed(_("Only a draft can be changed."))
    before = draft.parameters
    _fill(draft, {**parameters, "code": draft.code, "family": draft.family})
    draft.drafted_by_id = by.user_id
    draft.save()
    _told("plan.change", draft, by, on, changed=sorted(_differing(before, draft.parameters)))
    return draft


@transaction.atomic(durable=True)
def discard_draft(*, code: str, by: Viewer, on: date) -> None:
    """Throw a draft away."""
    _allowed(by, P.PLAN_DRAFT)
    draft = _locked(code)
    if draft.status != PlanStatus.DRAFT:
        raise PlanMoveNotAllowed(_("Only a draft can be changed."))
    draft.delete()
    _told("plan.discard", draft, by, on)


@transaction.atomic(durable=True)
def propose(*, code: str, by: Viewer, on: date) -> PlanVersion:
    """Lay a draft before the person who publishes."""
    _allowed(by, P.PLAN_DRAFT)
    draft = _locked(code)
    _move(draft, PlanStatus.PROPOSED)
    _parsed(draft.parameters)
    draft.proposed_by_id, draft.proposed_on, draft.return_reason = by.user_id, on, ""
    draft.save()
    _told("plan.propose", draft, by, on)
    return draft


@transaction.atomic(durable=True)
def give_back(*, code: str, reason: str, by: Viewer, on: date) -> PlanVersion:
    """Send a proposed version back to be changed."""
    _allowed(by, P.PLAN_PUBLISH)
    if not reason.strip():
        raise ReturnReasonMissing(_("Say why it goes back."))
    draft = _locked(code)
    _move(draft, PlanStatus.DRAFT)
    draft.return_reason, draft.proposed_by_id, draft.proposed_on = reason.strip(), None, None
    draft.save()
    _told("plan.return", draft, by, on, reason=reason.strip())
    return draft


@transaction.atomic(durable=True)
def publish(*, code: str, by: Viewer, on: date, at: datetime) -> PlanVersion:
    """Publish a proposed version: it is sold from its first day, the one before it until then.

    Refused to whoever drafted or proposed it; while a version begins on that day or later; while
    covers of the version before it begin on or after that day.
    """
    _allowed(by, P.PLAN_PUBLISH)
    version = _locked(code)
    _move(version, PlanStatus.PUBLISHED)
    if by.user_id is None or by.user_id in (version.proposed_by_id, version.drafted_by_id):
        raise SamePerson(_("Another person than the one who prepared it publishes a version."))
    _parsed(version.parameters)
    _end_the_one_before(version, on)
    version.published_by_id, version.published_at = by.user_id, at
    version.save()
    _told("plan.publish", version, by, on)
    return version


def _end_the_one_before(version: PlanVersion, on: date) -> None:
    first = version.on_sale.lower
    assert first is not None  # every version has a first day
    if version.family == Family.SECREIMB and first <= on:
        raise SaleTaken(_("A secondary reimbursement is published before its first day."))
    others = list(
        PlanVersion.objects.select_for_update()
        .filter(family=version.family, status=PlanStatus.PUBLISHED)
        .filter(on_sale__overlap=version.on_sale)
        .order_by("pk")
    )
    for other in others:
        begins = other.on_sale.lower
        if begins is None or begins >= first:
            raise SaleTaken(
                _("%(code)s is sold from %(day)s on: choose a later first day.")
                % {"code": other.code, "day": begins}
            )
        begun = EnrolmentBatch.objects.filter(plan_version=other, starts_on__gte=first)
        number = begun.exclude(status=BatchStatus.WITHDRAWN).count()
        if number:
            raise SaleTaken(
                _("%(count)d batches of %(code)s begin on %(day)s or later.")
                % {"count": number, "code": other.code, "day": first}
            )
        other.on_sale = DateRange(begins, first)
        other.save(update_fields=["on_sale"])


def _allowed(by: Viewer, right: Permission) -> None:
    if not by.can_at(right, district().path):
        raise PlanNotForDistrict(_("Only the district prepares and publishes plans."))


def _locked(code: str) -> PlanVersion:
    return PlanVersion.objects.select_for_update().get(code=code)


def _move(version: PlanVersion, to: PlanStatus) -> None:
    if to not in PLAN_MOVES[PlanStatus(version.status)]:
        raise PlanMoveNotAllowed(
            _("A version that is “%(state)s” cannot become “%(to)s”.")
            % {"state": version.get_status_display(), "to": to.label}
        )
    version.status = to


def _parsed(parameters: Mapping[str, Any]) -> Any:
    read = parse_secondary if parameters.get("family") == Family.SECREIMB else parse_plan
    try:
        return read(parameters)
    except Malformed as fault:
        raise MalformedPlan(fault) from fault


def _fill(version: PlanVersion, parameters: dict[str, Any]) -> None:
    terms = _parsed(parameters)
    until = terms.effective_to + timedelta(days=1) if terms.effective_to else None
    if until and until <= terms.effective_from:
        raise SaleTaken(_("The last day of sale lies before the first."))
    version.name_zh, version.name_en = terms.name_zh, terms.name_en
    version.on_sale = DateRange(terms.effective_from, until)
    version.parameters = parameters


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[str]:
    return [key for key in {*before, *after} if before.get(key) != after.get(key)]


def _told(action: str, version: PlanVersion, by: Viewer, on: date, **details: Any) -> None:
    audit.record(
        action=action,
        subject=f"plan:{version.code}",
        by_id=by.user_id,
        path=district().path,
        day=str(on),
        **details,
    )
