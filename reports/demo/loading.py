"""The demo year as the offices live it: rosters in, batches accepted, money passed on, claims paid.

Every stage goes through the services that the screens use and can be run again: it takes up what
the stage before left and finds nothing to do once it is done.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from claims.models import Claim, Payout, ReimbursementQuarter
from claims.services import casework, payouts, reimbursement
from claims.states import ClaimStatus, PayoutKind, PayoutStatus, QuarterStatus
from core.copy import refresh_statistics
from members.access import Viewer
from members.models import Member, Organisation
from members.permissions import Role
from policies.models import AnnualTarget, EnrolmentBatch, Policy, Remittance
from policies.services import confirmation, enrolment, funding, receipts, remittances, targets
from policies.states import BatchStatus, RemittanceStatus
from reports.demo import article
from reports.demo.books import Book, bring_in_all
from reports.demo.district import SECTORS, STREETS
from reports.demo.staff import director, staff

PARENTS = tuple(code for code, _name in (*SECTORS, *STREETS))
# first day of cover -> the days on which its batches are handed in, accepted, paid in, passed on
CALENDAR = {
    date(2018, 1, 1): (
        date(2017, 12, 28), date(2018, 1, 2), date(2018, 1, 8), date(2018, 1, 15)
    ),
    date(2018, 3, 1): (
        date(2018, 2, 22), date(2018, 2, 26), date(2018, 3, 5), date(2018, 3, 12)
    ),
    date(2018, 4, 1): (
        date(2018, 3, 26), date(2018, 4, 2), date(2018, 4, 3), date(2018, 4, 10)
    ),
    date(2018, 5, 15): (
        date(2018, 5, 8), date(2018, 5, 10), date(2018, 5, 16), date(2018, 5, 25)
    ),
}  # fmt: skip
# claims filed up to the first day are reviewed, approved and paid on the others
CLAIM_ROUNDS = tuple(
    (date(2018, month, 15), date(2018, month, 18), date(2018, month, 20), date(2018, month, 25))
    for month in (3, 6, 9, 12)
)
# quarter -> the days on which it is approved and paid; the fourth still in its year
QUARTER_DAYS = (
    (date(2018, 4, 10), date(2018, 4, 20)),
    (date(2018, 7, 10), date(2018, 7, 20)),
    (date(2018, 10, 10), date(2018, 10, 22)),
    (date(2018, 12, 26), date(2018, 12, 29)),
)


@dataclass(frozen=True)
class Load:
    """What every stage needs: the size, the office's people, how many processes may import."""

    scale: float
    staff: dict[Role, Viewer]
    workers: int


def load(*, scale: float, say: Callable[[str], None], workers: int = 2) -> None:
    """Bring the year in; after an interruption, run again and it goes on."""
    started = time.monotonic()
    bring_in_all([Book("unions", scale, date(2017, 12, 1))], workers=1)
    task = Load(scale, staff(), workers)
    for title, stage in STAGES:
        say(f"{time.monotonic() - started:5.1f} s  {title}")
        stage(task)
    say(f"{time.monotonic() - started:5.1f} s  完成")


def import_members(task: Load) -> None:
    books = (Book("members", task.scale, date(2017, 12, 1), part) for part in PARENTS)
    if not Member.objects.exists():
        bring_in_all(books, workers=task.workers)
        refresh_statistics()


def import_enrolments(task: Load) -> None:
    if Policy.objects.filter(cover__startswith__year=article.YEAR).exists():
        return
    day = date(2017, 12, 20)
    bring_in_all(
        (Book("enrolments", task.scale, day, part) for part in PARENTS), workers=task.workers
    )
    refresh_statistics()


