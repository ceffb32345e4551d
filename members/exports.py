"""Lists of this room as workbooks."""

from typing import Any

from core.excel.lists import COUNT, ListColumn, write_list

UNIONS = (
    ListColumn("单位编号", 14), ListColumn("单位名称", 30), ListColumn("单位类型", 12),
    ListColumn("上级单位", 26), ListColumn("职工人数", 10, COUNT),
    ListColumn("女职工人数", 10, COUNT), ListColumn("会员人数", 10, COUNT),
    ListColumn("联系人", 12), ListColumn("状态", 10),
)  # fmt: skip


def union_list(unions: Any) -> tuple[bytes, int]:
    """The unions (with `member_count` and their parents) as .xlsx, and how many they are."""
    rows = [
        (
            union.code, union.name, str(union.get_kind_display()),
            union.parent.name if union.parent else "", union.staff_count,
            union.female_staff_count, union.member_count, union.contact_name,
            "已撤销" if union.closed_on else "正常",
        )
        for union in unions
    ]  # fmt: skip
    return write_list("单位名单", UNIONS, rows), len(rows)
