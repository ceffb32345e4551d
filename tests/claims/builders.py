"""Covers, claims, settlements and quarters for tests; what carries money is made by services."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from claims.models import Claim, Payout, ReimbursementQuarter, Settlement
from claims.services import casework, filing, payouts, reimbursement
from core import crypto
from core.periods import add_months
from members.access import Viewer
from members.models import Child, Member, Organisation
from policies.models import EnrolmentBatch, PlanVersion, Policy
from tests import builders

_numbers = count(1)
DAY = date(2018, 6, 1)
PDF = b"%PDF-1.4 a scanned paper"
PLANS = {
    "INPMED": "INPMED-2018", "INPALW": "INPALW-2018", "CI": "CI-2018-1Y", "FEM": "FEM-2018-1Y",
    "ACC": "ACC-2017", "CHILD": "CHILD-2018",
}  # fmt: skip
TIERS = {"ACC": "T74", "CHILD": "STD"}


def cover(
    member: Member, family: str = "INPMED", *, starts_on: date = date(2018, 3, 1),
    child: Child | None = None, status: str = "EFFECTIVE", shares: int = 1, plan: str = "",
) -> Policy:  # fmt: skip
    """A policy in force of the member (or of his child)."""
    version = PlanVersion.objects.get(code=plan or PLANS[family])
    months = int(version.parameters["term_months"])
    batch = EnrolmentBatch.objects.create(
        number=f"CB2018-T{next(_numbers):05d}",
        organisation=member.organisation,
        plan_version=version,
        starts_on=starts_on,
        status=status,
        accepted_on=None if status == "SUBMITTED" else starts_on,
    )
    return Policy.objects.create(
        batch=batch, plan_version=version, family=family, member=member, child=child,
        shares=shares, tier=TIERS.get(family, ""), amount=Decimal("50.00"),
        cover=DateRange(starts_on, add_months(starts_on, months)),
    )  # fmt: skip


def child_of(member: Member, *, number: str = "") -> Child:
    number = number or builders.document_number(born_on=date(2010, 5, 1))
    return Child.objects.create(
        name="张小小", document_index=crypto.blind(number, "id"),
        document_sealed=crypto.seal(number, "id"), sex="M", born_on=date(2010, 5, 1),
    )  # fmt: skip


def papers(*codes: str) -> list[filing.Paper]:
    wanted = codes or ("claim_form", "id_copy", "inpatient_fee_list", "card")
    return [filing.Paper(code, f"{code}.pdf", PDF) for code in wanted]


def filed(
    member: Member | None = None, *, family: str = "INPMED", event_on: date = date(2018, 5, 2),
    days: int = 10, self_pay_1: str | None = "4300.00", by: Viewer | None = None, on: date = DAY,
    with_cover: bool = True, scans: list[filing.Paper] | None = None, **facts: Any,
) -> Claim:  # fmt: skip
    """A claim filed by form, by default of a first stay that pays 1,800.00."""
    member = member or builders.member(builders.union())
    if with_cover and not Policy.objects.filter(member=member, family=family).exists():
        cover(member, family)
    if family not in ("INPMED", "INPALW"):
        self_pay_1, days = None, -1
    new = filing.NewClaim(
        member_id=member.pk,
        family=family,
        event_on=event_on,
        discharged_on=event_on + timedelta(days=days) if days >= 0 else None,
        self_pay_1=Decimal(self_pay_1) if self_pay_1 and family == "INPMED" else None,
        **{"hospital_code": "H11010100001", "hospital_level": 3, **facts},
    )
    filer = by or builders.viewer_as("agent", member.organisation)
    return filing.file_claim(new=new, papers=papers() if scans is None else scans, by=filer, on=on)


def reviewed(claim: Claim | None = None, *, by: Viewer | None = None) -> Claim:
    claim = claim or filed()
    casework.review(claim_ids=[claim.pk], by=by or builders.viewer_as("reviewer"), on=DAY)
    claim.refresh_from_db()
    return claim


def approved(claim: Claim | None = None, *, by: Viewer | None = None) -> Claim:
    claim = reviewed(claim)
    casework.approve(claim_ids=[claim.pk], by=by or builders.viewer_as("approver"), on=DAY)
    claim.refresh_from_db()
    return claim


def payout(*claims: Claim, by: Viewer | None = None) -> Payout:
    chosen = claims or (approved(),)
    maker = by or builders.viewer_as("finance")
    return payouts.make_claim_payout(claim_ids=[each.pk for each in chosen], by=maker, on=DAY)


def paid(made: Payout | None = None) -> Payout:
    made = made or payout()
    return payouts.pay(
        payout_id=made.pk, paid_on=DAY, reference="北京银行0001",
        by=builders.viewer_as("approver"), on=DAY,
    )  # fmt: skip


def settlement(
    member: Member, amount: str, settled_on: date = date(2018, 2, 11), *,
    admitted_on: date | None = None,
) -> Settlement:  # fmt: skip
    """A settlement row as an import leaves it; the quarter's row is there too."""
    quarter = (settled_on.month + 2) // 3
    reimbursement.settlements_changed(year=settled_on.year, quarter=quarter)
    return Settlement.objects.create(
        number=f"JS{next(_numbers):08d}", member=member, year=settled_on.year, quarter=quarter,
        settled_on=settled_on, kind="INPATIENT" if admitted_on else "OUTPATIENT",
        self_pay_1=Decimal(amount), admitted_on=admitted_on,
    )  # fmt: skip


def computed(
    year: int = 2018, quarter: int = 1, *, by: Viewer | None = None
) -> ReimbursementQuarter:
    return reimbursement.compute_quarter(
        year=year, quarter=quarter, by=by or builders.viewer_as("enrolment")
    )


def quarter_approved(year: int = 2018, quarter: int = 1) -> ReimbursementQuarter:
    computed(year, quarter)
    return reimbursement.approve_quarter(
        year=year, quarter=quarter, by=builders.viewer_as("approver"), on=DAY
    )


def unions(number: int) -> list[Organisation]:
    return [builders.union() for _place in range(number)]
