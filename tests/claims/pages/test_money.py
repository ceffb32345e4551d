"""The pages of payouts and quarters."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from claims.models import Payout, ReimbursementQuarter
from claims.services import reimbursement
from core import crypto, jobs
from core.models import JobRun
from tests import builders
from tests.claims import builders as make

pytestmark = pytest.mark.django_db


def _client(role, union=None):
    return builders.client_for(builders.user(role, union))


def _text(response):
    return response.content.decode()


def _rows(content):
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return [[cell.value for cell in line] for line in sheet.iter_rows()]


@pytest.fixture
def payout():
    member = builders.member(builders.union(), card=builders.card_number())
    return make.payout(make.approved(make.filed(member)))


def test_the_payout_page_shows_lines_sums_in_capitals_and_masked_cards(payout):
    page = _text(_client("approver").get(reverse("claims:payout-detail", args=[payout.pk])))
    card = crypto.unseal(payout.payments.get().member.card_sealed, "card")
    assert "人民币壹仟捌佰元整" in page
    assert card not in page
    assert f"尾号 {card[-4:]}" in page


def test_the_approver_confirms_and_the_maker_reads_why_he_cannot(payout):
    address = reverse("claims:payout-confirm", args=[payout.pk])
    bad = _client("approver").post(address, {"paid_on": "2018-05-01", "reference": "BB1"})
    assert bad.status_code == 422
    assert "发放日期应在制单日与今天之间" in _text(bad)
    good = _client("approver").post(address, {"paid_on": "2018-06-01", "reference": "BB1"})
    assert good.status_code == 302
    payout.refresh_from_db()
    assert payout.status == "PAID"
    again = _client("approver").post(address, {"paid_on": "2018-06-01", "reference": "BB1"})
    assert "不会重复办理" in _text(again)


def test_finance_reads_that_another_person_confirms(payout):
    page = _text(_client("finance").get(reverse("claims:payout-detail", args=[payout.pk])))
    assert "须由审批人确认发放" in page


def test_finance_cancels(payout):
    _client("finance").post(reverse("claims:payout-cancel", args=[payout.pk]))
    assert Payout.objects.get().status == "CANCELLED"


def test_the_list_as_a_workbook_is_masked(payout):
    answer = _client("finance").get(reverse("claims:payout-file", args=[payout.pk]))
    header, row = _rows(answer.content)
    assert header[0] == "付款编号"
    card = crypto.unseal(payout.payments.get().member.card_sealed, "card")
    assert str(row[4]).endswith(card[-4:])
    assert card not in str(row)


def test_a_street_reads_its_own_count_and_sum_in_the_list(payout):
    street = builders.union(kind="STREET")
    own = make.approved(make.filed(builders.member(builders.union(parent=street))))
    other = make.approved(make.filed(self_pay_1="9300.00"))
    make.payout(own, other)
    page = _text(_client("coordinator", street).get(reverse("claims:payout-list")))
    assert "1,800.00" in page
    assert "6,600.00" not in page


def test_the_clerk_computes_by_a_job_and_the_page_polls_it():
    member = builders.member(builders.union())
    make.settlement(member, "2413.00")
    clerk = _client("enrolment")
    page = clerk.post(reverse("claims:quarter-compute", args=["2018Q1"]), follow=True)
    assert reverse("claims:quarter-progress", args=["2018Q1"]) in _text(page)
    job = JobRun.objects.get()
    progress = _text(clerk.get(reverse("claims:quarter-progress", args=["2018Q1"])))
    assert "hx-trigger" in progress
    jobs.run(job.pk, reimbursement.compute_step)
    page = _text(clerk.get(reverse("claims:quarter-detail", args=["2018Q1"])))
    assert "122.60" in page
    assert member.name in page


def test_what_stops_a_job_is_said_on_the_page():
    member = builders.member(builders.union())
    make.settlement(member, "2413.00")
    make.settlement(member, "2413.00", date(2018, 5, 3))
    page = _client("enrolment").post(
        reverse("claims:quarter-compute", args=["2018Q2"]), follow=True
    )
    assert "请先计算并审批 2018Q1" in _text(page)
    assert not JobRun.objects.exists()


def test_approval_and_payout_from_the_page():
    make.settlement(builders.member(builders.union()), "2413.00")
    make.computed()
    _client("approver").post(reverse("claims:quarter-approve", args=["2018Q1"]))
    assert ReimbursementQuarter.objects.get().status == "APPROVED"
    answer = _client("finance").post(reverse("claims:quarter-payout", args=["2018Q1"]))
    assert answer.url == reverse("claims:payout-detail", args=[Payout.objects.get().pk])
    again = _client("finance").post(reverse("claims:quarter-payout", args=["2018Q1"]), follow=True)
    assert "不会重复生成" in _text(again)


def test_an_agent_sees_own_members_only():
    here, there = builders.union(), builders.union()
    make.settlement(builders.member(here, name="张三"), "2413.00")
    make.settlement(builders.member(there, name="李四"), "2313.00")
    make.computed()
    page = _text(_client("agent", here).get(reverse("claims:quarter-detail", args=["2018Q1"])))
    assert "张三" in page
    assert "李四" not in page
    assert "225.20" not in page


@pytest.mark.parametrize("period", ["2018", "2018Q5", "x", "2019Q1"])
def test_another_period_is_not_found(period):
    assert _client("enrolment").get(f"/reimb/{period}/").status_code == 404


def test_the_quarter_as_a_workbook():
    make.settlement(builders.member(builders.union(), name="张三"), "2413.00")
    make.computed()
    answer = _client("enrolment").get(reverse("claims:quarter-file", args=["2018Q1"]))
    rows = _rows(answer.content)
    assert rows[1][2] == "张三"
    assert rows[1][6] == 122.6


def test_the_list_of_quarters_and_the_members_panel():
    member = builders.member(builders.union())
    make.settlement(member, "2413.00")
    make.computed()
    clerk = _client("enrolment")
    assert "2018Q1" in _text(clerk.get(reverse("claims:quarter-list")))
    panel = _text(clerk.get(reverse("claims:member-reimbursements", args=[member.pk])))
    assert "122.60" in panel
