"""After the roster: who may move a batch, late and withdrawn ones, scans, corrections, groups."""

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pdfplumber
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum
from django.urls import reverse

from core.models import AuditEvent
from core.scans import BadPaper
from ledger.models import Entry, Posting
from members.models import Member, Organisation
from members.permissions import Permission, Role
from policies.exports_rosters import roster_pdf
from policies.models import BatchPaper, Correction, EnrolmentBatch, Policy
from policies.selectors.groups import group_of
from policies.services import enrolment, money
from policies.services.corrections import (
    AlreadyAsked,
    CorrectionGone,
    CorrectionStale,
    NotAccepted,
    NothingToCorrect,
    OwnCorrection,
    decide_correction,
)
from policies.services.enrolment import CoverBegun, PartlyPaid, ReasonMissing, StartPassed
from policies.services.locking import BatchesGone, CannotMove
from policies.services.papers import add_batch_paper
from policies.states import BATCH_MOVES, BatchStatus
from tests import builders
from tests.policies.builders import (
    START,
    TODAY,
    accepted,
    batch,
    clerk,
    correction,
    paid,
    paper,
    submitted,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2018, 3, 1, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def unit() -> Organisation:
    return builders.union(name="天坛饭店工会", staff_count=30)


# ---- who may


def test_the_map_names_whose_act_every_move_is() -> None:
    unit_s, district_s = {Permission.BATCH_FILL}, {Permission.BATCH_ACCEPT}
    street_s = {Permission.BATCH_CHECK}
    cashier_s, remitter_s = {Permission.RECEIPT_RECORD}, {Permission.REMITTANCE_MAKE}
    said = {
        (start, to): set(who) for start, ways in BATCH_MOVES.items() for to, who in ways.items()
    }
    assert said == {
        ("DRAFT", "SUBMITTED"): unit_s,
        ("DRAFT", "WITHDRAWN"): unit_s,
        ("SUBMITTED", "ACCEPTED"): district_s,
        ("SUBMITTED", "CHECKED"): street_s,
        ("SUBMITTED", "RETURNED"): street_s | district_s,
        ("CHECKED", "ACCEPTED"): district_s,
        ("CHECKED", "RETURNED"): street_s | district_s,
        ("CHECKED", "WITHDRAWN"): unit_s,
        ("SUBMITTED", "WITHDRAWN"): unit_s,
        ("RETURNED", "SUBMITTED"): unit_s,
        ("RETURNED", "WITHDRAWN"): unit_s,
        ("ACCEPTED", "PAID"): cashier_s,
        ("ACCEPTED", "WITHDRAWN"): district_s,
        ("PAID", "EFFECTIVE"): remitter_s,
        ("PAID", "ACCEPTED"): cashier_s,
        ("EFFECTIVE", "PAID"): remitter_s,
    }


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ENROLMENT])
def test_nobody_else_moves_a_batch(unit: Organisation, role: Role) -> None:
    made = submitted(unit)
    viewer = builders.viewer_as(role, unit)
    given: dict[str, Any] = {"batch_ids": [made.pk], "by": viewer, "on": TODAY}
    with pytest.raises(BatchesGone):
        enrolment.accept(**given)
    if role != Role.COORDINATOR:  # looks through what the units below hand in
        with pytest.raises(BatchesGone):
            enrolment.check(**given)
        with pytest.raises(BatchesGone):
            enrolment.return_to_unit(reason="姓名有误", **given)
    with pytest.raises(BatchesGone):
        enrolment.withdraw_accepted(reason="重复", **given)
    if role != Role.AGENT:
        with pytest.raises(BatchesGone):
            enrolment.withdraw(**given)
    made.refresh_from_db()
    assert made.status == BatchStatus.SUBMITTED


# ---- the first day


def test_a_first_day_that_has_passed_wants_a_reason(unit: Organisation) -> None:
    made, agent = batch(unit), builders.viewer_as("agent", unit)
    late = date(START.year, START.month, 2)
    with pytest.raises(StartPassed, match=made.number):
        enrolment.submit(batch_ids=[made.pk], by=agent, on=late)
    made.refresh_from_db()
    assert made.status == BatchStatus.DRAFT
    enrolment.submit(batch_ids=[made.pk], by=agent, on=late, late_reason="名单先行送达")
    made.refresh_from_db()
    assert (made.status, made.late_reason) == (BatchStatus.SUBMITTED, "名单先行送达")
    assert AuditEvent.objects.get(action="batch.submit").details["reason"] == "名单先行送达"


def test_on_the_first_day_itself_nothing_is_asked(unit: Organisation) -> None:
    made = batch(unit)
    enrolment.submit(batch_ids=[made.pk], by=builders.viewer_as("agent", unit), on=START)
    made.refresh_from_db()
    assert (made.status, made.late_reason) == (BatchStatus.SUBMITTED, "")


# ---- withdrawal before effect


def test_an_accepted_batch_is_withdrawn_before_its_first_day(unit: Organisation) -> None:
    made = accepted(unit, persons=2)
    given: dict[str, Any] = {"batch_ids": [made.pk], "by": clerk(), "on": date(2018, 3, 31)}
    with pytest.raises(ReasonMissing):
        enrolment.withdraw_accepted(reason=" ", **given)
    enrolment.withdraw_accepted(reason="单位改期", **given)
    made.refresh_from_db()
    assert (made.status, made.accepted_on, made.withdraw_reason) == ("WITHDRAWN", None, "单位改期")
    assert not Policy.objects.filter(batch=made, withdrawn_on__isnull=True).exists()
    assert Entry.objects.get(reverses__key=f"batch:{made.pk}").posted_on == date(2018, 3, 31)
    due = Posting.objects.filter(account__code="1122").aggregate(Sum("debit"), Sum("credit"))
    assert due == {"debit__sum": Decimal(120), "credit__sum": Decimal(120)}
    (who,) = Member.objects.filter(policies__batch=made).order_by("pk")[:1]
    again = Policy.objects.filter(member=who, withdrawn_on__isnull=True, cover__contains=START)
    assert not again.exists()  # the day is free


def test_a_cover_that_has_begun_or_is_paid_stays(unit: Organisation) -> None:
    begun, settled = accepted(unit), paid(builders.union())
    with pytest.raises(CoverBegun):
        enrolment.withdraw_accepted(batch_ids=[begun.pk], reason="退保", by=clerk(), on=START)
    with pytest.raises(CannotMove):
        enrolment.withdraw_accepted(batch_ids=[settled.pk], reason="退保", by=clerk(), on=TODAY)
    partly = accepted(builders.union())
    money.record_receipt(
        payer_id=partly.organisation_id, batch_ids=[partly.pk], parts={partly.pk: Decimal(10)},
        amount=Decimal(10), received_on=TODAY, reference="部分", by=clerk(), on=TODAY,
    )  # fmt: skip
    with pytest.raises(PartlyPaid):
        enrolment.withdraw_accepted(batch_ids=[partly.pk], reason="退保", by=clerk(), on=TODAY)
    with pytest.raises(CannotMove):  # nor does the unit take back what was accepted
        enrolment.withdraw(batch_ids=[begun.pk], by=builders.viewer_as("agent", unit), on=TODAY)
    assert EnrolmentBatch.objects.filter(status="WITHDRAWN").count() == 0


# ---- papers


def test_a_scan_is_what_its_bytes_say(unit: Organisation) -> None:
    made, agent = batch(unit), builders.viewer_as("agent", unit)
    given: dict[str, Any] = {"batch_id": made.pk, "kind": "ROSTER", "by": agent, "on": TODAY}
    kept = add_batch_paper(name="a.pdf", content=builders.picture(), **given)
    assert kept.file.content_type == "image/png"
    with pytest.raises(BadPaper):
        add_batch_paper(name="a.pdf", content=b"<html><script>", **given)
    with pytest.raises(BadPaper):
        add_batch_paper(name="a.pdf", content=b"%PDF-" + b"0" * (10 * 2**20), **given)
    stranger = builders.viewer_as("agent", builders.union())
    with pytest.raises(BatchesGone):
        add_batch_paper(name="a.pdf", content=b"%PDF-1.4", **{**given, "by": stranger})
    assert BatchPaper.objects.count() == 1
    assert AuditEvent.objects.filter(action="batch.paper").count() == 1


def test_a_scan_is_sent_and_seen(unit: Organisation) -> None:
    made = batch(unit)
    agent = builders.client_for(builders.user("agent", unit))
    scan = SimpleUploadedFile("名册.pdf", b"%PDF-1.4 a scan")
    agent.post(
        reverse("policies:batch-paper-add", args=[made.pk]), {"kind": "ROSTER", "file": scan}
    )
    held = BatchPaper.objects.get()
    shown: Any = agent.get(reverse("policies:batch-paper", args=[held.pk]))
    assert shown["Content-Type"] == "application/pdf"
    assert b"".join(shown.streaming_content) == b"%PDF-1.4 a scan"
    assert (
        "名册.pdf" in agent.get(reverse("policies:batch-detail", args=[made.pk])).content.decode()
    )
    stranger = builders.client_for(builders.user("agent", builders.union()))
    assert stranger.get(reverse("policies:batch-paper", args=[held.pk])).status_code == 404


def test_the_roster_is_printed_for_the_seal(unit: Organisation) -> None:
    made = batch(unit, persons=40)
    with pdfplumber.open(io.BytesIO(roster_pdf(made, made_at=NOW))) as document:
        text = "".join(page.extract_text() or "" for page in document.pages)
        assert len(document.pages) == 2
    for words in ("天坛饭店工会 参保名册", made.number, "贰仟肆佰元整", "单位工会盖章", "张三"):
        assert words in text
    assert "*" in text


