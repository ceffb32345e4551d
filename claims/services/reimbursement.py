"""One quarter of secondary reimbursement: computed as a job in set-based SQL, approved by a second
person.

The statement is compute_quarter.sql; its parameters come from the plan version only.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from claims.models import Reimbursement, ReimbursementQuarter, Settlement
from claims.selectors.reimbursement import visible_quarters
from claims.selectors.timeline import last_event
from claims.services.moves import OutOfReach, OwnWork
from claims.states import QUARTER_MOVES, QuarterStatus
from core import audit, jobs
from core.errors import RuleViolation
from core.models import JobRun
from core.money import ZERO
from members.access import Viewer
from members.permissions import Permission
from policies import plans
from policies.models import PlanVersion
from policies.rules.terms import SecondaryTerms

JOB = "claims.tasks.compute_quarter"
CHUNK = 20_000  # members a transaction
COMPUTE = Path(__file__).with_name("compute_quarter.sql").read_text(encoding="utf-8")
# a chunk's sums stay in memory; the setting ends with the transaction
ENOUGH_MEMORY = "SET LOCAL work_mem = '64MB'"
FORGET = """
DELETE FROM claims_reimbursement WHERE year = %(year)s AND quarter = %(quarter)s
    AND member_id > %(after)s AND member_id <= %(upto)s
"""
NEXT_MEMBERS = """
SELECT max(member_id), count(*) FROM (
    SELECT DISTINCT member_id FROM claims_settlement
    WHERE year = %(year)s AND member_id > %(after)s ORDER BY member_id LIMIT %(chunk)s
) AS found
"""
BEYOND_EVERYBODY = 2**62


class NoPlan(RuleViolation):
    """No version of the secondary reimbursement was in force on 1 January of the year."""


class QuarterMoved(RuleViolation):
    """The quarter is not in a state from which the act leads on."""


class EarlierQuarterOpen(RuleViolation):
    """A quarter pays what the earlier ones have not: they are approved first."""


class LaterQuarterDone(RuleViolation):
    """Rows of a quarter that comes after an approved one are made up for by the next."""


def open_quarter(*, year: int, quarter: int) -> ReimbursementQuarter:
    """The quarter's row, locked; made with the version in force on 1 January when there is none.

    Raises NoPlan. For services and imports that have checked the viewer.
    """
    terms = plans.secondary_terms(year=year)
    if terms is None:
        raise NoPlan(_("There was no secondary reimbursement in %(year)s.") % {"year": year})
    ReimbursementQuarter.objects.bulk_create(
        [
            ReimbursementQuarter(
                year=year,
                quarter=quarter,
                plan_version=PlanVersion.objects.get(code=terms.code),
            )
        ],
        ignore_conflicts=True,
    )
    return ReimbursementQuarter.objects.select_for_update().get(year=year, quarter=quarter)


@transaction.atomic(savepoint=False)
def settlements_changed(*, year: int, quarter: int) -> ReimbursementQuarter:
    """New rows: a computed quarter of the year from this one on is open again.

    Approved ones stay: a later quarter makes up for late rows.
    """
    row = open_quarter(year=year, quarter=quarter)
    later = ReimbursementQuarter.objects.filter(year=year, quarter__gte=quarter).order_by("quarter")
    for each in later.select_for_update():
        each.revision += 1
        if each.status == QuarterStatus.COMPUTED:
            each.status = QuarterStatus.OPEN
        each.save(update_fields=["revision", "status"])
    row.refresh_from_db()
    return row


@transaction.atomic(durable=True)
def start_computing(*, year: int, quarter: int, by: Viewer) -> JobRun:
    """Queue the computation of a quarter; ring the bell after it. Raises OutOfReach,
    QuarterMoved."""
    row = _locked(year, quarter, by, Permission.QUARTER_IMPORT)
    _check_computable(row)
    job = jobs.enqueue(
        kind=JOB,
        key=str(row),
        requested_by_id=by.user_id,
        parameters={"year": year, "quarter": quarter},
    )
    row.job = job
    row.save(update_fields=["job"])
    return job


def compute_quarter(*, year: int, quarter: int, by: Viewer) -> ReimbursementQuarter:
    """Compute a quarter now, through the same job that the worker runs.

    Raises OutOfReach, QuarterMoved, EarlierQuarterOpen, LaterQuarterDone.
    """
    job = start_computing(year=year, quarter=quarter, by=by)
    jobs.run(job.pk, compute_step)
    job.refresh_from_db()
    if job.error:
        raise QuarterMoved(job.error)
    return ReimbursementQuarter.objects.get(year=year, quarter=quarter)


def compute_step(job: JobRun) -> jobs.Chunk:
    """One chunk of members by id; a settlement file that came meanwhile starts it over."""
    year, quarter = int(job.parameters["year"]), int(job.parameters["quarter"])
    row = ReimbursementQuarter.objects.select_for_update().get(year=year, quarter=quarter)
    _check_computable(row)
    cursor: Mapping[str, Any] = job.cursor
    if cursor.get("revision") != row.revision:
        cursor = {"revision": row.revision, "after": 0, "done": 0, "total": _persons(year)}
    upto, count = _next_members(year, int(cursor["after"]))
    _compute(row, int(cursor["after"]), upto or BEYOND_EVERYBODY)
    done = int(cursor["done"]) + count
    if upto is None:
        _finish(row, job)
        return jobs.Chunk(cursor=cursor, done=done, total=done, finished=True)
    return jobs.Chunk(
        cursor={**cursor, "after": upto, "done": done}, done=done, total=int(cursor["total"])
    )


def _persons(year: int) -> int:
    return Settlement.objects.filter(year=year).values("member_id").distinct().count()


def _next_members(year: int, after: int) -> tuple[int | None, int]:
    """The last member id of the next chunk (None: nobody is left) and how many persons it holds."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_MEMBERS, {"year": year, "after": after, "chunk": CHUNK})
        upto, count = cursor.fetchone()
    return (upto if count == CHUNK else None), count


