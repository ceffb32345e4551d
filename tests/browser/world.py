"""A small district, built by the services: a street, a unit of twelve, last quarter's business."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from claims.services import casework, filing, payouts
from core import clock
from core.periods import Period
from members.access import Viewer
from members.models import Organisation
from policies.models import AnnualTarget, EnrolmentBatch
from policies.services import enrolment, money
from tests import builders
from tests.browser.conftest import PASSWORD
from tests.policies.builders import Person as Insured
from tests.policies.builders import imported, line, person

NAMES = ("安建国", "白丽华", "陈志强", "邓桂兰", "冯晓东", "高秀英", "韩立新", "蒋文静",
         "李振华", "孟凡玲", "秦卫东", "苏雅琴")  # fmt: skip
STAFF = {
    "dc_admin": ("admin", "赵管理"),
    "dc_enrol": ("enrolment", "钱参保"),
    "dc_finance": ("finance", "孙财务"),
    "dc_review": ("reviewer", "李初审"),
    "dc_approve": ("approver", "周审批"),
}


@dataclass(frozen=True)
class District:
    """What the journey knows before it begins; `last` is the quarter before the present one."""

    last: Period
    street: Organisation
    unit: Organisation
    other: Organisation
    members: list[Insured] = field(repr=False)

    @property
    def starts_on(self) -> date:
        return self.last.first_day

    def day(self, number: int) -> date:
        """The n-th day of the last quarter."""
        return self.last.first_day + timedelta(days=number - 1)


def small_district() -> District:
    """Staff, two units, the members of one, and what the other did in the last quarter."""
    last = Period.quarter_of(clock.today()).previous
    street = builders.union("TT", kind="STREET", name="天坛街道总工会", staff_count=60)
    unit = builders.union("TT001", street, name="天坛饭店工会", staff_count=40)
    other = builders.union("TT002", street, name="花市小学工会", staff_count=20)
    members = [person(unit, name=name, sex="MF"[place % 2]) for place, name in enumerate(NAMES)]
    AnnualTarget.objects.create(year=last.year, amount=Decimal("1000.00"))
    for username, (role, name) in STAFF.items():
        account(username, role, builders.district(), name)
    district = District(last, street, unit, other, members)
    _last_quarter(district)
    return district


def account(username: str, role: str, union: Organisation, name: str) -> None:
    """Somebody who can sign in."""
    password = make_password(PASSWORD)
    builders.user(role, union, username=username, full_name=name, password=password)


def _last_quarter(district: District) -> None:
    """The other unit enrolled three, remitted, and had a claim paid."""
    insured = [person(district.other, name=name) for name in ("王一", "王二", "王三")]
    starts_on = district.starts_on.isoformat()
    rows = [line(district.other, each, "INPALW", 起保日期=starts_on) for each in insured]
    agent = builders.viewer_as("agent", district.other)
    result = imported(rows, by=agent, on=district.day(2))
    _remitted(EnrolmentBatch.objects.get(pk=result.summary["batch_ids"][0]), agent, district)
    _claim_paid(insured[0], agent, district)


def _remitted(batch: EnrolmentBatch, agent: Viewer, district: District) -> None:
    on, ids = district.day(5), [batch.pk]
    enrolment.submit(batch_ids=ids, by=agent, on=on, late_reason="名单先行送达")
    clerk = builders.viewer_as("enrolment")
    enrolment.accept(batch_ids=ids, by=clerk, on=on)
    money.record_receipt(
        payer_id=batch.organisation_id, batch_ids=ids, amount=batch.amount, received_on=on,
        reference="工行回单0001", by=clerk, on=on,
    )  # fmt: skip
    remittance = money.make_remittance(batch_ids=ids, by=clerk, on=on)
    money.remit(
        remittance_id=remittance.pk, remitted_on=on, reference="上缴回单0001", by=clerk, on=on
    )


def _claim_paid(insured: Insured, agent: Viewer, district: District) -> None:
    admitted, on = district.day(10), district.day(30)
    new = filing.NewClaim(
        member_id=insured[0].pk, family="INPALW", event_on=admitted,
        discharged_on=admitted + timedelta(days=6),
        hospital_code="H11010100001", hospital_level=3,
    )  # fmt: skip
    claim = filing.file_claim(new=new, papers=_papers(), by=agent, on=on)
    casework.review(claim_ids=[claim.pk], by=builders.viewer_as("reviewer"), on=on)
    casework.approve(claim_ids=[claim.pk], by=builders.viewer_as("approver"), on=on)
    payout = payouts.make_claim_payout(
        claim_ids=[claim.pk], by=builders.viewer_as("finance"), on=on
    )
    payouts.pay(
        payout_id=payout.pk, paid_on=on, reference="发放回单0001",
        by=builders.viewer_as("approver"), on=on,
    )  # fmt: skip


def _papers() -> list[filing.Paper]:
    codes = ("claim_form", "id_copy", "inpatient_fee_list", "card")
    return [filing.Paper(code, f"{code}.pdf", b"%PDF-1.4 a scan") for code in codes]
