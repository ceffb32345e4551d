"""The main path through the pages: from a roster to the quarterly report, person by person.

Every function is one act of one person. Nothing but the small district is made by services; what
the pages show is compared with sums taken from the tables at the end.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Q, Sum
from playwright.sync_api import expect

from claims.models import Payment
from core import clock
from core.money import in_capitals
from core.periods import Period
from policies.models import EnrolmentBatch, Policy, Remittance
from tests.browser import books
from tests.browser.conftest import Newcomer
from tests.browser.people import Person
from tests.browser.world import District, small_district

pytestmark = [pytest.mark.browser, pytest.mark.slow]
log = logging.getLogger("journey")
NEW_PASSWORD = "tian tan fan dian 2026"
ALLOWANCE = "在职职工住院津贴互助保障活动"
DUE = Decimal("720.00")  # twelve persons at 60 yuan
EARLIER_CLAIM = Decimal("200.00")  # of the other unit: six nights
PAID_CLAIM = Decimal("280.00")  # eight nights, the first unpaid: 7 × 40
REIMBURSED = Decimal("600.00")  # (2800 − 1800) × 20 % + (3300 − 1300) × 20 %


class Journey:
    """Who walks, where, and what has been made on the way."""

    def __init__(self, come: Newcomer, sign_in: Newcomer, folder: Path, tally: Counter[str]):
        self.come, self.sign_in, self.folder, self.tally = come, sign_in, folder, tally
        self.district: District = small_district()
        self.staff: dict[str, Person] = {}
        self.step = ""

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """A line of the walk; clicks are counted by it."""
        self.step = name
        for person in self.staff.values():
            person.step = name
        yield
        log.info("%s: %s clicks", name, self.tally[name])

    @property
    def batch_number(self) -> str:
        """Of the batch that the agent's roster has made."""
        return EnrolmentBatch.objects.get(organisation=self.district.unit).number

    def person(self, username: str) -> Person:
        """A member of the staff at her own computer, signed in once."""
        if username not in self.staff:
            self.staff[username] = self.sign_in(username)
        self.staff[username].step = self.step
        return self.staff[username]


def test_from_a_roster_to_the_quarterly_report(
    newcomer: Newcomer,
    signed_in: Newcomer,
    worker: None,
    tmp_path: Path,
    tally: Counter[str],
    record_property: Any,
) -> None:
    journey = Journey(newcomer, signed_in, tmp_path, tally)
    with journey.part("1 an account"):
        username, password = the_administrator_makes_an_account(journey)
        the_agent_changes_the_password(journey, username, password)
    with journey.part("2 a roster"):
        roster = the_agent_fills_the_template(journey, username)
        the_agent_uploads_and_sees_what_is_wrong(journey, username, roster)
        mended = the_agent_mends_the_returned_workbook(journey, username)
        the_agent_imports_and_submits(journey, username, mended)
    with journey.part("3 the money"):
        the_clerk_accepts(journey)
        the_clerk_records_the_payment(journey)
        finance_makes_the_remittance(journey)
        finance_prints_the_statement_and_remits(journey)
        the_books_balance(journey)
    with journey.part("4 a claim"):
        the_agent_files_a_claim(journey, username)
        the_reviewer_reviews(journey)
        the_approver_approves(journey)
        finance_makes_a_payout_of_the_claim(journey)
        the_approver_pays(journey, PAID_CLAIM)
    with journey.part("5 a quarter"):
        the_clerk_imports_the_settlements(journey)
        the_clerk_computes(journey)
        the_quarter_is_approved_and_paid(journey)
    with journey.part("6 the reports"):
        finance_closes_the_quarter(journey)
        the_closed_figures_equal_the_tables(journey)
        the_present_quarter_is_on_the_screen_and_in_files(journey)
    record_property("clicks", dict(tally))


# ---- 1


def the_administrator_makes_an_account(journey: Journey) -> tuple[str, str]:
    admin = journey.person("dc_admin")
    admin.go("单位")
    tree = admin.page.locator(".union-tree")
    for above in ("东城区总工会", "天坛街道总工会"):
        admin.press(tree.locator("summary", has_text=above).locator("svg"))
    admin.press(tree.get_by_role("link", name="天坛饭店工会"))
    admin.heading("天坛饭店工会")
    admin.follow("新建代办员")
    admin.type("full_name", "吴代办")
    admin.press("新建")
    admin.heading("一次性密码")
    admin.sees("吴代办", "天坛饭店工会")
    username = admin.page.locator(".handout dd b").first.inner_text()
    return username, admin.page.locator(".one-time-password").inner_text()


