"""A small kind of workbook for the tests of the pipeline: people with a number."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from core.identity import DOCUMENT_WORDS, Document
from core.importing import (
    Context,
    Expression,
    Kind,
    Problem,
    Result,
    Row,
    Staging,
    Upload,
    dry_run,
)
from core.importing import columns as col
from tests.core import workbooks as make

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


def create_table() -> None:
    """Make the table that the kind writes to; the test's transaction takes it away again."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE test_people (number_index text, name text, sealed bytea)")


def changed(**fields: Any) -> Kind:
    """The kind with other fields."""
    return Kind(**{name: getattr(KIND, name) for name in KIND.__slots__} | fields)
