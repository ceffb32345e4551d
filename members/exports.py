"""Lists of this room as workbooks: Chinese, numbers masked."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header

from core.excel.lists import COUNT, DATE, TEXT, ListColumn, write_list
from core.pdf import render_pdf
from members.selectors.people import masked_card, masked_document

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


PEOPLE = (
    ListColumn("单位编号", 14, TEXT),
    ListColumn("单位名称", 30),
    ListColumn("姓名", 12),
    ListColumn("性别", 8),
    ListColumn("证件类型", 16),
    ListColumn("证件号码", 22, TEXT),
    ListColumn("出生日期", 12, DATE),
    ListColumn("入会日期", 12, DATE),
    ListColumn("状态", 8),
    ListColumn("医疗类别", 10),
    ListColumn("京卡", 22, TEXT),
    ListColumn("发卡日期", 12, DATE),
)


def people_workbook(found: QuerySet[Any]) -> bytes:
    """The members of a search, in its order."""
    with translation.override("zh-hans"):
        rows = (
            (
                member.organisation.code,
                member.organisation.name,
                member.name,
                member.get_sex_display(),
                member.get_document_type_display(),
                masked_document(member),
                member.born_on,
                member.joined_on,
                member.get_status_display(),
                member.get_category_display(),
                masked_card(member),
                member.card_issued_on,
            )
            for member in found.select_related("organisation").iterator(chunk_size=2000)
        )
        return write_list("职工名单", PEOPLE, rows)


# ------------------------------------------------------------------ letters

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


def letters(notice: Any, units: Sequence[Any]) -> bytes:
    """The notice as a letter to each of the unions, ready for print and seal (GB/T 9704-2012)."""
    context = {
        "notice": notice,
        "units": units,
        "paragraphs": [line.strip() for line in notice.body.splitlines() if line.strip()],
        "number": f"通知 {notice.pk}",
    }
    return render_pdf("print/notice_letter.html", context, title=notice.title)


def attachment(content: bytes, name: str, content_type: str = XLSX) -> HttpResponse:
    """A file to be stored under this name."""
    disposition = content_disposition_header(as_attachment=True, filename=name) or ""
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": disposition}
    )
