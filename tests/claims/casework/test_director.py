"""Above the limit three persons decide: reviewer, endorser, director."""

from decimal import Decimal

import pytest

from claims.models import Claim
from claims.services import casework
from core.models import AuditEvent
from tests import builders
from tests.claims import builders as make

pytestmark = pytest.mark.django_db


def _approve(claim, by):
    return casework.approve(claim_ids=[claim.pk], by=by, on=make.DAY)


@pytest.mark.parametrize(("above", "approved"), [("1800.00", 1), ("1799.99", 0)])
def test_an_amount_above_the_limit_is_only_endorsed_by_the_first_approver(
    settings, above, approved
):
    settings.DIRECTOR_ABOVE = Decimal(above)
    claim = make.reviewed()
    assert _approve(claim, builders.viewer_as("approver")) == approved
    claim.refresh_from_db()
    assert claim.status == ("APPROVED" if approved else "REVIEWED")
    assert (claim.endorsed_by_id is None) == bool(approved)


def test_the_endorser_does_not_approve_and_another_does(settings):
    settings.DIRECTOR_ABOVE = Decimal("1000")
    claim, first = make.reviewed(), builders.viewer_as("approver")
    _approve(claim, first)
    before = Claim.objects.values().get(pk=claim.pk)
    with pytest.raises(casework.OwnWork, match="主任"):
        _approve(claim, first)
    assert Claim.objects.values().get(pk=claim.pk) == before
    assert _approve(claim, builders.viewer_as("approver")) == 1
    claim.refresh_from_db()
    people = {claim.filed_by_id, claim.reviewed_by_id, claim.endorsed_by_id, claim.approved_by_id}
    assert (claim.status, len(people)) == ("APPROVED", 4)
    said = AuditEvent.objects.filter(subject=f"claim:{claim.pk}").values_list("action", flat=True)
    assert {"claim.endorse", "claim.approve"} <= set(said)


def test_what_is_sent_back_loses_its_endorsement(settings):
    settings.DIRECTOR_ABOVE = Decimal("1000")
    claim = make.reviewed()
    _approve(claim, builders.viewer_as("approver"))
    director = builders.viewer_as("approver")
    casework.send_back(claim_ids=[claim.pk], reason="再核", by=director, on=make.DAY)
    claim.refresh_from_db()
    assert (claim.status, claim.endorsed_by_id, claim.endorsed_on) == ("FILED", None, None)
    make.reviewed(claim)
    assert _approve(claim, director) == 0
