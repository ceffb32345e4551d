"""The pipeline on messy files: header, sheets, rows, total row, merged cells, CSV, .xls."""

from datetime import date
from typing import Any

import pytest

from core.importing import Context, Staging, UnusableFile, Upload, dry_run, run
from tests.core import workbooks as make
from tests.core.people import (
    CONTEXT,
    HEADER,
    KIND,
    PERSON,
    WOMAN,
    changed,
    codes,
    create_table,
    of,
    person,
    stored,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people() -> None:
    create_table()


def test_row_numbers_are_the_sheets_own() -> None:
    rows = {3: ["填表说明"], 5: HEADER, 7: person("1"), 9: [None, "\u3000"], 12: person("2")}
    upload = Upload("a.xlsx", make.xlsx(make.sheet(rows)))
    result = dry_run(KIND, upload, context=CONTEXT)
    assert ([found.row for found in result.findings], result.rows) == ([7, 12], 2)
    assert result.layout.header_row == 5


@pytest.mark.parametrize("word", ["合计", "总计：", " 合 计 :", "总　计"])
def test_the_total_row_is_no_data(word: str) -> None:
    result = dry_run(
        KIND, of(person(), [word, None, None, None, 5.0], [None, " "]), context=CONTEXT
    )
    assert (result.rows, codes(result)) == (1, [])


def test_a_total_in_the_middle_or_a_longer_word_is_data() -> None:
    total = [None, "合计"]
    assert dry_run(KIND, of(total, person()), context=CONTEXT).rows == 2
    assert dry_run(KIND, of(person(), ["合计人数"]), context=CONTEXT).rows == 2


def test_a_row_with_content_in_an_unknown_column_only_is_data() -> None:
    file = of(person(), [None] * 10 + [7.0], header=[*HEADER, "序号"])
    assert dry_run(KIND, file, context=CONTEXT).rows == 2


def test_a_header_without_rows_is_a_file_of_no_rows() -> None:
    result = dry_run(KIND, of(), context=CONTEXT)
    assert (result.rows, result.findings, result.has_errors) == (0, (), False)


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (["单位编号", "姓名"], "缺少“证件号码”列"),
        (["x"], "缺少“单位编号”“姓名”“证件号码”列"),
        ([*HEADER, "姓 名"], "“姓名”列出现了两次"),
    ],
)
def test_a_file_without_its_header_names_the_columns(header: list[str], sentence: str) -> None:
    with pytest.raises(UnusableFile, match=sentence):
        dry_run(KIND, of(person(), header=header), context=CONTEXT)


def test_the_header_may_stand_in_row_30_and_not_in_31() -> None:
    at = {number: Upload("a.xlsx", make.xlsx(make.sheet({number: HEADER}))) for number in (30, 31)}
    assert dry_run(KIND, at[30], context=CONTEXT).rows == 0
    with pytest.raises(UnusableFile):
        dry_run(KIND, at[31], context=CONTEXT)


def test_the_first_visible_sheet_with_a_header_counts() -> None:
    names = [("隐藏", "hidden"), ("说明", "visible"), ("名单", "visible"), ("旧", "visible")]
    book = make.xlsx(
        make.sheet([HEADER, person("1")]),
        make.sheet([["说明"]]),
        make.sheet([HEADER, person()]),
        make.sheet([HEADER, person("2")]),
        names=names,
    )
    result = dry_run(KIND, Upload("a.xlsx", book), context=CONTEXT)
    assert (result.layout.sheet_name, result.rows, codes(result)) == ("名单", 1, [])


def test_hidden_rows_and_columns_are_read() -> None:
    text = make.sheet([HEADER, person("1")]).replace('<row r="2"', '<row r="2" hidden="1"')
    result = dry_run(KIND, Upload("a.xlsx", make.xlsx(text)), context=CONTEXT)
    assert codes(result) == [(2, "证件号码", "ID_FORMAT")]


