from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from claims.models import Claim
from claims.services import casework, payouts
from claims.states import CLAIM_MOVES, ClaimStatus
from core.errors import RuleViolation
from core.models import AuditEvent
from ledger.models import Entry
from members.models import User
from policies.models import Policy
from tests import builders
from tests.claims import builders as make

pytestmark = pytest.mark.django_db
S = ClaimStatus


def _at(status: str) -> Claim:
    claim = make.filed()
    reached: dict[str, Callable[[], object]] = {
        "FILED": lambda: None,
        "SUPPLEMENT": lambda: casework.ask_for_papers(
            claim_ids=[claim.pk], papers="缺清单", by=builders.viewer_as("reviewer"), on=make.DAY
        ),
        "REVIEWED": lambda: make.reviewed(claim),
        "APPROVED": lambda: make.approved(claim),
        "REFUSED": lambda: casework.refuse(
            claim_ids=[claim.pk], reason="非住院", by=builders.viewer_as("reviewer"), on=make.DAY
        ),
        "PAID": lambda: make.paid(make.payout(make.approved(claim))),
        "WITHDRAWN": lambda: casework.withdraw(
            claim_ids=[claim.pk], by=builders.viewer_as("agent"), on=make.DAY
        ),
    }
    reached[status]()
    claim.refresh_from_db()
    assert claim.status == status
    return claim


def _acts(claim: Claim) -> dict[tuple[str, str], Callable[[], object]]:
    """(state it needs when it has several, state it leads to) -> the act."""
    one: dict[str, Any] = {"claim_ids": [claim.pk], "on": make.DAY}
    return {
        ("", S.REVIEWED): lambda: casework.review(by=builders.viewer_as("reviewer"), **one),
        ("", S.SUPPLEMENT): lambda: casework.ask_for_papers(
            papers="缺清单", by=builders.viewer_as("reviewer"), **one
        ),
        ("", S.REFUSED): lambda: casework.refuse(reason="不属于", by=_decider(claim), **one),
        ("", S.WITHDRAWN): lambda: casework.withdraw(by=builders.viewer_as("agent"), **one),
        ("", S.APPROVED): lambda: casework.approve(by=builders.viewer_as("approver"), **one),
        ("", S.PAID): lambda: payouts.make_claim_payout(by=builders.viewer_as("finance"), **one),
        (S.SUPPLEMENT, S.FILED): lambda: casework.hand_in(by=builders.viewer_as("agent"), **one),
        (S.REVIEWED, S.FILED): lambda: casework.send_back(
            reason="再核", by=builders.viewer_as("approver"), **one
        ),
        (S.REFUSED, S.FILED): lambda: casework.appeal(
            claim_id=claim.pk, words="有新证明", by=builders.viewer_as("agent"), on=make.DAY
        ),
    }


def _decider(claim: Claim):
    return builders.viewer_as("approver" if claim.status == S.REVIEWED else "reviewer")


PAIRS = [
    (source, needs, target)
    for source in S.values
    for needs, target in (
        ("", S.REVIEWED), ("", S.SUPPLEMENT), ("", S.REFUSED), ("", S.WITHDRAWN),
        ("", S.APPROVED), ("", S.PAID), (S.SUPPLEMENT, S.FILED), (S.REVIEWED, S.FILED),
        (S.REFUSED, S.FILED),
    )
]  # fmt: skip


def _everything(claim: Claim) -> tuple[object, int, int]:
    row = Claim.objects.values().get(pk=claim.pk)
    return row, AuditEvent.objects.count(), Entry.objects.count()


@pytest.mark.parametrize(("source", "needs", "target"), PAIRS)
def test_every_pair_of_states(source: str, needs: str, target: str) -> None:
    claim = _at(source)
    act = _acts(claim)[needs, ClaimStatus(target)]
    before = (
        Claim.objects.values().get(pk=claim.pk),
        AuditEvent.objects.count(),
        Entry.objects.count(),
    )
    if target in CLAIM_MOVES[ClaimStatus(source)] and needs in ("", source):
        act()
        assert _everything(claim)[1] > before[1]
        claim.refresh_from_db()
        assert claim.status == (S.APPROVED if target == S.PAID else target)
        return
    with pytest.raises(casework.CannotMove):
        act()
    after = (
        Claim.objects.values().get(pk=claim.pk),
        AuditEvent.objects.count(),
        Entry.objects.count(),
    )
    assert after == before


