"""The template workbook of a kind."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.excel.stamp import Stamp
from core.excel.template import TemplateColumn, write_template
from core.importing.kinds import Kind

VERSION = "1"


def template_of(
    kind: Kind,
    *,
    rows: Iterable[Mapping[str, Any]] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
    unit_code: str = "",
) -> bytes:
    """Write the template workbook (.xlsx) of a kind.

    `rows`: filled in already, by the contract's column names. `choices`: drop-downs beside those
    of the columns, by column name (unions in scope, plans on sale). `unit_code`: for the stamp.
    """
    listed = choices or {}
    columns = [
        TemplateColumn(
            name=column.name,
            required=column.required,
            width=column.width,
            help=column.help,
            example=kind.template.example.get(column.name, ""),
            choices=tuple(listed.get(column.name, column.choices)),
            text_format=column.text_format,
        )
        for column in kind.columns
    ]
    stamp = Stamp(kind.name, VERSION, unit_code)
    return write_template(kind.title, columns, stamp=stamp, notes=kind.template.notes, rows=rows)
