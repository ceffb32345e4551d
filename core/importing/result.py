"""What an import found and did."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core.excel.layout import Layout
from core.excel.stamp import Stamp


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding at one cell.

    `row`: the sheet's own number, from 1. `column`: the contract's name. `message`: the whole
    sentence with its place. `reason` and `advice`: its two halves without the place.
    """

    row: int
    column: str
    code: str
    level: Literal["error", "warning"]
    message: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class Result:
    """Outcome of a dry run or an import.

    `created`, `updated`, `unchanged` count the rows without an error, written or not;
    `bad_rows` the others. `written`: the rows without an error are in the tables now.
    `layout`: where the table stands in the file. `stamp`: of the template that was filled in.
    `summary`: what the kind adds, such as sums.
    """

    rows: int
    created: int
    updated: int
    unchanged: int
    bad_rows: int
    findings: tuple[Finding, ...]
    written: bool
    layout: Layout
    stamp: Stamp | None = None
    summary: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        """Tell whether a row is wrong: nothing was written then, unless the user chose so."""
        return self.bad_rows > 0

    def as_json(self, *, error_workbook: str | None = None) -> dict[str, Any]:
        """Build the document that the commands print with --json."""
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "errors": [
                {
                    "row": found.row,
                    "column": found.column,
                    "code": found.code,
                    "level": found.level,
                    "message": found.message,
                }
                for found in self.findings
            ],
            "error_workbook": error_workbook,
        }

    def error_causes(self) -> dict[str, int]:
        """Count the errors by code, the most frequent first."""
        counts = Counter(found.code for found in self.findings if found.level == "error")
        return dict(counts.most_common())
