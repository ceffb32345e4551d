"""The workbook that an agent fills: text columns, drop-downs, instructions, a stamp."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from core.excel.stamp import STAMP, Stamp

LAST_ROW: Final = 5000
INSTRUCTIONS: Final = "填写说明"
LISTS: Final = "_lists"
REQUIRED_FILL: Final = PatternFill("solid", fgColor="C00000")
OPTIONAL_FILL: Final = PatternFill("solid", fgColor="DCE6F1")
_SIDE: Final = Side(style="thin", color="BFBFBF")
THIN: Final = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column of the template; `choices` makes a drop-down, `text_format` keeps all digits."""

    name: str
    required: bool = False
    width: int = 14
    help: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    text_format: bool = False


def write_template(
    title: str,
    columns: Sequence[TemplateColumn],
    *,
    stamp: Stamp,
    notes: Sequence[str] = (),
    rows: Iterable[Mapping[str, Any]] = (),
) -> bytes:
    """Write the template as .xlsx: sheet `title` with the header in row 1, then 填写说明.

    `rows`: what is filled in already, by column name; texts are never taken for formulas.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    _write_header(sheet, columns)
    _write_rows(sheet, columns, rows)
    _add_lists(book, sheet, columns)
    _write_instructions(book, title, columns, notes)
    _write_stamp(book, stamp)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _write_header(sheet: Worksheet, columns: Sequence[TemplateColumn]) -> None:
    for place, column in enumerate(columns, start=1):
        cell = sheet.cell(1, place, column.name + ("*" if column.required else ""))
        cell.font = Font(bold=True, color="FFFFFF" if column.required else "1F2329")
        cell.fill = REQUIRED_FILL if column.required else OPTIONAL_FILL
        cell.alignment = Alignment(horizontal="center", vertical="center")
        cell.border = THIN
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = column.width
        if column.text_format:
            dimension.number_format = "@"
            for row in range(2, LAST_ROW + 1):
                sheet.cell(row, place).number_format = "@"
    sheet.row_dimensions[1].height = 24
    sheet.freeze_panes = "A2"


def _write_rows(
    sheet: Worksheet, columns: Sequence[TemplateColumn], rows: Iterable[Mapping[str, Any]]
) -> None:
    for number, values in enumerate(rows, start=2):
        for place, column in enumerate(columns, start=1):
            value = values.get(column.name)
            if value is not None and value != "":
                _fill(sheet.cell(number, place), value)


def _fill(cell: Any, value: Any) -> None:
    assert isinstance(cell, Cell)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a name that begins with = is a name


def _add_lists(book: Workbook, sheet: Worksheet, columns: Sequence[TemplateColumn]) -> None:
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    used = 0
    for place, column in enumerate(columns, start=1):
        if not column.choices:
            continue
        used += 1
        for number, word in enumerate(column.choices, start=1):
            _fill(lists.cell(number, used), word)
        letter, own = get_column_letter(used), get_column_letter(place)
        rule = DataValidation(
            type="list",
            formula1=f"'{LISTS}'!${letter}$1:${letter}${len(column.choices)}",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=column.name,
            error="请从下拉列表中选择",
        )
        rule.add(f"{own}2:{own}{LAST_ROW}")
        sheet.add_data_validation(rule)


def _write_instructions(
    book: Workbook, title: str, columns: Sequence[TemplateColumn], notes: Sequence[str]
) -> None:
    sheet = book.create_sheet(INSTRUCTIONS, 1)
    _fill(sheet.cell(1, 1), f"{title} {INSTRUCTIONS}")
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    lines = (
        "红色表头为必填列；列的顺序可以调整，表头文字请勿修改。",
        "证件号码、卡号等列已设为文本格式，请直接录入或“选择性粘贴 → 数值”，以免末位变成0。",
        "日期请按 2018-03-01 的样式填写；金额填数字，最多两位小数。",
        *notes,
    )
    for number, line in enumerate(lines, start=2):
        _fill(sheet.cell(number, 1), line)
    top = len(lines) + 3
    for place, (word, width) in enumerate(
        (("列名", 18), ("必填", 8), ("填写要求", 48), ("示例", 22), ("可选内容", 36)), start=1
    ):
        head = sheet.cell(top, place, word)
        head.font, head.fill, head.border = Font(bold=True), OPTIONAL_FILL, THIN
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, column in enumerate(columns, start=top + 1):
        listed = "、".join(column.choices[:20]) + ("等" if len(column.choices) > 20 else "")
        texts = (column.name, "是" if column.required else "", column.help, column.example, listed)
        for place, text in enumerate(texts, start=1):
            cell = sheet.cell(number, place)
            _fill(cell, text)
            cell.border, cell.alignment = THIN, Alignment(wrap_text=True, vertical="top")
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "portrait", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _write_stamp(book: Workbook, stamp: Stamp) -> None:
    sheet = book.create_sheet(STAMP)
    sheet.sheet_state = "veryHidden"
    for number, line in enumerate(stamp.lines(), start=1):
        for place, text in enumerate(line, start=1):
            _fill(sheet.cell(number, place), text)
