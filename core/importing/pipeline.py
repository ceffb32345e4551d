"""One file through the whole import: guard, read, clean, stage, check, classify, apply.

A dry run and the import itself are the same run over the stored original up to the last step.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection, transaction

from core.copy import refresh_statistics
from core.excel.layout import Layout
from core.excel.reader import Chunk, open_workbook
from core.excel.upload import Upload
from core.importing.header import find_table
from core.importing.kinds import Context, Kind
from core.importing.result import Result
from core.importing.rows import RowReader, watched
from core.importing.sharing import cleaned
from core.importing.staging import Staging

Progress = Callable[[int, int], None]
MANY_ROWS = 10_000  # from here on the planner must hear of them before the next file comes


def dry_run(
    kind: Kind, file: Upload, *, context: Context, progress: Progress | None = None
) -> Result:
    """Check a file and count what it would do; nothing is written."""
    return run(kind, file, context=context, commit=False, progress=progress)


def run(
    kind: Kind,
    file: Upload,
    *,
    context: Context,
    commit: bool,
    skip_errors: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Check a file and, with `commit`, write it in one transaction.

    Nothing is written while a row is wrong, unless `skip_errors`: then the others are.
    `progress(done, total)` is called with rows while they are read; it must not use the database
    connection (COPY runs on it) and may raise to cancel. Raises UnusableFile, IndexKeyInChange.
    """
    with open_workbook(file) as book, transaction.atomic(), connection.cursor() as cursor:
        head, layout = find_table(kind.columns, book.heads)
        staging = Staging(kind, cursor, layout)
        staging.create()
        reader = RowReader(kind, context, layout, epoch_1904=book.epoch_1904, seal=commit)
        chunks = book.rows(
            layout.sheet, header_row=layout.header_row, columns=list(layout.columns.values()),
            remarks=layout.remarks,
        )  # fmt: skip
        watching = watched(chunks, progress, head.total)
        with cleaned(reader, watching, total=head.total) as lines:
            rows = staging.load(lines, reader.staged)
        result = _settled(staging, reader, context, rows, may_write=commit, skip_errors=skip_errors)
    if result.written and result.created + result.updated >= MANY_ROWS:
        refresh_statistics(kind.undo_tables)
    return replace(result, stamp=book.stamp)


def run_rows(
    kind: Kind, rows: Sequence[Mapping[str, Any]], *, context: Context, commit: bool
) -> Result:
    """Check rows that were filled in on a page, by the contract's headers, as those of a file are.

    With `commit` they are written, unless one is wrong: all or nothing. Row numbers are from 1.
    """
    names = [column.name for column in kind.columns]
    layout = Layout(0, "", 0, {name: place for place, name in enumerate(names, 1)}, len(names))
    chunk = Chunk(range(1, len(rows) + 1), [[row.get(name, "") for row in rows] for name in names])
    with transaction.atomic(), connection.cursor() as cursor:
        staging = Staging(kind, cursor, layout)
        staging.create()
        reader = RowReader(kind, context, layout, epoch_1904=False, seal=commit)
        loaded = staging.load(reader.lines([chunk]), reader.staged)
        return _settled(staging, reader, context, loaded, may_write=commit, skip_errors=False)


def _settled(
    staging: Staging, reader: RowReader, context: Context, rows: int, *,
    may_write: bool, skip_errors: bool,
) -> Result:  # fmt: skip
    """The staged rows checked, classified and, where they may be, written."""
    kind = staging.kind
    staging.add_findings(reader.found)
    bad = _check(kind, staging, context)
    kind.classify_sql(staging, context)
    counts = staging.actions()
    written = may_write and (not bad or skip_errors)
    if written:
        kind.apply(staging, context)
    findings = tuple(staging.findings())
    staging.drop()
    return Result(
        rows=rows,
        created=counts.get("create", 0),
        updated=counts.get("update", 0),
        unchanged=counts.get("unchanged", 0),
        bad_rows=bad,
        findings=findings,
        written=written,
        layout=staging.layout,
        stamp=None,
        summary=staging.summary,
    )


def _check(kind: Kind, staging: Staging, context: Context) -> int:
    if kind.duplicate_column:
        staging.flag_duplicates(kind.key_columns, kind.duplicate_column)
    kind.check_sql(staging, context)
    return staging.settle()
