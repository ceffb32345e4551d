"""Reminders to units whose covers end: the words of the office, sent as one notice."""

from collections.abc import Sequence
from datetime import date

from members.access import Viewer
from members.models import Notice
from members.services import notices
from members.services.notices import Words
from policies.selectors.expiries import Asked, Lapsing

RENEWAL = (
    "你单位有职工的互助保障将于近期到期或已经到期，尚未办理续保。保障中断期间发生的住院、疾病和意外，"
    "不能申领互助金。\n"
    "请核对在职会员名单，登录系统下载上年名单模板，增减人员后上传并上报，在到期日前办理续保。\n"
    "如不再续保，或人员已调离、退休，请与区代办处联系说明。"
)
NOTE = 280


def urge_renewals(*, lines: Sequence[Lapsing], asked: Asked, by: Viewer, on: date) -> Notice:
    """Remind units of the covers that end in a year and were not renewed; once a day.

    Raises the refusals of `members.services.notices.urge`.
    """
    words = Words(
        title=f"请办理{asked.year}年到期互助保障的续保",
        body=RENEWAL,
        notes={line.pk: _note(line) for line in lines},
    )
    return notices.urge(
        organisation_ids=[line.pk for line in lines], about=f"renewal:{asked.year}", words=words,
        by=by, on=on,
    )  # fmt: skip


def _note(line: Lapsing) -> str:
    """What is not renewed, plan by plan, as far as it fits."""
    said = f"未续保{line.total.open:,}人次："
    for last, plans in line.days:
        listed = "、".join(f"{plan}{count:,}人" for plan, count in plans)
        part = f"{last:%Y-%m-%d}到期{listed}；"
        if len(said) + len(part) > NOTE:
            return said + "等。"
        said += part
    return said[:-1] + "。"
