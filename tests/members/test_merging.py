"""Duplicates are found; a merge is proposed by one and decided by another; so is its undoing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from claims.models import Claim, Payment
from core.models import AuditEvent
from members import selectors
from members.access import Viewer
from members.models import DistinctPair, Member, MemberMerge
from members.selectors import duplicates
from members.services import merging
from members.states import MemberStatus, MergeStatus
from policies.models import Policy
from tests import builders
from tests.claims import builders as claims
from tests.faults.conftest import _sown_again, committed
from tests.members.builders import brought_in, roster
from tests.members.test_constraints import breaking
from tests.policies.test_views import shown

__all__ = ["_sown_again", "committed"]
pytestmark = pytest.mark.django_db
NUMBER = builders.document_number


@pytest.fixture
def clerk() -> Viewer:
    return builders.viewer_as("enrolment")


@pytest.fixture
def approver() -> Viewer:
    return builders.viewer_as("approver")


def twins(**fields: str) -> tuple[Member, Member]:
    """Two records of one man: his old passport-like number and the new one, in two unions."""
    born = date(1980, 1, 15)
    one = builders.member(builders.union(), name="双双", born_on=born, **fields)
    other = builders.member(builders.union(), name="双双", born_on=born)
    Member.objects.filter(pk__in=(one.pk, other.pk)).update(born_on=born)
    return one, other


def proposed(kept: Member, gone: Member, by: Viewer, *fields: str) -> MemberMerge:
    return merging.propose(
        kept_id=kept.pk, gone_id=gone.pk, fields=list(fields), reason="同一人", by=by
    )


def merged(
    kept: Member, gone: Member, clerk: Viewer, approver: Viewer, *fields: str
) -> MemberMerge:
    made = proposed(kept, gone, clerk, *fields)
    return merging.decide(merge_id=made.pk, accept=True, by=approver)


def test_candidates_share_name_and_birth_or_name_and_phone(clerk: Viewer) -> None:
    one, other = twins()
    union = builders.union()
    with_phone = [
        builders.member(union, name="王同", phone="13900000001", born_on=date(1970 + i, 1, 1))
        for i in range(2)
    ]
    builders.member(union, name="双双", sex="F")
    builders.member(union, name="王同", phone="13900000002", born_on=date(1990, 1, 1))
    expected = [(one.pk, other.pk), (with_phone[0].pk, with_phone[1].pk)]
    assert duplicates.candidates(clerk) == expected
    assert [pair.same_birth for pair in duplicates.pairs_of(clerk, expected)] == [True, False]


def test_who_sees_one_record_only_sees_no_pair(clerk: Viewer) -> None:
    one, other = twins()
    local = builders.viewer_as("enrolment", one.organisation)
    assert duplicates.candidates(local) == []
    with pytest.raises(merging.NotTwoRecords):
        proposed(one, other, local)
    made = proposed(one, other, clerk)
    assert not duplicates.visible_merges(local).exists()
    assert duplicates.candidates(clerk) == []  # it waits for its review
    assert MemberMerge.objects.get() == made


def test_two_persons_are_remembered_until_taken_back(clerk: Viewer) -> None:
    one, other = twins()
    for _ in range(2):
        merging.say_distinct(pair=(other.pk, one.pk), by=clerk)
    assert duplicates.candidates(clerk) == []
    assert AuditEvent.objects.filter(action="member.distinct").count() == 1
    merging.forget_distinct(pair=(one.pk, other.pk), by=clerk)
    assert duplicates.candidates(clerk) == [(one.pk, other.pk)]


def sums(*people: Member) -> dict[str, Decimal | None]:
    keys = [member.pk for member in people]
    return {
        "covers": Policy.objects.filter(member__in=keys).aggregate(sum=Sum("amount"))["sum"],
        "claims": Claim.objects.filter(member__in=keys).aggregate(sum=Sum("amount"))["sum"],
        "paid": Payment.objects.filter(member__in=keys).aggregate(sum=Sum("amount"))["sum"],
    }


def test_everything_moves_and_the_sums_stay(clerk: Viewer, approver: Viewer) -> None:
    kept, gone = twins(phone="13900000001")
    claims.paid(claims.payout(claims.approved(claims.filed(gone))))
    claims.cover(kept, "CI")
    before = sums(kept, gone)
    made = merged(kept, gone, clerk, approver)
    assert sums(kept) == before
    assert sums(gone) == {"covers": None, "claims": None, "paid": None}
    counts = {key: len(keys) for key, keys in made.moved["rows"].items() if keys}
    assert counts == {
        "claims.claim.member": 1, "claims.payment.member": 1, "policies.policy.member": 1,
    }  # fmt: skip
    gone.refresh_from_db()
    assert (gone.merged_into, gone.status) == (kept, MemberStatus.LEFT)
    event = AuditEvent.objects.get(action="member.merge")
    assert (event.subject, event.details["other"], event.details["rows"]) == (
        f"member:{kept.pk}", gone.pk, 3,
    )  # fmt: skip


def test_no_table_that_points_at_a_member_is_forgotten() -> None:
    """Whatever the database knows as a foreign key to a member is moved, but for the two below."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint"
            " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
            " WHERE contype = 'f' AND confrelid = 'members_member'::regclass"
        )
        known = {(table, column) for table, column in cursor.fetchall()}
    moved = {(model._meta.db_table, field.column) for model, field in merging.moved_relations()}
    about = {
        ("members_membermerge", "kept_id"), ("members_membermerge", "gone_id"),
        ("members_distinctpair", "first_id"), ("members_distinctpair", "second_id"),
    }  # fmt: skip
    assert known - moved == about
    assert ("members_member", "merged_into_id") in moved


