"""Reads a workbook in a process of its own, with limits on memory and time."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from core.excel import sentences
from core.excel.guard import Inspection, inspect
from core.excel.stamp import Stamp, read_stamp
from core.excel.text import Cell
from core.excel.upload import UnusableFile, Upload

MEMORY: Final = (
    4 * 2**30
)  # address space; a sheet with one cell at its last allowed corner needs 1.7 GB
CPU_SECONDS: Final = 120
ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class SheetHead:
    """The first 30 rows of a visible sheet, cells from column A; the first is row 1.

    `total`: number of rows of the sheet. `delimiter`: of a CSV file, else empty.
    """

    index: int
    name: str
    rows: Sequence[Sequence[Cell]]
    total: int = 0
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some data rows: their numbers in the sheet, and per wanted column their cells."""

    numbers: Sequence[int]
    columns: Sequence[Sequence[Cell]]


@dataclass(slots=True)
class Workbook:
    """A workbook open in its reading process; made by `open_workbook`."""

    process: subprocess.Popen[bytes]
    epoch_1904: bool = False
    stamp: Stamp | None = None
    names: Sequence[str] = field(default_factory=list)

    @property
    def heads(self) -> Iterator[SheetHead]:
        """Parse the visible sheets one by one, as long as the caller goes on."""
        for index, name in enumerate(self.names):
            self.ask({"sheet": index})
            answer = self.answer()
            yield SheetHead(index, name, answer["rows"], answer["total"], answer["delimiter"])

    def rows(
        self,
        sheet: int,
        *,
        header_row: int,
        columns: Sequence[int],
        remarks: Sequence[int] = (),
        keep_total: bool = False,
    ) -> Iterator[Chunk]:
        """Yield the rows below the header that have a content, a total row at the end left out.

        `sheet`: index among the heads. `columns`: numbers of the wanted columns from 1.
        `remarks`: columns whose cells are no content. Raises UnusableFile.
        """
        self.ask(
            {
                "sheet": sheet,
                "header_row": header_row,
                "columns": list(columns),
                "remarks": list(remarks),
                "keep_total": keep_total,
            }
        )
        while "end" not in (answer := self.answer()):
            if answer["numbers"]:
                yield Chunk(answer["numbers"], answer["columns"])

    def ask(self, question: dict[str, Any]) -> None:
        """Send one line to the process; a dead one is noticed at the answer."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(question).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return

    def answer(self) -> dict[str, Any]:
        """Take one line from the process; raises UnusableFile when it refused or died."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.endswith(b"\n"):
            killed = self.process.wait(timeout=60) < 0
            raise UnusableFile(sentences.TOO_COMPLEX if killed else sentences.DAMAGED)
        answer: dict[str, Any] = json.loads(line)
        if "refused" in answer:
            raise UnusableFile(answer["refused"])
        if "failed" in answer:
            is_memory = answer["failed"] == "memory"
            raise UnusableFile(sentences.TOO_COMPLEX if is_memory else sentences.DAMAGED)
        return answer


@contextmanager
def open_workbook(upload: Upload) -> Iterator[Workbook]:
    """Guard the file, then open it in a limited process; raises UnusableFile."""
    with _start() as process:  # it starts up while the guard reads; it sees the file only after
        try:
            inspection = inspect(upload)
            book = Workbook(process)
            _hand_over(book, upload, inspection)
            opened = book.answer()
            book.names, book.epoch_1904 = opened["sheets"], opened["epoch_1904"]
            book.stamp = read_stamp(opened["stamp"])
            yield book
        finally:
            process.kill()


def _start() -> subprocess.Popen[bytes]:
    # A bare environment: no database address, no keys in a process that parses strangers' files.
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "core.excel.parser_process"],
        cwd=ROOT,
        env=kept,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _hand_over(book: Workbook, upload: Upload, inspection: Inspection) -> None:
    book.ask(
        {
            "format": inspection.format,
            "error_parts": sorted(inspection.error_parts),
            "size": len(upload.content),
            "memory": MEMORY,
            "cpu_seconds": CPU_SECONDS,
        }
    )
    assert book.process.stdin is not None
    try:
        book.process.stdin.write(upload.content)
        book.process.stdin.flush()
    except BrokenPipeError:
        return
