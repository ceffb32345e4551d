"""The plan catalogue as people read it: every parameter, and how well each is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from core.money import ZERO
from members.access import Viewer
from members.permissions import Permission
from policies.models import PlanVersion
from policies.plans import all_versions, free_terms, questions, secondary_by_code, sources, terms_of
from policies.rules.catalogue import parse_plan, parse_secondary
from policies.rules.questions import Source
from policies.rules.terms import (
    AccidentTable,
    FreeTerms,
    LumpSum,
    LumpSumByWaiting,
    MixedCaps,
    PercentOverDeductible,
    PerDiem,
    PlanTerms,
    SecondaryTerms,
)
from policies.selectors.codes import coded
from policies.states import NONWORK, PAID_FAMILIES, PLAN_FAMILIES, Family, PlanStatus

EVIDENCE = {
    "V": pgettext_lazy("evidence", "verified in an official text"),
    "S": pgettext_lazy("evidence", "from a secondary source"),
    "I": pgettext_lazy("evidence", "inferred"),
    "G": pgettext_lazy("evidence", "general knowledge, not checked"),
    "D": pgettext_lazy("evidence", "assumed, the office has to set it"),
}
Terms = PlanTerms | SecondaryTerms | FreeTerms


@dataclass(frozen=True)
class Parameter:
    """One value of a plan: what it is called, what it says, whether the office may rely on it."""

    label: str
    value: str
    confirmed: bool
    note: str
    path: str = ""


@dataclass(frozen=True)
class PlanCard:
    """A version for lists: its price in words and the days on which it is sold."""

    version: PlanVersion
    family: str
    price: str
    price_confirmed: bool
    first: date | None
    last: date | None
    on_sale: bool
    unconfirmed: int


def terms_of_version(version: PlanVersion) -> Terms:
    """The terms of a version; those of a draft are read anew each time."""
    if version.family == NONWORK:
        return free_terms(code=version.code)
    if version.status != PlanStatus.PUBLISHED:
        read = parse_secondary if version.family == Family.SECREIMB else parse_plan
        return read(version.parameters)
    if version.family == Family.SECREIMB:
        return secondary_by_code(code=version.code)
    return terms_of(code=version.code)


def published_versions() -> QuerySet[PlanVersion]:
    """Every published version, the newest of a family first."""
    return all_versions()


def unpublished_versions(viewer: Viewer) -> QuerySet[PlanVersion]:
    """Drafts and proposed versions, for the district's people who draft and who publish."""
    rows = PlanVersion.objects.exclude(status=PlanStatus.PUBLISHED).order_by("family", "code")
    rights = (Permission.PLAN_DRAFT, Permission.PLAN_PUBLISH)
    return rows if any(viewer.holds_in_district(right) for right in rights) else rows.none()


def plan_cards(*, today: date) -> list[PlanCard]:
    """Every version, those on sale first, in the order of the families."""
    order = [family for family, _label in PLAN_FAMILIES]
    cards = [plan_card(version, today=today) for version in all_versions()]
    return sorted(
        cards,
        key=lambda card: (
            not card.on_sale,
            order.index(card.version.family),
            -(card.first or date.min).toordinal(),
        ),
    )


def plan_card(version: PlanVersion, *, today: date) -> PlanCard:
    terms = terms_of_version(version)
    price, path = _price(terms)
    until = version.on_sale.upper
    return PlanCard(
        version=version,
        family=str(version.get_family_display()),
        price=price,
        price_confirmed=terms.is_confirmed(path),
        first=version.on_sale.lower,
        last=until - timedelta(days=1) if until else None,
        on_sale=today in version.on_sale,
        unconfirmed=sum(
            not row.confirmed for _title, rows in parameters_of(version) for row in rows
        ),
    )


def price_doubt(version: PlanVersion) -> str:
    """Why the price of a version has to be confirmed yet; nothing where it need not."""
    terms = terms_of_version(version)
    _text, path = _price(terms)
    return "" if terms.is_confirmed(path) else str(EVIDENCE[terms.evidence_of(path)])


