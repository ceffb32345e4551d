"""Finds the table: the first visible sheet with a header row that holds all required columns."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from core.excel.layout import Layout, verdict_column
from core.excel.reader import SheetHead
from core.excel.text import Cell, clean
from core.excel.upload import UnusableFile
from core.importing.columns import Column


@lru_cache(maxsize=1000)
def header_key(text: str) -> str:
    """Reduce a header to what is compared: trimmed, NFKC, without * and blanks."""
    return "".join(unicodedata.normalize("NFKC", clean(text)).replace("*", "").split())


def find_table(columns: Sequence[Column], heads: Iterable[SheetHead]) -> tuple[SheetHead, Layout]:
    """Find sheet, header row and columns; raises UnusableFile naming what is missing or double."""
    names = {header_key(column.name): column.name for column in columns}
    required = [column.name for column in columns if column.required]
    best: list[str] = required
    for head in heads:
        for number, row in enumerate(head.rows, start=1):
            found = _contract_columns(row, names)
            missing = [name for name in required if name not in found]
            if not missing:
                return head, _layout(head, number, row, found)
            best = min(best, missing, key=len)
    raise UnusableFile(
        f"没有找到表头：缺少“{'”“'.join(best)}”列。请用模板填写，表头须在前30行内，工作表不能隐藏"
    )


def _contract_columns(row: Sequence[Cell], names: dict[str, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(row, start=1):
        if isinstance(cell, str) and cell and (name := names.get(header_key(cell))):
            found.setdefault(name, []).append(place)
    return found


def _layout(
    head: SheetHead, number: int, row: Sequence[Cell], found: dict[str, list[int]]
) -> Layout:
    twice = [name for name, places in found.items() if len(places) > 1]
    if twice:
        raise UnusableFile(
            f"第{number}行表头中“{'”“'.join(twice)}”列出现了两次，请删除多余的一列后再上传"
        )
    filled = [place for place, cell in enumerate(row, start=1) if clean(cell)]
    return Layout(
        sheet=head.index,
        sheet_name=head.name,
        header_row=number,
        columns={name: places[0] for name, places in found.items()},
        last_column=filled[-1],
        delimiter=head.delimiter,
        verdict_column=verdict_column([clean(cell) for cell in row]),
    )
