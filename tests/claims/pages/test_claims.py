"""The pages of claims: what is on them, and one refusal for each act."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Claim, Payout
from claims.services import casework
from core import clock, crypto, masks
from tests import builders
from tests.claims import builders as make

pytestmark = pytest.mark.django_db


def _client(role, union=None):
    return builders.client_for(builders.user(role, union))


def _text(response):
    return response.content.decode()


def test_the_list_shows_status_amount_and_tabs():
    claim = make.filed()
    page = _text(_client("reviewer").get(reverse("claims:claim-list")))
    assert claim.number in page
    assert "1,800.00" in page
    assert f'value="{claim.pk}:{claim.version}"' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "张"}, 1), ({"q": "zs"}, 1), ({"q": "李"}, 0), ({"family": "INPALW"}, 0),
        ({"status": "FILED"}, 1), ({"status": "PAID"}, 0), ({"since": "2018-06-02"}, 0),
        ({"until": "2018-06-01"}, 1), ({"q": "LP2018"}, 1),
    ],
)  # fmt: skip
def test_the_query_form(query, found):
    claim = make.filed()
    page = _text(_client("reviewer").get(reverse("claims:claim-list"), query))
    assert page.count(f">{claim.number}</a>") == found


def test_a_stranger_sees_no_row():
    make.filed()
    page = _text(_client("agent", builders.union()).get(reverse("claims:claim-list")))
    assert "LP2018-" not in page


def test_the_list_takes_as_many_queries_for_many_rows():
    client, union = _client("reviewer"), builders.union()
    counts = []
    for number in (2, 6):
        for _place in range(number):
            make.filed(builders.member(union))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("claims:claim-list"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_claim_page_tells_the_case_the_checks_and_the_calculation():
    claim = make.filed(diagnosis="急性阑尾炎", hospital_name="北京协和医院")
    page = _text(_client("reviewer").get(reverse("claims:claim-detail", args=[claim.pk])))
    for words in ("急性阑尾炎", "北京协和医院", "INPMED-2018", "人民币壹仟捌佰元整", "出险日有保障",
                  "(4300.00", "互助金申请表"):  # fmt: skip
        assert words in page
    number = crypto.unseal(claim.member.document_sealed, "id")
    assert number not in page
    assert masks.document(number) in page


def test_parameters_that_nobody_confirmed_are_marked():
    claim = make.filed(family="INPALW")
    page = _text(_client("reviewer").get(reverse("claims:claim-detail", args=[claim.pk])))
    assert "待确认" in page
    assert "benefit.unpaid_days_per_stay" in page


def test_a_grey_button_says_why_in_words():
    reviewer = builders.user("reviewer")
    claim = make.filed(by=builders.viewer(reviewer))
    address = reverse("claims:claim-detail", args=[claim.pk])
    page = _text(builders.client_for(reviewer).get(address))
    assert "您是申报人，不能初审本人申报的案件。" in page


def test_review_and_approval_from_the_page():
    claim = make.filed()
    address = reverse("claims:claim-review", args=[claim.pk])
    _client("reviewer").post(address, {"version": claim.version})
    claim.refresh_from_db()
    assert claim.status == "REVIEWED"
    approver = _client("approver")
    address = reverse("claims:claim-approve", args=[claim.pk])
    stale = approver.post(address, {"version": claim.version - 1})
    assert stale.status_code == 422
    assert "已变更" in _text(stale)
    assert approver.post(address, {"version": claim.version}).status_code == 302
    claim.refresh_from_db()
    assert claim.status == "APPROVED"


def test_an_act_without_its_reason_comes_back_with_a_sentence():
    claim = make.filed()
    answer = _client("reviewer").post(reverse("claims:claim-refuse", args=[claim.pk]), {})
    assert answer.status_code == 422
    assert "请写明原因" in _text(answer)


def test_twenty_are_approved_at_once_at_the_amounts_on_the_screen():
    claims = [make.reviewed() for _place in range(3)]
    data = {
        "pk": [claim.pk for claim in claims],
        "seen": [f"{claim.pk}:{claim.version}" for claim in claims],
    }
    page = _client("approver").post(reverse("claims:claims-approve"), data, follow=True)
    assert "已批准 3 件" in _text(page)
    assert set(Claim.objects.values_list("status", flat=True)) == {"APPROVED"}


def test_ticked_claims_of_a_stale_list_are_not_approved():
    claim = make.reviewed()
    data = {"pk": [claim.pk], "seen": [f"{claim.pk}:{claim.version - 1}"]}
    page = _client("approver").post(reverse("claims:claims-approve"), data, follow=True)
    assert "已变更" in _text(page)
    claim.refresh_from_db()
    assert claim.status == "REVIEWED"


def test_ticked_claims_are_reviewed_and_put_into_a_payout():
    claim = make.filed()
    _client("reviewer").post(
        reverse("claims:claims-review"),
        {"pk": [claim.pk], "seen": [f"{claim.pk}:{claim.version}"]},
    )
    casework.approve(claim_ids=[claim.pk], by=builders.viewer_as("approver"), on=make.DAY)
    answer = _client("finance").post(reverse("claims:claims-payout"), {"pk": [claim.pk]})
    assert answer.url == reverse("claims:payout-detail", args=[Payout.objects.get().pk])


def test_nothing_ticked():
    page = _client("approver").post(reverse("claims:claims-approve"), {}, follow=True)
    assert "请先勾选案件" in _text(page)


def test_a_paper_is_shown_to_those_who_see_the_claim():
    claim = make.filed()
    address = reverse("claims:paper", args=[claim.papers.all()[0].pk])
    answer = _client("reviewer").get(address)
    assert b"".join(answer.streaming_content) == make.PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert _client("agent", builders.union()).get(address).status_code == 404


def test_a_paper_is_added_and_a_wrong_one_refused():
    claim = make.filed(scans=make.papers("claim_form"))
    agent = _client("agent", claim.organisation)
    address = reverse("claims:paper-add", args=[claim.pk])
    wrong = SimpleUploadedFile("清单.pdf", b"MZ not a scan", "application/pdf")
    answer = agent.post(address, {"document": "card", "file": wrong})
    assert answer.status_code == 422
    assert "不是PDF、JPEG或PNG" in _text(answer)
    right = SimpleUploadedFile("京卡.png", builders.picture(), "image/png")
    assert agent.post(address, {"document": "card", "file": right}).status_code == 302
    assert claim.papers.count() == 2


def _new(member, **facts):
    return {
        "number": crypto.unseal(member.document_sealed, "id"), "family": "INPMED",
        "event_on": "2018-05-02", "discharged_on": "2018-05-12", "self_pay_1": "4300.00",
        "hospital_level": "3", **facts,
    }  # fmt: skip


def test_an_agent_files_a_claim_with_a_scan(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: make.DAY)
    member = builders.member(builders.union())
    make.cover(member)
    scan = SimpleUploadedFile("申请表.pdf", make.PDF, "application/pdf")
    agent = _client("agent", member.organisation)
    answer = agent.post(reverse("claims:claim-file"), {**_new(member), "paper_claim_form": scan})
    claim = Claim.objects.get()
    assert answer.url == reverse("claims:claim-detail", args=[claim.pk])
    assert (claim.documents, str(claim.amount)) == (["claim_form"], "1800.00")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"number": "110101198001150030"}, "末位"),
        ({"discharged_on": ""}, "出院日期"),
        ({"discharged_on": "2018-05-01"}, "早于"),
        ({"self_pay_1": "abc"}, "self_pay_1"),
        ({"transfer_from": "LP2018-999999"}, "没有这个申请编号"),
    ],
)
def test_what_is_wrong_with_a_new_claim_is_said(facts, words):
    member = builders.member(builders.union())
    agent = _client("agent", member.organisation)
    answer = agent.post(reverse("claims:claim-file"), _new(member, **facts))
    assert answer.status_code == 422
    assert words in _text(answer)
    assert not Claim.objects.exists()


def test_the_person_appears_with_his_policies_or_a_sentence():
    member = builders.member(builders.union(), name="欧阳修")
    make.cover(member)
    address, data = reverse("claims:claim-person"), _new(member)
    page = _text(_client("agent", member.organisation).post(address, data))
    assert "欧阳修" in page
    assert "INPMED-2018" in page
    page = _text(_client("agent", builders.union()).post(address, data))
    assert "您的管理范围内没有此证件号码的会员" in page


def test_the_fields_follow_the_plan():
    member = builders.member(builders.union())
    child = make.child_of(member)
    make.cover(member, "CHILD", child=child)
    agent = _client("agent", member.organisation)
    page = _text(agent.post(reverse("claims:claim-person"), _new(member, family="CHILD")))
    assert 'name="hospital_days"' in page
    assert 'name="self_pay_1"' not in page
    assert child.name in page


def test_the_panels_of_union_and_member():
    claim = make.filed()
    reviewer = _client("reviewer")
    for name, pk in (("unit-panel", claim.organisation_id), ("member-panel", claim.member_id)):
        assert claim.number in _text(reviewer.get(reverse(f"claims:{name}", args=[pk])))


def test_the_english_page_has_its_own_words():
    claim = make.filed()
    address = reverse("claims:claim-detail", args=[claim.pk])
    reviewer = _client("reviewer")
    reviewer.cookies["django_language"] = "en"
    page = _text(reviewer.get(address))
    assert "Cover and checks" in page
    assert "stay 1 of 2018" in page


@pytest.mark.parametrize(
    ("role", "view", "at"),
    [
        ("reviewer", "claim-review", "FILED"), ("reviewer", "claim-ask", "FILED"),
        ("reviewer", "claim-refuse", "FILED"), ("agent", "claim-withdraw", "FILED"),
        ("approver", "claim-approve", "REVIEWED"), ("approver", "claim-refuse", "REVIEWED"),
        ("approver", "claim-send-back", "REVIEWED"),
    ],
)  # fmt: skip
def test_every_decision_is_on_the_version_that_was_on_the_screen(role, view, at):
    claim = make.filed() if at == "FILED" else make.reviewed()
    client = _client(role, claim.organisation if role == "agent" else None)
    address = reverse(f"claims:{view}", args=[claim.pk])
    for stale in ({}, {"version": claim.version - 1}):
        answer = client.post(address, {"reason": "请核对", **stale})
        assert (answer.status_code, "已变更" in _text(answer)) == (422, True)
    assert Claim.objects.get(pk=claim.pk).status == at
    assert client.post(address, {"reason": "请核对", "version": claim.version}).status_code == 302
    assert Claim.objects.get(pk=claim.pk).status != at


def test_after_a_decision_the_next_of_the_queue_comes_without_own_work():
    reviewer = builders.user("reviewer")
    first, own, other = make.filed(), make.filed(by=builders.viewer(reviewer)), make.filed()
    client = builders.client_for(reviewer)
    data = {"version": first.version, "next": "1"}
    answer = client.post(reverse("claims:claim-review", args=[first.pk]), data)
    assert answer["Location"] == reverse("claims:claim-detail", args=[other.pk]) + "?next=1"
    data = {"version": other.version, "next": "1"}
    answer = client.post(reverse("claims:claim-review", args=[other.pk]), data)
    assert answer["Location"] == reverse("claims:claim-list") + "?status=FILED"
    assert Claim.objects.get(pk=own.pk).status == "FILED"


def test_a_refusal_is_told_by_its_code_and_as_a_letter():
    claim, reviewer = make.filed(), _client("reviewer")
    letter = reverse("claims:refusal-letter", args=[claim.pk])
    assert reviewer.get(letter).status_code == 404
    data = {"reason": "入院前已确诊", "code": "PRE_EXISTING", "version": claim.version}
    wrong = reviewer.post(reverse("claims:claim-refuse", args=[claim.pk]), data | {"code": "NO"})
    assert wrong.status_code == 422
    reviewer.post(reverse("claims:claim-refuse", args=[claim.pk]), data)
    page = _text(reviewer.get(reverse("claims:claim-detail", args=[claim.pk])))
    assert "入院前已确诊" in page
    assert letter in page
    answer = reviewer.get(letter)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_an_appeal_from_the_page_opens_the_claim():
    claim = make.filed()
    casework.refuse(
        claim_ids=[claim.pk], reason="非住院", by=builders.viewer_as("reviewer"), on=make.DAY
    )
    claim.refresh_from_db()
    agent = _client("agent", claim.organisation)
    address = reverse("claims:claim-appeal", args=[claim.pk])
    assert agent.post(address, {"version": claim.version}).status_code == 422
    data = {"version": claim.version, "reason": "住院证明在此"}
    assert agent.post(address, data).status_code == 302
    page = _text(_client("reviewer").get(reverse("claims:claim-detail", args=[claim.pk])))
    assert "住院证明在此" in page
