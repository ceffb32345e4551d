"""What an import found, kept for its page: one row per cell, and the user's own workbook marked."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import PurePath
from typing import Any

from django.db import connection

from core import files, masks
from core.copy import copy_rows
from core.excel.errorbook import error_workbook
from core.excel.reader import open_workbook
from core.excel.text import clean
from core.importing import Column, Finding, Kind, Result, Upload
from core.models import StoredFile
from members.models import ImportIssue, ImportRun

COLUMNS = (
    "run_id", "row", "position", "column", "code", "level", "label", "value", "message", "advice",
)  # fmt: skip
NAMES = ("姓名", "单位名称")  # the column that says whom a row is about
MEDICAL = frozenset({"诊断", "诊断编码", "病种"})  # sealed at rest, so never kept here
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cells = dict[int, dict[str, str]]  # row -> column of the contract -> text as typed


def file_findings(
    held: ImportRun, kind: Kind, upload: Upload, result: Result, *, with_cells: bool
) -> StoredFile | None:
    """Replace the import's findings; returns the error workbook where rows are wrong.

    `with_cells`: also keep what the cells hold, for the page that shows them; reads the file again.
    """
    ImportIssue.objects.filter(run=held).delete()
    cells = read_cells(kind, upload, result) if with_cells and result.findings else {}
    with connection.cursor() as cursor:
        copy_rows(cursor, ImportIssue._meta.db_table, COLUMNS, _rows(held, result, cells))
    if not result.has_errors:
        return None
    content = error_workbook(upload, result.layout, result.findings)
    return files.store(content, name=error_name(upload.name), content_type=XLSX)


def error_name(name: str) -> str:
    """The name under which the marked workbook goes back: 参保名单（错误表）.xlsx."""
    stem = PurePath(name.replace("\\", "/")).stem.removesuffix("（错误表）")
    return f"{stem[:150]}（错误表）.xlsx"


def read_cells(kind: Kind, upload: Upload, result: Result) -> Cells:
    """The cells of the rows with findings; numbers of persons masked, illnesses left out."""
    columns = {column.name: column for column in kind.columns}
    names = [name for name in result.layout.columns if name not in MEDICAL]
    places = [result.layout.columns[name] for name in names]
    wanted = {found.row for found in result.findings}
    cells: Cells = {}
    with open_workbook(upload) as book:
        for head in book.heads:
            if head.index == result.layout.sheet:
                break
        chunks = book.rows(result.layout.sheet, header_row=result.layout.header_row, columns=places)
        for chunk in chunks:
            for place, number in enumerate(chunk.numbers):
                if number in wanted:
                    cells[number] = {
                        name: _shown(columns[name], chunk.columns[at][place])
                        for at, name in enumerate(names)
                    }
    return cells


def _shown(column: Column, cell: Any) -> str:
    text = clean(cell)
    return (masks.masked(text, column.secret) if column.secret else text)[:100]


def _rows(held: ImportRun, result: Result, cells: Cells) -> Iterator[tuple[Any, ...]]:
    name = next((name for name in NAMES if name in result.layout.columns), "")
    for row, findings in groupby(result.findings, key=_row_of):
        typed = cells.get(row, {})
        for position, found in enumerate(findings):
            yield (
                held.pk, row, position, found.column, found.code, found.level,
                typed.get(name, ""), typed.get(found.column, ""),
                found.reason[:500], found.advice[:300],
            )  # fmt: skip


def _row_of(found: Finding) -> int:
    return found.row
