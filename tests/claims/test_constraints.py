"""Each rule of the tables is broken once, by name."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from claims.models import Claim, Payment, Payout, Reimbursement, ReimbursementQuarter, Settlement
from claims.services import payouts
from tests import builders
from tests.claims import builders as make

pytestmark = pytest.mark.django_db
DAY = make.DAY


@pytest.fixture
def claim():
    return make.approved()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("claim_status_known", {"status": "LOST"}),
        ("claim_paid_iff_paid_on", {"status": "PAID"}),
        ("claim_paid_iff_paid_on", {"paid_on": DAY}),
        ("claim_four_eyes", {"approved_by": F("reviewed_by")}),
        ("claim_filer_is_not_reviewer", {"reviewed_by": F("filed_by"), "approved_by": None}),
        ("claim_filer_is_not_approver", {"approved_by": F("filed_by")}),
        ("claim_endorser_is_not_filer", {"endorsed_by": F("filed_by")}),
        ("claim_three_decide", {"endorsed_by": F("reviewed_by")}),
        ("claim_three_decide", {"endorsed_by": F("approved_by")}),
        ("claim_appeal_reviewed_by_another", {"appealed_against": F("reviewed_by")}),
        ("claim_appeal_approved_by_another", {"appealed_against": F("approved_by")}),
        (
            "claim_appeal_endorsed_by_another",
            {
                "appealed_against": F("approved_by"),
                "endorsed_by": F("approved_by"),
                "approved_by": None,
            },
        ),
        ("claim_appeal_has_words", {"appealed_on": DAY}),
        ("claim_appeal_has_words", {"appeal": "有新证明"}),
        ("claim_amount_not_negative", {"amount": -1, "status": "REFUSED"}),
        ("claim_child_iff_child_plan", {"family": "CHILD"}),
        ("claim_discharge_after_admission", {"discharged_on": "2018-01-01"}),
        ("claim_reviewed_has_amount", {"amount": 0}),
        ("claim_reviewed_has_amount", {"decided_at": None}),
    ],
)
def test_a_claim(claim, name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(**change)


def test_the_number_of_a_claim_is_its_own(claim):
    other = make.filed()
    with pytest.raises(IntegrityError, match="claims_claim_number"), transaction.atomic():
        Claim.objects.filter(pk=other.pk).update(number=claim.number)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("payout_paid_iff_paid_on", {"status": "PAID"}),
        ("payout_paid_iff_paid_on", {"paid_on": DAY}),
        ("payout_four_eyes", {"paid_by": F("made_by")}),
    ],
)
def test_a_payout(claim, name, change):
    made = make.payout(claim)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Payout.objects.filter(pk=made.pk).update(**change)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("payment_amount_positive", {"amount": 0}),
        ("payment_for_one_thing", {"claim": None}),
        ("payment_paid_iff_paid_on", {"status": "PAID"}),
        ("payment_paid_iff_paid_on", {"paid_on": DAY}),
    ],
)
def test_a_payment(claim, name, change):
    make.payout(claim)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Payment.objects.update(**change)


def _copy(row, **changes):
    row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def test_one_payment_for_a_claim(claim):
    payment = make.payout(claim).payments.get()
    with pytest.raises(IntegrityError, match="payment_claim_once"), transaction.atomic():
        _copy(payment, number="FF2018-000009-00001")


def test_one_payment_for_a_reimbursement_and_one_payout_for_a_quarter():
    make.settlement(builders.member(builders.union()), "2413.00")
    quarter = make.quarter_approved()
    made = payouts.make_quarter_payout(
        quarter_id=quarter.pk, by=builders.viewer_as("finance"), on=DAY
    )
    with pytest.raises(IntegrityError, match="payment_reimbursement_once"), transaction.atomic():
        _copy(made.payments.get(), number="FF2018-000009-00001")
    with pytest.raises(IntegrityError, match="payout_quarter_once"), transaction.atomic():
        _copy(made, number="FF2018-000009")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("quarter_is_1_to_4", {"quarter": 5}),
        ("quarter_status_known", {"status": "LOST"}),
    ],
)
def test_a_quarter(name, change):
    make.settlement(builders.member(builders.union()), "2413.00")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ReimbursementQuarter.objects.update(**change)


def test_a_quarter_and_a_member_in_it_stand_once():
    make.settlement(builders.member(builders.union()), "2413.00")
    quarter = make.computed()
    with pytest.raises(IntegrityError, match="quarter_once"), transaction.atomic():
        _copy(quarter)
    with pytest.raises(IntegrityError, match="reimbursement_once_a_quarter"), transaction.atomic():
        _copy(Reimbursement.objects.get())


@pytest.mark.parametrize("change", [{"pay": -1}, {"carried": 1}])
def test_a_reimbursement(change):
    make.settlement(builders.member(builders.union()), "2413.00")
    make.computed()
    name = "reimbursement_pay_not_negative"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Reimbursement.objects.update(**change)


@pytest.mark.parametrize("change", [{"kind": "INPATIENT"}, {"admitted_on": DAY}])
def test_a_settlement(change):
    make.settlement(builders.member(builders.union()), "2413.00")
    name = "settlement_stay_iff_admission"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Settlement.objects.update(**change)