def the_agent_changes_the_password(journey: Journey, username: str, password: str) -> None:
    agent = journey.come("agent")
    agent.step = journey.step
    journey.staff[username] = agent
    agent.open("/login")
    agent.type("username", username)
    agent.type("password", password)
    agent.press("登录")
    agent.heading("修改密码")
    agent.open("/people/")  # nothing else can be seen before
    agent.heading("修改密码")
    agent.type("old", password)
    agent.type("new", NEW_PASSWORD)
    agent.type("again", NEW_PASSWORD)
    agent.press("保存新密码")
    agent.heading("天坛饭店工会")


# ---- 2


def the_agent_fills_the_template(journey: Journey, username: str) -> Path:
    agent, district = journey.person(username), journey.district
    agent.open("/")
    template = agent.download(agent.link("下载模板"), journey.folder)
    rows = [
        {"单位编号": "TT001", "活动": ALLOWANCE, "姓名": member.name, "证件号码": number,
         "份数": 1, "金额": 60, "出资方": "工会", "起保日期": district.starts_on.isoformat()}
        for member, number in district.members
    ]  # fmt: skip
    number = str(rows[3]["证件号码"])
    rows[3]["证件号码"] = number[:-1] + ("0" if number[-1] != "0" else "1")
    rows[7]["金额"] = 50
    return books.fill(template, rows, journey.folder / "参保名单.xlsx")


def the_agent_uploads_and_sees_what_is_wrong(journey: Journey, username: str, roster: Path) -> None:
    agent = journey.person(username)
    agent.follow("上传名单")
    agent.attach(roster)
    agent.sees("原因")
    expect(agent.tile("通过")).to_have_text("10")
    expect(agent.tile("错误")).to_have_text("2")
    expect(agent.tile("可导入")).to_contain_text("￥600.00")
    expect(agent.row("邓桂兰")).to_contain_text("末位应为")
    expect(agent.row("蒋文静")).to_contain_text("应为60.00元，现为50.00元")


def the_agent_mends_the_returned_workbook(journey: Journey, username: str) -> Path:
    agent = journey.person(username)
    returned = agent.download(agent.link("下载错误表"), journey.folder)
    right = {member.name: number for member, number in journey.district.members}
    target = journey.folder / "参保名单（改）.xlsx"
    reasons = books.mend(
        returned, lambda row: {"证件号码": right[str(row["姓名"])], "金额": 60}, target
    )
    assert len(reasons) == 2
    assert "证件号码" in reasons[0]
    assert "应为60.00元，现为50.00元" in reasons[1]
    return target


def the_agent_imports_and_submits(journey: Journey, username: str, mended: Path) -> None:
    agent = journey.person(username)
    agent.follow("重新上传")
    agent.attach(mended)
    expect(agent.tile("可导入")).to_contain_text("￥720.00")
    expect(agent.tile("错误")).to_have_text("0")
    agent.press_and_answer("确认导入 12 行", "12 行")
    agent.follow("查看导入的记录")
    agent.heading("参保批次")
    agent.follow(journey.batch_number)
    agent.press_and_answer("上报", "12")
    agent.sees("已上报", "￥720.00", in_capitals(DUE))


# ---- 3


def the_clerk_accepts(journey: Journey) -> None:
    clerk = journey.person("dc_enrol")
    clerk.go("参保")
    clerk.tick(journey.batch_number)
    clerk.press_and_answer("受理", "￥720.00")
    expect(clerk.row("天坛饭店工会")).to_contain_text("已受理")


def the_clerk_records_the_payment(journey: Journey) -> None:
    clerk = journey.person("dc_enrol")
    clerk.go("到账")
    clerk.follow("登记到账")
    clerk.follow("天坛饭店工会")
    box = clerk.page.locator("tbody input[name=pk]")
    if not box.is_checked():
        clerk.press(box)
    clerk.type("amount", "720.00")
    expect(clerk.page.locator(".capitals")).to_have_text(in_capitals(DUE))
    clerk.type("received_on", clock.today().isoformat())
    clerk.type("reference", "工行20180301-77")
    clerk.press_and_answer("登记到账", "￥720.00")
    clerk.heading("天坛饭店工会")
    clerk.sees("￥720.00", "工行20180301-77")


def finance_makes_the_remittance(journey: Journey) -> None:
    finance = journey.person("dc_finance")
    finance.go("上缴")
    finance.follow("生成上缴单")
    finance.tick(journey.batch_number)
    finance.press_and_answer("生成上缴单", "￥720.00")
    finance.heading("上缴核对")