def submit_and_accept(task: Load) -> None:
    """The units hand in, the district accepts, batch by batch of one first day."""
    clerk = task.staff[Role.ENROLMENT]
    for starts_on, (handed_in_on, accepted_on, _paid, _remitted) in CALENDAR.items():
        drafts = _batches(starts_on, BatchStatus.DRAFT)
        children = [batch.pk for batch in drafts if batch.plan_version.family == "CHILD"]
        if children:
            enrolment.record_consents(
                batch_ids=children, consent_on=handed_in_on, consent_form="2018-1",
                by=clerk, on=handed_in_on,
            )  # fmt: skip
        if drafts:
            enrolment.submit(batch_ids=_ids(drafts), by=Viewer.system(), on=handed_in_on)
        submitted = _batches(starts_on, BatchStatus.SUBMITTED)
        if submitted:
            enrolment.accept(batch_ids=_ids(submitted), by=clerk, on=accepted_on)


def receive(task: Load) -> None:
    """Each street or sector union pays for its units in one transfer per first day."""
    finance = task.staff[Role.FINANCE]
    payers = {row.path: row for row in Organisation.objects.filter(code__in=PARENTS)}
    for starts_on, (_handed_in, _accepted, paid_on, _remitted) in CALENDAR.items():
        accepted = _batches(starts_on, BatchStatus.ACCEPTED)
        for path, group in groupby(accepted, key=lambda batch: batch.organisation.path[:10]):
            batches = list(group)
            payer = next(row for key, row in payers.items() if key.startswith(path))
            receipts.record_receipt(
                payer_id=payer.pk,
                batch_ids=_ids(batches),
                amount=sum((batch.amount for batch in batches), Decimal(0)),
                received_on=paid_on,
                reference=f"BJ{paid_on:%Y%m%d}{payer.code}",
                by=finance,
                on=paid_on,
            )


def remit(task: Load) -> None:
    """One remittance to the Beijing office per first day, against the target of the year."""
    finance = task.staff[Role.FINANCE]
    for starts_on, (_handed_in, _accepted, _paid, remitted_on) in CALENDAR.items():
        paid = _batches(starts_on, BatchStatus.PAID)
        if paid and not Remittance.objects.filter(
            status=RemittanceStatus.DRAFT, made_on=remitted_on
        ):
            remittances.make_remittance(batch_ids=_ids(paid), by=finance, on=remitted_on)
        for draft in Remittance.objects.filter(
            status=RemittanceStatus.DRAFT, made_on=remitted_on
        ).order_by("pk"):
            remittances.remit(
                remittance_id=draft.pk, remitted_on=remitted_on,
                reference=f"SJ{remitted_on:%Y%m%d}", by=finance, on=remitted_on,
            )  # fmt: skip


def answer(task: Load) -> None:
    """Beijing's receipt a week after each transfer; all but the last are reconciled."""
    finance, clerk = task.staff[Role.FINANCE], task.staff[Role.ENROLMENT]
    last = max(CALENDAR)
    sent = Remittance.objects.filter(status=RemittanceStatus.REMITTED).order_by("pk")
    for row in sent.exclude(remitted_on=CALENDAR[last][3]):
        assert row.remitted_on is not None
        on = row.remitted_on + timedelta(days=7)
        confirmation.confirm_remittance(
            remittance_id=row.pk, beijing_receipt=f"京收{on:%Y%m%d}", confirmed_on=on,
            confirmed_total=row.amount, by=finance, on=on,
        )  # fmt: skip
    for row in Remittance.objects.filter(status=RemittanceStatus.CONFIRMED).order_by("pk"):
        assert row.confirmed_on is not None
        confirmation.reconcile_remittance(remittance_id=row.pk, by=clerk, on=row.confirmed_on)


def set_targets(task: Load) -> None:
    clerk = task.staff[Role.ENROLMENT]
    scale = Decimal(str(task.scale))
    before = (article.REMITTED_2017 * scale).quantize(Decimal("0.01"))
    goal = (article.TARGET * scale).quantize(Decimal("0.01"))
    if not AnnualTarget.objects.filter(year=article.YEAR).exists():
        targets.set_target(
            year=article.YEAR - 1, amount=None, remitted_before=before, by=clerk,
            on=date(2018, 1, 2),
        )  # fmt: skip
        targets.set_target(year=article.YEAR, amount=goal, by=clerk, on=date(2018, 1, 2))
        funding.set_subsidy(
            organisation_id=Organisation.objects.get(code="WJW").pk, from_year=2017,
            per_head=article.SUBSIDY_A_HEAD, basis=article.SUBSIDY_BASIS,
            by=clerk, on=date(2018, 1, 2),
        )  # fmt: skip