def _refused(act: Callable[[], object], refusal: type[RuleViolation], claim: Claim) -> str:
    before = (Claim.objects.values().get(pk=claim.pk), AuditEvent.objects.count())
    with pytest.raises(refusal) as raised:
        act()
    assert (Claim.objects.values().get(pk=claim.pk), AuditEvent.objects.count()) == before
    return str(raised.value)


def test_nobody_reviews_what_he_filed():
    reviewer = builders.viewer_as("reviewer")
    claim = make.filed(by=reviewer)
    for act in (
        lambda: casework.review(claim_ids=[claim.pk], by=reviewer, on=make.DAY),
        lambda: casework.refuse(claim_ids=[claim.pk], reason="x", by=reviewer, on=make.DAY),
    ):
        _refused(act, casework.OwnWork, claim)


def test_nobody_approves_his_own_review():
    both = builders.viewer_as("reviewer")
    claim = make.reviewed(by=both)
    user = User.objects.get(username=both.username)
    user.grants.update(role="approver")  # both at once is refused; one after the other happens
    both = builders.viewer(user)
    for act in (
        lambda: casework.approve(claim_ids=[claim.pk], by=both, on=make.DAY),
        lambda: casework.refuse(claim_ids=[claim.pk], reason="x", by=both, on=make.DAY),
    ):
        _refused(act, casework.OwnWork, claim)


@pytest.mark.parametrize("role", ["agent", "finance", "approver", "leader", "auditor", "admin"])
def test_without_the_right_there_is_no_review(role):
    claim = make.filed()
    viewer = builders.viewer_as(role)
    _refused(
        lambda: casework.review(claim_ids=[claim.pk], by=viewer, on=make.DAY),
        casework.OutOfReach, claim,
    )  # fmt: skip


def test_a_refusal_needs_a_reason_and_pays_nothing():
    claim, reviewer = make.filed(), builders.viewer_as("reviewer")
    _refused(
        lambda: casework.refuse(claim_ids=[claim.pk], reason=" ", by=reviewer, on=make.DAY),
        casework.ReasonMissing, claim,
    )  # fmt: skip
    casework.refuse(claim_ids=[claim.pk], reason="既往症", by=reviewer, on=make.DAY)
    claim.refresh_from_db()
    assert (claim.status, claim.decision, str(claim.amount)) == ("REFUSED", "refused", "0.00")
    assert claim.refusal_reason == "既往症"


def test_what_pays_nothing_by_the_terms_is_left_to_the_reviewer():
    claim, reviewer = make.filed(self_pay_1="1300.00"), builders.viewer_as("reviewer")
    said = _refused(
        lambda: casework.review(claim_ids=[claim.pk], by=reviewer, on=make.DAY),
        casework.NotPayable, claim,
    )  # fmt: skip
    assert claim.number in said


def test_a_referred_claim_is_passed_with_a_reason_and_counts_as_paid_once_approved():
    claim = make.filed(hospital_level=1)
    assert claim.codes == ["HOSPITAL"]
    reviewer = builders.viewer_as("reviewer")
    one: dict[str, Any] = {"claim_ids": [claim.pk], "on": make.DAY}
    _refused(lambda: casework.review(by=reviewer, **one), casework.NotPayable, claim)
    casework.review(by=reviewer, reason="急诊就近", **one)
    casework.approve(by=builders.viewer_as("approver"), **one)
    claim.refresh_from_db()
    assert (claim.status, claim.decision, claim.codes) == ("APPROVED", "payable", ["HOSPITAL"])


def test_a_bulk_review_sorts_the_claims():
    payable, unpaid, nothing = make.filed(), make.filed(scans=[]), make.filed(self_pay_1="1.00")
    result = casework.review(
        claim_ids=[payable.pk, unpaid.pk, nothing.pk],
        by=builders.viewer_as("reviewer"),
        on=make.DAY,
    )
    assert (result.passed, result.papers_asked, result.left) == (
        (payable.pk,), (unpaid.pk,), (nothing.pk,)
    )  # fmt: skip


def test_nobody_approves_an_amount_other_than_the_one_seen():
    claim = make.reviewed()
    Claim.objects.filter(pk=claim.pk).update(version=F("version") + 1)
    approver = builders.viewer_as("approver")

    def approve(seen: dict[int, int]) -> int:
        return casework.approve(claim_ids=[claim.pk], by=approver, on=make.DAY, seen=seen)

    _refused(lambda: approve({claim.pk: claim.version}), casework.SeenAnother, claim)
    _refused(lambda: approve({}), casework.SeenAnother, claim)
    assert approve({claim.pk: claim.version + 1}) == 1


