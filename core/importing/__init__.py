"""The import pipeline that members, policies and claims build their kinds of workbook on."""

from core.excel.upload import UnusableFile, Upload
from core.importing.cells import CellError
from core.importing.columns import Column, Env
from core.importing.kinds import Context, Kind, Problem, Row, Template
from core.importing.pipeline import dry_run, run, run_rows
from core.importing.result import Finding, Result
from core.importing.staging import Expression, Staging

__all__ = [
    "CellError",
    "Column",
    "Context",
    "Env",
    "Expression",
    "Finding",
    "Kind",
    "Problem",
    "Result",
    "Row",
    "Staging",
    "Template",
    "UnusableFile",
    "Upload",
    "dry_run",
    "run",
    "run_rows",
]