def finance_prints_the_statement_and_remits(journey: Journey) -> None:
    finance = journey.person("dc_finance")
    printed = finance.download(finance.link("打印 PDF"), journey.folder)
    text = books.text_of(printed)
    for words in ("会费上缴结算单", "720.00", in_capitals(DUE).removeprefix("人民币"), "住院津贴"):
        assert words in text
    workbook = finance.download(finance.link("生成上缴表"), journey.folder)
    assert DUE in books.numbers_in(workbook)
    finance.type("remitted_on", clock.today().isoformat())
    finance.type("reference", "上缴20180305-01")
    finance.press_and_answer("上缴登记", "￥720.00")
    finance.sees("已上缴，所列批次已生效")
    clerk = journey.person("dc_enrol")
    clerk.go("参保")
    expect(clerk.row("天坛饭店工会")).to_contain_text("已生效")
    insured = Policy.objects.filter(batch__status="EFFECTIVE", batch__organisation__code="TT001")
    assert insured.count() == 12


def the_books_balance(journey: Journey) -> None:
    finance = journey.person("dc_finance")
    finance.go("账簿")
    finance.sees("借贷相等")
    # nothing is owed by units any more and nothing to the Beijing office
    for account in ("1122", "2202"):
        expect(finance.row(account).locator("td.money").last).to_have_text("0.00")


# ---- 4


def the_agent_files_a_claim(journey: Journey, username: str) -> None:
    agent, district = journey.person(username), journey.district
    paper = books.scan(journey.folder / "住院费用清单.png")
    admitted = district.day(20)
    agent.open("/")
    agent.follow("申请理赔")
    agent.choose("family", "INPALW")
    expect(agent.page.locator("#claim-facts legend").first).to_contain_text("住院津贴")
    agent.type("number", district.members[4][1])
    agent.page.keyboard.press("Tab")
    expect(agent.page.locator("#person-found")).to_contain_text("冯晓东")
    agent.type("event_on", admitted.isoformat())
    agent.type("discharged_on", (admitted + timedelta(days=8)).isoformat())
    agent.type("hospital_name", "北京天坛医院")
    agent.choose("hospital_level", "3")
    for code in ("claim_form", "id_copy", "inpatient_fee_list", "card"):
        agent.page.locator(f"#id_paper_{code}").set_input_files(paper)
    agent.press("提交申请")
    agent.heading("冯晓东")
    agent.sees("￥280.00", in_capitals(PAID_CLAIM))
    picture = agent.page.locator(".paper img")
    expect(picture).to_be_visible()
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 420


def the_reviewer_reviews(journey: Journey) -> None:
    reviewer = journey.person("dc_review")
    reviewer.go("理赔")
    reviewer.press(reviewer.row("冯晓东").get_by_role("link"))
    reviewer.sees("8", "7", "40.00", "￥280.00")
    reviewer.press("提交审批")
    reviewer.heading("待审批")


def the_approver_approves(journey: Journey) -> None:
    approver = journey.person("dc_approve")
    approver.go("理赔")
    approver.press(approver.row("冯晓东").get_by_role("link"))
    approver.press("批准")
    approver.sees("已批准")


def finance_makes_a_payout_of_the_claim(journey: Journey) -> None:
    finance = journey.person("dc_finance")
    finance.go("理赔")
    finance.press(finance.row("冯晓东").get_by_role("checkbox"))
    finance.press_and_answer("生成发放批次", "￥280.00")
    finance.sees("￥280.00", "冯晓东", "须由审批人确认发放")


def the_approver_pays(journey: Journey, amount: Decimal) -> None:
    approver = journey.person("dc_approve")
    approver.go("发放")
    approver.press(approver.row("FF").get_by_role("link"))
    approver.sees(in_capitals(amount))
    approver.type("paid_on", clock.today().isoformat())
    approver.type("reference", f"代发{amount}")
    approver.press_and_answer("确认发放", f"￥{amount}")
    approver.heading("已发放")


# ---- 5


def the_clerk_imports_the_settlements(journey: Journey) -> None:
    clerk, district = journey.person("dc_enrol"), journey.district
    clerk.go("二次报销")
    clerk.follow("导入结算数据")
    template = clerk.download(clerk.link("下载模板"), journey.folder)
    (first, her), (second, his) = district.members[:2]
    rows = [
        {"结算流水号": "JS0001", "姓名": first.name, "证件号码": her, "类别": "门诊",
         "结算日期": district.day(40).isoformat(), "自付一": 2800},
        {"结算流水号": "JS0002", "姓名": second.name, "证件号码": his, "类别": "住院",
         "结算日期": district.day(50).isoformat(), "自付一": 3300,
         "入院日期": district.day(43).isoformat()},
    ]  # fmt: skip
    filled = books.fill(template, rows, journey.folder / "二次报销结算.xlsx")
    clerk.type("quarter", str(district.last))
    clerk.attach(filled)
    expect(clerk.tile("可导入")).to_contain_text("￥6,100.00")
    clerk.press_and_answer("确认导入 2 行", "2 行")
    clerk.sees("查看导入的记录")


