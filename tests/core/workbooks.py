"""Workbooks for the tests, made by hand so that they can be wrong in every way a file can be."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from core.excel.layout import letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
ROOT_RELS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
STYLES = (  # style 1 is a date, style 2 text
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" xfId="0"/>'
    '<xf numFmtId="14" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


class Raw(str):
    """A cell written as XML by the test itself."""

    __slots__ = ()


def cell(place: str, value: Any) -> str:
    """One cell: text inline, numbers as they are."""
    if isinstance(value, Raw):
        return value.replace("?", place, 1)
    if isinstance(value, str):
        return (
            f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        )
    return f'<c r="{place}"><v>{value!r}</v></c>'


def formula(text: str, cached: str | None, kind: str = "str") -> Raw:
    """A formula with its cached value."""
    value = "" if cached is None else f"<v>{cached}</v>"
    return Raw(f'<c r="?" t="{kind}"><f>{escape(text)}</f>{value}</c>')


def dated(serial: float) -> Raw:
    """A number cell with a date format."""
    return Raw(f'<c r="?" s="1"><v>{serial}</v></c>')


ERROR = Raw('<c r="?" t="e"><v>#N/A</v></c>')


def sheet(rows: Sequence[Sequence[Any]] | Mapping[int, Sequence[Any]], extra: str = "") -> str:
    """A sheet in the usual writing; None is no cell."""
    numbered = rows if isinstance(rows, Mapping) else dict(enumerate(rows, start=1))
    body = "".join(
        f'<row r="{number}" spans="1:9">'
        + "".join(
            cell(f"{letters(place)}{number}", value)
            for place, value in enumerate(row, start=1)
            if value is not None
        )
        + "</row>"
        for number, row in numbered.items()
    )
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><dimension ref="A1:B2"/>'
        f"<sheetData>{body}</sheetData>{extra}</worksheet>"
    )


def workbook_part(sheets: Sequence[tuple[str, str]], properties: str = "") -> str:
    """The workbook part: (name, state) of each sheet."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        for number, (name, state) in enumerate(sheets, start=1)
    )
    return (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}'
        f"<sheets>{listed}</sheets></workbook>"
    )


def xlsx(
    *sheets: str,
    names: Sequence[tuple[str, str]] = (),
    properties: str = "",
    parts: Mapping[str, str | bytes] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A package of these sheets; `parts` adds or replaces parts."""
    named = names or [(f"表{number}", "visible") for number in range(1, len(sheets) + 1)]
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    content: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT_RELS,
        "xl/workbook.xml": workbook_part(named, properties),
        "xl/_rels/workbook.xml.rels": (
            f'{HEAD}<Relationships xmlns="{PACKAGE}">{relations}<Relationship Id="rIdS" '
            f'Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
        ),
        "xl/styles.xml": STYLES,
    }
    content |= {f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(sheets, start=1)}
    content |= parts or {}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return target.getvalue()


def table(*rows: Sequence[Any]) -> bytes:
    """A package with one sheet of these rows."""
    return xlsx(sheet(rows))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _label(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def _sheet_record(offset: int, kind: int) -> bytes:
    return _record(
        0x85, struct.pack("<IBB", offset, 0, kind) + b"\x05\x01" + "Sheet".encode("utf-16-le")
    )


def biff(
    rows: Sequence[Sequence[Any]], *, globals_extra: bytes = b"", epoch_1904: bool = False,
    sheet_kind: int = 0,
) -> bytes:  # fmt: skip
    """The stream of an .xls: text, numbers, None, and the error value `ERROR`."""
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    start += _record(0x42, struct.pack("<H", 1200)) + _record(0x22, struct.pack("<H", epoch_1904))
    start += globals_extra
    offset = len(start) + len(_sheet_record(0, 0)) + 4
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            place = struct.pack("<HHH", row, column, 0)
            if value is ERROR:
                body += _record(0x0205, place + b"\x2a\x01")
            elif isinstance(value, str):
                body += _record(0x0204, place + _label(value))
            elif value is not None:
                body += _record(0x0203, place + struct.pack("<d", value))
    end = _record(0x000A, b"")
    return start + _sheet_record(offset, sheet_kind) + end + body + end


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An MS-CFB container with these streams, each padded to at least 4,096 bytes."""
    size = 512
    contents = [
        data.ljust(max(4096, -(-len(data) // size) * size), b"\0") for data in streams.values()
    ]
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0)]
    start = 0
    chains: list[int] = []
    for name, data in zip(streams, contents, strict=True):
        entries.append(_entry(name, 2, start, len(data)))
        count = len(data) // size
        chains += [*range(start + 1, start + count), 0xFFFFFFFE]
        start += count
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * size, b"\0")
    directory_start = start
    count = len(directory) // size
    chains += [*range(start + 1, start + count), 0xFFFFFFFE]
    start += count
    tables = -(-(len(chains) + 2) // 128) + 1
    chains += [0xFFFFFFFD] * tables
    fat = struct.pack(f"<{len(chains)}I", *chains).ljust(tables * size, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10
    head += struct.pack("<IIIIIIII", tables, directory_start, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    numbers = list(range(start, start + tables))
    head += struct.pack("<109I", *(numbers + [0xFFFFFFFF] * (109 - tables)))
    return head + b"".join(contents) + directory + fat


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    body = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    child = 1 if kind == 5 else 0xFFFFFFFF
    body += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + b"\0" * 36
    return body + struct.pack("<IQ", start, size)


def xls(rows: Sequence[Sequence[Any]], **more: Any) -> bytes:
    """An .xls with one sheet."""
    return compound({"Workbook": biff(rows, **more)})
