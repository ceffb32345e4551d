"""The error workbook: the user's own file, with 校验结果, 错误原因 and 修改建议 appended.

An .xlsx in the usual writing is edited as text, row by row: styles, formulas with their values,
drop-downs and other sheets stay as they are, and 170,000 rows take seconds and little memory.
Every other file is written anew as .xlsx with its values, rows where they stood.
"""

import zipfile
from collections.abc import Iterable, Mapping
from typing import Protocol

from core.excel.layout import Layout
from core.excel.rownote import RowNote
from core.excel.sheetedit import edited
from core.excel.sheetrows import CannotEdit
from core.excel.upload import Upload
from core.excel.valuebook import rewritten


class Found(Protocol):
    """What is told about a finding; `importing.Finding` is one."""

    @property
    def row(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def advice(self) -> str: ...


def error_workbook(upload: Upload, layout: Layout, findings: Iterable[Found]) -> bytes:
    """Write the error workbook of a file that was read with this layout; returns an .xlsx."""
    notes = _notes(layout.columns, findings)
    first = _first_column(layout)
    if upload.suffix == ".xlsx":
        try:
            return edited(upload.content, layout, notes, first_column=first)
        except (CannotEdit, zipfile.BadZipFile, KeyError, ValueError):
            pass  # an unusual file is written anew
    return rewritten(upload, layout, notes, first_column=first)


def _notes(columns: Mapping[str, int], findings: Iterable[Found]) -> dict[int, RowNote]:
    notes: dict[int, RowNote] = {}
    for found in findings:
        note = notes.setdefault(found.row, RowNote())
        note.reasons.append(f"{found.column}：{found.reason}")
        if found.advice:
            note.advice.append(found.advice)
        if found.level == "error":
            note.verdict = "错误"
            if place := columns.get(found.column):
                note.wrong.add(place)
    return notes


def _first_column(layout: Layout) -> int:
    """Where 校验结果 goes: over its own column of an earlier round, else after the last one."""
    return layout.verdict_column or layout.last_column + 1
