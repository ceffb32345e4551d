"""理赔申请, to the letter of the file contract."""

from datetime import date
from decimal import Decimal

import pytest

from claims.models import Claim
from claims.services import casework
from core import crypto
from core.models import AuditEvent
from tests import builders
from tests.claims import builders as make
from tests.claims.imports.files import codes, csv_of, run

pytestmark = pytest.mark.django_db
HEADER = [
    "申请编号", "单位编号", "姓名", "证件号码", "子女证件号码", "活动", "申请日期",
    "出险日期", "出院日期", "医院编码", "医院名称", "医院级别", "自付一", "特殊病",
    "转院自", "转诊单", "诊断", "诊断编码", "病种", "阶段", "身故",
    "伤残等级", "生活补助天数", "住院补助天数", "材料", "专项活动",
]  # fmt: skip


@pytest.fixture
def member():
    made = builders.member(builders.union("JT0101"), name="张三")
    make.cover(made)
    return made


def number_of(person):
    return crypto.unseal(person.document_sealed, "id")


def row(member, number="A1", **cells):
    return {
        "申请编号": number, "单位编号": member.organisation.code, "姓名": member.name,
        "证件号码": number_of(member), "活动": "INPMED", "申请日期": "2018-06-01",
        "出险日期": "2018-05-02", "出院日期": "2018-05-12", "自付一": "4300.00", "医院级别": "三级",
        "医院编码": "H11010100001", **cells,
    }  # fmt: skip


def put(folder, *rows, **more):
    return run("claims", csv_of(folder, HEADER, list(rows)), **more)


def test_a_row_becomes_a_claim_that_is_assessed(tmp_path, member):
    result = put(tmp_path, row(member, 诊断="阑尾炎", 材料="card；claim_form"))
    claim = Claim.objects.get()
    assert (result.rows, result.created, result.bad_rows) == (1, 1, 0)
    assert (claim.number, claim.family, claim.status) == ("A1", "INPMED", "FILED")
    assert claim.documents == ["card", "claim_form"]
    assert crypto.unseal(claim.diagnosis_sealed or b"", "diagnosis") == "阑尾炎"
    assert (claim.decision, claim.amount) == ("supplement", Decimal("1800.00"))
    assert AuditEvent.objects.get(subject=f"claim:{claim.pk}").action == "claim.import"


def test_the_same_file_twice_changes_nothing(tmp_path, member):
    rows = [row(member, 诊断="阑尾炎", 材料="card；claim_form", 转诊单="否")]
    put(tmp_path, *rows)
    before = Claim.objects.values().get()
    result = put(tmp_path, *rows)
    assert (result.created, result.updated, result.unchanged) == (0, 0, 1)
    assert Claim.objects.values().get() == before


def test_a_filled_cell_updates_an_empty_one_leaves(tmp_path, member):
    put(tmp_path, row(member, 诊断="阑尾炎"))
    result = put(tmp_path, row(member, 自付一="3300.00", 医院编码=""))
    claim = Claim.objects.get()
    assert (result.updated, claim.amount) == (1, Decimal("1200.00"))
    assert claim.hospital_code == "H11010100001"
    assert claim.diagnosis_index


def test_past_its_first_review_a_claim_is_closed(tmp_path, member):
    put(tmp_path, row(member))
    claim = Claim.objects.get()
    casework.review(claim_ids=[claim.pk], by=builders.viewer_as("reviewer"), on=make.DAY)
    assert put(tmp_path, row(member)).unchanged == 1
    assert codes(put(tmp_path, row(member, 自付一="9.00"))) == [(2, "申请编号", "CLOSED")]
    assert Claim.objects.get().self_pay_1 == Decimal("4300.00")


