"""Reminders to the units that lag behind: the words of the office, sent as one notice."""

from collections.abc import Sequence
from datetime import date

from members.access import Viewer
from members.models import Notice
from members.services import notices
from members.services.notices import Words
from reports.selectors.board import Line

LATE = (
    "{year}年度职工互助保障参保工作正在进行。截至{on:%Y年%-m月%-d日}，"
    "区代办处尚未收到你单位上报的{year}年度参保名单。\n"
    "请尽快登录系统，在首页下载名单模板，填写后上传并上报；名单上报后打印汇总表，加盖工会公章，"
    "交区代办处或所属街道（系统）工会。\n"
    "如有困难，请与区代办处联系。"
)


def urge_late(*, lines: Sequence[Line], year: int, by: Viewer, on: date) -> Notice:
    """Remind units that have submitted nothing for the year; once a day.

    Raises the refusals of `members.services.notices.urge`.
    """
    words = Words(
        title=f"请尽快上报{year}年度参保名单",
        body=LATE.format(year=year, on=on),
        notes={
            line.pk: f"在职会员{line.due:,}人，已参保{line.enrolled:,}人。" for line in lines
        },
    )
    return notices.urge(
        organisation_ids=[line.pk for line in lines], about=f"late:{year}", words=words, by=by,
        on=on,
    )  # fmt: skip
