"""The import commands: one contract for every kind of workbook.

Exit codes: 0 done, 1 the file has row errors, 2 unusable file or arguments (one line on stderr).
Without --commit nothing is written; with it nothing while a row is wrong, unless --skip-errors.
"""

import sys
import uuid
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings

from core import clock
from core.excel.errorbook import error_workbook
from core.importing import Result, Upload
from members.management.plain_command import PlainCommand, viewer_named
from members.services.imports import import_directly

HAS_ERRORS = 1
SHOWN = 200  # findings printed without --json


class ImportCommand(PlainCommand):
    """Imports a workbook of `kind`; a subclass may add arguments that become the kind's options."""

    kind: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help=".xlsx, .xls or .csv")
        parser.add_argument("--commit", action="store_true", help="write; else a dry run")
        parser.add_argument(
            "--skip-errors", action="store_true", help="with --commit: import the correct rows"
        )

    def import_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What the kind asks besides, from the command's own arguments; plain JSON values."""
        return {}

    def handle(self, *args: Any, **options: Any) -> None:
        result = import_directly(
            kind=self.kind,
            path=options["file"],
            options=self.import_options(options),
            by=viewer_named(options["as_user"]),
            on=clock.today(),
            commit=options["commit"],
            skip_errors=options["skip_errors"],
        )
        marked = write_error_workbook(options["file"], result) if result.has_errors else None
        if options["json"]:
            self.print_json(result.as_json(error_workbook=marked))
        else:
            self._tell(result, marked)
        if result.has_errors:
            sys.exit(HAS_ERRORS)

    def _tell(self, result: Result, marked: str | None) -> None:
        done = "已导入" if result.written else "未写入"
        self.stdout.write(
            f"{done}：共{result.rows}行，新增{result.created}，更新{result.updated}，"
            f"未变{result.unchanged}，错误{result.bad_rows}"
        )
        for found in result.findings[:SHOWN]:
            self.stdout.write(f"{'警告' if found.level == 'warning' else '错误'} {found.message}")
        if len(result.findings) > SHOWN:
            self.stdout.write(f"……另有{len(result.findings) - SHOWN}条")
        if marked:
            self.stdout.write(f"错误表：{marked}")


def write_error_workbook(path: Path, result: Result) -> str:
    """Write the user's own workbook with the reasons; returns its path."""
    folder = settings.VAR_DIR / "error-workbooks"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{uuid.uuid4()}.xlsx"
    target.write_bytes(error_workbook(Upload.from_path(path), result.layout, result.findings))
    return str(target)
