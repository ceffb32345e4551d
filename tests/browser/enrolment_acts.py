"""The main path from an account to a remittance: lines 1 to 3, one act of one person each."""

from pathlib import Path

from playwright.sync_api import expect

from core import clock
from core.money import in_capitals
from policies.models import Policy
from tests.browser import books
from tests.browser.journey import ALLOWANCE, DUE, NEW_PASSWORD, Journey

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
    agent.type("late_reason", "名单先行送达")  # the first day lies in the last quarter
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
