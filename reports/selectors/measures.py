"""What the figures of the reports count: each measure is a set of rows and the sums over it.

A measure is evaluated over a whole subtree, by the branches below it, or by a column. The sentences
that say the same in words stand in reports.definitions; tests/reports/golden recomputes every one
in plain SQL.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Aggregate,
    CharField,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from claims.models import (
    Claim,
    Payment,
    Reimbursement,
    ReimbursementQuarter,
    Settlement,
)
from claims.states import PaymentStatus, PayoutStatus, QuarterStatus
from members.models import Member, Organisation, StaffCount, TrainingAttendee
from members.states import MemberStatus, OrganisationKind, TrainingStatus
from policies.models import AnnualTarget, EnrolmentBatch, Policy, ReceiptLine, RemittanceLine
from policies.states import BatchStatus
from reports.selectors.scope import Scope, Window

NIL = Decimal("0.00")
ACCEPTED = (BatchStatus.ACCEPTED, BatchStatus.PAID, BatchStatus.EFFECTIVE)


def total(column: str) -> Sum:
    """A sum of money that is 0.00 where there is nothing."""
    return Sum(column, default=NIL)


@dataclass(frozen=True)
class Measure:
    """Rows, the way from a row to its union's path, and the sums over them."""

    rows: QuerySet[Any]
    path: str
    sums: Mapping[str, Aggregate]


def whole(scope: Scope, measure: Measure) -> dict[str, Any]:
    """The sums over the whole subtree."""
    return scope.rows(measure.rows, measure.path).aggregate(**measure.sums)


def by_branch(scope: Scope, measure: Measure) -> dict[str, dict[str, Any]]:
    """The sums by branch of the subtree (its part of the path); "" is the union itself."""
    part = Func(
        F(measure.path),
        Value("/"),
        Value(scope.depth + 1),
        function="split_part",
        output_field=CharField(),
    )
    rows = scope.rows(measure.rows, measure.path).annotate(branch=part).values("branch")
    return {row["branch"]: row for row in rows.annotate(**measure.sums).order_by("branch")}


def by_column(scope: Scope, measure: Measure, column: str) -> dict[Any, dict[str, Any]]:
    """The sums by the values of a column."""
    rows = scope.rows(measure.rows, measure.path).values(column).annotate(**measure.sums)
    return {row[column]: row for row in rows.order_by(column)}


# ------------------------------------------------------------------ stocks: as they stand now


def unions(window: Window) -> Measure:
    """Units and employees: those counted in the year or the last one before, else the latest."""
    counted = StaffCount.objects.filter(organisation=OuterRef("pk"), year__lte=window.period.year)
    of_year = Subquery(counted.order_by("-year").values("staff_count")[:1])
    rows = Organisation.objects.annotate(workers_then=Coalesce(of_year, F("staff_count")))
    open_units = Q(kind=OrganisationKind.GRASSROOTS, closed_on__isnull=True)
    sums = {"workers": Sum("workers_then", default=0), "units": Count("pk", filter=open_units)}
    return Measure(rows, "path", sums)


def members() -> Measure:
    sums = {"members": Count("pk"), "cards": Count("card_index")}
    rows = Member.objects.filter(status=MemberStatus.IN_SERVICE)
    return Measure(rows, "organisation__path", sums)


# ------------------------------------------------------------------ enrolment and contributions


def _in_force(window: Window) -> QuerySet[Policy]:
    return Policy.objects.filter(
        batch__status=BatchStatus.EFFECTIVE,
        withdrawn_on__isnull=True,
        cover__startswith__gte=window.first,
        cover__startswith__lte=window.last,
    )


def enrolments(window: Window) -> Measure:
    """Covers in force that begin in the window."""
    sums = {
        "persons": Count("member", distinct=True),
        "enrolments": Count("pk"),
        "contributions": total("amount"),
        "plans": Count("family", distinct=True),
        "enrolled_units": Count("batch__organisation", distinct=True),
    }
    return Measure(_in_force(window), "batch__organisation__path", sums)


def covered_units(window: Window) -> Measure:
    """Open grassroots unions with a cover in force that begins in the window."""
    rows = _in_force(window).filter(
        batch__organisation__kind=OrganisationKind.GRASSROOTS,
        batch__organisation__closed_on__isnull=True,
    )
    sums = {"covered_units": Count("batch__organisation", distinct=True)}
    return Measure(rows, "batch__organisation__path", sums)


def campaign_enrolments(window: Window) -> Measure:
    sums = {"members": Count("member", distinct=True), "contributions": total("amount")}
    rows = _in_force(window).filter(batch__campaign__isnull=False)
    return Measure(rows, "batch__organisation__path", sums)


def due(window: Window) -> Measure:
    """Contributions of the batches accepted in the window (应缴)."""
    rows = EnrolmentBatch.objects.filter(status__in=ACCEPTED, accepted_on__range=window.days)
    sums = {"units": Count("organisation", distinct=True), "due": total("amount")}
    return Measure(rows, "organisation__path", {**sums, "shares": Sum("shares", default=0)})


def due_persons(window: Window) -> Measure:
    """The persons insured by those batches; a child is the insured person of its own cover."""
    rows = Policy.objects.filter(
        batch__status__in=ACCEPTED,
        batch__accepted_on__range=window.days,
        withdrawn_on__isnull=True,
    )
    sums = {
        "adults": Count("member", distinct=True, filter=Q(child__isnull=True)),
        "children": Count("child", distinct=True),
    }
    return Measure(rows, "batch__organisation__path", sums)