def unit_price(version: PlanVersion) -> str:
    """The price of one share, or from the lowest to the highest tier, in yuan (column 单价)."""
    terms = terms_of_version(version)
    if not isinstance(terms, PlanTerms):
        return ""
    if terms.per_share is not None:
        return f"{terms.per_share:,.2f}"
    prices = sorted(
        {price for tier in terms.tiers for price in (tier.price, tier.price_high_risk) if price}
    )
    if len(prices) > 2:
        return f"{prices[0]:,.2f}–{prices[-1]:,.2f}"
    return " / ".join(f"{price:,.2f}" for price in prices)


def prices_on(day: date) -> list[PlanCard]:
    """The paid plans on sale on a day with their prices, in the order of the families."""
    cards = plan_cards(today=day)
    return [card for card in cards if card.on_sale and card.version.family in PAID_FAMILIES]


def _price(terms: Terms) -> tuple[str, str]:
    if isinstance(terms, SecondaryTerms | FreeTerms):
        return _("free"), "price"
    if terms.per_share is not None:
        return _("%(price)s a share") % {"price": yuan(terms.per_share)}, "price"
    return " / ".join(yuan(tier.price) for tier in terms.tiers), "benefit.tiers.*.price"


def parameters_of(version: PlanVersion) -> list[tuple[str, list[Parameter]]]:
    """The parameters of a version in groups, each with its evidence."""
    terms = terms_of_version(version)
    groups = [(_("Benefit"), _benefit(terms))]
    if isinstance(terms, PlanTerms):
        groups = [(_("Joining"), _joining(terms)), *groups, (_("Claims"), _claims(terms))]
    return [(title, [_parameter(terms, *row) for row in rows]) for title, rows in groups]


def sources_of(version: PlanVersion) -> list[Source]:
    """Where the values were read; a text of the office stands for itself."""
    known = sources()
    return [known.get(code, Source("", code)) for code in terms_of_version(version).sources]


def questions_of(version: PlanVersion) -> list[str]:
    """What only the office can answer about the plan, in the reader's language."""
    asked = [question for question in questions() if version.family in question.families]
    if (get_language() or "").startswith("en"):
        return [question.en for question in asked]
    return [question.zh for question in asked]


Row = tuple[str, str, str | None]  # label, path, value; None: not known


def _parameter(terms: Terms, label: str, path: str, value: str | None) -> Parameter:
    code = terms.evidence_of(path)
    return Parameter(
        label=label,
        value=_("not known") if value is None else value,
        confirmed=terms.is_confirmed(path),
        note=str(EVIDENCE[code]),
        path=path,
    )


def parameter_labels(terms: Terms) -> dict[str, str]:
    """What the parameters of a version are called, by their path."""
    rows = list(_benefit(terms))
    if isinstance(terms, PlanTerms):
        rows = [*_joining(terms), *rows, *_claims(terms)]
    return {path: label for label, path, _value in rows}


def _joining(terms: PlanTerms) -> Iterator[Row]:
    price, path = _price(terms)
    ages, shares, waiting = terms.ages, terms.shares, terms.waiting
    yield _("Contribution"), path, price
    if any(tier.price_high_risk for tier in terms.tiers):
        high = " / ".join(yuan(tier.price_high_risk) for tier in terms.tiers)
        yield _("High-risk work"), "benefit.tiers.*.price_high_risk", high
    yield _("Shares"), "shares.max", _span(shares.min, shares.max)
    yield _("Term"), "term_months", _("%(months)d months") % {"months": terms.term_months}
    yield _("Age on the first day"), "ages", _span(ages.min, _highest(terms))
    if ages.female_max is not None:
        yield _("Women up to"), "ages.female_max", str(ages.female_max)
    if ages.flagged_max is not None:
        yield _("Noted on the roster up to"), "ages", str(ages.flagged_max)
    yield _("Open to"), "sex", str(coded(terms.sex))
    yield _("Waiting, no benefit"), "waiting.days", _days(waiting.days)
    if waiting.reduced_until_day is not None:
        reduced = _("until day %(day)d") % {"day": waiting.reduced_until_day}
        yield _("Reduced benefit"), "waiting.reduced_until_day", reduced
    yield _("Waived on renewal"), "waiting.waived_on_renewal", yes(waiting.waived_on_renewal)
    if terms.min_group is not None:
        yield _("Smallest group"), "min_group", _group(terms)
    if terms.excludes:
        families = "、".join(str(Family(family).label) for family in terms.excludes)
        yield _("Not together with"), "excludes", families


