"""Hostile and unusable files, each with a part of the sentence that refuses it."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

from tests.core import workbooks as make

SHEET = "xl/worksheets/sheet1.xml"
GOOD: list[list[Any]] = [["姓名", "人数"], ["张三", 2.0]]
MICROSOFT = "http://schemas.microsoft.com/office"
DTD = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


def one_cell(place: str, *, value: str = "<v>1</v>") -> bytes:
    row = "".join(filter(str.isdigit, place)) or "1"
    text = make.sheet([["姓名"]]).replace(
        "</sheetData>", f'<row r="{row}"><c r="{place}">{value}</c></row></sheetData>'
    )
    return make.xlsx(text)


def with_part(name: str, text: str | bytes = "<x/>") -> bytes:
    return make.xlsx(make.sheet(GOOD), parts={name: text})


def with_dtd(part: str, text: str) -> bytes:
    return with_part(part, text.replace("?>", f"?>{DTD}", 1))


def bomb(megabytes: int) -> bytes:
    """A sheet that goes on and on; written in pieces, it would fill the memory of the tests."""
    start, end = make.sheet(GOOD).encode().split(b"</sheetData>")
    piece = b'<row r="2"><c r="A2"><v>1</v></c></row>' * 25_000  # just under a megabyte
    target = io.BytesIO(make.xlsx())
    with (
        zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(SHEET, "w", force_zip64=True) as sheet,
    ):
        sheet.write(start)
        for _ in range(-(-megabytes * 10**6 // len(piece))):
            sheet.write(piece)
        sheet.write(b"</sheetData>" + end)
    return target.getvalue()


def renamed_relation(kind: str) -> bytes:
    base = make.ROOT_RELS.replace(
        "</Relationships>", f'<Relationship Id="r9" Type="{kind}" Target="x.bin"/></Relationships>'
    )
    return with_part("xl/_rels/x.xml.rels", base)


def encrypted_zip() -> bytes:
    content = bytearray(make.table(*GOOD))
    flag = content.find(b"PK\x01\x02") + 8
    content[flag] |= 1
    return bytes(content)


def wide(text: str) -> str:
    return text.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")


def zipped(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def damaged(content: bytes) -> bytes:
    place = content.find(b"xl/worksheets") + 40
    return content[:place] + b"\0\xff\0\xff" + content[place + 4 :]


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "bomb of 210 MB": ("a.xlsx", lambda: bomb(210), "解压后过大"),
    "bomb of 12 MB, ratio over 100": ("a.xlsx", lambda: bomb(12), "解压后过大"),
    "cell at XFD1048576": ("a.xlsx", lambda: one_cell("XFD1048576"), "第1048576行"),
    "cell at D1048576": ("a.xlsx", lambda: one_cell("D1048576"), "第1048576行"),
    "cell at XFD2": ("a.xlsx", lambda: one_cell("XFD2"), "第16384列"),
    "row 200031": ("a.xlsx", lambda: one_cell("A200031"), "第200031行"),
    "row 200031, empty formatted": ("a.xlsx", lambda: one_cell("A200031", value=""), "第200031行"),
    "column IW": ("a.xlsx", lambda: one_cell("IW2"), "第257列（IW列）"),
    "far cell in lower case": ("a.xlsx", lambda: one_cell("xfd2"), "第16384列"),
    "far cell with leading zeros": ("a.xlsx", lambda: one_cell("A0300000"), "第300000行"),
    "far cell by implied places": (
        "a.xlsx",
        lambda: make.xlsx(
            f'<worksheet xmlns="{make.MAIN}"><sheetData><row r="200031"><c><v>1</v></c></row>'
            "</sheetData></worksheet>"
        ),
        "第200031行",
    ),
    "far cell by implied columns": (
        "a.xlsx",
        lambda: make.xlsx(
            f'<worksheet xmlns="{make.MAIN}"><sheetData><row>{"<c/>" * 257}</row>'
            "</sheetData></worksheet>"
        ),
        "第257列",
    ),
    "far cell with a prefix and apostrophes": (
        "a.xlsx",
        lambda: make.xlsx(
            f"<x:worksheet xmlns:x='{make.MAIN}'><x:sheetData><x:row r='2'>"
            "<x:c t='n' r='XFD2'><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
        ),
        "第16384列",
    ),
    "far cell in another sheet": (
        "a.xlsx",
        lambda: make.xlsx(make.sheet(GOOD), make.sheet({300000: ["x"]})),
        "第300000行",
    ),
    "far cell in a part of another name": (
        "a.xlsx",
        lambda: with_part("xl/media/image1.png", make.sheet({300000: ["x"]})),
        "第300000行",
    ),
    "DTD in the sheet": ("a.xlsx", lambda: with_dtd(SHEET, make.sheet(GOOD)), "DTD"),
    "DTD in shared strings": (
        "a.xlsx",
        lambda: with_dtd("xl/sharedStrings.xml", f'{make.HEAD}<sst xmlns="{make.MAIN}"/>'),
        "DTD",
    ),
    "DTD in the workbook": (
        "a.xlsx",
        lambda: with_dtd("xl/workbook.xml", make.workbook_part([("a", "visible")])),
        "DTD",
    ),
    "DTD in styles": ("a.xlsx", lambda: with_dtd("xl/styles.xml", make.STYLES), "DTD"),
    "XXE": (
        "a.xlsx",
        lambda: with_part("xl/x.xml", '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a/>'),
        "DTD",
    ),
    "UTF-16 XML": (
        "a.xlsx",
        lambda: with_part(SHEET, make.sheet(GOOD).replace("UTF-8", "UTF-16").encode("utf-16")),
        "UTF-8",
    ),
    "XML declared as UTF-7": (
        "a.xlsx",
        lambda: with_part(SHEET, make.sheet(GOOD).replace("UTF-8", "UTF-7")),
        "UTF-8",
    ),
    "macros": ("a.xlsx", lambda: with_part("xl/vbaProject.bin", b"\0"), "宏"),
    "macros by type": (
        "a.xlsx",
        lambda: with_part("[Content_Types].xml", make.TYPES.replace("sheet.main", "macroEnabled")),
        "宏",
    ),
    "macros under another name": (
        "a.xlsx",
        lambda: renamed_relation(f"{MICROSOFT}/2006/relationships/vbaProject"),
        "宏",
    ),
    "macro sheet of Excel 4": ("a.xlsx", lambda: with_part("xl/macrosheets/sheet1.xml"), "宏"),
    "xlsm": ("a.xlsm", lambda: make.table(*GOOD), "宏"),
    "external link": ("a.xlsx", lambda: with_part("xl/externalLinks/externalLink1.xml"), "链接"),
    "external link under another name": (
        "a.xlsx",
        lambda: renamed_relation(f"{make.OFFICE}/externalLink"),
        "链接",
    ),
    "embedded object": ("a.xlsx", lambda: with_part("xl/embeddings/oleObject1.bin", b"\0"), "嵌入"),
    "encrypted package": (
        "a.xlsx",
        lambda: make.compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}),
        "加密",
    ),
    "encrypted zip": ("a.xlsx", encrypted_zip, "加密"),
    "encrypted xls": (
        "a.xls",
        lambda: make.xls(GOOD, globals_extra=b"\x2f\x00\x02\x00\x00\x00"),
        "加密",
    ),
    "xls with macros": (
        "a.xls",
        lambda: make.compound({"Workbook": make.biff(GOOD), "_VBA_PROJECT_CUR": b"x"}),
        "宏",
    ),
    "xls with a macro sheet": ("a.xls", lambda: make.xls(GOOD, sheet_kind=1), "宏"),
    "xls with an external link": (
        "a.xls",
        lambda: make.xls(GOOD, globals_extra=b"\xae\x01\x08\x00\x01\x00\x05\x00\x00ab.x"),
        "链接",
    ),
    "xls cut off": ("a.xls", lambda: make.xls(GOOD)[:700], "损坏"),
    "xlsx as csv": ("a.csv", lambda: make.table(*GOOD), "扩展名 .csv 不符"),
    "xlsx as xls": ("a.xls", lambda: make.table(*GOOD), "扩展名 .xls 不符"),
    "xls as xlsx": ("a.xlsx", lambda: make.xls(GOOD), "扩展名 .xlsx 不符"),
    "xls as csv": ("a.csv", lambda: make.xls(GOOD), "扩展名 .csv 不符"),
    "HTML as xls": ("a.xls", lambda: b"<html><table><tr><td>1</td></tr></table>", "网页"),
    "HTML as xlsx": ("a.xlsx", lambda: b"\n <table></table>", "网页"),
    "HTML as csv": ("a.csv", lambda: b"<!DOCTYPE html><p>", "网页"),
    "XML as xls": ("a.xls", lambda: b'<?xml version="1.0"?><Workbook/>', "XML"),
    "text as xlsx": ("a.xlsx", lambda: "姓名,人数".encode(), "不符"),
    "EICAR as xlsx": ("a.xlsx", lambda: b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR", "不符"),
    "UTF-16 csv": ("a.csv", lambda: "姓名,人数".encode("utf-16"), "UTF-8"),
    "UTF-16 csv without mark": ("a.csv", lambda: "name,x".encode("utf-16-le"), "UTF-8"),
    "csv in no known encoding": ("a.csv", lambda: b"a,b\n\xff\xff\xff", "UTF-8"),
    "csv with 257 columns": ("a.csv", lambda: b"x\n" + b"," * 256, "第257列"),
    "ods": ("a.ods", lambda: make.table(*GOOD), "只接收"),
    "no ending": ("a", lambda: make.table(*GOOD), "只接收"),
    "pdf": ("a.pdf", lambda: b"%PDF-1.4", "只接收"),
    "empty": ("a.xlsx", lambda: b"", "空"),
    "zip that is no workbook": ("a.xlsx", lambda: zipped({"readme.txt": b"hello"}), "损坏"),
    "xlsb": (
        "a.xlsx",
        lambda: zipped({"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b"x"}),
        "损坏",
    ),
    "cut off": ("a.xlsx", lambda: make.table(*GOOD)[:-80], "损坏"),
    "bytes changed": ("a.xlsx", lambda: damaged(make.table(*GOOD)), "损坏"),
    "XML not well formed": (
        "a.xlsx",
        lambda: make.xlsx(make.sheet(GOOD).replace("</row>", "<c></row>", 1)),
        "损坏",
    ),
    "a tag of megabytes": (
        "a.xlsx",
        lambda: make.xlsx(make.sheet(GOOD).replace("<row ", f'<row a="{"x" * 5_000_000}" ', 1)),
        "损坏",
    ),
    "workbook without its sheet": (
        "a.xlsx",
        lambda: zipped({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<workbook/>"}),
        "损坏",
    ),
}  # fmt: skip
