"""二次报销结算, to the letter of the file contract."""

from decimal import Decimal

import pytest

from claims.models import ReimbursementQuarter, Settlement, SettlementMismatch
from core.importing import UnusableFile
from tests import builders
from tests.claims import builders as make
from tests.claims.imports.files import codes, csv_of, run
from tests.claims.imports.test_claims_file import number_of

pytestmark = pytest.mark.django_db
HEADER = ["结算流水号", "姓名", "证件号码", "结算日期", "类别", "自付一", "入院日期"]


@pytest.fixture
def member():
    return builders.member(builders.union(), name="张三")


def row(member, number="S1", **cells):
    return {
        "结算流水号": number, "姓名": member.name, "证件号码": number_of(member),
        "结算日期": "2018-02-11", "类别": "门诊", "自付一": "2413.00", **cells,
    }  # fmt: skip


def put(folder, *rows, quarter="2018Q1", **more):
    path = csv_of(folder, HEADER, list(rows))
    return run("settlements", path, options={"quarter": quarter}, **more)


def test_rows_make_the_quarter_and_count_in_it(tmp_path, member):
    result = put(tmp_path, row(member), row(member, "S2", 自付一="-13.00"))
    assert (result.created, result.summary["amount"]) == (2, Decimal("2400.00"))
    quarter = ReimbursementQuarter.objects.get()
    assert (str(quarter), quarter.status, quarter.plan_version.code) == (
        "2018Q1", "OPEN", "SECREIMB-2017",
    )  # fmt: skip
    assert set(Settlement.objects.values_list("year", "quarter")) == {(2018, 1)}


def test_the_same_file_twice_changes_nothing_and_leaves_a_computed_quarter(tmp_path, member):
    put(tmp_path, row(member))
    make.computed()
    assert put(tmp_path, row(member)).unchanged == 1
    assert ReimbursementQuarter.objects.get().status == "COMPUTED"


def test_a_change_opens_a_computed_quarter(tmp_path, member):
    put(tmp_path, row(member))
    make.computed()
    assert put(tmp_path, row(member, 自付一="2000.00")).updated == 1
    assert ReimbursementQuarter.objects.get().status == "OPEN"


def test_an_approved_quarter_is_closed_for_changes_and_open_for_late_rows(tmp_path, member):
    put(tmp_path, row(member))
    make.quarter_approved()
    changed = put(tmp_path, row(member, 自付一="2000.00"))
    assert codes(changed) == [(2, "结算流水号", "CLOSED")]
    assert put(tmp_path, row(member)).unchanged == 1
    assert put(tmp_path, row(member, "S2")).created == 1
    assert ReimbursementQuarter.objects.get().status == "APPROVED"
    assert Settlement.objects.get(number="S1").self_pay_1 == Decimal("2413.00")


def test_a_settlement_of_an_approved_quarter_does_not_move_to_another(tmp_path, member):
    put(tmp_path, row(member))
    make.quarter_approved()
    moved = put(tmp_path, row(member, 结算日期="2018-04-11"), quarter="2018Q2")
    assert codes(moved) == [(2, "结算流水号", "CLOSED")]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"结算流水号": ""}, "结算流水号", "REQUIRED"),
        ({"姓名": "李四"}, "姓名", "NAME_MISMATCH"),
        ({"证件号码": "1.10101E+17"}, "证件号码", "ID_AS_NUMBER"),
        ({"结算日期": "2018-04-01"}, "结算日期", "WRONG_QUARTER"),
        ({"结算日期": "2017-12-31"}, "结算日期", "WRONG_QUARTER"),
        ({"结算日期": "11/2/18"}, "结算日期", "DATE"),
        ({"类别": "急诊"}, "类别", "CHOICE"),
        ({"类别": "住院"}, "入院日期", "REQUIRED"),
        ({"自付一": ""}, "自付一", "REQUIRED"),
        ({"自付一": "一百"}, "自付一", "NUMBER"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell_and_nothing_is_written(
    tmp_path, member, cells, column, code
):
    assert codes(put(tmp_path, row(member, **cells))) == [(2, column, code)]
    assert not Settlement.objects.exists()
    assert not ReimbursementQuarter.objects.exists()


def test_a_person_who_is_no_member_is_kept_in_the_list_of_mismatches(tmp_path, member):
    stranger = row(member, "S2", 姓名="赵六", 证件号码=builders.document_number())
    assert codes(put(tmp_path, row(member), stranger)) == [(3, "证件号码", "UNKNOWN_MEMBER")]
    assert not SettlementMismatch.objects.exists()
    put(tmp_path, row(member), stranger, skip_errors=True)
    kept = SettlementMismatch.objects.get()
    assert (kept.number, kept.code, kept.name) == ("S2", "UNKNOWN_MEMBER", "赵六")
    assert Settlement.objects.count() == 1


def test_once_he_is_a_member_his_row_is_taken_and_leaves_the_list(tmp_path, member):
    number = builders.document_number()
    stranger = row(member, "S2", 姓名="赵六", 证件号码=number)
    put(tmp_path, stranger, skip_errors=True)
    builders.member(member.organisation, name="赵六", number=number)
    assert put(tmp_path, stranger).created == 1
    assert not SettlementMismatch.objects.exists()


def test_a_row_with_another_fault_is_no_mismatch(tmp_path, member):
    wrong = row(member, 证件号码=builders.document_number(), 自付一="x")
    put(tmp_path, wrong, skip_errors=True)
    assert not SettlementMismatch.objects.exists()


def test_the_admission_belongs_to_a_stay(tmp_path, member):
    put(
        tmp_path,
        row(member, 入院日期="2018-02-01"),
        row(member, "S2", 类别="住院", 入院日期="2018-02-01"),
    )
    assert Settlement.objects.get(number="S1").admitted_on is None
    assert str(Settlement.objects.get(number="S2").admitted_on) == "2018-02-01"
    assert put(tmp_path, row(member, 入院日期="2018-02-02")).unchanged == 1


@pytest.mark.parametrize("quarter", ["2018", "2018Q5", "", "2011Q1"])
def test_a_quarter_that_cannot_be_is_refused(tmp_path, member, quarter):
    with pytest.raises(UnusableFile):
        put(tmp_path, row(member), quarter=quarter)
