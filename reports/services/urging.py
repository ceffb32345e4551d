"""Reminders to the units that lag behind: the words of the office, sent as one notice."""

from collections.abc import Sequence
from datetime import date

from django.utils import translation

from members.access import Viewer
from members.models import Notice
from members.services import notices
from members.services.notices import Words
from reports.selectors.blank import Blank
from reports.selectors.board import Line

LATE = (
    "{year}年度职工互助保障参保工作正在进行。截至{on:%Y年%-m月%-d日}，"
    "区代办处尚未收到你单位上报的{year}年度参保名单。\n"
    "请尽快登录系统，在首页下载名单模板，填写后上传并上报；名单上报后打印汇总表，加盖工会公章，"
    "交区代办处或所属街道（系统）工会。\n"
    "如有困难，请与区代办处联系。"
)
GAP = (
    "为使更多职工享有互助保障，现将你单位{year}年度参保情况函告如下，请核对在职会员名单，"
    "将尚未参保的会员补报参保，并了解尚未参加的保障活动。\n"
    "补报方法：登录系统，在首页下载名单模板，填写后上传并上报。如有困难，请与区代办处联系。"
)


def urge_late(*, lines: Sequence[Line], year: int, by: Viewer, on: date) -> Notice:
    """Remind units that have submitted nothing for the year; once a day.

    Raises the refusals of `members.services.notices.urge`.
    """
    words = Words(
        title=f"请尽快上报{year}年度参保名单",
        body=LATE.format(year=year, on=on),
        notes={line.pk: f"在职会员{line.due:,}人，已参保{line.enrolled:,}人。" for line in lines},
    )
    return notices.urge(
        organisation_ids=[line.pk for line in lines], about=f"late:{year}", words=words, by=by,
        on=on,
    )  # fmt: skip


def urge_gaps(*, spots: Sequence[Blank], year: int, by: Viewer, on: date) -> Notice:
    """Tell units what they lack: members without cover, plans that they never took; once a day.

    Raises the refusals of `members.services.notices.urge`.
    """
    words = Words(
        title=f"{year}年度参保情况提示", body=GAP.format(year=year),
        notes={spot.pk: _gap_note(spot) for spot in spots},
    )  # fmt: skip
    return notices.urge(
        organisation_ids=[spot.pk for spot in spots], about=f"gap:{year}", words=words, by=by,
        on=on,
    )  # fmt: skip


def _gap_note(spot: Blank) -> str:
    said = [f"在职会员{spot.line.due:,}人，已参保{spot.line.enrolled:,}人"]
    if spot.missing:
        said.append(f"尚有{spot.missing:,}人没有任何保障")
    if spot.never:
        with translation.override("zh-hans"):
            said.append("从未参加：" + "、".join(str(family.label) for family in spot.never))
    return "；".join(said) + "。"
