"""Wrong cells corrected on the page: written into the user's own workbook, which comes in anew.

The corrected workbook is a new upload that names the one it corrects, so that every import still
runs from a stored original (ADR 0003).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from django.db import transaction
from django.utils.translation import gettext as _

from core import masks
from core.errors import RuleViolation
from core.excel.correction import corrected_workbook
from core.excel.layout import Layout
from core.excel.reader import open_workbook
from core.excel.text import ERROR_MARK, clean
from core.importing import Kind, Upload
from core.importing.header import find_table
from members.access import Viewer
from members.models import ImportIssue, ImportRun
from members.services.findings import MEDICAL
from members.services.imports import (
    CannotMove,
    kind_named,
    locked,
    move,
    note,
    queue_check,
    store_run,
    stored_upload,
)
from members.states import ImportStatus

MOST_ROWS = 20_000  # the file is read again for every page; a larger one is mended in Excel
LONGEST = 500


class TooLarge(RuleViolation):
    """The workbook is too long to be read again for every page."""


class NothingChanged(RuleViolation):
    """No cell differs from what the workbook holds."""


@dataclass(frozen=True)
class WrongCell:
    """A wrong cell as the page offers it.

    `text`: what stands in the field; empty for a number that the viewer may not see, then `hint`
    holds it masked. `place`: its column in the sheet, 0 where the file has none.
    """

    issue: ImportIssue
    place: int
    text: str
    hint: str = ""
    is_number: bool = False


@transaction.atomic(durable=True)
def open_cells(*, run_id: int, issues: Sequence[int], by: Viewer) -> list[WrongCell]:
    """The wrong cells of a checked workbook to correct; who saw numbers as typed is on record.

    Whole numbers are shown to the uploader alone, of wrong cells alone, and only while the workbook
    waits: he typed them and must find his mistake. Raises CannotMove, TooLarge, NotAllowed.
    """
    held = _open_run(run_id, by)
    cells = _cells(held, issues, by)
    if any(cell.text and not cell.hint and cell.is_number for cell in cells):
        note("import.download", held, by.user_id, what="cells")
    return cells


@transaction.atomic(durable=True)
def correct(*, run_id: int, texts: Mapping[int, str], by: Viewer, on: date) -> ImportRun:
    """Write the changed cells into the workbook and receive it anew; ring the bell of `.job`.

    `texts`: new text by the number of the finding; only wrong cells of this workbook can be
    changed. The corrected one stands beside the original, which is put aside.
    Raises NothingChanged, CannotMove, TooLarge, NotAllowed.
    """
    held = _open_run(run_id, by)
    changes: dict[int, dict[int, str]] = {}
    for cell in _cells(held, list(texts), by):
        text = texts[cell.issue.pk].strip()[:LONGEST]
        if cell.place and text != cell.text:
            changes.setdefault(cell.issue.row, {})[cell.place] = text
    if not changes:
        raise NothingChanged(_("No cell was changed."))
    upload = stored_upload(held)
    content = corrected_workbook(upload, _layout(kind_named(held.kind), upload), changes)
    move(held, ImportStatus.DISCARDED)
    held.save(update_fields=["status"])
    corrected = store_run(
        held.kind, Upload(corrected_name(upload.name), content), held.options, held.organisation,
        by, on, corrects=held,
    )  # fmt: skip
    queue_check(corrected)
    count = sum(map(len, changes.values()))
    note("import.correct", held, by.user_id, cells=count, became=corrected.number)
    note("import.receive", corrected, by.user_id, corrects=held.number)
    return corrected


def corrected_name(name: str) -> str:
    """The name of the corrected workbook: 名册（更正）.xlsx, however often it was corrected."""
    stem = PurePath(name.replace("\\", "/")).stem
    stem = stem.removesuffix("（更正）").removesuffix("（错误表）")
    return f"{stem[:150]}（更正）.xlsx"


def _open_run(run_id: int, by: Viewer) -> ImportRun:
    held = locked(run_id, by)
    if held.status != ImportStatus.CHECKED:
        raise CannotMove(
            _("This import is %(status)s by now. Please look at it again.")
            % {"status": held.get_status_display()}
        )
    if held.rows > MOST_ROWS:
        raise TooLarge(
            _("Above 20,000 rows, please correct the workbook with reasons and upload it again.")
        )
    return held


def _layout(kind: Kind, upload: Upload) -> Layout:
    with open_workbook(upload) as book:
        return find_table(kind.columns, book.heads)[1]


def _cells(held: ImportRun, issues: Sequence[int], by: Viewer) -> list[WrongCell]:
    """The findings with what stands in their cells; asked for by number, others are left out."""
    found = list(held.issues.filter(pk__in=issues, level="error").order_by("row", "position")[:200])
    kind = kind_named(held.kind)
    secret = {column.name: column.secret for column in kind.columns}
    layout, typed = _typed(kind, stored_upload(held), found)
    cells = []
    for issue in found:
        text = typed.get((issue.row, issue.column), "")
        purpose = secret.get(issue.column, "")
        closed = bool(purpose or issue.column in MEDICAL) and held.uploaded_by_id != by.user_id
        hint = (masks.masked(text, purpose) if purpose else "…") if closed and text else ""
        place = layout.columns.get(issue.column, 0)
        cells.append(WrongCell(issue, place, "" if closed else text, hint, bool(purpose)))
    return cells


def _typed(
    kind: Kind, upload: Upload, issues: Sequence[ImportIssue]
) -> tuple[Layout, dict[tuple[int, str], str]]:
    """Where the table stands, and the texts of the cells with findings."""
    wanted: dict[int, list[str]] = {}
    for issue in issues:
        wanted.setdefault(issue.row, []).append(issue.column)
    texts: dict[tuple[int, str], str] = {}
    with open_workbook(upload) as book:
        _head, layout = find_table(kind.columns, book.heads)
        names = list(layout.columns)
        chunks = book.rows(
            layout.sheet, header_row=layout.header_row, columns=list(layout.columns.values())
        )
        for chunk in chunks:
            for at, row in enumerate(chunk.numbers):
                for name in wanted.get(row, ()):
                    if name in layout.columns:
                        cell = chunk.columns[names.index(name)][at]
                        texts[row, name] = "" if cell == ERROR_MARK else clean(cell)
    return layout, texts
