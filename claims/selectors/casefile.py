"""One claim as its page shows it: facts, checks, the calculation in words, papers and acts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from claims.models import Claim, ClaimPaper
from claims.rules.checks import REFERRING, SUPPLEMENTING
from claims.rules.steps import Step, in_chinese, in_english
from claims.states import ClaimStatus, Document, Finding
from core import crypto
from core.templatetags.ui import day, money
from policies import plans
from policies.rules.terms import PlanTerms
from policies.states import Family

LEVELS: Mapping[int, Promise] = {
    3: gettext_lazy("level 3"),
    2: gettext_lazy("level 2"),
    1: gettext_lazy("level 1"),
    0: gettext_lazy("not graded"),
}
EVENTS: Mapping[str, Promise] = {
    "INPMED": gettext_lazy("Admitted on"),
    "INPALW": gettext_lazy("Admitted on"),
    "CI": gettext_lazy("Diagnosed on"),
    "FEM": gettext_lazy("Diagnosed on"),
    "ACC": gettext_lazy("Accident on"),
    "CHILD": gettext_lazy("Accident on"),
}
STAGES: Mapping[str, Promise] = {
    "early": gettext_lazy("early stage"),
    "full": gettext_lazy("full"),
}
SPECIAL: Mapping[str, Promise] = {
    "inpatient": gettext_lazy("special disease, inpatient"),
    "outpatient": gettext_lazy("special disease, outpatient"),
}
STAY_CHECKS = (Finding.DUPLICATE_STAY, Finding.OVERLAP, Finding.HOSPITAL)
ILLNESS_CHECKS = (Finding.COVER_ENDED, Finding.ILLNESS_ALREADY_PAID, Finding.PRE_EXISTING)
CHECKS: Mapping[str, tuple[Finding, ...]] = {
    "INPMED": STAY_CHECKS,
    "INPALW": STAY_CHECKS,
    "CI": ILLNESS_CHECKS,
    "FEM": ILLNESS_CHECKS,
}
WITHOUT_COVER = (
    Finding.NO_COVER, Finding.ILLNESS_ALREADY_PAID, Finding.EXCLUDED, *STAY_CHECKS,
)  # fmt: skip
PASSED: Mapping[Finding, Promise] = {
    Finding.NO_COVER: gettext_lazy("covered on the day"),
    Finding.WAITING: gettext_lazy("outside the waiting period"),
    Finding.LATE: gettext_lazy("filed in time"),
    Finding.EXCLUDED: gettext_lazy("no excluded cause"),
    Finding.DUPLICATE_STAY: gettext_lazy("not claimed before"),
    Finding.OVERLAP: gettext_lazy("overlaps no other stay"),
    Finding.HOSPITAL: gettext_lazy("an agreed hospital"),
    Finding.COVER_ENDED: gettext_lazy("cover not used up"),
    Finding.ILLNESS_ALREADY_PAID: gettext_lazy("illness not paid before"),
    Finding.PRE_EXISTING: gettext_lazy("not ill before cover"),
    Finding.DOCUMENTS: gettext_lazy("papers complete"),
}


@dataclass(frozen=True)
class Line:
    """One line of the calculation; `doubts` names the parameters that the office has to confirm."""

    text: str
    doubts: str = ""


@dataclass(frozen=True)
class Check:
    """One check with its mark: ok, wait (a person looks), error, or neutral (not made)."""

    label: str
    kind: str


@dataclass(frozen=True)
class Wanted:
    """A paper that the plan asks for, and whether it was handed in."""

    label: str
    is_given: bool
    is_required: bool


def facts(claim: Claim) -> list[tuple[str, str]]:
    """What was said about the event, without empty lines."""
    return [(str(label), value) for label, value in _facts(claim) if value]


def _facts(claim: Claim) -> Iterator[tuple[str | Promise, str]]:
    yield EVENTS[claim.family], day(claim.event_on)
    yield _("Discharged on"), day(claim.discharged_on) if claim.discharged_on else ""
    yield (
        _("Nights"),
        str((claim.discharged_on - claim.event_on).days) if claim.discharged_on else "",
    )
    yield _("Filed on"), day(claim.filed_on)
    yield _("Hospital"), f"{claim.hospital_name} {claim.hospital_code}".strip()
    level = claim.hospital_level
    yield _("Hospital level"), "" if level is None else str(LEVELS.get(level, level))
    yield _("Self-paid 1"), "" if claim.self_pay_1 is None else f"￥{money(claim.self_pay_1)}"
    yield _("Special disease"), str(SPECIAL.get(claim.special_disease, ""))
    yield _("Transferred from"), claim.transfer_from.number if claim.transfer_from else ""
    yield _("Transfer slip"), _("yes") if claim.transfer_slip else ""
    yield from _illness(claim)
    yield from _accident(claim)


def _illness(claim: Claim) -> Iterator[tuple[str, str]]:
    for label, name in (
        (_("Diagnosis"), "diagnosis"),
        (_("Diagnosis code"), "diagnosis_code"),
        (_("Illness"), "illness"),
    ):
        sealed = getattr(claim, f"{name}_sealed")
        yield label, crypto.unseal(sealed, "diagnosis") if sealed else ""
    yield _("Stage"), str(STAGES.get(claim.stage, claim.stage))
    yield _("First signs on"), day(claim.first_signs_on) if claim.first_signs_on else ""


def _accident(claim: Claim) -> Iterator[tuple[str, str]]:
    yield _("Death"), _("yes") if claim.death else ""
    yield _("Disability grade"), str(claim.disability_grade or "")
    yield _("Days of living allowance"), str(claim.living_days or "")
    yield _("Days of hospital allowance"), str(claim.hospital_days or "")
    yield _("Campaign"), claim.campaign.name_zh if claim.campaign else ""


def checks(claim: Claim) -> list[Check]:
    """Every check of the contract that the family has, passed or not (contract §3)."""
    if not claim.decision:
        return []
    wanted = (
        Finding.NO_COVER, Finding.WAITING, Finding.LATE, Finding.EXCLUDED,
        *CHECKS.get(claim.family, ()), Finding.DOCUMENTS,
    )  # fmt: skip
    if Finding.NO_COVER in claim.codes:  # the others need the policy and were not made
        wanted = tuple(finding for finding in wanted if finding in WITHOUT_COVER)
    return [_check(claim, finding) for finding in wanted]


def _check(claim: Claim, finding: Finding) -> Check:
    if finding in claim.codes:
        soft = finding in REFERRING or finding in SUPPLEMENTING
        return Check(str(finding.label), "wait" if soft else "error")
    if finding == Finding.HOSPITAL and claim.hospital_level is None:
        return Check(_("hospital not given, not checked"), "neutral")
    if finding == Finding.DOCUMENTS and claim.documents is None:
        return Check(_("papers handed in on paper, not checked"), "neutral")
    return Check(str(PASSED[finding]), "ok")


def calculation(claim: Claim) -> list[Line]:
    """The steps that led to the amount, in the language of the page, as they were stored."""
    say = in_chinese if (get_language() or "").startswith("zh") else in_english
    terms = plans.terms_of(code=claim.plan_version.code) if claim.plan_version else None
    lines = []
    for stored in claim.steps:
        step = Step(stored["code"], stored["values"], tuple(stored["uses"]))
        lines.append(Line(say(step), _doubts(terms, step)))
    return lines


def _doubts(terms: PlanTerms | None, step: Step) -> str:
    if terms is None:
        return ""
    return ", ".join(path for path in step.uses if not terms.is_confirmed(path))


def wanted_papers(claim: Claim, papers: list[ClaimPaper], today: date) -> list[Wanted]:
    """The check-list: what the answering version asks for, else the one on sale on the event
    day."""
    terms = _terms_for_papers(claim, today)
    given = {*(claim.documents or ()), *(paper.document for paper in papers)}
    if terms is None:
        return [
            Wanted(document_label(code), is_given=True, is_required=False) for code in sorted(given)
        ]
    listed = [(code, True) for code in terms.documents]
    listed += [(code, False) for code in terms.documents_if_applicable if code in given]
    return [
        Wanted(document_label(code), is_given=code in given, is_required=required)
        for code, required in listed
    ]


def _terms_for_papers(claim: Claim, today: date) -> PlanTerms | None:
    if claim.plan_version is not None:
        return plans.terms_of(code=claim.plan_version.code)
    return terms_at(claim.family, claim.event_on) or terms_at(claim.family, today)


def terms_at(family: str, day: date) -> PlanTerms | None:
    """The version on sale on a day, if there is one."""
    try:
        return plans.terms_on(family=family, day=day)
    except plans.NotOnSale:
        return None


def document_label(code: str) -> str:
    """The name of a paper; a code that no plan knows is shown as it is."""
    return str(Document(code).label) if code in Document.values else code


def paper_choices(family: str, day: date) -> list[tuple[str, str, bool]]:
    """(code, name, whether it is required) of the papers of a family's version on sale."""
    terms = terms_at(family, day)
    if terms is None:
        return []
    required = [(code, document_label(code), True) for code in terms.documents]
    more = [(code, document_label(code), False) for code in terms.documents_if_applicable]
    return required + more


def family_name(family: str) -> str:
    return str(Family(family).label)


def pending_steps(claim: Claim) -> list[str]:
    """What still lies before the claim, for the end of its timeline."""
    road = (
        (ClaimStatus.FILED, _("First review")),
        (ClaimStatus.REVIEWED, _("Approval")),
        (ClaimStatus.APPROVED, _("Payment")),
    )
    places = [status for status, _label in road]
    if claim.status == ClaimStatus.SUPPLEMENT:
        return [_("Papers"), *(label for _status, label in road)]
    if claim.status not in places:
        return []
    return [label for _status, label in road[places.index(ClaimStatus(claim.status)) :]]