def import_claims(task: Load) -> None:
    bring_in_all([Book("claims", task.scale, date(2018, 12, 1))], workers=1)


def settle_claims(task: Load) -> None:
    """Four rounds a year: first review, approval by another person, payout, payment."""
    reviewer, approver = task.staff[Role.REVIEWER], task.staff[Role.APPROVER]
    finance = task.staff[Role.FINANCE]
    for filed_until, reviewed_on, approved_on, paid_on in CLAIM_ROUNDS:
        due = Claim.objects.filter(filed_on__lte=filed_until)
        filed = _ids(due.filter(status=ClaimStatus.FILED))
        if filed:
            casework.review(claim_ids=filed, by=reviewer, on=reviewed_on)
        reviewed = _ids(due.filter(status=ClaimStatus.REVIEWED))
        if reviewed:
            casework.approve(claim_ids=reviewed, by=approver, on=approved_on)
        endorsed = _ids(due.filter(status=ClaimStatus.REVIEWED, endorsed_by__isnull=False))
        if endorsed:
            casework.approve(claim_ids=endorsed, by=director(), on=approved_on)
        approved = _ids(due.filter(status=ClaimStatus.APPROVED, payments__isnull=True))
        if approved:
            payouts.make_claim_payout(claim_ids=approved, by=finance, on=approved_on)
        _pay(PayoutKind.CLAIMS, approver, paid_on)


def reimburse(task: Load) -> None:
    """Four quarters: settlements in, computed, approved by another person, paid out."""
    for quarter, (approved_on, paid_on) in enumerate(QUARTER_DAYS, start=1):
        row = ReimbursementQuarter.objects.filter(year=article.YEAR, quarter=quarter).first()
        if row and row.status == QuarterStatus.PAID:
            continue
        name = f"{article.YEAR}Q{quarter}"
        book = Book("settlements", task.scale, approved_on, name, {"quarter": name})
        if not row or row.status == QuarterStatus.OPEN:
            bring_in_all([book], workers=1)
            refresh_statistics()
        _reimburse(task, quarter, approved_on, paid_on)


def _reimburse(task: Load, quarter: int, approved_on: date, paid_on: date) -> None:
    clerk, approver = task.staff[Role.ENROLMENT], task.staff[Role.APPROVER]
    reimbursement.compute_quarter(year=article.YEAR, quarter=quarter, by=clerk)
    row = reimbursement.approve_quarter(
        year=article.YEAR, quarter=quarter, by=approver, on=approved_on
    )
    payouts.make_quarter_payout(quarter_id=row.pk, by=task.staff[Role.FINANCE], on=approved_on)
    _pay(PayoutKind.REIMBURSEMENT, approver, paid_on)


def _pay(kind: PayoutKind, by: Viewer, paid_on: date) -> None:
    for payout in Payout.objects.filter(kind=kind, status=PayoutStatus.DRAFT).order_by("pk"):
        payouts.pay(
            payout_id=payout.pk, paid_on=paid_on, reference=f"YH{paid_on:%Y%m%d}", by=by, on=paid_on
        )


def _batches(starts_on: date, status: BatchStatus) -> list[EnrolmentBatch]:
    return list(
        EnrolmentBatch.objects.filter(starts_on=starts_on, status=status)
        .select_related("organisation", "plan_version")
        .order_by("organisation__path", "pk")
    )


def _ids(rows: Iterable[Claim | EnrolmentBatch]) -> list[int]:
    return [row.pk for row in rows]


STAGES: tuple[tuple[str, Callable[[Load], None]], ...] = (
    ("会员花名册", import_members),
    ("参保名单", import_enrolments),
    ("上报与受理", submit_and_accept),
    ("到账", receive),
    ("上缴", remit),
    ("北京回执", answer),
    ("年度任务", set_targets),
    ("理赔申请", import_claims),
    ("理赔审批与发放", settle_claims),
    ("二次报销", reimburse),
)
