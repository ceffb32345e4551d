"""到期未续保名单: the persons whose covers were not renewed; names without numbers."""

from typing import Any

from django.utils import translation

from core.excel.lists import DATE, TEXT, ListColumn, write_list

COLUMNS = (
    ListColumn("单位编号", 14, TEXT), ListColumn("单位名称", 34), ListColumn("活动", 14),
    ListColumn("会员姓名", 12), ListColumn("被保障子女", 12), ListColumn("会员现状", 10),
    ListColumn("最后保障日", 12, DATE),
)  # fmt: skip


def lapsing_list(rows: Any) -> bytes:
    """The covers (with `last_day`, their member, child and union) as .xlsx."""
    with translation.override("zh-hans"):
        lines = (
            (
                row.batch.organisation.code, row.batch.organisation.name,
                str(row.get_family_display()), row.member.name,
                row.child.name if row.child else "", str(row.member.get_status_display()),
                row.last_day,
            )
            for row in rows
        )  # fmt: skip
        return write_list("到期未续保名单", COLUMNS, lines)
