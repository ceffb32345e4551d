"""Hostile and unusable files: each is refused with a sentence that says what to do."""

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from core.excel.guard import inspect
from core.excel.reader import open_workbook
from core.excel.upload import MAX_BYTES, UnusableFile, Upload
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
    row = b'<row r="2"><c r="A2"><v>1</v></c></row>'
    text = make.sheet(GOOD).encode()
    filler = row * (megabytes * 10**6 // len(row))
    return with_part(SHEET, text.replace(b"</sheetData>", filler + b"</sheetData>"))


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
    "zip that is no workbook": ("a.xlsx", lambda: _zip({"readme.txt": b"hello"}), "损坏"),
    "xlsb": (
        "a.xlsx",
        lambda: _zip({"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b"x"}),
        "损坏",
    ),
    "cut off": ("a.xlsx", lambda: make.table(*GOOD)[:-80], "损坏"),
    "bytes changed": ("a.xlsx", lambda: _damaged(make.table(*GOOD)), "损坏"),
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
        lambda: _zip({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<workbook/>"}),
        "损坏",
    ),
}  # fmt: skip


def _zip(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def _damaged(content: bytes) -> bytes:
    place = content.find(b"xl/worksheets") + 40
    return content[:place] + b"\0\xff\0\xff" + content[place + 4 :]


def read_all(name: str, content: bytes) -> None:
    with open_workbook(Upload(name, content)) as book:
        for head in book.heads:
            for _ in book.rows(head.index, header_row=1, columns=[1]):
                pass


@pytest.mark.parametrize("name", HOSTILE)
def test_unusable_files_are_refused_with_one_sentence(name: str) -> None:
    file_name, content, sentence = HOSTILE[name]
    with pytest.raises(UnusableFile, match=sentence) as refusal:
        read_all(file_name, content())
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 120


def test_a_file_above_20_megabytes_is_refused_and_one_of_20_is_not() -> None:
    with pytest.raises(UnusableFile, match="20 MB"):
        Upload("a.csv", b"x" * (MAX_BYTES + 1))
    assert inspect(Upload("a.csv", b"x" * MAX_BYTES)).format == "csv"


def test_what_lies_in_the_cells_does_not_look_like_a_far_cell() -> None:
    content = make.table(["姓名"], ['<c r="XFD1048576"> r="AAA1"'])
    assert inspect(Upload("a.xlsx", content)).format == "xlsx"


@pytest.mark.slow
def test_the_last_allowed_corner_is_read() -> None:
    content = make.xlsx(make.sheet({1: ["姓名"], 200030: ["张三", *[None] * 254, 1.0]}))
    with open_workbook(Upload("a.xlsx", content)) as book:
        chunks = list(book.rows(next(book.heads).index, header_row=1, columns=[1, 256]))
    assert [(list(c.numbers), list(c.columns)) for c in chunks] == [([200030], [["张三"], [1.0]])]


def test_row_elements_without_cells_may_lie_anywhere() -> None:
    text = make.sheet(GOOD).replace("</sheetData>", '<row r="1048576" ht="9"/></sheetData>')
    read_all("a.xlsx", make.xlsx(text))


def test_links_to_web_pages_are_no_external_links() -> None:
    link = (
        f'<Relationship Id="r9" Type="{make.OFFICE}/hyperlink" Target="http://a.b/" '
        'TargetMode="External"/></Relationships>'
    )
    rels = make.ROOT_RELS.replace("</Relationships>", link)
    read_all("a.xlsx", with_part("xl/worksheets/_rels/sheet1.xml.rels", rels))


def test_an_xls_with_references_to_itself_has_no_external_link() -> None:
    itself = b"\xae\x01\x04\x00\x01\x00\x01\x04"
    read_all("a.xls", make.xls(GOOD, globals_extra=itself))


@pytest.mark.slow
def test_the_guard_is_quick_with_a_large_sheet() -> None:
    row = [f"单位{n}" for n in range(12)]
    content = make.xlsx(make.sheet([row] * 20_000))
    started = time.perf_counter()
    inspect(Upload("a.xlsx", content))
    assert time.perf_counter() - started < 3  # 0.1 s on two cores


def test_a_process_that_dies_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.excel.reader.MEMORY", 120 * 2**20)
    content = make.xlsx(make.sheet({1: ["姓名"], 200000: [*[None] * 255, "x"]}))
    with pytest.raises(UnusableFile, match="内存"):
        read_all("a.xlsx", content)
