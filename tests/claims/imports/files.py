"""Workbooks as rows of words, and imports of them through the engine."""

from pathlib import Path
from typing import Any

from core.importing import Result
from members.access import Viewer
from members.services.imports import import_directly
from tests.claims.builders import DAY


def csv_of(folder: Path, header: list[str], rows: list[dict[str, str]]) -> Path:
    path = folder / f"rows{len(list(folder.iterdir()))}.csv"
    lines = [header, *([row.get(name, "") for name in header] for row in rows)]
    path.write_text("\n".join(",".join(line) for line in lines) + "\n", encoding="utf-8")
    return path


def run(kind: str, path: Path, *, by: Viewer | None = None, **more: Any) -> Result:
    options = more.pop("options", {})
    return import_directly(
        kind=kind, path=path, options=options, by=by or Viewer.system(), on=DAY,
        **{"commit": True, **more},
    )  # fmt: skip


def codes(result: Result) -> list[tuple[int, str, str]]:
    return [(found.row, found.column, found.code) for found in result.findings]
