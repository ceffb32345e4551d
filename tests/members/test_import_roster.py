"""会员花名册 by the letter of the file contract, with real workbooks."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core import crypto
from core.identity import check_character
from core.importing import Result
from members.models import Member, Organisation
from tests import builders
from tests.members.builders import brought_in, codes, roster

pytestmark = pytest.mark.django_db
NUMBER = builders.document_number(serial=90001)
OTHER = builders.document_number(serial=90002)
CARD = builders.card_number(90001)


@pytest.fixture
def unit() -> Organisation:
    return builders.union("JT0101")


def row(**cells: Any) -> dict[str, Any]:
    return {"单位编号": "JT0101", "姓名": "张三", "证件号码": NUMBER, **cells}


def run(folder: Path, *rows: dict[str, Any], **options: Any) -> Result:
    return brought_in("members", roster(*rows), folder, **options)


def counts(result: Result) -> tuple[int, int, int]:
    return result.created, result.updated, result.unchanged


def test_a_new_member_with_the_defaults(tmp_path: Path, unit: Organisation) -> None:
    result = run(tmp_path, row())
    assert counts(result) == (1, 0, 0)
    assert codes(result, "warning") == [(2, "京卡卡号", "NO_CARD")]
    member = Member.objects.get()
    assert crypto.unseal(member.document_sealed, "id") == NUMBER
    assert (member.organisation, member.document_type, member.status, member.category) == (
        unit, "RESIDENT", "IN_SERVICE", "ORDINARY",
    )  # fmt: skip
    assert (member.sex, f"{member.born_on:%Y%m%d}") == ("M", NUMBER[6:14])
    assert (member.sort_key, member.initials) == ("zhang san", "zs")
    assert NUMBER not in str(list(Member.objects.values()))


def test_every_column(tmp_path: Path, unit: Organisation) -> None:
    full = row(
        姓名=" 单 雄 信 ", 证件类型="居民身份证", 性别="男", 手机号="138 0000 0000", 京卡卡号=CARD,
        发卡日期="2015.3.1", 入会日期=date(2014, 5, 6), 状态="退休", 医疗类别="劳模", 备注="原总厂",
    )  # fmt: skip
    assert counts(run(tmp_path, full)) == (1, 0, 0)
    member = Member.objects.get()
    assert (member.name, member.sort_key, member.initials) == ("单雄信", "shan xiong xin", "sxx")
    assert (member.card_issued_on, member.joined_on) == (date(2015, 3, 1), date(2014, 5, 6))
    assert (member.status, member.category, member.note) == ("RETIRED", "MODEL_WORKER", "原总厂")
    assert member.card_sealed is not None
    assert member.phone_sealed is not None
    assert crypto.unseal(member.card_sealed, "card") == CARD
    assert crypto.unseal(member.phone_sealed, "phone") == "13800000000"
    before = list(Member.objects.values())
    assert counts(run(tmp_path, full)) == (0, 0, 1)
    assert list(Member.objects.values()) == before


def test_empty_cells_leave_what_is_stored(tmp_path: Path, unit: Organisation) -> None:
    run(tmp_path, row(京卡卡号=CARD, 手机号="13800000000", 状态="退休", 备注="甲"))
    result = run(tmp_path, row())
    assert counts(result) == (0, 0, 1)
    assert codes(result, "warning") == []  # the stored card counts
    assert counts(run(tmp_path, row(备注="乙"))) == (0, 1, 0)
    member = Member.objects.get()
    assert (member.status, member.note, member.card_sealed is None) == ("RETIRED", "乙", False)


@pytest.mark.parametrize(
    "cells",
    [
        {"手机号": "13900000000"}, {"京卡卡号": builders.card_number(90009)},
        {"发卡日期": "20160101"}, {"入会日期": "2016/1/1"}, {"状态": "离职"},
        {"医疗类别": "特困"}, {"备注": "新"},
    ],
)  # fmt: skip
def test_any_filled_cell_that_differs_updates(
    tmp_path: Path, unit: Organisation, cells: dict[str, Any]
) -> None:
    run(tmp_path, row(京卡卡号=CARD, 手机号="13800000000"))
    assert counts(run(tmp_path, row(**cells))) == (0, 1, 0)
    assert counts(run(tmp_path, row(**cells))) == (0, 0, 1)


def test_a_name_is_never_changed(tmp_path: Path, unit: Organisation) -> None:
    run(tmp_path, row())
    result = run(tmp_path, row(姓名="张山", 备注="新"))
    assert codes(result) == [(2, "姓名", "NAME_MISMATCH")]
    assert counts(result) == (0, 0, 0)
    assert (Member.objects.get().name, Member.objects.get().note) == ("张三", "")


def test_a_transfer_moves_the_member(tmp_path: Path, unit: Organisation) -> None:
    run(tmp_path, row(京卡卡号=CARD))
    other = builders.union("JT0201")
    result = run(tmp_path, row(单位编号="JT0201"))
    assert codes(result, "warning") == [(2, "单位编号", "TRANSFERRED")]
    assert counts(result) == (0, 1, 0)
    assert Member.objects.get().organisation == other


def test_a_transfer_tells_no_foreign_name(tmp_path: Path, unit: Organisation) -> None:
    builders.member(builders.union("X", name="秘密工会"), number=NUMBER, card=CARD)
    assert "秘密工会" not in str(run(tmp_path, row()).findings)


@pytest.mark.parametrize(
    ("cells", "finding"),
    [
        ({"单位编号": "XX"}, ("单位编号", "UNKNOWN_UNION")),
        ({"单位编号": None}, ("单位编号", "REQUIRED")),
        ({"姓名": None}, ("姓名", "REQUIRED")),
        ({"姓名": "张" * 101}, ("姓名", "TOO_LONG")),
        ({"证件号码": None}, ("证件号码", "REQUIRED")),
        ({"证件号码": 110101198001150037}, ("证件号码", "ID_AS_NUMBER")),
        ({"证件号码": "1.10101E+17"}, ("证件号码", "ID_AS_NUMBER")),
        ({"证件号码": "110101800115003"}, ("证件号码", "ID_FORMAT")),
        ({"证件号码": "990101198001150037"}, ("证件号码", "ID_FORMAT")),
        ({"证件号码": "E12345678"}, ("证件号码", "ID_FORMAT")),
        ({"证件号码": "110101198002300037"}, ("证件号码", "ID_DATE")),
        ({"证件号码": NUMBER[:17] + ("1" if NUMBER[17] != "1" else "2")}, ("证件号码", "ID_CHECK")),
        ({"证件类型": "港澳台居民居住证"}, ("证件号码", "ID_FORMAT")),
        ({"证件类型": "军官证"}, ("证件类型", "CHOICE")),
        ({"性别": "女"}, ("性别", "ID_SEX_MISMATCH")),
        ({"出生日期": "1980-01-02"}, ("出生日期", "ID_BIRTH_MISMATCH")),
        ({"出生日期": "80.1.15"}, ("出生日期", "DATE")),
        ({"京卡卡号": "123456"}, ("京卡卡号", "CARD_FORMAT")),
        ({"京卡卡号": 6217960000000900017}, ("京卡卡号", "ID_AS_NUMBER")),
        ({"发卡日期": "明天"}, ("发卡日期", "DATE")),
        ({"状态": "休假"}, ("状态", "CHOICE")),
        ({"医疗类别": "干部"}, ("医疗类别", "CHOICE")),
        ({"备注": "长" * 501}, ("备注", "TOO_LONG")),
    ],
)
def test_wrong_cells(
    tmp_path: Path, unit: Organisation, cells: dict[str, Any], finding: tuple[str, str]
) -> None:
    result = run(tmp_path, row(**cells), row(证件号码=OTHER, 姓名="李四"))
    assert codes(result) == [(2, *finding)]
    assert counts(result) == (1, 0, 0)
    assert Member.objects.count() == 0


def test_sex_and_birthday_both_wrong(tmp_path: Path, unit: Organisation) -> None:
    result = run(tmp_path, row(性别="女", 出生日期="1980-01-02"))
    assert codes(result) == [(2, "性别", "ID_SEX_MISMATCH"), (2, "出生日期", "ID_BIRTH_MISMATCH")]


def test_a_passport_says_neither_sex_nor_birthday(tmp_path: Path, unit: Organisation) -> None:
    passport = row(证件类型="护照", 证件号码="e12345678", 姓名="John  SMITH")
    assert codes(run(tmp_path, passport)) == [(2, "性别", "REQUIRED"), (2, "出生日期", "REQUIRED")]
    whole = {**passport, "性别": "男", "出生日期": "1980-01-02"}
    assert counts(run(tmp_path, whole)) == (1, 0, 0)
    member = Member.objects.get()
    assert (member.document_type, member.name) == ("PASSPORT", "John SMITH")
    assert (member.sex, member.born_on) == ("M", date(1980, 1, 2))
    assert counts(run(tmp_path, passport)) == (0, 0, 1)  # known, so both may be empty


def test_the_key_is_type_and_number(tmp_path: Path, unit: Organisation) -> None:
    permit = "81000019800115003"
    number = permit + check_character(permit)
    rows = [
        row(证件号码=number),
        row(证件号码=number, 证件类型="港澳台居民居住证"),
        row(证件号码=number, 证件类型="居民身份证"),
    ]
    assert codes(run(tmp_path, *rows)) == [(4, "证件号码", "DUPLICATE_IN_FILE")]


def test_the_first_of_two_rows_stands_even_if_wrong(tmp_path: Path, unit: Organisation) -> None:
    result = run(tmp_path, row(状态="?"), row(), skip_errors=True)
    assert codes(result) == [(2, "状态", "CHOICE"), (3, "证件号码", "DUPLICATE_IN_FILE")]
    assert Member.objects.count() == 0


def test_a_card_belongs_to_one_person(tmp_path: Path, unit: Organisation) -> None:
    run(tmp_path, row(京卡卡号=CARD))
    new = builders.card_number(90003)
    rows = [
        row(证件号码=OTHER, 姓名="李四", 京卡卡号=CARD),
        row(证件号码=builders.document_number(), 姓名="王五", 京卡卡号=new),
        row(证件号码=builders.document_number(), 姓名="赵六", 京卡卡号=new),
        row(京卡卡号=CARD),
    ]
    result = run(tmp_path, *rows, skip_errors=True)
    assert codes(result) == [(2, "京卡卡号", "CARD_SHARED"), (4, "京卡卡号", "CARD_SHARED")]
    assert counts(result) == (1, 0, 1)
    assert Member.objects.count() == 2


def test_a_mistyped_card_is_a_warning(tmp_path: Path, unit: Organisation) -> None:
    wrong = CARD[:-1] + ("0" if CARD[-1] != "0" else "1")
    result = run(tmp_path, row(京卡卡号=wrong))
    assert codes(result, "warning") == [(2, "京卡卡号", "CARD_LUHN")]
    assert counts(result) == (1, 0, 0)


def test_an_unknown_region_is_a_warning(tmp_path: Path, unit: Organisation) -> None:
    stem = "11999919800115003"
    result = run(tmp_path, row(证件号码=stem + check_character(stem), 京卡卡号=CARD))
    assert codes(result, "warning") == [(2, "证件号码", "ID_REGION")]


def test_rows_with_an_error_have_no_warnings(tmp_path: Path, unit: Organisation) -> None:
    result = run(tmp_path, row(状态="?"))
    assert codes(result, "warning") == []


def test_nothing_outside_ones_scope(tmp_path: Path, unit: Organisation) -> None:
    builders.union("JT0201")
    agent = builders.viewer_as("agent", unit)
    result = run(
        tmp_path, row(单位编号="JT0201", 性别="女", 状态="?"), row(证件号码=OTHER), by=agent,
        skip_errors=True,
    )  # fmt: skip
    assert codes(result) == [(2, "单位编号", "UNION_OUT_OF_SCOPE")]
    assert Member.objects.get().organisation == unit


def test_names_compare_under_nfkc_and_stay_as_typed(tmp_path: Path, unit: Organisation) -> None:
    run(tmp_path, row(姓名="\uf9d1三"))  # a compatibility character
    assert Member.objects.get().name == "\uf9d1三"
    assert counts(run(tmp_path, row(姓名="六三"))) == (0, 0, 1)


def test_a_name_that_grows_under_nfkc_fits(tmp_path: Path, unit: Organisation) -> None:
    assert counts(run(tmp_path, row(姓名="\u3357" * 100))) == (1, 0, 0)
    assert len(Member.objects.get().name_key) > 100
