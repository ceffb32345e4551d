"""Flat lists: many rows under one header, as fast as they can be written."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Final

import xlsxwriter
from rustpy_xlsxwriter import FastExcel, Format

from core.excel.layout import letters

MANY_ROWS: Final = 5000  # above this the Rust writer is five times as fast, below it is not needed
MONEY: Final = "#,##0.00;[Red]-#,##0.00"
COUNT: Final = "#,##0"
DATE: Final = "yyyy-mm-dd"
TEXT: Final = "@"
OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a flat list; `number_format` as Excel writes it (MONEY, COUNT, DATE, TEXT)."""

    name: str
    width: float = 14
    number_format: str = ""


def write_list(
    title: str, columns: Sequence[ListColumn | str], rows: Iterable[Sequence[Any]]
) -> bytes:
    """Write a list as .xlsx: one sheet, header frozen and filtered; returns the file.

    `rows`: str, int, Decimal, date, bool or None per column. Text is text, whatever it begins with.
    """
    described = [ListColumn(column) if isinstance(column, str) else column for column in columns]
    stream = iter(rows)
    first = list(islice(stream, MANY_ROWS + 1))
    if len(first) > MANY_ROWS:
        return _write_many(title, described, chain(first, stream))
    return _write_few(title, described, first)


def _write_many(title: str, columns: Sequence[ListColumn], rows: Iterable[Sequence[Any]]) -> bytes:
    target = io.BytesIO()
    names = [column.name for column in columns]
    formats = {
        column.name: Format().set_num_format(column.number_format)
        for column in columns
        if column.number_format
    }
    book = FastExcel(target).format(datetime_format=DATE).freeze(row=1)
    book.sheet(
        title[:31],
        _records(names, rows),
        column_widths=[column.width for column in columns],
        column_formats=formats,
        header_format=Format().set_bold(),
        autofilter=True,
    )
    book.save()
    return target.getvalue()


def _records(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield dict(zip(names, row, strict=True))


def _write_few(title: str, columns: Sequence[ListColumn], rows: Sequence[Sequence[Any]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        sheet = book.add_worksheet(title[:31])
        head = book.add_format({"bold": True})
        formats = [
            book.add_format({"num_format": column.number_format}) if column.number_format else None
            for column in columns
        ]
        dates = book.add_format({"num_format": DATE})
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.name, head)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                write_value(sheet, number, place, value, formats[place], dates)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(f"A1:{letters(len(columns))}{len(rows) + 1}")
    return target.getvalue()


def write_value(sheet: Any, row: int, column: int, value: Any, style: Any, dates: Any) -> None:
    """Write one value by its type (row and column from 0); text never becomes a formula."""
    if value is None or value == "":
        if style is not None:
            sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | Decimal):
        sheet.write_number(row, column, value, style)
    elif isinstance(value, datetime | date):
        sheet.write_datetime(row, column, _naive(value), style or dates)
    else:
        sheet.write_string(row, column, str(value), style)


def _naive(moment: date | datetime) -> date | datetime:
    """Excel knows no time zones: the office's clock time as it stands."""
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment
