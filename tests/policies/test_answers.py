"""The Beijing office's list: sent, checked with its reasons, taken in whole, or refused."""

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.importing import Upload
from policies.imports.answers import list_to_send, read_answer
from policies.models import EnrolmentBatch, Remittance
from policies.services import money
from policies.services.confirmation import ConfirmationIncomplete, NotInAgreement
from tests import builders
from tests.policies.builders import TODAY, clerk, paid, remittance

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def batches() -> list[EnrolmentBatch]:
    return [paid(builders.union()), paid(builders.union(), persons=2)]


@pytest.fixture
def sent(batches: list[EnrolmentBatch]) -> Remittance:
    return money.remit(
        remittance_id=remittance(batches).pk, remitted_on=TODAY, reference="上缴甲", by=clerk(),
        on=TODAY,
    )  # fmt: skip


def returned(sent: Remittance, **changes: dict[str, Any] | None) -> bytes:
    """Our own list as Beijing fills it in: all booked, but for the changes by batch number."""
    book = openpyxl.load_workbook(io.BytesIO(list_to_send(clerk(), sent)))
    sheet = book["北京回执名单"]
    places = {str(cell.value).strip("*"): int(cell.column or 0) for cell in sheet[1]}
    for row in range(sheet.max_row, 1, -1):
        number = sheet.cell(row, places["批次号"]).value
        if not number:
            continue
        change = changes.get(str(number).replace("-", "_"), {})
        if change is None:
            sheet.delete_rows(row)
            continue
        amount = sheet.cell(row, places["上缴金额"]).value
        for name, value in {"北京入账": amount, "回执号": "京收0301", **change}.items():
            sheet.cell(row, places[name]).value = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def key(batch: EnrolmentBatch) -> str:
    return batch.number.replace("-", "_")


def take(sent: Remittance, content: bytes, *, commit: bool = True) -> Any:
    return read_answer(
        Upload("名单.xlsx", content), remittance_id=sent.pk, confirmed_on=TODAY, by=clerk(),
        on=TODAY, commit=commit,
    )  # fmt: skip


def test_a_list_that_agrees_confirms(sent: Remittance) -> None:
    result = take(sent, returned(sent))
    assert (result.written, result.findings) == (True, ())
    sent.refresh_from_db()
    assert (sent.status, sent.beijing_receipt) == ("CONFIRMED", "京收0301")
    assert sent.confirmed_total == sent.amount
    money.reconcile_remittance(remittance_id=sent.pk, by=clerk(), on=TODAY)


def test_what_differs_becomes_a_difference(sent: Remittance, batches: list[EnrolmentBatch]) -> None:
    first, second = batches
    changes = {key(first): {"北京入账": "50.00", "人数": 3}}
    checked = take(sent, returned(sent, **changes), commit=False)
    assert [(each.column, each.level) for each in checked.findings] == [
        ("人数", "warning"), ("北京入账", "warning"),
    ]  # fmt: skip
    assert "相差 10.00" in checked.findings[1].message
    sent.refresh_from_db()
    assert sent.status == "REMITTED"

    take(sent, returned(sent, **changes))
    sent.refresh_from_db()
    assert sent.confirmed_total == D(170)
    booked = dict(sent.lines.values_list("batch", "confirmed_amount"))
    assert booked == {first.pk: D(50), second.pk: D(120)}
    money.settle_difference(
        remittance_id=sent.pk, batch_number=first.number, reason="补缴", by=clerk(), on=TODAY
    )
    take(sent, returned(sent, **changes))  # the same list once more: what is settled stays so
    assert sent.lines.get(batch=first).difference_reason == "补缴"
    take(sent, returned(sent))  # a corrected list takes the difference out
    assert sent.lines.get(batch=first).settled_on is None
    sent.refresh_from_db()
    assert sent.confirmed_total == sent.amount


def test_a_foreign_or_double_row_refuses_the_whole_list(
    sent: Remittance, batches: list[EnrolmentBatch]
) -> None:
    for changes in (
        {key(batches[0]): {"批次号": "CB2018-009999"}},
        {key(batches[0]): {"批次号": batches[1].number}},
        {key(batches[0]): {"北京入账": "-5"}},
        {key(batches[0]): {"北京入账": None}},
    ):
        result = take(sent, returned(sent, **changes))
        assert (result.written, result.has_errors) == (False, True)
    sent.refresh_from_db()
    assert (sent.status, sent.confirmed_total) == ("REMITTED", None)


def test_a_list_with_gaps_or_two_receipts_is_refused(
    sent: Remittance, batches: list[EnrolmentBatch]
) -> None:
    with pytest.raises(NotInAgreement, match=batches[0].number):
        take(sent, returned(sent, **{key(batches[0]): None}))
    with pytest.raises(ConfirmationIncomplete, match="2"):
        take(sent, returned(sent, **{key(batches[0]): {"回执号": "京收0302"}}))


def upload(desk: Client, sent: Remittance, content: bytes, act: str) -> Any:
    file = SimpleUploadedFile("名单.xlsx", content)
    address = reverse("policies:remittance-answer", args=[sent.pk])
    data = {"confirmed_on": TODAY.isoformat(), "file": file, "act": act}
    return desk.post(address, data, follow=act == "take")


def test_the_page_answers_with_the_same_workbook(
    sent: Remittance, batches: list[EnrolmentBatch]
) -> None:
    desk = builders.client_for(builders.user("finance"))
    page = desk.get(reverse("policies:remittance-detail", args=[sent.pk])).content.decode()
    assert reverse("policies:remittance-list-xlsx", args=[sent.pk]) in page
    content = returned(sent, **{key(batches[0]): {"北京入账": "50"}})
    answer = upload(desk, sent, content, "check")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [str(cell.value) for row in book["北京回执名单"].iter_rows() for cell in row]
    assert "校验结果" in cells
    assert any("北京入账 50.00" in text for text in cells)
    said = upload(desk, sent, content, "take").content.decode()
    assert "1 行有差异" in said
    sent.refresh_from_db()
    assert sent.status == "CONFIRMED"


def test_a_wrong_list_is_told_on_the_page(sent: Remittance, batches: list[EnrolmentBatch]) -> None:
    desk = builders.client_for(builders.user("finance"))
    content = returned(sent, **{key(batches[0]): {"批次号": "CB2018-009999"}})
    assert "该批次不在本上缴单中" in upload(desk, sent, content, "take").content.decode()
    assert "xlsx" in upload(desk, sent, b"no workbook", "take").content.decode()