def test_a_claim_that_waits_for_papers_is_still_open(tmp_path, member):
    put(tmp_path, row(member))
    casework.ask_for_papers(
        claim_ids=[Claim.objects.get().pk], papers="清单", by=builders.viewer_as("reviewer"),
        on=make.DAY,
    )  # fmt: skip
    assert put(tmp_path, row(member, 自付一="9.00")).updated == 1


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"申请编号": ""}, "申请编号", "REQUIRED"),
        ({"单位编号": "XX"}, "单位编号", "UNKNOWN_UNION"),
        ({"姓名": "李四"}, "姓名", "NAME_MISMATCH"),
        ({"证件号码": "11010119800115003X"}, "证件号码", "UNKNOWN_MEMBER"),
        ({"证件号码": "110101198001150030"}, "证件号码", "ID_CHECK"),
        ({"活动": "住院"}, "活动", "UNKNOWN_PLAN"),
        ({"活动": "SECREIMB-2017"}, "活动", "UNKNOWN_PLAN"),
        ({"活动": "SECREIMB"}, "活动", "UNKNOWN_PLAN"),
        ({"申请日期": "6月1日"}, "申请日期", "DATE"),
        ({"出院日期": ""}, "出院日期", "REQUIRED"),
        ({"出院日期": "2018-05-01"}, "出院日期", "DATE"),
        ({"出险日期": "2018-06-02", "出院日期": "2018-06-03"}, "出险日期", "DATE"),
        ({"自付一": ""}, "自付一", "REQUIRED"),
        ({"自付一": "40.000"}, "自付一", "NUMBER"),
        ({"自付一": "-1.00"}, "自付一", "AMOUNT"),
        ({"医院级别": "四级"}, "医院级别", "CHOICE"),
        ({"特殊病": "急诊"}, "特殊病", "CHOICE"),
        ({"转院自": "B7"}, "转院自", "CHOICE"),
        ({"转院自": "A1"}, "转院自", "CHOICE"),
        ({"转诊单": "有"}, "转诊单", "CHOICE"),
        ({"活动": "INPALW", "出院日期": ""}, "出院日期", "REQUIRED"),
        ({"活动": "CI"}, "阶段", "REQUIRED"),
        ({"活动": "FEM-2018-1Y"}, "阶段", "REQUIRED"),
        ({"活动": "CHILD"}, "子女证件号码", "REQUIRED"),
        ({"活动": "CI", "阶段": "晚期"}, "阶段", "CHOICE"),
        ({"伤残等级": "11"}, "伤残等级", "CHOICE"),
        ({"生活补助天数": "1.5"}, "生活补助天数", "NUMBER"),
        ({"专项活动": "XX-2018"}, "专项活动", "UNKNOWN_CAMPAIGN"),
        ({"诊断": "病" * 501}, "诊断", "TOO_LONG"),
        ({"医院名称": "院" * 101}, "医院名称", "TOO_LONG"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell_and_nothing_is_written(
    tmp_path, member, cells, column, code
):
    assert codes(put(tmp_path, row(member, **cells))) == [(2, column, code)]
    assert not Claim.objects.exists()


def test_special_outpatient_treatment_needs_no_discharge(tmp_path, member):
    result = put(tmp_path, row(member, 特殊病="门诊", 出院日期=""))
    assert (result.created, Claim.objects.get().special_disease) == (1, "outpatient")


def test_the_plan_may_be_named_by_code_version_or_chinese_name(tmp_path, member):
    names = ("INPMED", "INPMED-2008", "在职职工住院医疗互助保障活动")
    result = put(tmp_path, *(row(member, f"A{i}", 活动=name) for i, name in enumerate(names)))
    assert result.created == 3
    assert set(Claim.objects.values_list("family", flat=True)) == {"INPMED"}


def test_the_second_row_of_a_number_is_a_duplicate(tmp_path, member):
    result = put(tmp_path, row(member), row(member), skip_errors=True)
    assert codes(result) == [(3, "申请编号", "DUPLICATE_IN_FILE")]
    assert Claim.objects.count() == 1


def test_a_transfer_names_an_earlier_row_or_a_stored_claim(tmp_path, member):
    moved = {"转院自": "A1", "转诊单": "是", "医院编码": "H11010100002"}
    later = row(member, "A2", 出险日期="2018-05-12", 出院日期="2018-05-20", **moved)
    assert codes(put(tmp_path, later, row(member))) == [(2, "转院自", "CHOICE")]
    assert put(tmp_path, row(member), later).created == 2
    second = Claim.objects.get(number="A2")
    assert (str(second.transfer_from), second.transfer_slip) == ("A1", True)
    # one stay: (4300 + 4300 − 1300) × 60 % − 1800
    assert second.amount == Decimal("2580.00")
    assert put(tmp_path, later).unchanged == 1


def test_the_member_may_belong_to_another_unit_than_the_row(tmp_path, member):
    other = builders.union("JT0102")
    result = put(tmp_path, row(member, 单位编号="JT0102"))
    assert (result.created, Claim.objects.get().organisation) == (1, other)
    member.refresh_from_db()
    assert member.organisation.code == "JT0101"


def test_a_union_outside_the_scope_is_said_and_nothing_else_of_the_row(tmp_path, member):
    agent = builders.viewer_as("agent", builders.union("JT0102"))
    result = put(tmp_path, row(member, 姓名="李四", 自付一="x"), by=agent)
    assert codes(result) == [(2, "单位编号", "UNION_OUT_OF_SCOPE")]


def test_a_number_that_another_unit_uses_is_closed(tmp_path, member):
    put(tmp_path, row(member))
    other = builders.member(builders.union("JT0102"), name="王五")
    agent = builders.viewer_as("agent", other.organisation)
    assert codes(put(tmp_path, row(other), by=agent)) == [(2, "申请编号", "CLOSED")]
    assert Claim.objects.get().member == member


def test_a_child_is_found_by_its_number(tmp_path, member):
    child = make.child_of(member)
    make.cover(member, "CHILD", child=child)
    cells = {"活动": "CHILD", "自付一": "", "出院日期": "", "住院补助天数": "5"}
    result = put(tmp_path, row(member, 子女证件号码=number_of(child), **cells))
    claim = Claim.objects.get()
    assert (result.created, claim.child, claim.amount) == (1, child, Decimal("100.00"))
    unknown = builders.document_number()
    assert codes(put(tmp_path, row(member, "A2", 子女证件号码=unknown, **cells))) == [
        (2, "子女证件号码", "UNKNOWN_MEMBER")
    ]


def test_a_dry_run_writes_nothing(tmp_path, member):
    assert put(tmp_path, row(member), commit=False).created == 1
    assert not Claim.objects.exists()
    assert not AuditEvent.objects.exists()


def test_an_event_after_the_stored_discharge_is_said(tmp_path, member):
    make.cover(member, "ACC", starts_on=date(2018, 1, 1))
    cells = {"活动": "ACC", "自付一": "", "住院补助天数": "3"}
    put(tmp_path, row(member, **cells))
    later = row(member, 出险日期="2018-05-20", **{**cells, "出院日期": ""})
    assert codes(put(tmp_path, later)) == [(2, "出院日期", "DATE")]


def test_a_unit_may_have_taken_a_number_of_ours(tmp_path, member):
    put(tmp_path, row(member, "LP2018-000001"))
    assert make.filed().number == "LP2018-000002"