def test_values_change_places_and_back(clerk: Viewer, approver: Viewer) -> None:
    kept, _gone = twins(phone="13900000001")
    card = builders.card_number()
    rich = builders.member(builders.union(), name="双双", card=card, phone="13900000009")
    made = merged(kept, rich, clerk, approver, "card", "phone", "organisation")
    kept.refresh_from_db()
    assert selectors.masked_numbers(kept).phone == "139****0009"
    assert kept.card_index == rich.card_index
    assert kept.organisation_id == rich.organisation_id
    merging.propose_undo(merge_id=made.pk, reason="不是同一人", by=approver)
    merging.decide_undo(merge_id=made.pk, accept=True, by=clerk)
    kept.refresh_from_db()
    rich.refresh_from_db()
    assert kept.card_index is None
    assert selectors.masked_numbers(kept).phone == "139****0001"
    assert (rich.status, rich.merged_into) == (MemberStatus.IN_SERVICE, None)
    assert selectors.masked_numbers(rich).phone == "139****0009"


def test_the_number_of_the_merged_record_finds_the_kept_one(
    clerk: Viewer, approver: Viewer, tmp_path: Path
) -> None:
    number = NUMBER()
    kept = builders.member(builders.union("K1"), name="双双")
    gone = builders.member(builders.union("G1"), name="双双", number=number)
    merged(kept, gone, clerk, approver)
    assert list(selectors.members_with_number(clerk, number)) == [kept]
    assert list(selectors.visible_members(clerk)) == [kept]
    client = builders.client_for(builders.user("enrolment"))
    answer = client.get(reverse("members:member-detail", args=[gone.pk]))
    assert answer.headers["Location"] == reverse("members:member-detail", args=[kept.pk])
    row = {"单位编号": "G1", "姓名": "双双", "证件号码": number, "状态": "在职"}
    assert brought_in("members", roster(row), tmp_path).written
    assert Member.objects.count() == 2
    kept.refresh_from_db()
    assert kept.organisation.code == "G1"


def test_two_covers_on_one_day_are_refused_by_plan_and_days(
    clerk: Viewer, approver: Viewer
) -> None:
    kept, gone = twins()
    claims.cover(kept, "INPMED", starts_on=date(2018, 3, 1))
    claims.cover(gone, "INPMED", starts_on=date(2018, 9, 1))
    made = proposed(kept, gone, clerk)
    with pytest.raises(merging.CannotMerge, match=r"住院医疗.*2018-03-01.*2018-09-01"):
        merging.decide(merge_id=made.pk, accept=True, by=approver)
    made.refresh_from_db()
    gone.refresh_from_db()
    assert (made.status, gone.merged_into) == (MergeStatus.PROPOSED, None)
    assert Policy.objects.filter(member=gone).count() == 1


def test_what_only_the_database_forbids_is_a_sentence_too(
    clerk: Viewer, approver: Viewer, settings: Any
) -> None:
    settings.MERGE_CHECKS = ()
    kept, gone = twins()
    claims.cover(kept, "INPMED")
    claims.cover(gone, "INPMED")
    made = proposed(kept, gone, clerk)
    with pytest.raises(merging.CannotMerge, match="policy_one_cover_a_day"):
        merging.decide(merge_id=made.pk, accept=True, by=approver)
    assert Policy.objects.filter(member=gone).count() == 1


def test_who_proposed_does_not_decide(clerk: Viewer) -> None:
    made = proposed(*twins(), clerk)
    for accept in (True, False):
        with pytest.raises(merging.FourEyes):
            merging.decide(merge_id=made.pk, accept=accept, by=clerk)
    rows = MemberMerge.objects.filter(pk=made.pk)
    breaking("merge_four_eyes", lambda: rows.update(status="REFUSED", decided_by_id=clerk.user_id))


def test_after_something_new_it_cannot_be_undone(clerk: Viewer, approver: Viewer) -> None:
    kept, gone = twins()
    claims.cover(gone, "CI")
    made = merged(kept, gone, clerk, approver)
    merging.propose_undo(merge_id=made.pk, reason="有误", by=approver)
    with pytest.raises(merging.FourEyes):
        merging.decide_undo(merge_id=made.pk, accept=True, by=approver)
    claims.cover(kept, "INPMED")
    with pytest.raises(merging.CannotUndo, match="参保记录"):
        merging.decide_undo(merge_id=made.pk, accept=True, by=clerk)
    assert merging.decide_undo(merge_id=made.pk, accept=False, by=clerk).status == "MERGED"
    assert Policy.objects.filter(member=kept).count() == 2


def test_undone_the_rows_are_back(clerk: Viewer, approver: Viewer) -> None:
    kept, gone = twins()
    cover = claims.cover(gone, "CI")
    own = claims.cover(kept, "INPMED")
    made = merged(kept, gone, clerk, approver)
    merging.propose_undo(merge_id=made.pk, reason="有误", by=approver)
    done = merging.decide_undo(merge_id=made.pk, accept=True, by=clerk)
    assert done.status == MergeStatus.UNDONE
    assert Policy.objects.get(member=gone) == cover
    assert Policy.objects.get(member=kept) == own
    with pytest.raises(merging.CannotMove):
        merging.propose_undo(merge_id=made.pk, reason="有误", by=clerk)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("merge_status_known", {"status": "X", "decided_by_id": 1}),
        ("merge_decided_by_somebody", {"status": "MERGED"}),
    ],
)
def test_states_of_a_merge(name: str, change: dict[str, Any], clerk: Viewer) -> None:
    rows = MemberMerge.objects.filter(pk=proposed(*twins(), clerk).pk)
    breaking(name, lambda: rows.update(**change))


def test_a_merge_is_of_two_records(clerk: Viewer) -> None:
    made = proposed(*twins(), clerk)
    rows = MemberMerge.objects.filter(pk=made.pk)
    breaking("merge_of_two_records", lambda: rows.update(gone=made.kept))


def test_the_undoing_has_four_eyes_too(clerk: Viewer) -> None:
    rows = MemberMerge.objects.filter(pk=proposed(*twins(), clerk).pk)
    both = {"undo_proposed_by_id": clerk.user_id, "undone_by_id": clerk.user_id}
    breaking("merge_undo_four_eyes", lambda: rows.update(**both))


def test_a_record_goes_once(clerk: Viewer) -> None:
    kept, gone = twins()
    made = proposed(kept, gone, clerk)
    with pytest.raises(merging.ProposedAlready):
        proposed(kept, gone, clerk)
    again = MemberMerge(kept=kept, gone=gone, reason="x", proposed_by=made.proposed_by)
    breaking("merge_open_once", again.save)


def test_a_merged_record_is_nobodys_member() -> None:
    one, other = twins()
    rows = Member.objects.filter(pk=one.pk)
    breaking("member_merged_is_gone", lambda: rows.update(merged_into=other))


def test_a_pair_is_said_once(clerk: Viewer) -> None:
    one, other = twins()
    said = merging.say_distinct(pair=(one.pk, other.pk), by=clerk)
    again = DistinctPair(first=one, second=other, said_by=said.said_by)
    breaking("distinct_pair_once", again.save)


def test_a_pair_is_in_order(clerk: Viewer) -> None:
    one, other = twins()
    user = merging.say_distinct(pair=(one.pk, other.pk), by=clerk).said_by
    breaking("distinct_pair_in_order", DistinctPair(first=other, second=one, said_by=user).save)


def test_the_pages_from_suspicion_to_undoing() -> None:
    one, other = twins()
    clerk = builders.client_for(builders.user("enrolment"))
    approver = builders.client_for(builders.user("approver"))
    pair = [one.pk, other.pk]
    assert "姓名、出生日期、性别相同" in shown(clerk.get(reverse("members:duplicate-list")))
    address = reverse("members:merge-create", args=pair)
    assert "保留，以此证件为准" in shown(clerk.get(address))
    given = dict.fromkeys(("kept", *merging.FIELDS), str(other.pk)) | {"reason": "同一人"}
    assert clerk.post(address, {**given, "reason": ""}).status_code == 422
    answer = clerk.post(address, given)
    made = MemberMerge.objects.get()
    assert answer.headers["Location"] == reverse("members:merge-detail", args=[made.pk])
    assert (made.kept, made.fields) == (other, [])
    assert "须由另一人复核" in shown(clerk.get(answer.headers["Location"]))
    decide(approver, "UNDO_PROPOSED", made)  # not what is asked
    assert made.status == MergeStatus.PROPOSED
    address = reverse("members:merge-decide", args=[made.pk])
    assert approver.post(address, {"answer": "accept"}).status_code == 404
    decide(approver, "PROPOSED", made)
    assert made.status == MergeStatus.MERGED
    clerk.post(reverse("members:merge-undo", args=[made.pk]), {"reason": "有误"})
    made.refresh_from_db()
    decide(approver, "PROPOSED", made)  # from a page that is no longer the present one
    assert made.status == MergeStatus.UNDO_PROPOSED
    decide(approver, "UNDO_PROPOSED", made)
    assert made.status == MergeStatus.UNDONE
    for shown_rows in ("merges", "distinct"):
        shown(clerk.get(reverse("members:duplicate-list"), {"show": shown_rows}))


def decide(client: Client, asked: str, merge: MemberMerge) -> None:
    page = shown(client.get(reverse("members:merge-detail", args=[merge.pk])))
    assert f'name="asked" value="{merge.status}"' in page
    given = {"asked": asked, "answer": "accept"}
    client.post(reverse("members:merge-decide", args=[merge.pk]), given)
    merge.refresh_from_db()


@pytest.mark.slow
@pytest.mark.usefixtures("committed")
def test_of_two_deciders_one_is_told_the_other_was_faster() -> None:
    kept, gone = twins()
    claims.cover(gone, "CI")
    made = proposed(kept, gone, builders.viewer_as("enrolment"))
    deciders = [builders.viewer_as("approver"), builders.viewer_as("enrolment")]
    together = Barrier(2)

    def act(turn: int) -> str:
        together.wait()
        try:
            return merging.decide(merge_id=made.pk, accept=turn == 0, by=deciders[turn]).status
        except merging.CannotMove:
            return "late"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(act, range(2)))
    made.refresh_from_db()
    assert answers == sorted([made.status, "late"])
    held = gone if made.status == MergeStatus.REFUSED else kept
    assert Policy.objects.get().member_id == held.pk
    decided = AuditEvent.objects.filter(action__in=["member.merge", "member.refuse_merge"])
    assert decided.count() == 1
