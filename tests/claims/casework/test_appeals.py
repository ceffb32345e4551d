"""A refused claim is looked at once more, by other people."""

import pytest

from claims.models import Claim
from claims.services import appeals, casework
from tests import builders
from tests.claims import builders as make

pytestmark = pytest.mark.django_db


def _refused(by, **said):
    claim = make.filed()
    casework.refuse(claim_ids=[claim.pk], reason="非住院", by=by, on=make.DAY, **said)
    claim.refresh_from_db()
    return claim


def _appeal(claim, words="有新证明"):
    agent = builders.viewer_as("agent", claim.organisation)
    casework.appeal(claim_id=claim.pk, words=words, by=agent, on=make.DAY)
    claim.refresh_from_db()


def test_an_appeal_opens_a_refusal_and_assesses_the_claim_anew():
    claim = _refused(builders.viewer_as("reviewer"))
    _appeal(claim)
    assert (claim.status, str(claim.amount), claim.decision) == ("FILED", "1800.00", "payable")
    assert (claim.appeal, claim.refusal_reason, claim.reviewed_by_id) == ("有新证明", "", None)
    make.approved(claim)


def test_who_refused_does_not_review_after_the_appeal():
    refuser = builders.viewer_as("reviewer")
    claim = _refused(refuser)
    _appeal(claim)
    before = Claim.objects.values().get(pk=claim.pk)
    for act in (
        lambda: casework.review(claim_ids=[claim.pk], by=refuser, on=make.DAY),
        lambda: casework.refuse(claim_ids=[claim.pk], reason="x", by=refuser, on=make.DAY),
    ):
        with pytest.raises(casework.OwnWork):
            act()
    assert Claim.objects.values().get(pk=claim.pk) == before


def test_an_approver_who_refused_does_not_approve_after_the_appeal():
    approver, claim = builders.viewer_as("approver"), make.reviewed()
    casework.refuse(claim_ids=[claim.pk], reason="非住院", by=approver, on=make.DAY)
    claim.refresh_from_db()
    _appeal(claim)
    make.reviewed(claim)
    with pytest.raises(casework.OwnWork):
        casework.approve(claim_ids=[claim.pk], by=approver, on=make.DAY)
    make_other = builders.viewer_as("approver")
    assert casework.approve(claim_ids=[claim.pk], by=make_other, on=make.DAY) == 1


def test_an_appeal_is_made_once_and_needs_words():
    claim = _refused(builders.viewer_as("reviewer"))
    with pytest.raises(casework.ReasonMissing):
        _appeal(claim, " ")
    _appeal(claim)
    casework.refuse(
        claim_ids=[claim.pk], reason="仍不符合", by=builders.viewer_as("reviewer"), on=make.DAY
    )
    with pytest.raises(appeals.AppealedBefore):
        _appeal(claim)


def test_a_paid_claim_is_never_opened_again():
    claim = make.approved()
    make.paid(make.payout(claim))
    claim.refresh_from_db()
    with pytest.raises(casework.CannotMove):
        _appeal(claim)


def test_a_refusal_carries_the_code_said_or_else_what_the_checks_found():
    reviewer = builders.viewer_as("reviewer")
    assert _refused(reviewer).refusal_code == "OTHER"
    assert _refused(reviewer, code="LATE").refusal_code == "LATE"
    found = make.filed(hospital_level=1)
    casework.refuse(claim_ids=[found.pk], reason="一级医院", by=reviewer, on=make.DAY)
    found.refresh_from_db()
    assert found.refusal_code == "HOSPITAL"