def _compute(row: ReimbursementQuarter, after: int, upto: int) -> None:
    """Replace the rows of members (after, upto] by what the terms say today."""
    here = {"year": row.year, "quarter": row.quarter, "after": after, "upto": upto}
    with connection.cursor() as cursor:
        cursor.execute(ENOUGH_MEMORY)
        cursor.execute(FORGET, here)
        cursor.execute(COMPUTE, {**here, **_parameters(_terms(row.year))})


def _terms(year: int) -> SecondaryTerms:
    terms = plans.secondary_terms(year=year)
    if terms is None:
        raise NoPlan(_("There was no secondary reimbursement in %(year)s.") % {"year": year})
    return terms


def _parameters(terms: SecondaryTerms) -> dict[str, Decimal | None]:
    benefit = terms.benefit
    return {
        "outpatient": benefit.outpatient_deductible,
        "first": benefit.inpatient_first_deductible,
        "later": benefit.inpatient_later_deductible,
        "rate": benefit.rate_to_ceiling,
        "privileged_rate": benefit.rate_to_ceiling_privileged,
        "most": benefit.max_per_year,
    }


def _finish(row: ReimbursementQuarter, job: JobRun) -> None:
    sums = Reimbursement.objects.filter(year=row.year, quarter=row.quarter).aggregate(
        persons=Count("pk", filter=Q(pay__gt=0)), amount=Coalesce(Sum("pay"), ZERO)
    )
    ReimbursementQuarter.objects.filter(pk=row.pk).update(
        status=QuarterStatus.COMPUTED,
        person_times=sums["persons"],
        amount=sums["amount"],
        computed_by_id=job.requested_by_id,
        computed_at=Now(),
    )
    audit.record(
        action="quarter.compute",
        subject=f"quarter:{row}",
        by_id=job.requested_by_id,
        persons=sums["persons"],
        amount=str(sums["amount"]),
        note=_("%(persons)s persons, ￥%(amount)s")
        % {"persons": f"{sums['persons']:,}", "amount": f"{sums['amount']:,.2f}"},
    )


def _check_computable(row: ReimbursementQuarter) -> None:
    """Open or computed, every earlier quarter with rows approved, no later one approved."""
    if row.status not in (QuarterStatus.OPEN, QuarterStatus.COMPUTED):
        raise QuarterMoved(_moved(row))
    approved = (QuarterStatus.APPROVED, QuarterStatus.PAID)
    others = ReimbursementQuarter.objects.filter(year=row.year)
    for earlier in others.filter(quarter__lt=row.quarter).exclude(status__in=approved):
        if Settlement.objects.filter(year=earlier.year, quarter=earlier.quarter).exists():
            raise EarlierQuarterOpen(
                _("Compute and approve %(quarter)s first: a quarter pays what is still due.")
                % {"quarter": earlier}
            )
    for later in others.filter(quarter__gt=row.quarter, status__in=approved)[:1]:
        raise LaterQuarterDone(
            _("%(later)s is approved already; the rows of %(quarter)s are made up for by the next.")
            % {"later": later, "quarter": row}
        )


@transaction.atomic(durable=True)
def approve_quarter(*, year: int, quarter: int, by: Viewer, on: date) -> ReimbursementQuarter:
    """Approve a computed quarter, as another person than who computed it.

    Raises OutOfReach, QuarterMoved, OwnWork.
    """
    row = _locked(year, quarter, by, Permission.QUARTER_APPROVE)
    if QuarterStatus.APPROVED not in QUARTER_MOVES[QuarterStatus(row.status)]:
        raise QuarterMoved(_moved(row))
    if by.user_id is not None and row.computed_by_id == by.user_id:
        raise OwnWork(_("You computed this quarter; another person has to approve it."))
    row.status, row.approved_by_id, row.approved_on = QuarterStatus.APPROVED, by.user_id, on
    row.save(update_fields=["status", "approved_by", "approved_on"])
    audit.record(
        action="quarter.approve",
        subject=f"quarter:{row}",
        by_id=by.user_id,
        persons=row.person_times,
        amount=str(row.amount),
    )
    return row


def _locked(year: int, quarter: int, by: Viewer, permission: Permission) -> ReimbursementQuarter:
    rows = visible_quarters(by, permission).select_for_update(of=("self",))
    row = rows.filter(year=year, quarter=quarter).first()
    if row is None:
        raise OutOfReach(_("The quarter was not found; it may lie outside your scope."))
    return row


def _moved(row: ReimbursementQuarter) -> str:
    return _("Quarter %(quarter)s is “%(status)s” (%(who)s); nothing was changed.") % {
        "quarter": row,
        "status": row.get_status_display(),
        "who": last_event(f"quarter:{row}"),
    }
