"""The pipeline: what is read, found, counted and written."""

from typing import Any

import pytest

from core import crypto
from core.importing import Upload, dry_run, run
from core.importing.templates import template_of
from tests.core import workbooks as make
from tests.core.people import (
    CARD,
    CONTEXT,
    HEADER,
    KIND,
    PERSON,
    WOMAN,
    changed,
    checked,
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
        ("金额", make.Raw('<c r="?"><v>1e999</v></c>'), "NUMBER"),
        ("金额", make.Raw('<c r="?"><v>NaN</v></c>'), "NUMBER"),
        ("证件号码", make.Raw('<c r="?"><v>-INF</v></c>'), "ID_FORMAT"),
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
    kind = changed(key_columns=("number_index",), duplicate_column="证件号码")
    file = of(person(性别="x"), person(WOMAN), person(), person("1"), person("1"))
    result = dry_run(kind, file, context=CONTEXT)
    assert codes(result) == [
        (2, "性别", "CHOICE"),
        (4, "证件号码", "DUPLICATE_IN_FILE"),
        (5, "证件号码", "ID_FORMAT"),
        (6, "证件号码", "ID_FORMAT"),
    ]
    assert result.findings[1].message == "第4行 D列 证件号码：与本表第2行重复，请删除多余的一行"


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


def test_the_template_of_a_kind_can_be_uploaded_as_it_comes() -> None:
    rows = [{"单位编号": "DC0001", "姓名": "张三", "证件号码": PERSON}]
    content = template_of(KIND, rows=rows, choices={"单位编号": ["DC0001"]}, unit_code="DC0001")
    result = dry_run(KIND, Upload("模板.xlsx", content), context=CONTEXT)
    assert (result.layout.sheet_name, result.rows, codes(result)) == ("人员", 1, [])
    assert dry_run(KIND, Upload("模板.xlsx", template_of(KIND)), context=CONTEXT).rows == 0
