"""Lists as workbooks: Chinese, cards masked."""

from typing import Any

from django.db.models import QuerySet
from django.utils import translation

from claims.states import PaymentStatus, RefusalCode
from core.excel.lists import COUNT, MONEY, TEXT, ListColumn, write_list
from core.pdf import render_pdf
from members.selectors.people import masked_card

STATUS = {
    PaymentStatus.PENDING: "待发放",
    PaymentStatus.PAID: "已发放",
    PaymentStatus.RETURNED: "退票",
    PaymentStatus.CANCELLED: "已作废",
}
PAYMENTS = (
    ListColumn("付款编号", 24, TEXT),
    ListColumn("单位编号", 14, TEXT),
    ListColumn("单位名称", 30),
    ListColumn("姓名", 12),
    ListColumn("京卡尾号", 22, TEXT),
    ListColumn("申请编号", 18, TEXT),
    ListColumn("金额", 14, MONEY),
    ListColumn("状态", 10),
)
ROWS = (
    ListColumn("单位编号", 14, TEXT),
    ListColumn("单位名称", 30),
    ListColumn("姓名", 12),
    ListColumn("季度", 8, COUNT),
    ListColumn("本年累计基数", 16, MONEY),
    ListColumn("本年累计应付", 16, MONEY),
    ListColumn("本季应付", 14, MONEY),
    ListColumn("结转", 12, MONEY),
    ListColumn("劳模/特困", 10),
)


def payout_workbook(number: str, lines: QuerySet[Any]) -> bytes:
    """The payments of one payout, as a selector gave them."""
    rows = (
        (
            payment.number,
            payment.organisation.code,
            payment.organisation.name,
            payment.member.name,
            masked_card(payment.member) or "无京卡",
            payment.claim.number if payment.claim else "",
            payment.amount,
            STATUS[PaymentStatus(payment.status)],
        )
        for payment in lines.iterator(chunk_size=2000)
    )
    return write_list(number, PAYMENTS, rows)


def refusal_letter(claim: Any) -> bytes:
    """The letter on a refused claim, ready for print and seal; it names no illness."""
    with translation.override("zh-hans"):  # papers are Chinese in either language
        label = str(claim.get_refusal_code_display() or RefusalCode.OTHER.label)
    decided_on = claim.approved_on or claim.reviewed_on
    context = {"claim": claim, "label": label, "decided_on": decided_on, "number": claim.number}
    return render_pdf("print/refusal_letter.html", context, title="互助金申请不予受理通知书")


def quarter_workbook(period: str, listed: QuerySet[Any]) -> bytes:
    """The computed rows of one quarter, as a selector gave them, by union and name."""
    found = listed.order_by("organisation__path", "member__sort_key", "pk")
    rows = (
        (
            row.organisation.code,
            row.organisation.name,
            row.member.name,
            row.quarter,
            row.base_ytd,
            row.due_ytd,
            row.pay,
            row.carried,
            "是" if row.privileged else "",
        )
        for row in found.iterator(chunk_size=2000)
    )
    return write_list(period, ROWS, rows)
