"""The pipeline on a kind of its own: what is read, found, counted and written."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import pytest
from django.db import connection

from core import crypto
from core.identity import DOCUMENT_WORDS, Document
from core.importing import (
    Context,
    Expression,
    Kind,
    Problem,
    Result,
    Row,
    Staging,
    UnusableFile,
    Upload,
    dry_run,
    run,
)
from core.importing import columns as col
from tests.core import workbooks as make

pytestmark = pytest.mark.django_db
CONTEXT = Context(today=date(2018, 12, 1))
HEADER = [
    "单位编号*",
    "姓名*",
    "证件类型",
    "证件号码*",
    "性别",
    "入会日期",
    "份数",
    "金额",
    "京卡卡号",
    "备注",
]
PERSON = "11010119850312101X"
WOMAN = "11010119901130202X"
THIRD = "110101196611150134"
CARD = "6210300000000000014"


def check_row(row: Row, context: Context) -> Iterable[Problem]:
    if row.right("number", "sex") and row["sex"] and row["number"]:
        wanted = "F" if int(row["number"][16]) % 2 == 0 else "M"
        if row["sex"] != wanted:
            yield Problem("sex", "ID_SEX_MISMATCH", "与证件号码不符", "请核对证件原件")
    if row.right("shares", "amount") and (row["shares"] or 0) > 2:
        yield Problem("number", "OVER_60", "警告的例子", "请核对")
    row["length"] = len(row["name"] or "")


def check_sql(staging: Staging, context: Context) -> None:
    staging.flag(
        "UNKNOWN_UNION", "单位编号", "s.unit NOT LIKE %s AND s.unit NOT LIKE 'OUT%%'",
        params=["DC%"], message=Expression("'没有编号' || s.unit"), advice="请核对（100%确认）",
    )  # fmt: skip
    staging.flag("UNION_OUT_OF_SCOPE", "单位编号", "s.unit LIKE 'OUT%%'", message="不在范围")
    staging.flag(
        "AMOUNT", "金额", f"s.amount <> s.shares * 40 AND {staging.right('shares', 'amount')}",
        message=Expression("'应为' || s.shares * 40"), advice="请核对",
    )  # fmt: skip
    staging.summary["amount"] = staging.fetch("SELECT sum(amount) FROM import_rows")[0][0]


def classify(staging: Staging, context: Context) -> None:
    staging.execute(
        "UPDATE import_rows s SET action = CASE WHEN m.number_index IS NULL THEN 'create'"
        " WHEN m.name <> s.name THEN 'update' ELSE 'unchanged' END"
        " FROM import_rows r LEFT JOIN test_people m USING (number_index)"
        " WHERE r.row_no = s.row_no AND NOT s.bad"
    )


def apply(staging: Staging, context: Context) -> None:
    staging.execute(
        "INSERT INTO test_people SELECT number_index, name, number_sealed FROM import_rows s"
        " WHERE NOT s.bad AND s.action = 'create'"
    )
    staging.execute(
        "UPDATE test_people p SET name = s.name FROM import_rows s"
        " WHERE s.number_index = p.number_index AND NOT s.bad AND s.action = 'update'"
    )


KIND = Kind(
    "people", "人员", (
        col.code("单位编号", "unit", limit=0, required=True),
        col.person_name("姓名", "name", required=True),
        col.choice("证件类型", "document_type", DOCUMENT_WORDS),
        col.document("证件号码", "number", depends="document_type", default=Document.RESIDENT,
                     required=True),
        col.choice("性别", "sex", {"男": "M", "女": "F"}),
        col.day("入会日期", "joined_on"),
        col.count("份数", "shares"),
        col.amount("金额", "amount"),
        col.card("京卡卡号", "card"),
        col.text("备注", "note", limit=500),
    ),
    key_columns=("document_type", "number_index"),
    check_sql=check_sql, classify_sql=classify, apply=apply, check_row=check_row,
    extra=(("length", "integer"),),
)  # fmt: skip


@pytest.fixture(autouse=True)
def people() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE test_people (number_index text, name text, sealed bytea)")
        yield
        cursor.execute("DROP TABLE test_people")


def stored() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sealed FROM test_people ORDER BY name")
        return list(cursor.fetchall())


def of(*rows: Sequence[Any], header: Sequence[Any] = HEADER, name: str = "a.xlsx") -> Upload:
    return Upload(name, make.table(header, *rows))


def person(number: Any = PERSON, **cells: Any) -> list[Any]:
    row = {"单位编号": "DC0001", "姓名": "张三", "证件号码": number} | cells
    return [row.get(name.removesuffix("*")) for name in HEADER]


def codes(result: Result) -> list[tuple[int, str, str]]:
    return [(found.row, found.column, found.code) for found in result.findings]


def checked(*rows: Sequence[Any]) -> list[tuple[int, str, str]]:
    return codes(dry_run(KIND, of(*rows), context=CONTEXT))


def test_a_dry_run_counts_and_writes_nothing() -> None:
    result = dry_run(KIND, of(person(), person(WOMAN, 姓名="李四")), context=CONTEXT)
    assert (result.rows, result.created, result.updated, result.unchanged) == (2, 2, 0, 0)
    assert not result.written
    assert stored() == []


def test_the_same_file_twice_changes_nothing() -> None:
    file = of(person(), person(WOMAN, 姓名="李四"))
    first = run(KIND, file, context=CONTEXT, commit=True)
    second = run(KIND, file, context=CONTEXT, commit=True)
    assert (first.created, first.written) == (2, True)
    assert (second.created, second.unchanged) == (0, 2)
    renamed = run(KIND, of(person(姓名="张四")), context=CONTEXT, commit=True)
    assert (renamed.updated, renamed.rows) == (1, 1)
    assert [name for name, _ in stored()] == ["张四", "李四"]


def test_numbers_are_stored_sealed() -> None:
    run(KIND, of(person()), context=CONTEXT, commit=True)
    [(_, sealed)] = stored()
    assert crypto.unseal(sealed, "id") == PERSON


def test_nothing_is_written_while_a_row_is_wrong_unless_the_user_chose_so() -> None:
    file = of(person(), person("110101198503121011"))
    refused = run(KIND, file, context=CONTEXT, commit=True)
    assert (refused.written, refused.bad_rows, refused.created, stored()) == (False, 1, 1, [])
    dry = run(KIND, file, context=CONTEXT, commit=False, skip_errors=True)
    assert (dry.written, stored()) == (False, [])
    chosen = run(KIND, file, context=CONTEXT, commit=True, skip_errors=True)
    assert (chosen.written, chosen.created, len(stored())) == (True, 1, 1)


def test_the_sentence_says_where_what_and_how() -> None:
    result = dry_run(KIND, of(person("110101198503121011")), context=CONTEXT)
    document = result.as_json(error_workbook="x.xlsx")
    assert document == {
        "rows": 1,
        "created": 0,
        "updated": 0,
        "unchanged": 0,
        "errors": [
            {
                "row": 2,
                "column": "证件号码",
                "code": "ID_CHECK",
                "level": "error",
                "message": "第2行 D列 证件号码：末位应为 X（现为 1），请核对证件原件",
            }
        ],
        "error_workbook": "x.xlsx",
    }
    assert result.error_causes() == {"ID_CHECK": 1}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (1.10101198503121e17, "ID_AS_NUMBER"),
        (make.formula("A1*1", "1.10101198503121E+17", "n"), "ID_AS_NUMBER"),
        ("1.10101E+17", "ID_AS_NUMBER"),
        ("110101198503121000", "ID_CHECK"),  # a 000 tail as text
        (110101850312101.0, "ID_FORMAT"),
        ("110101850312101", "ID_FORMAT"),
        (make.ERROR, "ID_FORMAT"),
        ("#N/A", "ID_FORMAT"),
        (make.formula("A1", None), "REQUIRED"),
        (" \u200b'", "REQUIRED"),
        ("１１０１０１１９８５０３１２１０１ｘ", None),
        ("11010119850312101x", None),
        (" 110101 19850312 101X\xa0", None),
        ("'11010119850312101X", None),
        ("110101\u200b19850312101X", None),
        (make.formula('"a"', PERSON), None),
        ("110101198502301011", "ID_DATE"),
    ],
)
def test_the_id_column(cell: Any, code: str | None) -> None:
    assert checked(person(cell)) == ([(2, "证件号码", code)] if code else [])


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("姓名", make.ERROR, "REQUIRED"),
        ("备注", make.ERROR, "REQUIRED"),
        ("性别", make.ERROR, "CHOICE"),
        ("入会日期", make.ERROR, "DATE"),
        ("份数", make.ERROR, "NUMBER"),
        ("金额", make.ERROR, "NUMBER"),
        ("京卡卡号", make.ERROR, "CARD_FORMAT"),
        ("性别", "不详", "CHOICE"),
        ("性别", True, "CHOICE"),
        ("入会日期", "1/2/2018", "DATE"),
        ("份数", 1.5, "NUMBER"),
        ("份数", -1.0, "NUMBER"),
        ("金额", -40.0, "AMOUNT"),
        ("金额", "40.000", "NUMBER"),
        ("京卡卡号", "123", "CARD_FORMAT"),
        ("京卡卡号", 6.21030000000000e18, "ID_AS_NUMBER"),
        ("京卡卡号", "6210300000000000015", "CARD_LUHN"),
        ("京卡卡号", CARD, None),
        ("姓名", "张" * 101, "TOO_LONG"),
        ("姓名", "x" * 10_000_000, "TOO_LONG"),
        ("备注", "字" * 501, "TOO_LONG"),
        ("备注", "字" * 500, None),
        ("备注", "=1+1", None),
        ("入会日期", make.dated(43160.75), None),
        ("入会日期", 43160.0, None),
        ("入会日期", "\u3000", None),
        ("证件类型", "港澳通行证", "CHOICE"),
    ],
)
def test_other_columns(column: str, cell: Any, code: str | None) -> None:
    if cell is True:
        cell = make.Raw('<c r="?" t="b"><v>1</v></c>')
    assert checked(person(**{column: cell})) == ([(2, column, code)] if code else [])


def test_a_number_is_read_by_the_type_beside_it() -> None:
    passport = person("E12345678", 证件类型="护照")
    permit = person("810000198808080128", 证件类型="港澳台居民居住证")
    assert checked(passport, permit) == []
    assert checked(person("E12345678")) == [(2, "证件号码", "ID_FORMAT")]
    wrong_type = person("E12345678", 证件类型="学生证")
    assert checked(wrong_type) == [(2, "证件类型", "CHOICE")]


def test_checks_over_several_cells_wait_for_right_cells() -> None:
    assert checked(person(性别="女")) == [(2, "性别", "ID_SEX_MISMATCH")]
    assert checked(person("110101198503121011", 性别="女")) == [(2, "证件号码", "ID_CHECK")]
    assert checked(person(份数=2.0, 金额=81.0)) == [(2, "金额", "AMOUNT")]
    assert checked(person(份数="两", 金额=81.0)) == [(2, "份数", "NUMBER")]
    assert checked(person(份数=2.0, 金额=80.0)) == []


def test_findings_stand_by_row_and_by_the_contracts_order_of_columns() -> None:
    shuffled = list(reversed(HEADER))
    rows = [person(单位编号="XX", 金额="a", 姓名=None), person(入会日期="x")]
    turned = [list(reversed(row)) for row in rows]
    result = dry_run(KIND, of(*turned, header=shuffled), context=CONTEXT)
    assert codes(result) == [
        (2, "单位编号", "UNKNOWN_UNION"),
        (2, "姓名", "REQUIRED"),
        (2, "金额", "NUMBER"),
        (3, "入会日期", "DATE"),
    ]
    assert result.findings[0].message == "第2行 J列 单位编号：没有编号XX，请核对（100%确认）"


def test_a_row_with_an_error_has_no_warnings() -> None:
    warned = person(份数=3.0, 金额=120.0)
    assert checked(warned) == [(2, "证件号码", "OVER_60")]
    both = person(份数=3.0, 金额=120.0, 京卡卡号="6210300000000000015", 性别="x")
    assert checked(both) == [(2, "性别", "CHOICE")]


def test_nothing_else_is_said_of_a_row_out_of_scope() -> None:
    assert checked(person("1", 单位编号="OUT1", 金额="x")) == [
        (2, "单位编号", "UNION_OUT_OF_SCOPE")
    ]


def test_duplicates_are_told_on_the_later_rows() -> None:
    kind = Kind(**{name: getattr(KIND, name) for name in KIND.__slots__}
                | {"key_columns": ("number_index",), "duplicate_column": "证件号码"})  # fmt: skip
    file = of(person(性别="x"), person(WOMAN), person(), person("1"), person("1"))
    result = dry_run(kind, file, context=CONTEXT)
    assert codes(result) == [
        (2, "性别", "CHOICE"),
        (4, "证件号码", "DUPLICATE_IN_FILE"),
        (5, "证件号码", "ID_FORMAT"),
        (6, "证件号码", "ID_FORMAT"),
    ]
    assert result.findings[1].message == "第4行 D列 证件号码：与本表第2行重复，请删除多余的一行"


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

    kind = Kind(**{name: getattr(KIND, name) for name in KIND.__slots__} | {"check_sql": look})
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


class Cancelled(Exception):
    pass


@pytest.mark.slow
def test_progress_is_told_and_can_cancel() -> None:
    told: list[tuple[int, int]] = []
    file = of(*[person()] * 5000)
    dry_run(KIND, file, context=CONTEXT, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (5001, 5001)
    assert len(told) == 3

    def cancel(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        run(KIND, file, context=CONTEXT, commit=True, progress=cancel)
    assert stored() == []
