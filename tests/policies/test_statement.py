"""The statement of a remittance: its columns, its lock, its hash, its code to scan."""

import io
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pdfplumber
import pytest
from django.urls import reverse

from members.models import Organisation
from policies import exports_statement, selectors
from policies.models import EnrolmentBatch, ReceiptLine, Remittance
from policies.services import money
from tests import builders
from tests.policies.builders import TODAY, accepted, clerk, paid, receipt, remittance

pytestmark = pytest.mark.django_db
NOW = datetime(2018, 3, 1, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def unit() -> Organisation:
    return builders.union(name="天坛饭店工会")


def sent(made: Remittance) -> Remittance:
    money.remit(remittance_id=made.pk, remitted_on=TODAY, reference="上缴甲", by=clerk(), on=TODAY)
    made.refresh_from_db()
    return made


def sheet(made: Remittance, name: str) -> list[list[Any]]:
    content = exports_statement.statement_workbook(clerk(), made, made_at=NOW)
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return [list(row) for row in book[name].iter_rows(values_only=True)]


def printed(made: Remittance) -> str:
    content = exports_statement.statement_pdf(clerk(), made, made_at=NOW)
    with pdfplumber.open(io.BytesIO(content)) as document:
        assert len(document.pages) == 1
        return str(document.pages[0].extract_text())


def test_one_row_for_each_unit_with_its_receipts(unit: Organisation) -> None:
    other = builders.union()
    batches = [accepted(unit), accepted(unit, plan="INPMED", persons=2)]
    slips = [receipt([batches[0]]), receipt([batches[1]])]
    made = remittance([*batches, paid(other)])
    rows = {row[0]: row for row in sheet(made, "单位明细")}
    assert rows[unit.code][2:8] == [2, 3, 3, 160, 160, 160]
    assert rows[unit.code][8].date() == TODAY
    assert rows[unit.code][9] == f"{slips[0].number}、{slips[1].number}"
    assert rows["合计"][2:8] == [3, 4, 4, 220, 220, 220]
    assert len([row for row in sheet(made, "批次明细") if str(row[2]).startswith("CB")]) == 3


def test_price_and_doubt_stand_on_screen_and_papers(unit: Organisation) -> None:
    made = remittance([paid(unit), paid(builders.union(), plan="CI")])
    rows, _total = selectors.statement_rows(clerk(), made)
    by_family = {row.family: row for row in rows}
    assert by_family["INPALW"].price == "60.00"
    assert by_family["FEM"].price == ""
    doubted = [row for row in rows if row.doubt]
    text, book = printed(made), sheet(made, "汇总")
    assert text.count("待确认") == len(doubted) + 1  # and the payee's account, which nobody has set
    assert sum("待确认" in str(row[4]) for row in book) == len(doubted)
    page = builders.client_for(builders.user("finance")).get(
        reverse("policies:remittance-detail", args=[made.pk])
    )
    assert page.content.decode().count("badge-unconfirmed") >= len(doubted)


def test_the_account_is_hidden_in_the_middle(unit: Organisation, settings: Any) -> None:
    settings.PAYEE_ACCOUNT = "0200001234567890123"
    text = printed(remittance([paid(unit)]))
    assert "0200***********0123" in text
    assert "1234567" not in text


def test_a_draft_says_so_and_the_receipt_bears_the_number(unit: Organisation) -> None:
    made = remittance([paid(unit)])
    assert "未上缴" in printed(made)
    text = printed(sent(made))
    assert "未上缴" not in text
    assert "上缴回执" in text
    assert text.count(made.number) >= 3
    assert made.statement_hash[:16] in text


def test_what_went_out_is_locked(unit: Organisation) -> None:
    """Whatever is done to the batch afterwards, the statement and its hash say what they said."""
    batch = paid(unit, persons=2)
    made = sent(remittance([batch]))
    before, told = selectors.statement_rows(clerk(), made), made.statement_hash
    assert told == selectors.current_hash(made)
    EnrolmentBatch.objects.filter(pk=batch.pk).update(person_count=9, shares=9)
    ReceiptLine.objects.filter(batch=batch).update(is_void=True)
    assert selectors.statement_rows(clerk(), made) == before
    assert selectors.current_hash(made) == told == selectors.statement_hash(made)


def test_the_hash_of_a_draft_follows_its_lines(unit: Organisation) -> None:
    batch = paid(unit)
    made = remittance([batch])
    first = selectors.statement_hash(made)
    EnrolmentBatch.objects.filter(pk=batch.pk).update(person_count=9)
    assert selectors.statement_hash(made) != first
    assert made.statement_hash == ""


def test_a_transfer_taken_back_leaves_its_statement(unit: Organisation) -> None:
    batch = paid(unit)
    made = sent(remittance([batch]))
    money.reverse_remittance(remittance_id=made.pk, reason="退回", by=clerk(), on=TODAY)
    again = sent(remittance([batch]))
    made.refresh_from_db()
    assert selectors.current_hash(made) == made.statement_hash != again.statement_hash
    _rows, total = selectors.statement_rows(clerk(), made)
    assert (total.due, total.received, total.remitted) == (Decimal(60),) * 3
