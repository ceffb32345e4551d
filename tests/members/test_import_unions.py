"""单位名录 by the letter of the file contract, with real workbooks."""

from pathlib import Path
from typing import Any

import pytest

from core.importing import Result
from members.models import ImportRun, Organisation
from tests import builders
from tests.members.builders import brought_in, codes, directory

pytestmark = pytest.mark.django_db


def union(code: str, **cells: Any) -> dict[str, Any]:
    return {"单位编号": code, "单位名称": f"{code}工会", "单位类型": "基层", **cells}


def run(folder: Path, *rows: dict[str, Any], **options: Any) -> Result:
    return brought_in("unions", directory(*rows), folder, **options)


def counts(result: Result) -> tuple[int, int, int]:
    return result.created, result.updated, result.unchanged


def stored(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def test_a_parent_may_stand_below_its_child(tmp_path: Path) -> None:
    rows = [union("B", 上级单位编号="A"), union("C", 上级单位编号="B"), union("A", 单位类型="街道")]
    assert counts(run(tmp_path, *rows)) == (3, 0, 0)
    district = builders.district()
    assert stored("A").parent == district
    assert stored("C").path == f"{stored('B').path}{stored('C').pk:04d}/"
    assert stored("B").path.startswith(stored("A").path)
    assert stored("A").path.startswith(district.path)


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    rows = [
        union("A", 单位类型="街道", 联系电话="010-67010000", 职工人数=10, 女职工人数=4),
        union("B", 上级单位编号="A", 联系人="王敏"),
    ]
    run(tmp_path, *rows)
    before = list(Organisation.objects.order_by("pk").values())
    assert counts(run(tmp_path, *rows)) == (0, 0, 2)
    assert list(Organisation.objects.order_by("pk").values()) == before


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    assert counts(run(tmp_path, union("A"), commit=False)) == (1, 0, 0)
    assert Organisation.objects.count() == 1
    assert ImportRun.objects.count() == 0


def test_dc_is_the_district_and_may_be_left_out(tmp_path: Path) -> None:
    run(tmp_path, union("A", 上级单位编号="dc"), union("B"))
    assert {stored("A").parent_id, stored("B").parent_id} == {builders.district().pk}


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([union("A", 上级单位编号="X")], [2]),
        ([union("A", 上级单位编号="A")], [2]),
        ([union("A", 上级单位编号="B"), union("B", 上级单位编号="A")], [2, 3]),
        ([union("DC")], [2]),
        ([union("A", 上级单位编号="X"), union("B", 上级单位编号="A"), union("C")], [2, 3]),
    ],
)
def test_parents_that_cannot_be(
    tmp_path: Path, rows: list[dict[str, Any]], wrong: list[int]
) -> None:
    result = run(tmp_path, *rows)
    assert codes(result) == [(row, "上级单位编号", "UNKNOWN_UNION") for row in wrong]
    assert Organisation.objects.count() == 1


def test_below_a_wrong_new_union_nothing_is_written(tmp_path: Path) -> None:
    wrong = union("A", 职工人数="many")
    result = run(tmp_path, wrong, union("B", 上级单位编号="A"), union("C"), skip_errors=True)
    assert codes(result) == [(2, "职工人数", "NUMBER"), (3, "上级单位编号", "UNKNOWN_UNION")]
    assert counts(result) == (1, 0, 0)
    assert set(Organisation.objects.values_list("code", flat=True)) == {"DC", "C"}


def test_moving_a_union_moves_its_subtree(tmp_path: Path) -> None:
    run(
        tmp_path, union("A"), union("B"), union("C", 上级单位编号="A"), union("D", 上级单位编号="C")
    )
    assert counts(run(tmp_path, union("C", 上级单位编号="B"))) == (0, 1, 0)
    assert stored("D").path.startswith(f"{stored('B').path}{stored('C').pk:04d}/")


def test_a_move_below_itself_is_a_cycle(tmp_path: Path) -> None:
    run(tmp_path, union("A"), union("B", 上级单位编号="A"))
    before = list(Organisation.objects.order_by("pk").values())
    result = run(tmp_path, union("A", 上级单位编号="B"))
    assert codes(result) == [(2, "上级单位编号", "UNKNOWN_UNION")]
    assert list(Organisation.objects.order_by("pk").values()) == before


