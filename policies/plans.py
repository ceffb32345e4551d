"""The terms of the plans, by version, day or year: the only reader of a version's parameters.

A published version never changes (trigger), so its terms are parsed once per process.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_CEILING
from functools import lru_cache
from pathlib import Path

import yaml
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from policies.models import Campaign, PlanVersion
from policies.rules.catalogue import parse_common, parse_free, parse_plan, parse_secondary
from policies.rules.questions import Question, Source, parse_questions, parse_sources
from policies.rules.terms import Common, FreeTerms, PlanTerms, SecondaryTerms
from policies.states import NONWORK, PAID_FAMILIES, Family, PlanStatus

CATALOGUE = Path(__file__).parent / "data" / "catalogue.yaml"


class NotOnSale(RuleViolation):
    """No version of the family is sold for covers that start on the day."""


@lru_cache(maxsize=256)
def terms_of(*, code: str) -> PlanTerms:
    """The terms of one version of a paid plan. Raises PlanVersion.DoesNotExist."""
    version = _published().get(code=code, family__in=PAID_FAMILIES)
    return parse_plan(version.parameters)


def terms_in(version: PlanVersion) -> PlanTerms:
    """The terms of a version whatever its state; a draft's as they are at this moment.

    Raises Malformed for a draft that the schema does not take.
    """
    if version.status == PlanStatus.PUBLISHED:
        return terms_of(code=version.code)
    return parse_plan(version.parameters)


def terms_on(*, family: str, day: date) -> PlanTerms:
    """The terms on sale for covers that start on a day. Raises NotOnSale."""
    return terms_of(code=version_on(family=family, day=day).code)


def version_on(*, family: str, day: date) -> PlanVersion:
    """The version of a paid family that is on sale on a day. Raises NotOnSale."""
    found = paid_versions().filter(family=family, on_sale__contains=day).first()
    if found is None:
        raise NotOnSale(
            _("No version of “%(plan)s” is on sale on %(day)s.")
            % {"plan": Family(family).label, "day": day}
        )
    return found


def secondary_terms(*, year: int) -> SecondaryTerms | None:
    """The secondary reimbursement in force on 1 January of a year; None: there was none."""
    code = (
        _published()
        .filter(family=Family.SECREIMB, on_sale__contains=date(year, 1, 1))
        .values_list("code", flat=True)
        .first()
    )
    return secondary_by_code(code=code) if code else None


@lru_cache(maxsize=64)
def secondary_by_code(*, code: str) -> SecondaryTerms:
    """The terms of one version of the secondary reimbursement. Raises PlanVersion.DoesNotExist."""
    version = _published().get(code=code, family=Family.SECREIMB)
    return parse_secondary(version.parameters)


@lru_cache(maxsize=16)
def free_terms(*, code: str) -> FreeTerms:
    """The terms of one version of a free plan that is only shown. Raises DoesNotExist."""
    return parse_free(_published().get(code=code, family=NONWORK).parameters)


@lru_cache(maxsize=1)
def questions() -> tuple[Question, ...]:
    """What only the office can answer about the plans."""
    return parse_questions(_document("questions.yaml"))


@lru_cache(maxsize=1)
def sources() -> Mapping[str, Source]:
    """Where the values of the shipped catalogue were read, by code."""
    return parse_sources(_document("sources.yaml"))


def _document(name: str) -> object:
    return yaml.safe_load(CATALOGUE.with_name(name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def common() -> Common:
    """What holds for every paid plan."""
    document = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    return parse_common(document["common"])


@lru_cache(maxsize=1)
def working_day_limits() -> tuple[int, int]:
    """Working days for the office from complete papers to the payment, and for filing by the APP
    from the discharge (catalogue: common.payment_promise, common.claim_limit.app_channel)."""
    document = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))["common"]
    return (
        int(document["payment_promise"]["value"]),
        int(document["claim_limit"]["app_channel"]["value"]),
    )


def _published() -> QuerySet[PlanVersion]:
    return PlanVersion.objects.filter(status=PlanStatus.PUBLISHED)


def all_versions() -> QuerySet[PlanVersion]:
    """Every published version of every plan, the newest of a family first."""
    return _published().order_by("family", "-on_sale")


def paid_versions() -> QuerySet[PlanVersion]:
    """Every published version of the six paid plans, in the order of the families and of time."""
    return _published().filter(family__in=PAID_FAMILIES).order_by("family", "on_sale")


def campaigns() -> QuerySet[Campaign]:
    """The centrally funded enrolment drives."""
    return Campaign.objects.select_related("plan_version").order_by("-starts_on", "code")


def group_needed(terms: PlanTerms, staff: int | None) -> int | None:
    """How many persons a union with this staff must enrol; None where nothing is asked or known.

    Source: the plan's `min_group`: everybody below a number of staff, else a share of the staff.
    """
    rule = terms.min_group
    if rule is None or not staff:
        return None
    if rule.all_if_staff_below is not None and staff < rule.all_if_staff_below:
        return staff
    if rule.ratio is None:
        return None
    return int((rule.ratio * staff).to_integral_value(rounding=ROUND_CEILING))
