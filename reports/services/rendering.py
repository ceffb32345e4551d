"""A filled report as a file: Excel or PDF, from the same tables as the page."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from core import pdf
from core.errors import RuleViolation
from reports.definitions.base import Filled, Report
from reports.definitions.shown import capitals_of, definitions, shown_figures, shown_table
from reports.services.workbook import FIGURES_SHEET_FROM, workbook

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


# whose seals a paper has room for; others have one square
SEALS = {"remittance": ("区代办处（盖章处）", "北京办事处（收讫）")}


class NoSuchFormat(RuleViolation):
    """Reports are made as xlsx or pdf."""


@dataclass(frozen=True)
class RenderedFile:
    name: str
    content_type: str
    content: bytes


def rendered(report: Report, filled: Filled, format: str, *, made_at: datetime) -> RenderedFile:
    """The report as a file of the format, in Chinese; `made_at` is printed on it.

    NoSuchFormat for another format; core.pdf.PdfUnavailable where the machine lacks the libraries.
    """
    if format not in CONTENT_TYPES:
        raise NoSuchFormat(_("There is no format %s, use xlsx or pdf.") % format)
    with translation.override("zh-hans"):
        content = (
            _excel(report, filled, made_at) if format == "xlsx" else _paper(report, filled, made_at)
        )
        name = f"东城_{report.title}_{filled.union}_{filled.period}_{made_at:%Y%m%d}.{format}"
    return RenderedFile(name, CONTENT_TYPES[format], content)


def checksum(filled: Filled) -> str:
    """SHA-256 of the figures themselves: printed on every form of the report."""
    text = json.dumps(filled.document(), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def run_id(filled: Filled) -> str:
    return f"{filled.report}-{filled.period}-{filled.union}"


def _excel(report: Report, filled: Filled, made_at: datetime) -> bytes:
    return workbook(
        report, filled, made_at, period=period_words(filled.period), run=run_id(filled),
        digest=checksum(filled),
    )  # fmt: skip


def _paper(report: Report, filled: Filled, made_at: datetime) -> bytes:
    figures = shown_figures(report, filled)
    context: dict[str, Any] = {
        "filled": filled,
        "period": period_words(filled.period),
        "union_name": filled.union_name,
        "tables": [shown_table(table) for table in filled.tables if table.on_paper],
        "figures": figures if len(figures) >= FIGURES_SHEET_FROM else [],
        "capitals": capitals_of(filled),
        "definitions": definitions(report, filled),
        "notes": report.notes,
        "wide": report.landscape,
        "made_at": made_at,
        "run_id": run_id(filled),
        "sha256": checksum(filled),
        "number": filled.period,
        "seals": SEALS.get(filled.report, ()),
    }
    return pdf.render_pdf("print/report.html", context, title=str(report.title))


def period_words(period: str) -> str:
    """2018年第一季度, 2018年度."""
    year, _q, quarter = period.partition("Q")
    return f"{year}年第{'一二三四'[int(quarter) - 1]}季度" if quarter else f"{year}年度"
