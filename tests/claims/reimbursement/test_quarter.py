from datetime import date
from decimal import Decimal

import pytest

from claims.models import Reimbursement, ReimbursementQuarter
from claims.services import payouts, reimbursement
from claims.services.moves import OutOfReach, OwnWork
from core import jobs
from core.models import AuditEvent, JobRun
from tests import builders
from tests.claims import builders as make

pytestmark = pytest.mark.django_db


def _member(**facts):
    return builders.member(builders.union(), **facts)


def _row(member, quarter=1):
    return Reimbursement.objects.get(member=member, year=2018, quarter=quarter)


def test_the_worked_example_of_two_quarters():
    member = _member()
    make.settlement(member, "2413.00")
    make.quarter_approved(2018, 1)
    make.settlement(member, "500.00", date(2018, 5, 3))
    quarter = make.computed(2018, 2)
    assert (_row(member).pay, _row(member, 2).pay) == (Decimal("122.60"), Decimal("100.00"))
    assert (quarter.person_times, quarter.amount) == (1, Decimal("100.00"))


def test_a_model_worker_gets_a_quarter():
    member = _member(category="MODEL_WORKER")
    make.settlement(member, "2413.00")
    make.computed()
    row = _row(member)
    assert (row.privileged, row.pay) == (True, Decimal("153.25"))


def test_two_stays_each_with_its_own_deductible():
    member = _member()
    make.settlement(member, "3000.00", date(2018, 2, 1), admitted_on=date(2018, 1, 10))
    make.settlement(member, "1650.00", date(2018, 3, 1), admitted_on=date(2018, 2, 10))
    make.computed()
    assert _row(member).pay == Decimal("540.00")


def test_a_reversal_is_carried_and_never_negative():
    member = _member()
    make.settlement(member, "2413.00")
    make.quarter_approved(2018, 1)
    make.settlement(member, "-500.00", date(2018, 5, 3))
    make.computed(2018, 2)
    row = _row(member, 2)
    assert (row.pay, row.carried) == (0, Decimal("-100.00"))


def test_rows_before_the_card_was_issued_do_not_count():
    member = _member(card_issued_on=date(2018, 3, 1))
    make.settlement(member, "2413.00")
    make.computed()
    assert not Reimbursement.objects.exists()


def test_a_late_row_of_an_approved_quarter_is_made_up_for_by_the_next():
    member, other = _member(), _member()
    make.settlement(other, "2413.00")
    make.quarter_approved(2018, 1)
    make.settlement(member, "2413.00", date(2018, 2, 20))
    make.settlement(other, "100.00", date(2018, 4, 20))
    make.computed(2018, 2)
    assert _row(member, 2).pay == Decimal("122.60")


def test_a_settlement_file_opens_a_computed_quarter_again():
    member = _member()
    make.settlement(member, "2413.00")
    assert make.computed().status == "COMPUTED"
    make.settlement(member, "100.00")
    assert ReimbursementQuarter.objects.get().status == "OPEN"
    assert make.computed().amount == Decimal("142.60")


def test_computing_again_changes_nothing():
    make.settlement(_member(), "2413.00")
    make.computed()
    before = list(Reimbursement.objects.values_list("member", "pay"))
    make.computed()
    assert list(Reimbursement.objects.values_list("member", "pay")) == before


def test_members_are_computed_in_chunks_and_a_new_file_starts_over(monkeypatch):
    monkeypatch.setattr(reimbursement, "CHUNK", 2)
    union = builders.union()
    for _place in range(5):
        make.settlement(builders.member(union), "2413.00")
    job = reimbursement.start_computing(year=2018, quarter=1, by=builders.viewer_as("enrolment"))
    first = reimbursement.compute_step(job)
    assert (first.done, first.total, first.finished) == (2, 5, False)
    make.settlement(builders.member(union), "2413.00")
    JobRun.objects.filter(pk=job.pk).update(cursor=dict(first.cursor))
    jobs.run(job.pk, reimbursement.compute_step)
    quarter = ReimbursementQuarter.objects.get()
    assert (quarter.status, quarter.person_times) == ("COMPUTED", 6)
    assert quarter.amount == Decimal("735.60")


def test_an_earlier_quarter_is_approved_first():
    member = _member()
    make.settlement(member, "2413.00")
    make.settlement(member, "500.00", date(2018, 5, 3))
    with pytest.raises(reimbursement.EarlierQuarterOpen):
        make.computed(2018, 2)
    assert not Reimbursement.objects.exists()


