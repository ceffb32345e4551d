"""Claims handed in by form, with their scanned papers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _

from claims.models import Claim, ClaimPaper
from claims.selectors.claims import children_of
from claims.services.assessing import assess_claims
from claims.services.moves import CannotMove, OutOfReach, check_moves, check_seen, locked, move
from claims.states import ClaimStatus, Document
from core import audit, crypto, files
from core.errors import RuleViolation
from core.numbering import next_number
from core.scans import BadPaper, clean_scan
from core.workdays import working_days_between
from members.access import Viewer
from members.models import Member
from members.permissions import Permission
from members.selectors import visible_members

Seen = Mapping[int, int] | None  # claim id -> version that was on the screen
SEALED = ("diagnosis", "diagnosis_code", "illness")


class FactMissing(RuleViolation):
    """The claim lacks a fact that its plan asks for, or two facts contradict each other."""


class CannotAddPaper(RuleViolation):
    """The claim has been decided."""


@dataclass(frozen=True)
class Paper:
    """An uploaded scan; `document` is a code of the plan's papers."""

    document: str
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class NewClaim:
    """The facts of a claim as they were typed in; `event_on` is admission, diagnosis or
    accident."""

    member_id: int
    family: str
    event_on: date
    child_id: int | None = None
    discharged_on: date | None = None
    hospital_code: str = ""
    hospital_name: str = ""
    hospital_level: int | None = None
    self_pay_1: Decimal | None = None
    special_disease: str = ""
    transfer_from_id: int | None = None
    transfer_slip: bool = False
    earlier_stays_in_year: int = 0
    diagnosis: str = ""
    diagnosis_code: str = ""
    illness: str = ""
    stage: str = ""
    category: str = ""
    first_signs_on: date | None = None
    death: bool = False
    disability_grade: int | None = None
    living_days: int = 0
    hospital_days: int = 0


@transaction.atomic(durable=True)
def file_claim(*, new: NewClaim, papers: Sequence[Paper] = (), by: Viewer, on: date) -> Claim:
    """File one claim of a member in the filer's scope, with its papers, and assess it.

    It belongs to the member's present union and is filed on the day `on`. Raises OutOfReach,
    FactMissing, BadPaper.
    """
    member = _locked_member(new, by)
    _check_facts(new, on)
    scans = [_cleaned(paper) for paper in papers]
    claim = Claim.objects.create(
        number=_free_number(on.year),
        organisation=member.organisation,
        filed_on=on,
        filed_by_id=by.user_id,
        documents=sorted({paper.document for paper in papers}),
        **_columns(new),
    )
    for paper, scan in zip(papers, scans, strict=True):
        _keep(claim, paper, scan, by)
    assess_claims(claim_ids=[claim.pk])
    audit.record(
        action="claim.file",
        subject=f"claim:{claim.pk}",
        by_id=by.user_id,
        path=member.organisation.path,
        number=claim.number,
    )
    claim.refresh_from_db()
    return claim


def _free_number(year: int) -> str:
    """The next number of our own that no unit's workbook has taken for itself."""
    number = next_number("LP", year)
    while Claim.objects.filter(number=number).exists():
        number = next_number("LP", year)
    return number


def _locked_member(new: NewClaim, by: Viewer) -> Member:
    found = (
        visible_members(by, Permission.CLAIM_FILE)
        .select_related("organisation")
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=new.member_id)
        .first()
    )
    child_is_known = (
        found is not None
        and new.child_id is not None
        and children_of(found).filter(pk=new.child_id).exists()
    )
    if found is None or (new.family == "CHILD" and not child_is_known):
        raise OutOfReach(_("The person was not found in your scope."))
    return found


def _check_facts(new: NewClaim, on: date) -> None:
    """The facts that the assessment cannot do without (contract §5, table of facts)."""
    needs_discharge = new.family == "INPALW" or (
        new.family == "INPMED" and new.special_disease != "outpatient"
    )
    missing = {
        _("discharge"): needs_discharge and new.discharged_on is None,
        _("self-paid amount"): new.family == "INPMED" and new.self_pay_1 is None,
        _("stage"): new.family in ("CI", "FEM") and not (new.stage or new.category),
    }
    names = [name for name, is_missing in missing.items() if is_missing]
    if names:
        raise FactMissing(_("Please fill in: %(names)s.") % {"names": "、".join(names)})
    if new.event_on > on:
        raise FactMissing(_("The event lies after the day of filing."))
    if new.discharged_on is not None and new.discharged_on < new.event_on:
        raise FactMissing(_("The discharge lies before the admission."))