# ---- corrections


def test_a_wrong_name_payer_and_note_are_corrected_by_two_people(unit: Organisation) -> None:
    made = accepted(unit)
    before = Policy.objects.values("shares", "tier", "amount", "cover").get(batch=made)
    asked = correction(made, NAME="张山", FUNDER="MEMBER", NOTE="调入")
    assert (
        decide_correction(
            correction_id=asked.pk, accept=True, answer="", by=clerk(), on=TODAY
        ).status
        == "ACCEPTED"
    )
    policy = Policy.objects.select_related("member").get(batch=made)
    assert (policy.member.name, policy.funder, policy.note) == ("张山", "MEMBER", "调入")
    assert Member.objects.get(name_key="张山").initials == "zs"
    assert Policy.objects.values("shares", "tier", "amount", "cover").get(batch=made) == before
    assert {"batch.ask_correction", "batch.correct", "member.edit"} <= set(
        AuditEvent.objects.values_list("action", flat=True)
    )
    with pytest.raises(CorrectionGone):
        decide_correction(correction_id=asked.pk, accept=False, answer="x", by=clerk(), on=TODAY)


def test_what_is_asked_together_stands_on_one_list(unit: Organisation) -> None:
    made, agent = accepted(unit, persons=2), builders.viewer_as("agent", unit)
    first = correction(made, by=agent)
    with pytest.raises(AlreadyAsked):
        correction(made, by=agent, NAME="张珊")
    assert correction(made, by=agent, NOTE="调入").pk == first.pk
    assert Correction.objects.get().lines.count() == 2


def test_refusals_of_corrections(unit: Organisation) -> None:
    made, officer = accepted(unit), clerk()
    with pytest.raises(NotAccepted):
        correction(batch(builders.union()))
    with pytest.raises(NothingToCorrect):
        correction(made, NAME="张三")
    own = correction(made, by=officer)
    given: dict[str, Any] = {"correction_id": own.pk, "answer": "", "on": TODAY}
    with pytest.raises(OwnCorrection):
        decide_correction(accept=True, by=officer, **given)
    with pytest.raises(CorrectionGone):
        decide_correction(accept=True, by=builders.viewer_as("agent", unit), **given)
    with pytest.raises(NothingToCorrect):
        decide_correction(accept=False, by=clerk(), **given)
    Member.objects.filter(policies__batch=made).update(name="张叁")
    with pytest.raises(CorrectionStale):
        decide_correction(accept=True, by=clerk(), **given)
    own.refresh_from_db()
    assert own.status == "SUBMITTED"
    decide_correction(accept=False, by=clerk(), **{**given, "answer": "请附证明"})
    assert correction(made, NAME="张山").pk != own.pk  # may be asked for anew


def test_the_pages_of_a_correction(unit: Organisation) -> None:
    made = accepted(unit)
    agent = builders.client_for(builders.user("agent", unit))
    office = builders.client_for(builders.user("enrolment"))
    ask = reverse("policies:correction-ask", args=[made.policies.get().pk])
    assert ask in agent.get(reverse("policies:batch-detail", args=[made.pk])).content.decode()
    assert agent.post(ask, {"reason": "录入有误"}).status_code == 422
    sent = agent.post(ask, {"name": "张山", "reason": "录入有误"})
    page = sent["Location"]
    assert "张山" in office.get(page).content.decode()
    assert made.number in office.get(reverse("policies:correction-list")).content.decode()
    decide = reverse("policies:correction-decide", args=[Correction.objects.get().pk])
    assert office.post(decide, {"decision": "accept"})["Location"] == page
    assert Policy.objects.get(batch=made).member.name == "张山"


# ---- group size


def test_the_group_is_told_on_the_page(unit: Organisation) -> None:
    made = batch(unit, persons=2, plan="ACC", 档次="T50")
    found = group_of(made)
    assert found is not None
    assert (found.staff, found.persons, found.is_short) == (30, 2, True)
    office = builders.client_for(builders.user("enrolment"))
    said = office.get(reverse("policies:batch-detail", args=[made.pk])).content.decode()
    assert f"至少须 {found.needed} 人参保" in said
    small = builders.union(staff_count=2)
    whole = group_of(batch(small, persons=2, plan="ACC", 档次="T50"))
    assert whole is not None
    assert not whole.is_short


def test_scans_of_a_withdrawn_batch_are_not_taken(unit: Organisation) -> None:
    made, agent = batch(unit), builders.viewer_as("agent", unit)
    paper(made)
    enrolment.withdraw(batch_ids=[made.pk], by=agent, on=TODAY)
    with pytest.raises(BadPaper):
        paper(made)