def _highest(terms: PlanTerms) -> int | None:
    highest = terms.ages.max
    return highest - 1 if highest is not None and terms.ages.exclusive_max else highest


def _group(terms: PlanTerms) -> str:
    rule, said = terms.min_group, []
    assert rule is not None
    if rule.ratio is not None:
        said.append(_("%(percent)s of the staff") % {"percent": percent(rule.ratio)})
    if rule.all_if_staff_below is not None:
        said.append(_("everybody below %(staff)d staff") % {"staff": rule.all_if_staff_below})
    return "；".join(said)


def _benefit(terms: Terms) -> Iterator[Row]:
    benefit = terms.benefit
    if isinstance(benefit, PercentOverDeductible):
        yield from _by_stay(benefit)
    elif isinstance(benefit, PerDiem):
        yield from _per_diem(benefit)
    elif isinstance(benefit, LumpSum):
        for name, value in benefit.per_share.items():
            yield str(coded(name)), "benefit.per_share", yuan_or_none(value)
    elif isinstance(benefit, LumpSumByWaiting):
        yield _("Reduced, a share"), "benefit.per_share.reduced", yuan_or_none(benefit.reduced)
        yield (
            _("Early stage, a share"),
            "benefit.per_share.early_stage",
            yuan_or_none(benefit.early_stage),
        )
        yield _("Full, a share"), "benefit.per_share.full", yuan_or_none(benefit.full)
    elif isinstance(benefit, AccidentTable):
        yield from _accident(benefit)
    elif isinstance(benefit, MixedCaps):
        yield from _mixed_caps(benefit)
    else:
        yield from _secondary(terms)


def _by_stay(benefit: PercentOverDeductible) -> Iterator[Row]:
    yield _("Deductible, first stay"), "benefit.deductible.first", yuan(benefit.first_deductible)
    yield _("Deductible, later stays"), "benefit.deductible.later", yuan(benefit.later_deductible)
    rates = " / ".join(percent(rate) for rate in benefit.rates)
    yield _("Rate, first / later stays"), "benefit.rates", rates
    yield _("Most in a term"), "benefit.cap_per_term", yuan_or_none(benefit.cap_per_term)


def _per_diem(benefit: PerDiem) -> Iterator[Row]:
    yield _("Allowance a day"), "benefit.per_day", yuan(benefit.per_day)
    unpaid = _days(benefit.unpaid_days_per_stay)
    yield _("Unpaid at the start of a stay"), "benefit.unpaid_days_per_stay", unpaid
    yield _("Most days in a term"), "benefit.max_days_per_term", _days(benefit.max_days_per_term)
    yield _("Most in a term"), "benefit.cap_per_term", yuan_or_none(benefit.cap_per_term)