def the_clerk_computes(journey: Journey) -> None:
    clerk = journey.person("dc_enrol")
    clerk.follow("查看导入的记录")
    clerk.follow(str(journey.district.last))
    clerk.press_and_answer("计算", "计算")
    due = clerk.tile("本季应付").get_by_text(f"￥{REIMBURSED}")
    expect(due.or_(clerk.link("查看结果"))).to_be_visible()
    if not due.is_visible():  # the job took longer than the page
        clerk.follow("查看结果")
    expect(due).to_be_visible()
    expect(clerk.row("安建国")).to_contain_text("200.00")
    expect(clerk.row("白丽华")).to_contain_text("400.00")


def the_quarter_is_approved_and_paid(journey: Journey) -> None:
    approver, finance = journey.person("dc_approve"), journey.person("dc_finance")
    approver.go("二次报销")
    approver.follow(str(journey.district.last))
    approver.press_and_answer("批准", f"￥{REIMBURSED}")
    approver.heading("已批准")
    finance.go("二次报销")
    finance.follow(str(journey.district.last))
    finance.press_and_answer("生成发放批次", f"￥{REIMBURSED}")
    finance.sees("安建国", "白丽华")
    the_approver_pays(journey, REIMBURSED)


# ---- 6


def finance_closes_the_quarter(journey: Journey) -> None:
    finance, last = journey.person("dc_finance"), str(journey.district.last)
    finance.go("报表")
    finance.follow("结账")
    finance.choose("quarter", last)
    finance.press_and_answer("结账", "结账后本季数据不再变动")
    expect(finance.page.locator("progress.bar")).to_be_visible()
    finance.press(finance.link("查看结果"))
    finance.heading("已结账")


def the_closed_figures_equal_the_tables(journey: Journey) -> None:
    finance, last = journey.person("dc_finance"), journey.district.last
    paid, remitted = paid_in(last), remitted_in(last)
    assert (paid, remitted) == (EARLIER_CLAIM + REIMBURSED, Decimal("180.00"))
    for table, total in ((0, paid), (1, remitted)):
        foot = finance.page.locator(".report-table").nth(table).locator("tfoot")
        expect(foot).to_contain_text(f"{total:,}")
    files = finance.page.locator("section", has_text="SHA-256").get_by_role("link")
    expect(files).to_have_count(4)
    for place in range(4):
        path = finance.download(files.nth(place), journey.folder)
        total = paid if place < 2 else remitted
        if path.suffix == ".xlsx":
            assert total in books.numbers_in(path)
        else:
            assert f"{total:,}" in books.text_of(path)


def the_present_quarter_is_on_the_screen_and_in_files(journey: Journey) -> None:
    finance, now = journey.person("dc_finance"), Period.quarter_of(clock.today())
    paid, remitted = paid_in(now), remitted_in(now)
    assert (paid, remitted) == (PAID_CLAIM, DUE)
    for report, total in (("payout_summary", paid), ("remittance", remitted)):
        finance.open(f"/reports/?report={report}&year={now.year}&quarter={now.quarter}")
        expect(finance.page.locator(".sheet tfoot").first).to_contain_text(f"{total:,}")
        workbook = _file_of(finance, "Excel", journey.folder)
        assert total in books.numbers_in(workbook)
        finance.follow("返回报表")
        printed = _file_of(finance, "PDF", journey.folder)
        assert f"{total:,}" in books.text_of(printed)


def _file_of(finance: Person, kind: str, folder: Path) -> Path:
    finance.press(kind)
    expect(finance.link("下载")).to_be_visible(timeout=20_000)
    return finance.download(finance.link("下载"), folder)


def paid_in(period: Period) -> Decimal:
    """What members got, by the tables: claims by the day of payment, reimbursement by quarter."""
    days = (period.first_day, period.last_day)
    rows = Payment.objects.filter(
        Q(claim__isnull=False, paid_on__range=days)
        | Q(reimbursement__year=period.year, reimbursement__quarter=period.quarter),
        status="PAID",
    )
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def remitted_in(period: Period) -> Decimal:
    """What went to the Beijing office in the quarter, by the tables."""
    rows = Remittance.objects.filter(remitted_on__range=(period.first_day, period.last_day))
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)
