"""A CSV file as sheets: one per delimiter it might have; the header decides which is right."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from core.excel import sentences
from core.excel.cellscan import LAST_COLUMN, LAST_ROW, far_cell
from core.excel.upload import MAX_BYTES, UnusableFile

DELIMITERS: Final = (",", "\t", ";")


class Sheets:
    """The records of a CSV file: UTF-8 with or without mark, else GB18030."""

    epoch_1904 = False

    def __init__(self, content: bytes) -> None:
        csv.field_size_limit(MAX_BYTES)
        self._text = _decoded(content)
        self.names = ["" for _ in DELIMITERS]

    def delimiter(self, sheet: int) -> str:
        """The delimiter that this sheet assumes."""
        return DELIMITERS[sheet]

    def stamp(self) -> dict[str, str]:
        """Nothing: text has no hidden sheet."""
        return {}

    def height(self, sheet: int) -> int:
        """About how many records there are, for the progress bar."""
        return self._text.count("\n") + 1

    def rows(self, sheet: int) -> Iterator[list[str]]:
        """Yield the records; raises UnusableFile beyond the limits."""
        records = csv.reader(io.StringIO(self._text, newline=""), delimiter=DELIMITERS[sheet])
        try:
            for number, record in enumerate(records, start=1):
                if record and (number > LAST_ROW or len(record) > LAST_COLUMN):
                    raise far_cell(number, len(record))
                yield record
        except csv.Error as error:
            raise UnusableFile(sentences.DAMAGED) from error


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise UnusableFile(sentences.CSV_ENCODING) from error
