"""Lists of this room as workbooks: Chinese, with what their figures count."""

from collections.abc import Iterable

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.excel.lists import COUNT, DATE, MONEY, TEXT, ListColumn, write_list
from reports.definitions.blank import GAPS, STEPS
from reports.selectors.blank import Blank
from reports.selectors.board import Line

# the columns of the board whose figures want a sentence, for below the table
DEFINITIONS: tuple[tuple[Promise, Promise], ...] = (
    (
        pgettext_lazy("board", "Workers"),
        _("Employees of the year, or the latest count before it, as each union states them."),
    ),
    (pgettext_lazy("board", "Members"), _("Members on the roll now: in service or retired.")),
    (
        pgettext_lazy("board", "Should be insured"),
        _("Members in service now; the reports call them members."),
    ),
    (
        pgettext_lazy("board", "Insured"),
        _("Persons with at least one cover in force that begins in the year, each counted once."),
    ),
    (pgettext_lazy("board", "Participation"), _("Insured by should be insured.")),
    (pgettext_lazy("board", "Premium"), _("Contributions of those covers.")),
    (pgettext_lazy("board", "Claims"), _("Claims paid in the year, each counted once.")),
    (
        pgettext_lazy("board", "Loss ratio"),
        _("The amounts of those claims by the premium of the year."),
    ),
    (
        pgettext_lazy("board", "Last submitted"),
        _("The day on which a batch was submitted last; ▲ when none is for the year chosen."),
    ),
)
PERCENT = "0.00%"
BOARD = (
    ListColumn("单位编号", 14, TEXT), ListColumn("单位名称", 34), ListColumn("单位类型", 12),
    ListColumn("职工数", 10, COUNT), ListColumn("会员数", 10, COUNT),
    ListColumn("应参", 10, COUNT), ListColumn("已参", 10, COUNT),
    ListColumn("参保率", 10, PERCENT), ListColumn("保费（元）", 16, MONEY),
    ListColumn("理赔人次", 10, COUNT), ListColumn("理赔金额（元）", 16, MONEY),
    ListColumn("赔付率", 10, PERCENT), ListColumn("上次上报", 12, DATE),
    ListColumn("本年度上报", 12),
)  # fmt: skip


def board_workbook(lines: Iterable[Line]) -> bytes:
    """The lines of a search in its order; figures of a union are those of its subtree."""
    with translation.override("zh-hans"):
        rows = (
            (
                line.code, line.name, str(line.kind_label), line.workers, line.members, line.due,
                line.enrolled, line.rate, line.premium, line.claims, line.paid, line.loss,
                line.reported_on, "已上报" if line.reported else "未上报",
            )
            for line in lines
        )  # fmt: skip
        return write_list("单位台账总览", BOARD, rows)


BLANK = (
    ListColumn("名次", 8, COUNT), ListColumn("单位编号", 14, TEXT), ListColumn("单位名称", 34),
    ListColumn("空白情况", 16), ListColumn("在职会员", 10, COUNT), ListColumn("已参", 10, COUNT),
    ListColumn("未参", 10, COUNT), ListColumn("参保率", 10, PERCENT),
    ListColumn("从未参加的活动", 40), ListColumn("上次催办", 12, DATE), ListColumn("已阅", 8),
    ListColumn("下一步", 28),
)  # fmt: skip


def blank_workbook(spots: Iterable[Blank]) -> bytes:
    """空白点清单: the spots of a search by rank, with the next step."""
    with translation.override("zh-hans"):
        rows = (
            (
                spot.rank, spot.line.code, spot.line.name, str(GAPS[spot.gap]), spot.line.due,
                spot.line.enrolled, spot.missing, spot.rate,
                "、".join(str(family.label) for family in spot.never), spot.reminded_on,
                "是" if spot.read else "", str(STEPS[spot.step]),
            )
            for spot in spots
        )  # fmt: skip
        return write_list("空白点清单", BLANK, rows)