def _columns(new: NewClaim) -> dict[str, Any]:
    columns = {name: value for name, value in vars(new).items() if name not in SEALED}
    if new.family != "CHILD":
        columns["child_id"] = None
    for name in SEALED:
        text = getattr(new, name)
        columns[f"{name}_sealed"] = crypto.seal(text, "diagnosis") if text else None
        columns[f"{name}_index"] = crypto.blind(text, "diagnosis") if text else ""
    return columns


def _cleaned(paper: Paper) -> tuple[str, bytes]:
    """The type by the first bytes, never by the name, and what is kept of it. Raises BadPaper."""
    if paper.document not in Document.values:
        raise BadPaper(_("“%(name)s”: choose which paper it is.") % {"name": paper.name})
    return clean_scan(paper.name, paper.content)


def _keep(claim: Claim, paper: Paper, scan: tuple[str, bytes], by: Viewer) -> None:
    kind, content = scan
    stored = files.store(content, name=paper.name, content_type=kind)
    ClaimPaper.objects.create(
        claim=claim, document=paper.document, file=stored, added_by_id=by.user_id
    )


@transaction.atomic(durable=True)
def add_paper(*, claim_id: int, paper: Paper, by: Viewer, on: date) -> Claim:
    """Add a scan to a claim that is filed or waits for papers, and assess it again.

    Raises OutOfReach, BadPaper, CannotAddPaper.
    """
    claim = locked([claim_id], by, Permission.CLAIM_FILE, people=True)[0]
    if claim.status not in (ClaimStatus.FILED, ClaimStatus.SUPPLEMENT):
        raise CannotAddPaper(_("Papers are added before the first review only."))
    _keep(claim, paper, _cleaned(paper), by)
    if claim.documents is not None:  # where nobody lists the papers they are not checked either
        claim.documents = sorted({*claim.documents, paper.document})
        claim.save(update_fields=["documents"])
    assess_claims(claim_ids=[claim.pk])
    audit.record(
        action="claim.paper",
        subject=f"claim:{claim.pk}",
        by_id=by.user_id,
        path=claim.organisation.path,
        note=str(Document(paper.document).label),
    )
    claim.refresh_from_db()
    return claim


@transaction.atomic(durable=True)
def hand_in(*, claim_ids: Iterable[int], by: Viewer, on: date, seen: Seen = None) -> None:
    """Hand claims in again whose papers were asked for; the office's clock runs on.

    Raises CannotMove, SeenAnother, OutOfReach.
    """
    claims = locked(claim_ids, by, Permission.CLAIM_FILE)
    check_moves(claims, ClaimStatus.FILED)
    if any(claim.status != ClaimStatus.SUPPLEMENT for claim in claims):
        raise CannotMove(_("No papers were asked for."))
    check_seen(claims, seen)
    days = {claim.asked_on for claim in claims if claim.asked_on is not None}
    stood = [When(asked_on=day, then=Value(working_days_between(day, on))) for day in days]
    more = Case(*stood, default=Value(0)) if stood else Value(0)
    move(
        claims, ClaimStatus.FILED, by=by, action="claim.hand_in", note="", asked_on=None,
        clock_stopped_days=F("clock_stopped_days") + more,
    )  # fmt: skip


@transaction.atomic(durable=True)
def withdraw(*, claim_ids: Iterable[int], by: Viewer, on: date, seen: Seen = None) -> None:
    """Take back claims that nobody has decided on. Raises CannotMove, SeenAnother, OutOfReach."""
    claims = locked(claim_ids, by, Permission.CLAIM_FILE)
    check_moves(claims, ClaimStatus.WITHDRAWN)
    check_seen(claims, seen)
    move(claims, ClaimStatus.WITHDRAWN, by=by, action="claim.withdraw")