def booked_lines() -> QuerySet[Any]:
    """What came in for batches, with the day on which it counts (`booked_on`)."""
    rows = ReceiptLine.objects.filter(is_void=False)
    return rows.annotate(booked_on=Coalesce("used_on", "receipt__received_on"))


def received(window: Window) -> Measure:
    """What came in for batches, by the day of the payment or of the use of a credit."""
    rows = booked_lines().filter(booked_on__range=window.days)
    return Measure(rows, "batch__organisation__path", {"received": total("amount")})


def remitted(window: Window) -> Measure:
    """Remitted to the Beijing office, by the day of the transfer (上缴)."""
    rows = RemittanceLine.objects.filter(is_void=False, remittance__remitted_on__range=window.days)
    return Measure(rows, "batch__organisation__path", {"remitted": total("amount")})


def target(year: int) -> AnnualTarget | None:
    return AnnualTarget.objects.filter(year=year).first()


def trainings(window: Window) -> Measure:
    """Who came, from the unions, to trainings that were held in the window."""
    rows = TrainingAttendee.objects.filter(
        session__status=TrainingStatus.HELD, session__held_on__range=window.days
    )
    sums = {
        "sessions": Count("session", distinct=True),
        "person_times": Count("pk"),
        "units_reached": Count("organisation", distinct=True),
    }
    return Measure(rows, "organisation__path", sums)


# ------------------------------------------------------------------ claims


def claims_paid(window: Window) -> Measure:
    """Claims paid in the window, each counted once, by the day of payment."""
    sums = {
        "claims": Count("pk"),
        "persons": Count("member", distinct=True),
        "requested": Sum("self_pay_1"),
        "assessed": total("amount"),
        "paid": total("amount"),
    }
    rows = Claim.objects.filter(paid_on__range=window.days)
    return Measure(rows, "organisation__path", sums)


def campaign_claims(window: Window) -> Measure:
    sums = {"claims": Count("pk"), "paid": total("amount")}
    rows = Claim.objects.filter(paid_on__range=window.days, campaign__isnull=False)
    return Measure(rows, "organisation__path", sums)


def _made(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    return rows.filter(payout__status=PayoutStatus.PAID).exclude(status=PaymentStatus.CANCELLED)


def _repeats(column: str) -> Exists | Value:
    """Whether the bank had returned an earlier payment for the same thing."""
    returned = Payment.objects.filter(status=PaymentStatus.RETURNED)
    if not returned.exists():  # the usual case: nothing to look up for each payment
        return Value(value=False)
    return Exists(returned.filter(**{column: OuterRef(column)}, pk__lt=OuterRef("pk")))


def _payment_sums() -> dict[str, Aggregate]:
    return {
        "returned": Sum("amount", default=NIL, filter=Q(status=PaymentStatus.RETURNED)),
        "paid_again": Sum("amount", default=NIL, filter=Q(repeats=True)),
        "sent": Sum("amount", default=NIL, filter=Q(repeats=False)),
    }


def claim_payments(window: Window) -> Measure:
    """What the bank was told to pay for claims: first payments, returned ones, and new attempts."""
    rows = _made(Payment.objects.filter(claim__isnull=False, payout__paid_on__range=window.days))
    return Measure(rows.annotate(repeats=_repeats("claim")), "organisation__path", _payment_sums())


# ------------------------------------------------------------------ secondary reimbursement


def paid_quarters(window: Window, path: str = "") -> Q:
    """The quarters of the period whose reimbursement was paid out by the day of knowledge.

    `path` leads from a row to its reimbursement.
    """
    rows = ReimbursementQuarter.objects.filter(
        year=window.period.year,
        quarter__in=window.quarters,
        status=QuarterStatus.PAID,
        paid_on__lte=window.as_of,
    )
    quarters = list(rows.values_list("quarter", flat=True))
    return Q(**{f"{path}year": window.period.year, f"{path}quarter__in": quarters})


def reimbursements(window: Window) -> Measure:
    """Person-times with something paid, by the quarter they belong to."""
    sums = {
        "person_times": Count("pk"),
        "persons": Count("member", distinct=True),
        "paid": total("pay"),
    }
    rows = Reimbursement.objects.filter(paid_quarters(window), pay__gt=0)
    return Measure(rows, "organisation__path", sums)


def reimbursement_payments(window: Window) -> Measure:
    rows = _made(Payment.objects.filter(paid_quarters(window, "reimbursement__")))
    rows = rows.annotate(repeats=_repeats("reimbursement"))
    return Measure(rows, "organisation__path", _payment_sums())


def self_paid(scope: Scope, window: Window) -> Decimal:
    """Self-payment (自付一) in the settlements of the persons reimbursed in those quarters."""
    reimbursed = scope.rows(reimbursements(window).rows, "organisation__path").filter(
        member=OuterRef("member"), year=OuterRef("year"), quarter=OuterRef("quarter")
    )
    rows = Settlement.objects.filter(paid_quarters(window)).filter(Exists(reimbursed))
    found: Decimal = rows.aggregate(sum=total("self_pay_1"))["sum"]
    return found