def test_empty_cells_leave_what_is_stored(tmp_path: Path) -> None:
    run(tmp_path, union("A"), union("B", 上级单位编号="A", 联系人="王敏", 职工人数=9))
    assert counts(run(tmp_path, union("B"))) == (0, 0, 1)
    assert counts(run(tmp_path, union("B", 联系人="李娜"))) == (0, 1, 0)
    kept = stored("B")
    assert (kept.parent, kept.contact_name, kept.staff_count) == (stored("A"), "李娜", 9)


def test_a_changed_telephone_is_noticed(tmp_path: Path) -> None:
    run(tmp_path, union("A", 联系电话="67010000"))
    assert counts(run(tmp_path, union("A", 联系电话="6701 0000"))) == (0, 0, 1)
    assert counts(run(tmp_path, union("A", 联系电话="67010001"))) == (0, 1, 0)


@pytest.mark.parametrize(
    ("cells", "finding"),
    [
        ({"单位类型": "公司"}, ("单位类型", "CHOICE")),
        ({"单位类型": None}, ("单位类型", "REQUIRED")),
        ({"单位名称": "  "}, ("单位名称", "REQUIRED")),
        ({"单位名称": "工" * 101}, ("单位名称", "TOO_LONG")),
        ({"职工人数": 3, "女职工人数": 4}, ("女职工人数", "NUMBER")),
        ({"职工人数": 2.5}, ("职工人数", "NUMBER")),
        ({"职工人数": -1}, ("职工人数", "NUMBER")),
        ({"工会信用代码": "81110101MC1234567"}, ("工会信用代码", "ID_FORMAT")),
        ({"单位信用代码": "911101017178288740"}, ("单位信用代码", "ID_CHECK")),
    ],
)
def test_wrong_cells(tmp_path: Path, cells: dict[str, Any], finding: tuple[str, str]) -> None:
    result = run(tmp_path, union("A", **cells))
    assert codes(result) == [(2, *finding)]
    assert Organisation.objects.count() == 1


def test_women_are_compared_with_the_stored_staff(tmp_path: Path) -> None:
    run(tmp_path, union("A", 职工人数=5))
    assert codes(run(tmp_path, union("A", 女职工人数=6))) == [(2, "女职工人数", "NUMBER")]


def test_the_first_of_two_equal_codes_stands(tmp_path: Path) -> None:
    result = run(tmp_path, union("A"), union(" a "), skip_errors=True)
    assert codes(result) == [(3, "单位编号", "DUPLICATE_IN_FILE")]
    assert counts(result) == (1, 0, 0)


def test_nothing_outside_ones_scope(tmp_path: Path) -> None:
    street = builders.union("JT01", kind="STREET")
    builders.union("JT02", kind="STREET")
    clerk = builders.viewer_as("enrolment", street)
    rows = [
        union("JT02"),
        union("NEW1", 上级单位编号="JT02"),
        union("NEW2"),
        union("NEW3", 上级单位编号="JT01"),
    ]
    result = run(tmp_path, *rows, by=clerk, skip_errors=True)
    assert codes(result) == [
        (2, "单位编号", "UNION_OUT_OF_SCOPE"),
        (3, "上级单位编号", "UNKNOWN_UNION"),
        (4, "上级单位编号", "UNKNOWN_UNION"),
    ]
    assert stored("NEW3").parent == street


def test_the_import_is_on_record(tmp_path: Path) -> None:
    run(tmp_path, union("A"), union("B", 单位类型="?"), skip_errors=True)
    held = ImportRun.objects.get()
    assert (held.status, held.kind, held.rows, held.created, held.wrong) == (
        "APPLIED", "unions", 2, 1, 1,
    )  # fmt: skip
    assert held.number == "DR2018-000001"
    assert [(i.row, i.column, i.code) for i in held.issues.all()] == [(3, "单位类型", "CHOICE")]
    assert held.error_file is not None


def test_a_tree_is_not_endlessly_deep(tmp_path: Path) -> None:
    chain = [union(f"N{n}", 上级单位编号=f"N{n - 1}" if n else None) for n in range(300)]
    result = run(tmp_path, *chain, skip_errors=True)
    assert {code for _row, _column, code in codes(result)} == {"UNKNOWN_UNION"}
    assert 30 < result.created < 50
