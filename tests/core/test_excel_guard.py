"""Hostile and unusable files: each is refused with a sentence that says what to do."""

import time

import pytest

from core.excel.guard import inspect
from core.excel.reader import open_workbook
from core.excel.upload import MAX_BYTES, UnusableFile, Upload
from tests.core import workbooks as make
from tests.core.hostile import GOOD, HOSTILE, with_part


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
