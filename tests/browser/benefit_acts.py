"""The main path from a claim to the closed quarter: lines 4 to 6, one act of one person each."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.db.models import Q, Sum
from playwright.sync_api import expect

from claims.models import Payment
from core import clock
from core.money import in_capitals
from core.periods import Period
from policies.models import Remittance
from tests.browser import books
from tests.browser.journey import DUE, EARLIER_CLAIM, PAID_CLAIM, REIMBURSED, Journey
from tests.browser.people import Person

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
