"""What people do between the seasons, click by click: a roster mended on the page and taken back,
a transfer agreed by two agents, a person found in four ways. A click too many fails."""

from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import expect

from members.models import Member, MembershipEvent
from tests import builders
from tests.browser import books
from tests.browser.conftest import Newcomer
from tests.browser.world import District, account, small_district

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def district(address: str) -> District:
    made = small_district()
    account("tt001", "agent", made.unit, "吴代办")
    account("tt002", "agent", made.other, "郑代办")
    return made


def _wrong(number: str) -> str:
    """The number with another last character."""
    return number[:-1] + ("0" if number[-1] != "0" else "1")


def test_a_roster_is_mended_on_the_page_and_taken_back(
    district: District,
    signed_in: Newcomer,
    worker: None,
    tmp_path: Path,
    tally: Counter[str],
) -> None:
    before = Member.objects.count()
    numbers = [builders.document_number(sex=sex) for sex in "MFM"]
    agent = signed_in("tt001")
    agent.step = "template"
    agent.follow("本单位会员")
    agent.follow("导入花名册")
    template = agent.download(agent.link("下载模板"), tmp_path)
    rows = [
        {"单位编号": "TT001", "姓名": name, "证件号码": number, "性别": sex}
        for name, number, sex in zip(("丁一", "丁二", "丁三"), numbers, "男女男", strict=True)
    ]
    rows[0]["证件号码"] = _wrong(numbers[0])
    rows[1]["性别"] = "男"
    agent.step = "upload"
    agent.attach(books.fill(template, rows, tmp_path / "花名册.xlsx"))
    expect(agent.tile("错误")).to_have_text("2", timeout=60_000)  # the worker starts meanwhile
    agent.step = "mend"
    agent.follow("在线修改")
    left = agent.page.locator("[data-cells-left]")
    expect(left).to_have_text("2")
    agent.row("丁一").locator("input").fill(numbers[0])
    expect(left).to_have_text("1")
    agent.page.keyboard.press("Tab")  # goes to the next wrong cell
    agent.page.keyboard.type("女")
    expect(left).to_have_text("0")
    agent.press("保存并重新校验")
    expect(agent.tile("错误")).to_have_text("0")
    agent.sees("在线修改自")
    agent.step = "import"
    agent.press_and_answer("确认导入 3 行", "3 行")
    agent.sees("已导入：新增 3")
    assert Member.objects.count() == before + 3
    agent.step = "undo"
    agent.follow("撤销本次导入")
    agent.sees("3")
    agent.type("reason", "传错了文件")
    agent.press_and_answer("撤销本次导入", "整批撤销")
    agent.sees("整批撤销")
    assert Member.objects.count() == before
    assert tally["template"] + tally["upload"] == 4
    assert (tally["mend"], tally["import"], tally["undo"]) == (2, 2, 3)


def test_two_agents_agree_on_a_transfer(
    district: District, signed_in: Newcomer, tally: Counter[str]
) -> None:
    (member, number), target = district.members[0], district.other
    her, his = signed_in("tt002"), signed_in("tt001")
    her.step = "ask"
    her.follow("调动")
    her.follow("申请调入")
    her.type("number", number)
    her.type("target_code", target.code)
    her.type("reason", "已在本校上班")
    her.press("申请调动")
    her.heading(member.name)
    her.sees("天坛饭店工会", "花市小学工会", "待")
    his.step = "agree"
    his.open("/")
    his.follow("调动")
    his.follow(member.name)
    his.sees("已在本校上班")
    his.press_and_answer("同意调动", member.name)
    his.sees("会员已调入新单位")
    her.step = "look"
    her.open("/")
    her.follow("本单位会员")
    her.follow(member.name)
    expect(her.page.locator(".person-line")).to_contain_text("花市小学工会")
    her.follow("会籍与办理")
    expect(her.row("已在本校上班")).to_contain_text("天坛饭店工会 → 花市小学工会")
    assert MembershipEvent.objects.filter(member_id=member.pk).count() == 1
    his.allowed = {404}
    answer = his.page.goto(f"/people/{member.pk}/")
    assert answer is not None
    assert answer.status == 404  # the person went with his papers' permission, not the record
    assert (tally["ask"], tally["agree"], tally["look"]) == (3, 4, 3)


def test_a_person_is_found_and_no_number_stands_in_an_address(
    district: District, signed_in: Newcomer, tally: Counter[str]
) -> None:
    member, number = district.members[4]
    clerk = signed_in("dc_enrol")
    addresses: list[str] = []
    clerk.context.on("request", lambda request: addresses.append(request.url))
    clerk.step = "find"
    clerk.go("职工")
    clerk.heading("职工")
    page = clerk.page
    for typed in (number[-4:], "fxd", number, f" {number.lower()} "):
        page.keyboard.press("/")
        expect(page.locator("#id_text")).to_be_focused()
        page.keyboard.press("Control+A")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        if typed == "fxd":  # a number of one person leads to him at once
            page.locator("#list").get_by_role("link", name=member.name).first.click()
        clerk.heading(member.name)
        clerk.open("/people/")
    assert len(addresses) > 8
    for text in (number, number[-6:], number[-4:]):
        assert [address for address in addresses if text in address] == []
    assert tally["find"] == 1
