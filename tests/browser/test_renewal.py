"""An agent renews a unit of 126 people from the first page: five clicks, whatever their number."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from core import clock
from core.periods import add_months
from members.models import Member
from policies.models import EnrolmentBatch, Policy
from tests import builders
from tests.browser.conftest import Newcomer
from tests.browser.world import account
from tests.policies.builders import imported, line, person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PEOPLE = 126
CLICKS = 5  # renew, confirm, yes, submit all, yes


def last_year() -> tuple[Any, date]:
    """A unit of 126 insured in two plans whose covers end with this month; five changes since."""
    unit = builders.union("TT001", name="天坛饭店工会", staff_count=130)
    account("tt001", "agent", unit, "吴代办")
    starts_on = add_months(clock.today().replace(day=1), 1)
    last = add_months(starts_on, -12)
    people = [person(unit, name=f"职工{number:03d}") for number in range(PEOPLE)]
    day = {"起保日期": last.isoformat()}
    rows = [line(unit, who, "INPALW", **day) for who in people]
    rows += [line(unit, who, "ACC", 档次="T50", 职业风险=("高风险" if place < 9 else ""), **day)
             for place, who in enumerate(people)]  # fmt: skip
    result = imported(rows, on=last)
    assert result.written, result.findings
    EnrolmentBatch.objects.update(status="EFFECTIVE", submitted_on=last, accepted_on=last)
    other = builders.union("TT002", name="花市小学工会")
    changes: list[dict[str, Any]] = [
        {"status": "LEFT"}, {"status": "RETIRED"}, {"organisation": other},
    ]  # fmt: skip
    for place, change in enumerate(changes):
        Member.objects.filter(pk=people[-1 - place][0].pk).update(**change)
    for name in ("新来一", "新来二"):
        person(unit, name=name, joined_on=add_months(last, 3))
    return unit, starts_on


def test_a_unit_of_126_is_renewed_in_five_clicks(
    signed_in: Newcomer, tally: Counter[str], record_property: Any
) -> None:
    unit, starts_on = last_year()
    agent = signed_in("tt001")
    agent.step = "renewal"
    agent.sees("上年名单已备好：123 人", f"{starts_on:%Y-%m-%d}")
    agent.follow("核对续保")
    agent.heading("续保")
    agent.sees("已退休", "已离职", "已调到其他单位 花市小学工会", "新来一", "新来二")
    expect(agent.tile("续保")).to_have_text("246")
    expect(agent.tile("减少")).to_have_text("6")
    expect(agent.tile("新增")).to_have_text("4")
    agent.press_and_answer("确认续保", "250 人次")
    agent.sees("2 个批次")
    agent.press_and_answer("全部上报 2 个批次", "250")
    agent.sees("已上报 2 个批次")
    record_property("clicks", dict(tally))
    assert tally["renewal"] == CLICKS
    made = Policy.objects.filter(cover__startswith=starts_on, batch__status="SUBMITTED")
    assert made.count() == 250
    assert made.filter(family="ACC", tier="T50", high_risk=True).count() == 9
    assert unit.batches.filter(status="SUBMITTED").count() == 2


def test_one_person_is_enrolled_with_the_keyboard_only(
    signed_in: Newcomer, tally: Counter[str]
) -> None:
    unit = builders.union("TT001", name="天坛饭店工会", staff_count=40)
    account("tt001", "agent", unit, "吴代办")
    who, number = person(unit, name="安建国")
    person(unit, name="白丽华", sex="F")
    agent = signed_in("tt001")
    agent.step = "by hand"
    agent.open("/enrol/new/")  # the search box has the focus
    keys = agent.page.keyboard
    expect(agent.page.locator("main [name=text]")).to_be_focused()
    keys.type(number[-4:])
    keys.press("Enter")
    agent.heading("安建国")
    expect(agent.page.locator("main [name=starts_on]")).to_be_focused()
    keys.press("Enter")  # to the first plan
    for _plan in range(6):
        focused = agent.page.evaluate("document.activeElement.name")
        if focused == "INPALW-take":
            break
        keys.press("Enter")
    keys.press("Space")
    keys.press("Control+Enter")
    agent.heading("一人参保")
    agent.sees("安建国", "60.00")
    assert Policy.objects.get(member=who).family == "INPALW"
    assert tally["by hand"] == 0  # no click