def test_a_merged_cell_has_its_value_in_its_first_row_only() -> None:
    merged = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    text = make.sheet([HEADER, person(), person(WOMAN)], merged)
    result = dry_run(KIND, Upload("a.xlsx", make.xlsx(text)), context=CONTEXT)
    assert codes(result) == [(3, "单位编号", "REQUIRED")]


def test_a_dimension_that_lies_is_not_believed() -> None:
    rows = [HEADER, *[person() for _ in range(500)]]
    text = make.sheet(rows).replace('ref="A1:B2"', 'ref="A1:XFD1048576"')
    assert dry_run(KIND, Upload("a.xlsx", make.xlsx(text)), context=CONTEXT).rows == 500


def test_formatted_blank_rows_are_skipped() -> None:
    blank = [make.Raw('<c r="?" s="1"/>')] * 9
    assert dry_run(KIND, of(person(), *[blank] * 500, person(WOMAN)), context=CONTEXT).rows == 2


def test_implied_places_and_prefixes_are_read() -> None:
    text = make.sheet([HEADER, person()])
    for letter in "ABCDEFGHIJ":
        text = text.replace(f' r="{letter}1"', "").replace(f' r="{letter}2"', "")
    text = text.replace(' r="1"', "").replace(' r="2"', "")
    # without places the cells close up, so only the first columns stand under their header
    result = dry_run(KIND, Upload("a.xlsx", make.xlsx(text)), context=CONTEXT)
    assert (result.rows, codes(result)) == (
        1,
        [(2, "证件类型", "CHOICE"), (2, "证件号码", "REQUIRED")],
    )


def test_dates_of_a_1904_workbook() -> None:
    book = make.xlsx(
        make.sheet([HEADER, person(入会日期=41698.0)]), properties='<workbookPr date1904="1"/>'
    )
    dates: list[Any] = []

    def look(staging: Staging, context: Context) -> None:
        dates.extend(staging.fetch("SELECT joined_on, length FROM import_rows"))

    kind = changed(check_sql=look)
    dry_run(kind, Upload("a.xlsx", book), context=CONTEXT)
    assert dates == [(date(2018, 3, 1), 2)]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_its_encodings(delimiter: str, encoding: str) -> None:
    name = "䶮𠮷·"
    lines = [delimiter.join(HEADER)]
    lines += [
        delimiter.join(["DC1", f'"{name}"', "", PERSON]),
        "",
        delimiter.join(["DC1", "李", "", "1"]),
    ]
    upload = Upload("a.csv", "\r\n".join(lines).encode(encoding))
    result = run(KIND, upload, context=CONTEXT, commit=True, skip_errors=True)
    assert codes(result) == [(4, "证件号码", "ID_FORMAT")]
    assert [name for name, _ in stored()] == ["䶮𠮷·"]


def test_csv_counts_records_not_lines() -> None:
    text = ",".join(HEADER) + f'\nDC1,"张\n三",,{PERSON}\nDC1,李,,1.10101E+17\n'
    result = dry_run(KIND, Upload("a.csv", text.encode()), context=CONTEXT)
    assert codes(result) == [(3, "证件号码", "ID_AS_NUMBER")]


def test_xls_with_error_values() -> None:
    rows = [HEADER, person(性别=make.ERROR), person(WOMAN, 入会日期=43160.0)]
    result = dry_run(KIND, Upload("a.xls", make.xls(rows)), context=CONTEXT)
    assert (codes(result), result.rows) == ([(2, "性别", "CHOICE")], 2)


@pytest.mark.slow
def test_too_many_rows_are_refused() -> None:
    record = b"DC1,x,,1\n"
    header = ",".join(HEADER).encode() + b"\n"
    with pytest.raises(UnusableFile, match="200,000"):
        dry_run(KIND, Upload("a.csv", header + record * 200_001), context=CONTEXT)
    assert stored() == []
