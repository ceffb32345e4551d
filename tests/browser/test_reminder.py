"""催办 from the desk to the agent and back: sent in three clicks, read in two, seen to be read."""

from collections import Counter

import pytest

from members.models import Notice
from tests import builders
from tests.browser.conftest import Newcomer
from tests.browser.world import account

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_reminder_goes_to_the_agent_and_comes_back_as_read(
    signed_in: Newcomer, tally: Counter[str]
) -> None:
    unit = builders.union("TT001", name="天坛饭店工会", staff_count=40)
    builders.member(unit)
    account("tt001", "agent", unit, "吴代办")
    account("desk", "enrolment", builders.district(), "李受理")
    desk, agent = signed_in("desk"), signed_in("tt001")
    desk.open("/reports/blank/")
    desk.step = "send"
    desk.tick("TT001")
    desk.press_and_answer("催办", "1 个单位")
    desk.sees("催办通知已发出")
    (notice,) = Notice.objects.all()
    desk.sees("1 个单位中 0 个已阅")
    agent.open("/")
    agent.sees("需要您处理 1 项")
    agent.step = "read"
    agent.follow(notice.title)
    agent.press("已阅，知道了")
    agent.sees("您已阅")
    desk.open(f"/notices/{notice.pk}/")
    desk.sees("1 个单位中 1 个已阅")
    assert (tally["send"], tally["read"]) == (3, 2)
