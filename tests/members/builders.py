"""Workbooks and imports for the tests of this room."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from core import jobs
from core.importing import Result
from members import selectors
from members.access import Viewer
from members.models import ImportRun, Organisation
from members.services import imports

ON = date(2018, 3, 1)
UNION_HEADER = (
    "单位编号*", "单位名称*", "上级单位编号", "单位类型*", "工会信用代码", "单位信用代码",
    "职工人数", "女职工人数", "联系人", "联系电话",
)  # fmt: skip
ROSTER_HEADER = (
    "单位编号*", "姓名*", "证件类型", "证件号码*", "性别", "出生日期", "手机号", "京卡卡号",
    "发卡日期", "入会日期", "状态", "医疗类别", "备注",
)  # fmt: skip


def workbook(header: Sequence[str], *rows: Sequence[Any]) -> bytes:
    """A workbook with the header in row 1."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def roster(*rows: dict[str, Any]) -> bytes:
    """A roster whose rows are named by column without *."""
    names = [name.rstrip("*") for name in ROSTER_HEADER]
    return workbook(ROSTER_HEADER, *[[row.get(name) for name in names] for row in rows])


def directory(*rows: dict[str, Any]) -> bytes:
    """A directory of unions whose rows are named by column without *."""
    names = [name.rstrip("*") for name in UNION_HEADER]
    return workbook(UNION_HEADER, *[[row.get(name) for name in names] for row in rows])


def brought_in(
    kind: str, content: bytes, folder: Path, *, by: Viewer | None = None, commit: bool = True,
    skip_errors: bool = False,
) -> Result:  # fmt: skip
    """Import as the command does."""
    path = folder / f"{kind}.xlsx"
    path.write_bytes(content)
    return imports.import_directly(
        kind=kind, path=path, options={}, by=by or Viewer.system(), on=ON, commit=commit,
        skip_errors=skip_errors,
    )  # fmt: skip


def codes(result: Result, level: str = "error") -> list[tuple[int, str, str]]:
    """(row, column, code) of the findings of a level."""
    return [(f.row, f.column, f.code) for f in result.findings if f.level == level]


def received(
    union: Organisation, content: bytes, *, by: Viewer, kind: str = "members",
    name: str = "花名册.xlsx", options: Mapping[str, Any] | None = None,
) -> ImportRun:  # fmt: skip
    """An upload that waits for its check."""
    return imports.receive(
        kind=kind, name=name, content=content, options=options or {}, organisation_id=union.pk,
        by=by, on=ON,
    )  # fmt: skip


def worked(run: ImportRun) -> ImportRun:
    """The upload after its job has run."""
    assert run.job is not None
    step = imports.check if run.job.kind == imports.CHECK_JOB else imports.apply
    jobs.run(run.job.pk, partial(step, on=ON))
    return ImportRun.objects.get(pk=run.pk)


def system_viewer_of(union: Organisation) -> Viewer:
    return selectors.viewer_for(union.grants.select_related("user")[0].user)
