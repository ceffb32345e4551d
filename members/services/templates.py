"""The empty workbooks that people fill."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from core import audit, crypto
from core.errors import RuleViolation
from core.importing import Env
from core.importing.templates import template_of
from members.access import Viewer
from members.models import Member, Organisation
from members.permissions import IMPORT_PERMISSIONS
from members.selectors import visible_organisations
from members.services.findings import XLSX
from members.services.imports import kind_named

MOST = 4900  # the template's columns are formatted down to row 5,000
__all__ = ["FILLED", "XLSX", "attachment", "filled_roster", "template_for", "template_name"]


def template_for(kind: str, *, choices: Mapping[str, Sequence[str]], unit_code: str) -> bytes:
    """The template of a kind as .xlsx, stamped with the union it was made for."""
    return template_of(kind_named(kind), choices=choices, unit_code=unit_code)


class TooManyMembers(RuleViolation):
    """A template is filled for a union of ordinary size."""


class TooManyUnions(RuleViolation):
    """A template is filled for as many unions as it has rows."""


@transaction.atomic(durable=True)
def filled_roster(
    *, organisation_id: int, choices: Mapping[str, Sequence[str]], by: Viewer
) -> bytes:
    """The roster template with the union's present members; whole numbers, so it is on record.

    Raises TooManyMembers above what the template is formatted for.
    """
    union = visible_organisations(by, IMPORT_PERMISSIONS["members"]).get(pk=organisation_id)
    members = Member.objects.filter(organisation__path__startswith=union.path)
    if members.count() > MOST:
        raise TooManyMembers(_("The union has too many members; take the templates of its units."))
    rows = list(_member_rows(union.path))
    audit.record(
        action="member.template", subject=f"unit:{union.pk}", by_id=by.user_id, path=union.path,
        lines=len(rows),
    )  # fmt: skip
    return template_of(kind_named("members"), rows=rows, choices=choices, unit_code=union.code)


def _member_rows(path: str) -> Iterator[dict[str, Any]]:
    members = Member.objects.filter(organisation__path__startswith=path)
    words = _words("members")
    for member in members.select_related("organisation").order_by(
        "organisation__code", "sort_key", "pk"
    ):
        yield {
            "单位编号": member.organisation.code,
            "姓名": member.name,
            "证件类型": words["证件类型"][member.document_type],
            "证件号码": crypto.unseal(member.document_sealed, "id"),
            "性别": words["性别"][member.sex],
            "出生日期": member.born_on.isoformat(),
            "手机号": crypto.unseal(member.phone_sealed, "phone") if member.phone_sealed else "",
            "京卡卡号": crypto.unseal(member.card_sealed, "card") if member.card_sealed else "",
            "发卡日期": member.card_issued_on.isoformat() if member.card_issued_on else "",
            "入会日期": member.joined_on.isoformat() if member.joined_on else "",
            "状态": words["状态"][member.status],
            "医疗类别": words["医疗类别"][member.category],
            "备注": member.note,
        }


@transaction.atomic(durable=True)
def filled_directory(
    *, organisation_id: int, choices: Mapping[str, Sequence[str]], by: Viewer
) -> bytes:
    """The directory template with the unions below one, the open ones; it is on record.

    Raises TooManyUnions above what the template is formatted for.
    """
    union = visible_organisations(by, IMPORT_PERMISSIONS["unions"]).get(pk=organisation_id)
    unions = Organisation.objects.filter(
        path__startswith=union.path, parent__isnull=False, closed_on__isnull=True
    )
    if unions.count() > MOST:
        raise TooManyUnions(_("There are too many unions for one template."))
    rows = list(_union_rows(unions))
    audit.record(
        action="union.template", subject=f"unit:{union.pk}", by_id=by.user_id, path=union.path,
        lines=len(rows),
    )  # fmt: skip
    return template_of(kind_named("unions"), rows=rows, choices=choices, unit_code=union.code)


def _union_rows(unions: QuerySet[Organisation]) -> Iterator[dict[str, Any]]:
    kinds = _words("unions")["单位类型"]
    for union in unions.select_related("parent").order_by("path"):
        phone = union.contact_phone_sealed
        yield {
            "单位编号": union.code,
            "单位名称": union.name,
            "上级单位编号": union.parent.code if union.parent and union.parent.parent_id else "",
            "单位类型": kinds.get(union.kind, ""),
            "工会信用代码": union.union_credit_code,
            "单位信用代码": union.unit_credit_code,
            "职工人数": union.staff_count,
            "女职工人数": union.female_staff_count,
            "联系人": union.contact_name,
            "联系电话": crypto.unseal(phone, "phone") if phone else "",
        }


# the kinds whose template can be filled with what is stored
FILLED = {"members": filled_roster, "unions": filled_directory}


def _words(kind: str) -> dict[str, dict[str, str]]:
    """The word that a workbook has for each stored value, by column; no choice depends on a day."""
    env = Env(date.min, epoch_1904=False)
    return {
        column.name: {str(column.parse(word, env)): word for word in column.choices}
        for column in kind_named(kind).columns
        if column.choices
    }


def template_name(kind: str, unit_code: str) -> str:
    """The file name: 参保名单模板_JT0101.xlsx."""
    return f"{kind_named(kind).title}模板_{unit_code}.xlsx"


def attachment(name: str) -> str:
    """The header under which a browser stores the file by this name."""
    return str(content_disposition_header(as_attachment=True, filename=name))
