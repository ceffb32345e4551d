"""One file through the whole import: guard, read, clean, stage, check, classify, apply.

A dry run and the import itself are the same run over the stored original up to the last step.
"""

from collections.abc import Callable

from django.db import connection, transaction

from core.copy import refresh_statistics
from core.excel.reader import open_workbook
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
        staging.add_findings(reader.found)
        bad = _check(kind, staging, context)
        kind.classify_sql(staging, context)
        counts = staging.actions()
        written = commit and (not bad or skip_errors)
        if written:
            kind.apply(staging, context)
        findings = tuple(staging.findings())
        staging.drop()
    if written and counts.get("create", 0) + counts.get("update", 0) >= MANY_ROWS:
        refresh_statistics(kind.undo_tables)
    return Result(
        rows=rows,
        created=counts.get("create", 0),
        updated=counts.get("update", 0),
        unchanged=counts.get("unchanged", 0),
        bad_rows=bad,
        findings=findings,
        written=written,
        layout=layout,
        stamp=book.stamp,
        summary=staging.summary,
    )


def _check(kind: Kind, staging: Staging, context: Context) -> int:
    if kind.duplicate_column:
        staging.flag_duplicates(kind.key_columns, kind.duplicate_column)
    kind.check_sql(staging, context)
    return staging.settle()