def test_a_quarter_after_which_another_was_approved_is_not_computed():
    member = _member()
    make.settlement(member, "2413.00", date(2018, 5, 3))
    make.quarter_approved(2018, 2)
    make.settlement(member, "2413.00")
    with pytest.raises(reimbursement.LaterQuarterDone):
        make.computed(2018, 1)


def test_who_computed_does_not_approve():
    make.settlement(_member(), "2413.00")
    both = builders.user("enrolment")
    make.computed(by=builders.viewer(both))
    both.grants.update(role="approver")  # both at once is refused; one after the other happens
    before = AuditEvent.objects.count()
    with pytest.raises(OwnWork):
        reimbursement.approve_quarter(year=2018, quarter=1, by=builders.viewer(both), on=make.DAY)
    assert ReimbursementQuarter.objects.get().status == "COMPUTED"
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("status", ["OPEN", "APPROVED", "PAID"])
def test_only_a_computed_quarter_is_approved(status):
    make.settlement(_member(), "2413.00")
    ReimbursementQuarter.objects.update(status=status)
    with pytest.raises(reimbursement.QuarterMoved):
        reimbursement.approve_quarter(
            year=2018, quarter=1, by=builders.viewer_as("approver"), on=make.DAY
        )


@pytest.mark.parametrize("status", ["APPROVED", "PAID"])
def test_an_approved_quarter_is_not_computed_again(status):
    make.settlement(_member(), "2413.00")
    ReimbursementQuarter.objects.update(status=status)
    with pytest.raises(reimbursement.QuarterMoved):
        make.computed()


@pytest.mark.parametrize("role", ["agent", "coordinator", "approver", "finance", "leader", "admin"])
def test_computing_takes_the_right_for_the_district(role):
    make.settlement(_member(), "2413.00")
    with pytest.raises(OutOfReach):
        make.computed(by=builders.viewer_as(role))


def test_a_right_held_in_a_street_is_not_enough():
    make.settlement(_member(), "2413.00")
    clerk = builders.viewer_as("enrolment", builders.union(kind="STREET"))
    with pytest.raises(OutOfReach):
        make.computed(by=clerk)


def test_a_year_before_the_plan_has_no_quarter():
    with pytest.raises(reimbursement.NoPlan):
        reimbursement.open_quarter(year=2011, quarter=1)


def test_an_approved_quarter_is_paid_out_once():
    for _place in range(3):
        make.settlement(_member(), "2413.00")
    quarter = make.quarter_approved()
    made = payouts.make_quarter_payout(
        quarter_id=quarter.pk, by=builders.viewer_as("finance"), on=make.DAY
    )
    assert (made.payment_count, made.amount) == (3, Decimal("367.80"))
    assert (
        made.payments.order_by("number").values_list("number", flat=True)[0]
        == f"{made.number}-00001"
    )
    with pytest.raises(payouts.AlreadyInPayout):
        payouts.make_quarter_payout(
            quarter_id=quarter.pk, by=builders.viewer_as("finance"), on=make.DAY
        )
    make.paid(made)
    quarter.refresh_from_db()
    assert (quarter.status, quarter.paid_on) == ("PAID", make.DAY)
    with pytest.raises(payouts.QuarterNotApproved):
        payouts.make_quarter_payout(
            quarter_id=quarter.pk, by=builders.viewer_as("finance"), on=make.DAY
        )


def test_a_cancelled_payout_of_a_quarter_can_be_made_again():
    make.settlement(_member(), "2413.00")
    quarter = make.quarter_approved()
    finance = builders.viewer_as("finance")
    first = payouts.make_quarter_payout(quarter_id=quarter.pk, by=finance, on=make.DAY)
    payouts.cancel(payout_id=first.pk, reason="日期错", by=finance, on=make.DAY)
    second = payouts.make_quarter_payout(quarter_id=quarter.pk, by=finance, on=make.DAY)
    assert second.payments.count() == 1


def test_a_quarter_that_pays_nobody_has_no_payout():
    make.settlement(_member(), "100.00")
    quarter = make.quarter_approved()
    with pytest.raises(payouts.NothingToPay):
        payouts.make_quarter_payout(
            quarter_id=quarter.pk, by=builders.viewer_as("finance"), on=make.DAY
        )
