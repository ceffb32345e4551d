"""The empty workbooks that people fill."""

from collections.abc import Mapping, Sequence

from django.utils.http import content_disposition_header

from core.importing.templates import template_of
from members.services.findings import XLSX
from members.services.imports import kind_named

__all__ = ["XLSX", "attachment", "template_for", "template_name"]


def template_for(kind: str, *, choices: Mapping[str, Sequence[str]], unit_code: str) -> bytes:
    """The template of a kind as .xlsx, stamped with the union it was made for."""
    return template_of(kind_named(kind), choices=choices, unit_code=unit_code)


def template_name(kind: str, unit_code: str) -> str:
    """The file name: 参保名单模板_JT0101.xlsx."""
    return f"{kind_named(kind).title}模板_{unit_code}.xlsx"


def attachment(name: str) -> str:
    """The header under which a browser stores the file by this name."""
    return str(content_disposition_header(as_attachment=True, filename=name))
