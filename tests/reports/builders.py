"""A small district whose every figure can be counted by hand: batches, money, claims, quarters."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from claims.models import Claim, Payment, Payout, Reimbursement, ReimbursementQuarter, Settlement
from core.periods import add_months
from ledger import services as ledger
from members.models import (
    Child,
    Member,
    Organisation,
    TrainingAttendee,
    TrainingSession,
    User,
)
from policies.models import (
    AnnualTarget,
    Campaign,
    EnrolmentBatch,
    PlanVersion,
    Policy,
    Receipt,
    ReceiptLine,
    Remittance,
    RemittanceLine,
)
from tests import builders

D = Decimal
_numbers = count(1)
PRICES = {
    "INPMED": "50",
    "INPALW": "60",
    "CI": "40",
    "FEM": "25",
    "CHILD": "50",
    "T26": "26",
    "T74": "74",
}
VERSIONS = {
    "INPMED": "INPMED-2018", "INPALW": "INPALW-2018", "CI": "CI-2018-1Y", "FEM": "FEM-2018-1Y",
    "ACC": "ACC-2017", "CHILD": "CHILD-2018",
}  # fmt: skip
Line = tuple[Member, int]


def someone(role: str = "enrolment") -> User:
    return builders.user(role, username=f"{role}-{next(_numbers)}")


def child(name: str = "小明") -> Child:
    number = builders.document_number(born_on=date(2010, 5, 1))
    return Child.objects.create(
        name=name, document_index=number, document_sealed=b"-", sex="M", born_on=date(2010, 5, 1)
    )


def batch(
    unit: Organisation, family: str, lines: Iterable[Line], *, accepted_on: date | None,
    status: str = "EFFECTIVE", tier: str = "", campaign: Campaign | None = None,
    starts_on: date | None = None, children: Sequence[Child] = (),
) -> EnrolmentBatch:  # fmt: skip
    """A batch with a policy for each (member, shares), in the books when it was accepted."""
    lines = list(lines)
    start = starts_on or accepted_on or date(2018, 3, 1)
    price = D(PRICES[tier or family])
    shares = sum(number for _member, number in lines)
    made = EnrolmentBatch.objects.create(
        number=f"CB{start.year}-{next(_numbers):06d}", organisation=unit, status=status,
        plan_version=PlanVersion.objects.get(code=VERSIONS[family]), campaign=campaign,
        starts_on=start, person_count=len(lines), shares=shares, amount=price * shares,
        accepted_on=accepted_on, accepted_by=someone() if accepted_on else None,
        submitted_by=someone("agent"),
    )  # fmt: skip
    for place, (member, number) in enumerate(lines):
        Policy.objects.create(
            batch=made, plan_version=made.plan_version, family=family, member=member, tier=tier,
            child=children[place] if children else None, relation="子女" if children else "",
            shares=number, amount=price * number,
            cover=DateRange(start, add_months(start, 12)),
        )  # fmt: skip
    if accepted_on:
        post(f"batch:{made.pk}", accepted_on, ("1122", "2202"), made.amount)
    return made


def post(key: str, on: date, accounts: tuple[str, str], amount: Decimal) -> None:
    debit, credit = accounts
    with transaction.atomic():
        ledger.post(
            key=key, posted_on=on, memo=key, organisation_id=builders.district().pk,
            lines=[(debit, amount, D(0)), (credit, D(0), amount)],
        )  # fmt: skip


def receive(made: EnrolmentBatch, on: date) -> Receipt:
    receipt = Receipt.objects.create(
        number=f"SK{on.year}-{next(_numbers):06d}", payer=made.organisation, received_on=on,
        amount=made.amount, reference=f"R{next(_numbers)}", recorded_by=someone("finance"),
    )  # fmt: skip
    ReceiptLine.objects.create(receipt=receipt, batch=made, amount=made.amount)
    post(f"receipt:{receipt.pk}", on, ("1002", "1122"), made.amount)
    return receipt


def remit(batches: Sequence[EnrolmentBatch], on: date) -> Remittance:
    amount = sum((made.amount for made in batches), D(0))
    remittance = Remittance.objects.create(
        number=f"SJ{on.year}-{next(_numbers):06d}", status="REMITTED", amount=amount,
        made_on=on,
        remitted_on=on, reference="B1", made_by=someone("finance"),
        remitted_by=someone("enrolment"),
    )  # fmt: skip
    for made in batches:
        RemittanceLine.objects.create(remittance=remittance, batch=made, amount=made.amount)
    post(f"remittance:{remittance.pk}", on, ("2202", "1002"), amount)
    return remittance


def claim(
    policy: Policy, amount: str, *, event_on: date, approved_on: date | None = None, **fields: Any
) -> Claim:
    """A claim on a policy: filed, and approved when a day is given."""
    done = {
        "status": "APPROVED", "decision": "payable", "reviewed_by": someone("reviewer"),
        "approved_by": someone("approver"), "reviewed_on": approved_on, "approved_on": approved_on,
        "decided_at": datetime(event_on.year, event_on.month, 1, tzinfo=ZoneInfo("Asia/Shanghai")),
    } if approved_on else {}  # fmt: skip
    return Claim.objects.create(
        number=f"LP{event_on.year}-{next(_numbers):06d}", organisation=policy.batch.organisation,
        member=policy.member, child=policy.child, family=policy.family, policy=policy,
        plan_version=policy.plan_version, campaign=policy.batch.campaign, amount=D(amount),
        filed_on=event_on + timedelta(days=10), event_on=event_on, filed_by=someone("agent"),
        **{**done, **fields},
    )  # fmt: skip


def payout(
    kind: str, on: date, payments: Sequence[dict[str, Any]],
    quarter: ReimbursementQuarter | None = None,
) -> Payout:  # fmt: skip
    """A payout that was made and paid on a day; a payment is its fields."""
    amount = sum((payment["amount"] for payment in payments), D(0))
    made = Payout.objects.create(
        number=f"FF{on.year}-{next(_numbers):06d}", kind=kind, quarter=quarter, status="PAID",
        payment_count=len(payments), amount=amount, made_on=on, made_by=someone("finance"),
        paid_on=on, paid_by=someone("approver"),
    )  # fmt: skip
    for line, payment in enumerate(payments, 1):
        fields = {"status": "PAID", "paid_on": on, **payment}
        Payment.objects.create(payout=made, number=f"{made.number}-{line:05d}", **fields)
    post(f"payout:{made.pk}:due", on, ("1221", "2241"), amount)
    post(f"payout:{made.pk}:paid", on, ("2241", "1221"), amount)
    return made


def pay(claims: Sequence[Claim], on: date, **fields: Any) -> Payout:
    for one in claims:
        Claim.objects.filter(pk=one.pk).update(status="PAID", paid_on=on)
    return payout("CLAIMS", on, [
        {"claim": one, "member": one.member, "organisation": one.organisation,
         "amount": one.amount, **fields}
        for one in claims
    ])  # fmt: skip


def quarter(
    year: int, number: int, amounts: Sequence[tuple[Member, str]], *, paid_on: date | None
) -> ReimbursementQuarter:
    """A quarter of secondary reimbursement: computed, and paid out when a day is given."""
    positive = [D(pay) for _member, pay in amounts if D(pay)]
    made = ReimbursementQuarter.objects.create(
        year=year, quarter=number, status="PAID" if paid_on else "COMPUTED", paid_on=paid_on,
        plan_version=PlanVersion.objects.get(code="SECREIMB-2017"),
        person_times=len(positive), amount=sum(positive, D(0)),
        approved_by=someone("approver") if paid_on else None, approved_on=paid_on,
    )  # fmt: skip
    rows = []
    for member, pay in amounts:
        day = date(year, number * 3, 20)
        Settlement.objects.create(
            number=f"JS{next(_numbers)}", member=member, year=year, quarter=number, settled_on=day,
            kind="OUTPATIENT", self_pay_1=D(pay) * 2 + 100,
        )  # fmt: skip
        rows.append(
            Reimbursement.objects.create(
                member=member,
                organisation=member.organisation,
                year=year,
                quarter=number,
                base_ytd=D(pay) * 2,
                due_ytd=D(pay),
                pay=D(pay),
            )
        )
    if paid_on:
        payout("REIMBURSEMENT", paid_on, [
            {"reimbursement": row, "member": row.member, "organisation": row.organisation,
             "amount": row.pay}
            for row in rows if row.pay
        ], made)  # fmt: skip
    return made


def target(year: int, amount: str | None = None, before: str | None = None) -> None:
    AnnualTarget.objects.create(
        year=year,
        amount=D(amount) if amount else None,
        remitted_before=D(before) if before else None,
    )


def training(organiser: Organisation, on: date, units: Sequence[Organisation]) -> TrainingSession:
    """A training that was held, with one person of each unit."""
    made = TrainingSession.objects.create(
        organiser=organiser, title="参保培训", held_on=on, place="会议室", hours=2, status="HELD"
    )
    for unit in units:
        TrainingAttendee.objects.create(session=made, organisation=unit, name="钱多")
    return made