def _accident(benefit: AccidentTable) -> Iterator[Row]:
    for tier in benefit.tiers:
        at = f"benefit.tiers.{tier.code}"
        name = {"tier": tier.code}
        yield (
            _("%(tier)s: death and funeral") % name,
            f"{at}.death_and_funeral",
            yuan(tier.death_and_funeral),
        )
        yield (
            _("%(tier)s: disability, basis") % name,
            f"{at}.disability_base",
            yuan(tier.disability_base),
        )
        days = f"{yuan(tier.living_per_day)} / {yuan(tier.hospital_per_day)}"
        yield _("%(tier)s: a day at home / in hospital") % name, f"{at}.living_per_day", days
    grades = benefit.disability_percent_by_grade
    said = "、".join(f"{grade}: {percent(grades[grade])}" for grade in sorted(grades))
    yield _("Disability by grade"), "benefit.disability_percent_by_grade", said
    yield _("Most days in a term"), "benefit.max_days_per_term", _days(benefit.max_days_per_term)


def _mixed_caps(benefit: MixedCaps) -> Iterator[Row]:
    yield _("Accidental death"), "benefit.accident_death", yuan(benefit.accident_death)
    most = yuan(benefit.accident_disability_max)
    yield _("Accidental disability, at most"), "benefit.accident_disability_max", most
    fire = f"{percent(benefit.fire_loss_rate)} ≤ {yuan(benefit.fire_loss_max)}"
    yield _("Loss by fire, at most"), "benefit.fire_loss_max", fire
    burst = f"{percent(benefit.pipe_burst_rate)} ≤ {yuan(benefit.pipe_burst_max)}"
    yield _("Loss by a burst pipe, at most"), "benefit.pipe_burst_max", burst


def _secondary(terms: Terms) -> Iterator[Row]:
    assert isinstance(terms, SecondaryTerms)
    benefit = terms.benefit
    outpatient = yuan(benefit.outpatient_deductible)
    yield _("Outpatient deductible of a year"), "benefit.outpatient", outpatient
    inpatient = (
        f"{yuan(benefit.inpatient_first_deductible)} / {yuan(benefit.inpatient_later_deductible)}"
    )
    yield _("Inpatient deductible, first / later"), "benefit.inpatient", inpatient
    yield _("Rate up to the ceiling"), "benefit.rate_to_ceiling", percent(benefit.rate_to_ceiling)
    privileged = percent(benefit.rate_to_ceiling_privileged)
    yield _("Model workers and hardship"), "benefit.rate_to_ceiling_privileged", privileged
    for band in benefit.bands or ():
        end = yuan(band.end) if band.end is not None else pgettext("band", "without end")
        label = _("Above the ceiling, %(first)s to %(last)s") % {
            "first": yuan(band.start),
            "last": end,
        }
        yield label, "benefit.over_ceiling.bands", percent(band.rate)
    yield _("Most in a year"), "benefit.max_per_year", yuan_or_none(benefit.max_per_year)


def _claims(terms: PlanTerms) -> Iterator[Row]:
    limit = _("%(years)d years") % {"years": terms.claim_limit_years}
    yield _("Claim within"), "claim_limit", limit
    yield _("Papers"), "documents", _listed(terms.documents)
    if terms.documents_if_applicable:
        yield _("Papers where they apply"), "documents", _listed(terms.documents_if_applicable)
    if terms.exclusions:
        yield _("Not covered"), "exclusions", _listed(terms.exclusions)


def _listed(codes: tuple[str, ...]) -> str:
    return "、".join(str(coded(code)) for code in codes)


def _span(first: int, last: int | None) -> str:
    if last is None:
        return _("from %(first)d") % {"first": first}
    return str(first) if first == last else f"{first}–{last}"


def _days(days: int | None) -> str | None:
    return None if days is None else _("%(days)d days") % {"days": days}


def yes(value: object) -> str:
    return pgettext("parameter", "yes") if value else pgettext("parameter", "no")


def yuan(amount: Decimal | None) -> str:
    amount = ZERO if amount is None else amount
    return f"￥{amount:,.2f}".removesuffix(".00")


def yuan_or_none(amount: Decimal | None) -> str | None:
    return None if amount is None else yuan(amount)


def percent(ratio: Decimal) -> str:
    return f"{(ratio * 100).normalize():f}%"