def test_an_assessment_that_has_changed_is_not_approved():
    claim = make.reviewed()
    Policy.objects.filter(claims=claim).update(withdrawn_on=make.DAY)
    said = _refused(
        lambda: casework.approve(
            claim_ids=[claim.pk], by=builders.viewer_as("approver"), on=make.DAY
        ),
        casework.AmountChanged, claim,
    )  # fmt: skip
    assert "1,800.00" in said


def test_the_second_stay_of_the_year_is_told_by_what_was_decided_before():
    member = builders.member(builders.union())
    first = make.filed(member)
    make.approved(first)
    second = make.filed(member, event_on=date(2018, 5, 20), days=5, self_pay_1="2650.00")
    assert second.amount == Decimal("1000.00")


def test_two_stays_reviewed_together_are_one_first_and_one_later():
    member = builders.member(builders.union())
    late = make.filed(member, event_on=date(2018, 5, 20), days=5, self_pay_1="2650.00")
    early = make.filed(member)
    ids = [late.pk, early.pk]
    casework.review(claim_ids=ids, by=builders.viewer_as("reviewer"), on=make.DAY)
    amounts = dict(Claim.objects.filter(pk__in=ids).values_list("pk", "amount"))
    assert amounts == {early.pk: Decimal("1800.00"), late.pk: Decimal("1000.00")}
    assert casework.approve(claim_ids=ids, by=builders.viewer_as("approver"), on=make.DAY) == 2


def test_a_stay_claimed_twice_is_refused_the_second_time():
    member = builders.member(builders.union())
    make.approved(make.filed(member))
    again = make.filed(member)
    assert (again.decision, again.codes) == ("refused", ["DUPLICATE_STAY", "OVERLAP"])


def test_what_was_sent_back_no_longer_counts_for_the_next():
    member = builders.member(builders.union())
    first = make.reviewed(make.filed(member))
    casework.send_back(
        claim_ids=[first.pk], reason="再核", by=builders.viewer_as("approver"), on=make.DAY
    )
    second = make.filed(member, event_on=date(2018, 5, 20), days=5, self_pay_1="2650.00")
    assert second.amount == Decimal("810.00")


def test_acts_take_as_many_queries_for_twelve_claims_as_for_three():
    union = builders.union()
    counts = []
    for number in (3, 12):
        ids = [make.filed(builders.member(union)).pk for _ in range(number)]
        reviewer, approver = builders.viewer_as("reviewer"), builders.viewer_as("approver")
        finance = builders.viewer_as("finance")
        queries = []
        for act in (
            lambda ids=ids, by=reviewer: casework.review(claim_ids=ids, by=by, on=make.DAY),
            lambda ids=ids, by=approver: casework.approve(claim_ids=ids, by=by, on=make.DAY),
            lambda ids=ids, by=finance: payouts.make_claim_payout(
                claim_ids=ids, by=by, on=make.DAY
            ),
        ):
            with CaptureQueriesContext(connection) as seen:
                act()
            queries.append(len(seen))
        counts.append(queries)
    assert counts[0] == counts[1]


def test_a_stay_that_came_to_nothing_counts_for_the_next_of_the_year():
    """Closed as nothing due it is no refusal: the second stay bears the later deductible (§3)."""
    member = builders.member(builders.union())
    first = make.filed(member, self_pay_1="900.00")
    assert first.decision == "nil"
    casework.refuse(
        claim_ids=[first.pk], reason="未超过起付线", by=builders.viewer_as("reviewer"), on=make.DAY
    )
    first.refresh_from_db()
    assert (first.status, first.decision, first.refusal_code) == ("REFUSED", "nil", "NOTHING_DUE")
    second = make.filed(member, event_on=make.DAY - timedelta(days=12), days=5, on=make.DAY)
    alone = make.filed(event_on=make.DAY - timedelta(days=12), days=5, on=make.DAY)
    assert (second.amount or 0) > (alone.amount or 0) > 0


def test_a_stay_that_was_refused_for_another_reason_does_not_count():
    member = builders.member(builders.union())
    first = make.filed(member, self_pay_1="900.00")
    casework.refuse(
        claim_ids=[first.pk], reason="非本人", by=builders.viewer_as("reviewer"), on=make.DAY,
        code="OTHER",
    )  # fmt: skip
    second = make.filed(member, event_on=make.DAY - timedelta(days=12), days=5, on=make.DAY)
    alone = make.filed(event_on=make.DAY - timedelta(days=12), days=5, on=make.DAY)
    assert second.amount == alone.amount
