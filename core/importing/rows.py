"""Turns the cells of a file into lines for the staging table, collecting what is wrong on the way."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from core import crypto
from core.copy import NULL, copy_text, escaped
from core.excel.layout import Layout
from core.excel.reader import Chunk
from core.importing.cells import Cell, CellError, is_error_value
from core.importing.columns import Column, Env
from core.importing.kinds import Context, Kind, Row

CACHE_SIZE = 20_000
Found = tuple[int, int, str, str, str]  # row, place of the column, code, message, advice
MISSING = ("REQUIRED", "必填，不能为空", "请补填")


class RowReader:
    """Reads the chunks of one file; `staged` names the columns of the lines, `found` fills up."""

    def __init__(self, kind: Kind, context: Context, layout: Layout, *, seal: bool) -> None:
        self.staged: list[str] = []
        self.found: list[Found] = []

    def lines(self, chunks: Iterator[Chunk]) -> Iterator[str]:
        """Yield one line of COPY text per row."""
        yield from ()
