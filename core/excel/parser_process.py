"""The process that parses a workbook: `python -m core.excel.parser_process`.

It knows neither Django nor the database. Standard input brings one line of JSON (format, size,
parts with error values, limits), then the file, then one line of JSON per question; standard
output answers in lines of JSON. When a limit is hit the process dies and the reader says so.
"""

import json
import resource
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from math import isfinite
from operator import itemgetter
from typing import Any, BinaryIO, Final

from python_calamine import CalamineError

from core.excel import text_sheets, workbook_sheets
from core.excel.cellscan import DATA_ROWS
from core.excel.text import BOOL_MARK, DATE_MARK, ERROR_MARK, TIME_MARK, clean, is_total_word
from core.excel.upload import UnusableFile

BATCH: Final = 2000
HEAD_ROWS: Final = 30
Row = Sequence[Any]


def main() -> None:
    """Serve one workbook over standard input and output."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    order = json.loads(source.readline())
    _limit(order["memory"], order["cpu_seconds"])
    content = source.read(order["size"])
    try:
        _serve(order, content, source, sink)
    except UnusableFile as refusal:
        _send(sink, {"refused": str(refusal)})
    except MemoryError:
        _send(sink, {"failed": "memory"})
    except (CalamineError, OSError, ValueError, KeyError, OverflowError) as error:
        _send(sink, {"failed": type(error).__name__})


def _limit(memory: int, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _send(sink: BinaryIO, answer: dict[str, Any]) -> None:
    sink.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    sink.flush()


def _serve(order: dict[str, Any], content: bytes, source: BinaryIO, sink: BinaryIO) -> None:
    sheets: Any = (
        text_sheets.Sheets(content)
        if order["format"] == "csv"
        else workbook_sheets.Sheets(content, order["format"], order["error_parts"])
    )
    opened = {"sheets": sheets.names, "epoch_1904": sheets.epoch_1904, "stamp": sheets.stamp()}
    _send(sink, opened)
    for line in source:
        question = json.loads(line)
        if "columns" in question:
            _send_rows(sheets.rows(question["sheet"]), question, sink)
        else:
            _send_head(sheets, question["sheet"], sink)


def _send_head(sheets: Any, sheet: int, sink: BinaryIO) -> None:
    rows: list[list[Any]] = []
    for row in sheets.rows(sheet):
        if len(rows) == HEAD_ROWS:
            break
        rows.append(_marked(row))
    delimiter = sheets.delimiter(sheet)
    _send(sink, {"rows": rows, "delimiter": delimiter, "total": sheets.height(sheet)})


def _send_rows(rows: Iterator[Row], question: dict[str, Any], sink: BinaryIO) -> None:
    """Send the rows with content below the header, except a total row at the end."""
    count = 0
    pick = _picker([column - 1 for column in question["columns"]])
    content = _content_below(rows, question["header_row"], question["remarks"])
    numbers: list[int] = []
    batch: list[Row] = []
    last: Row = ()
    for number, last in content:
        if len(batch) > BATCH:  # the newest row stays here: it may be the total
            _send_batch(sink, numbers[:-1], batch[:-1])
            count += len(batch) - 1
            del numbers[:-1], batch[:-1]
        numbers.append(number)
        batch.append(pick(last))
    if not question["keep_total"] and any(map(is_total_word, last)):
        numbers.pop()
        batch.pop()
    count += len(batch)
    if count > DATA_ROWS:
        raise UnusableFile(f"数据共{count:,}行，最多{DATA_ROWS:,}行，请分成几个文件后再上传")
    _send_batch(sink, numbers, batch)
    _send(sink, {"end": count})


def _content_below(
    rows: Iterator[Row], header_row: int, remarks: list[int]
) -> Iterator[tuple[int, Row]]:
    """Yield (number, cells) of the rows below the header that have a cell with content."""
    for number, row in enumerate(rows, start=1):
        if number <= header_row or row.count("") == len(row):
            continue
        seen = row
        if remarks:  # our own remarks of an earlier round are no content
            seen = [*row[: remarks[0] - 1], *row[remarks[-1] :]]
        if any(type(cell) is not str or clean(cell) for cell in seen if cell != ""):
            yield number, row


def _picker(places: list[int]) -> Any:
    """Make the function that takes the wanted cells of a row; short rows are filled up."""
    if not places:
        return lambda row: ()
    take = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
    width = max(places) + 1

    def pick(row: Row) -> Row:
        missing = width - len(row)
        result: Row = take(row if missing <= 0 else [*row, *[""] * missing])
        return result

    return pick


def _send_batch(sink: BinaryIO, numbers: list[int], batch: list[Row]) -> None:
    columns = [_marked(cells) for cells in zip(*batch, strict=True)]
    _send(sink, {"numbers": numbers, "columns": columns})


def _marked(cells: Sequence[Any]) -> list[Any]:
    """Turn cells into text and numbers; what is neither gets a mark."""
    kinds = set(map(type, cells))
    if str in kinds and any(type(cell) is str and "\0" in cell for cell in cells):
        cells = [cell.replace("\0", "") if type(cell) is str else cell for cell in cells]
    if float in kinds and not isfinite(sum(cell for cell in cells if type(cell) is float)):
        cells = [None if type(cell) is float and not isfinite(cell) else cell for cell in cells]
        kinds = set(map(type, cells))
    if kinds <= _PLAIN:
        return list(cells)
    return [cell if type(cell) in _PLAIN else _mark(cell) for cell in cells]


_PLAIN: Final = frozenset({str, float, int})


def _mark(cell: Any) -> str:
    if isinstance(cell, bool):
        return BOOL_MARK + str(cell).upper()
    if isinstance(cell, datetime):
        return DATE_MARK + cell.date().isoformat()
    if isinstance(cell, date):
        return DATE_MARK + cell.isoformat()
    if isinstance(cell, (time, timedelta)):
        return TIME_MARK + str(cell)
    return ERROR_MARK  # None stands for an error value


if __name__ == "__main__":
    main()
