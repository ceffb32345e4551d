from datetime import date
from decimal import Decimal

import pytest

from claims.models import Claim, ClaimPaper
from claims.services import casework, filing
from core.errors import RuleViolation
from core.models import AuditEvent
from core.scans import BadPaper
from tests import builders
from tests.claims import builders as make

pytestmark = pytest.mark.django_db


def test_a_claim_is_numbered_kept_with_its_papers_and_assessed():
    claim = make.filed()
    assert claim.number.startswith("LP2018-")
    assert (claim.status, claim.decision, claim.amount) == ("FILED", "payable", Decimal("1800.00"))
    assert str(claim.plan_version) == "在职职工住院医疗互助保障活动"
    assert claim.papers.count() == 4
    assert {paper.file.content_type for paper in claim.papers.all()} == {"application/pdf"}
    assert AuditEvent.objects.get(subject=f"claim:{claim.pk}").action == "claim.file"


def test_the_allowance_of_ten_days_pays_nine():
    claim = make.filed(family="INPALW")
    assert (claim.amount, claim.paid_days) == (Decimal("360.00"), 9)


def test_without_papers_the_assessment_asks_for_them():
    claim = make.filed(scans=[])
    assert (claim.decision, claim.codes) == ("supplement", ["DOCUMENTS"])


def test_without_cover_it_is_refused_by_the_terms():
    claim = make.filed(with_cover=False)
    assert (claim.decision, claim.codes, str(claim.amount)) == ("refused", ["NO_COVER"], "0.00")


def test_a_batch_that_is_not_in_force_covers_nobody():
    member = builders.member(builders.union())
    make.cover(member, status="SUBMITTED")
    assert make.filed(member).codes == ["NO_COVER"]


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"days": -1}, filing.FactMissing),
        ({"self_pay_1": None}, filing.FactMissing),
        ({"event_on": date(2018, 7, 1)}, filing.FactMissing),
        ({"scans": [filing.Paper("card", "a.exe", b"MZ\x90")]}, BadPaper),
        ({"scans": [filing.Paper("card", "a.pdf", b"")]}, BadPaper),
        ({"scans": [filing.Paper("nonsense", "a.pdf", make.PDF)]}, BadPaper),
        ({"scans": [filing.Paper("card", "a.pdf", make.PDF + b" " * 11_000_000)]}, BadPaper),
    ],
)
def test_what_is_missing_or_no_scan_is_refused_and_nothing_is_kept(facts, refusal):
    member = builders.member(builders.union())
    make.cover(member)
    with pytest.raises(refusal):
        make.filed(member, **facts)
    assert not Claim.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_member_of_another_union_cannot_be_claimed_for():
    stranger = builders.viewer_as("agent", builders.union())
    with pytest.raises(casework.OutOfReach):
        make.filed(by=stranger)
    assert not Claim.objects.exists()


def test_a_child_is_claimed_for_by_its_parent_only():
    member = builders.member(builders.union())
    child = make.child_of(member)
    make.cover(member, "CHILD", child=child)
    claim = make.filed(
        member, family="CHILD", child_id=child.pk, hospital_days=10,
        scans=make.papers("claim_form", "guardian_id_copy", "kinship_proof", "guardian_consent",
                          "unit_accident_certificate", "hospital_papers", "card"),
    )  # fmt: skip
    assert (claim.decision, claim.amount) == ("payable", Decimal("200.00"))
    other = builders.member(member.organisation)
    with pytest.raises(RuleViolation):
        make.filed(other, family="CHILD", child_id=child.pk, with_cover=False)


def test_names_of_illnesses_are_sealed_and_compared_by_their_hash():
    claim = make.filed(diagnosis="急性阑尾炎", illness="阑尾炎")
    assert "阑尾炎".encode() not in bytes(claim.diagnosis_sealed or b"")
    assert len(claim.illness_index) == 32
    assert claim.diagnosis_code_index == ""


def test_a_paper_added_completes_the_list_and_the_unit_hands_in_again():
    agent = builders.viewer_as("agent")
    claim = make.filed(scans=make.papers("claim_form", "id_copy", "card"), by=agent)
    casework.review(claim_ids=[claim.pk], by=builders.viewer_as("reviewer"), on=make.DAY)
    claim.refresh_from_db()
    assert claim.status == "SUPPLEMENT"
    paper = filing.Paper("inpatient_fee_list", "清单.png", builders.picture())
    claim = casework.add_paper(claim_id=claim.pk, paper=paper, by=agent, on=make.DAY)
    assert (claim.decision, claim.status) == ("payable", "SUPPLEMENT")
    casework.hand_in(claim_ids=[claim.pk], by=agent, on=make.DAY)
    claim.refresh_from_db()
    assert claim.status == "FILED"


def test_after_the_first_review_papers_stay_as_they_are():
    claim = make.reviewed()
    with pytest.raises(filing.CannotAddPaper):
        casework.add_paper(
            claim_id=claim.pk, paper=make.papers()[0], by=builders.viewer_as("agent"), on=make.DAY
        )
    assert ClaimPaper.objects.count() == 4
