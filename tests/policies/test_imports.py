"""参保名单, code by code, by real small workbooks."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core import crypto
from core.identity import check_character
from core.importing import Context, Staging, run
from core.models import AuditEvent
from members.models import Organisation
from policies.imports import ENROLMENTS
from policies.models import EnrolmentBatch, Policy
from policies.rules.enrolment import ends_on
from policies.services import enrolment
from policies.services.rosters import RosterOvertaken
from tests import builders
from tests.policies.builders import (
    START,
    TODAY,
    Person,
    accepted,
    batch,
    codes,
    imported,
    line,
    person,
    submitted,
    workbook,
)

pytestmark = pytest.mark.django_db
NAMED = {"INPMED": "在职职工住院医疗互助保障活动", "CI": "在职职工重大疾病互助保障活动（一年期）"}


@pytest.fixture
def unit() -> Organisation:
    return builders.union(name="天坛饭店工会")


@pytest.fixture
def who(unit: Organisation) -> Person:
    return person(unit)


@pytest.fixture
def woman(unit: Organisation) -> Person:
    return person(unit, name="李丽", sex="F")


def test_right_rows_make_a_batch(unit: Organisation, who: Person, woman: Person) -> None:
    rows = [
        line(unit, who, 份数=None),
        line(unit, woman, 金额="60.00", 备注="新入职", 出资方="行政"),
    ]
    result = imported(rows)
    assert (result.rows, result.created, result.findings) == (2, 2, ())
    batch = EnrolmentBatch.objects.get()
    assert (batch.number, batch.status) == ("CB2018-000001", "DRAFT")
    assert (batch.person_count, batch.shares, batch.amount) == (2, 2, Decimal("120.00"))
    assert result.summary["amount"] == Decimal("120.00")
    first, second = Policy.objects.order_by("pk")
    assert (first.amount, first.funder, first.note) == (Decimal("60.00"), "UNION", "")
    assert (second.funder, second.note) == ("ADMINISTRATION", "新入职")
    assert first.cover.lower == START
    assert first.cover.upper == date(2019, 4, 1)


def test_a_dry_run_writes_nothing(unit: Organisation, who: Person) -> None:
    result = imported([line(unit, who)], commit=False)
    assert (result.created, result.written) == (1, False)
    assert not Policy.objects.exists()
    assert not EnrolmentBatch.objects.exists()


def test_nothing_is_written_while_a_row_is_wrong(unit: Organisation, who: Person) -> None:
    rows = [line(unit, who), line("X999", who, 起保日期="2019-05-01")]
    assert not imported(rows).written
    assert not Policy.objects.exists()
    assert imported(rows, skip_errors=True).written
    assert Policy.objects.count() == 1


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ("INPMED", "INPMED-2018"),
        ("inpalw-2018", "INPALW-2018"),
        (NAMED["INPMED"], "INPMED-2018"),
        (NAMED["CI"], "CI-2018-1Y"),
    ],
)
def test_a_plan_is_known_by_family_code_and_name(
    unit: Organisation, who: Person, plan: str, code: str
) -> None:
    assert imported([line(unit, who, plan)]).findings == ()
    assert Policy.objects.get().plan_version.code == code


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"单位编号": None}, "单位编号", "REQUIRED"),
    ({"单位编号": "没有"}, "单位编号", "UNKNOWN_UNION"),
    ({"活动": "养老"}, "活动", "UNKNOWN_PLAN"),
    ({"活动": "SECREIMB"}, "活动", "UNKNOWN_PLAN"),
    ({"活动": "INPMED-2008"}, "活动", "NOT_ON_SALE"),
    ({"活动": "在职职工住院医疗互助保障计划"}, "活动", "NOT_ON_SALE"),
    ({"活动": "CI-2016"}, "活动", "NOT_ON_SALE"),
    ({"姓名": "李四"}, "姓名", "NAME_MISMATCH"),
    ({"证件号码": 110101198001150019}, "证件号码", "ID_AS_NUMBER"),
    ({"证件号码": "110101198001150011"}, "证件号码", "ID_CHECK"),
    ({"份数": 2}, "份数", "SHARES"),
    ({"份数": 0}, "份数", "SHARES"),
    ({"份数": "两"}, "份数", "NUMBER"),
    ({"活动": "CI", "份数": 5}, "份数", "SHARES"),
    ({"档次": "T50"}, "档次", "TIER"),
    ({"活动": "ACC"}, "档次", "TIER"),
    ({"活动": "ACC", "档次": "T51"}, "档次", "TIER"),
    ({"金额": 61}, "金额", "AMOUNT"),
    ({"金额": -60}, "金额", "AMOUNT"),
    ({"金额": "60.000"}, "金额", "NUMBER"),
    ({"活动": "CI", "份数": 2, "金额": 40}, "金额", "AMOUNT"),
    ({"活动": "ACC", "档次": "T74", "职业风险": "高风险", "金额": 74}, "金额", "AMOUNT"),
    ({"出资方": "老板"}, "出资方", "CHOICE"),
    ({"职业风险": "低"}, "职业风险", "CHOICE"),
    ({"起保日期": "3/1/18"}, "起保日期", "DATE"),
    ({"起保日期": None}, "起保日期", "REQUIRED"),
    ({"专项活动": "XX-2018"}, "专项活动", "UNKNOWN_CAMPAIGN"),
    ({"专项活动": "BJQX-2018"}, "专项活动", "UNKNOWN_CAMPAIGN"),
    ({"备注": "长" * 501}, "备注", "TOO_LONG"),
]


@pytest.mark.parametrize(("cells", "column", "code"), WRONG)
def test_one_wrong_cell(
    unit: Organisation, who: Person, cells: dict[str, Any], column: str, code: str
) -> None:
    result = imported([line(unit, who) | cells])
    assert codes(result) == [(2, column, code)]
    assert (result.created, result.bad_rows) == (0, 1)
    assert not Policy.objects.exists()


RIGHT: list[tuple[dict[str, Any], str]] = [
    ({"活动": "CI", "份数": 4, "金额": 160}, "160.00"),
    ({"活动": "ACC", "档次": 50}, "50.00"),
    ({"活动": "ACC", "档次": "t74", "职业风险": "高风险", "金额": "93.00"}, "93.00"),
    ({"活动": "ACC", "档次": "T74", "专项活动": "BJQX-2018", "起保日期": "2018-05-15"}, "74.00"),
]


@pytest.mark.parametrize(("cells", "amount"), RIGHT)
def test_the_price_follows_shares_tier_and_risk(
    unit: Organisation, who: Person, cells: dict[str, Any], amount: str
) -> None:
    assert imported([line(unit, who) | cells]).findings == ()
    assert Policy.objects.get().amount == Decimal(amount)


def test_a_stranger_is_no_member(unit: Organisation, who: Person) -> None:
    row = line(unit, (who[0], builders.document_number()))
    assert codes(imported([row])) == [(2, "证件号码", "UNKNOWN_MEMBER")]


def test_who_left_cannot_join(unit: Organisation) -> None:
    row = line(unit, person(unit, status="RETIRED"))
    assert codes(imported([row])) == [(2, "证件号码", "NOT_IN_SERVICE")]


def test_without_a_card_is_a_warning(unit: Organisation) -> None:
    result = imported([line(unit, person(unit, card=False))])
    assert codes(result) == [(2, "证件号码", "NO_CARD")]
    assert result.written


def test_the_womens_plan_is_for_women(unit: Organisation, who: Person, woman: Person) -> None:
    rows = [line(unit, who, "FEM"), line(unit, woman, "FEM")]
    assert codes(imported(rows)) == [(2, "证件号码", "SEX")]


@pytest.mark.parametrize(
    ("born_on", "found"),
    [
        (date(2002, 4, 2), "AGE"),
        (date(2002, 4, 1), None),
        (date(1957, 4, 2), None),
        (date(1957, 4, 1), "OVER_60"),
        (date(1952, 4, 2), "OVER_60"),
        (date(1952, 4, 1), "AGE"),
    ],
)
def test_age_on_the_first_day(unit: Organisation, born_on: date, found: str | None) -> None:
    stem = f"110101{born_on:%Y%m%d}001"
    who = person(unit, number=stem + check_character(stem))
    expected = [(2, "证件号码", found)] if found else []
    assert codes(imported([line(unit, who)], commit=False)) == expected


def test_a_unit_outside_the_scope_is_not_looked_at(unit: Organisation, who: Person) -> None:
    other = builders.union()
    row = line(unit, who, "没有", 金额="x")
    assert codes(imported([row], scope=(other.path,))) == [(2, "单位编号", "UNION_OUT_OF_SCOPE")]
    assert imported([line(unit, who)], scope=(unit.path,)).written


def test_a_member_of_another_unit_is_not_moved(unit: Organisation) -> None:
    other = builders.union()
    guest = person(other)
    assert imported([line(unit, guest)]).findings == ()
    guest[0].refresh_from_db()
    assert guest[0].organisation_id == other.pk


def test_the_same_file_twice_changes_nothing(unit: Organisation, who: Person) -> None:
    rows = [line(unit, who, 备注="甲", 份数=1)]
    imported(rows)
    again = imported(rows)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
    assert Policy.objects.count() == EnrolmentBatch.objects.count() == 1


def test_only_note_and_funder_are_updated(unit: Organisation, who: Person) -> None:
    imported([line(unit, who, 备注="甲")])
    again = imported([line(unit, who, 备注="乙", 出资方="个人")])
    assert (again.created, again.updated, again.unchanged) == (0, 1, 0)
    policy = Policy.objects.get()
    assert (policy.note, policy.funder) == ("乙", "MEMBER")
    empty = imported([line(unit, who)])
    assert (empty.updated, empty.unchanged) == (0, 1)


def test_note_is_updated_after_acceptance_too(unit: Organisation) -> None:
    batch = accepted(unit)
    policy = batch.policies.get()
    who = (policy.member, _number(policy.member))
    assert imported([line(unit, who, 备注="乙")]).updated == 1
    assert EnrolmentBatch.objects.count() == 1
    event = AuditEvent.objects.get(action="batch.update")
    assert (event.subject, event.details["lines"]) == (f"batch:{batch.pk}", 1)


def _number(member: Any) -> str:
    return crypto.unseal(member.document_sealed, "id")


@pytest.mark.parametrize(
    "cells",
    [{"份数": 3}, {"职业风险": "高风险"}, {"金额": 120, "份数": 3}, {"份数": 3, "备注": "改"}],
)
def test_another_cover_under_the_same_key(
    unit: Organisation, who: Person, cells: dict[str, Any]
) -> None:
    imported([line(unit, who, "CI", 份数=2)])
    result = imported([line(unit, who, "CI", **cells)])
    assert codes(result) == [(2, "证件号码", "DUPLICATE_COVER")]
    assert Policy.objects.get().shares == 2


def test_stored_shares_stand_for_an_empty_cell(unit: Organisation, who: Person) -> None:
    imported([line(unit, who, "CI", 份数=2)])
    assert imported([line(unit, who, "CI", 金额=80)]).unchanged == 1
    imported([line(unit, who, "ACC", 档次="T50")])
    assert imported([line(unit, who, "ACC")]).unchanged == 1
    assert codes(imported([line(unit, who, "ACC", 档次="T26")])) == [
        (2, "证件号码", "DUPLICATE_COVER")
    ]


def test_another_unit_is_named_and_nothing_else(unit: Organisation, who: Person) -> None:
    imported([line(unit, who)])
    other = builders.union()
    result = imported([line(other, who)])
    assert codes(result) == [(2, "证件号码", "DUPLICATE_COVER")]
    assert "天坛饭店工会" in result.findings[0].message
    assert "2018" not in result.findings[0].reason


@pytest.mark.parametrize(("start", "free"), [("2019-03-31", False), ("2019-04-01", True)])
def test_a_cover_ends_before_the_next_begins(
    unit: Organisation, who: Person, start: str, free: bool
) -> None:
    imported([line(unit, who)])
    result = imported([line(unit, who, 起保日期=start)])
    assert codes(result) == ([] if free else [(2, "证件号码", "DUPLICATE_COVER")])


def test_a_withdrawn_line_covers_nobody(unit: Organisation, who: Person) -> None:
    imported([line(unit, who)])
    batch = EnrolmentBatch.objects.get()
    agent = builders.viewer_as("agent", unit)
    enrolment.withdraw(batch_ids=[batch.pk], by=agent, on=TODAY)
    assert imported([line(unit, who)]).created == 1


def test_doubles_in_the_file(unit: Organisation, who: Person) -> None:
    other = builders.union()
    rows = [
        line(unit, who, 姓名="错"),
        line(unit, who),
        line(other, who, "INPALW-2018"),
        line(unit, who, 起保日期="2018-05-01"),
        line(unit, who, "INPMED"),
    ]
    assert codes(imported(rows)) == [
        (2, "姓名", "NAME_MISMATCH"),
        (3, "证件号码", "DUPLICATE_IN_FILE"),
        (4, "证件号码", "DUPLICATE_IN_FILE"),
        (5, "证件号码", "DUPLICATE_COVER"),
    ]


def test_group_size_once_per_unit_and_plan() -> None:
    big = builders.union(staff_count=100)
    people = [person(big) for _ in range(3)]
    rows = [line(big, people[0], "ACC", 档次="T50"), line(big, people[1], "ACC", 档次="T26")]
    result = imported(rows)
    assert codes(result) == [(2, "单位编号", "GROUP_SIZE")]
    assert "50人" in result.findings[0].message
    small = builders.union(staff_count=3)
    small_people = [person(small) for _ in range(3)]
    first = [line(small, someone, "ACC", 档次="T50") for someone in small_people[:2]]
    assert codes(imported(first)) == [(2, "单位编号", "GROUP_SIZE")]
    last = [line(small, small_people[2], "ACC", 档次="T50")]
    assert imported(last).findings == ()


def test_the_women_s_plan_asks_for_a_part_of_the_women() -> None:
    """2017: all of fewer than 100 women; 300 staff with 2 women need both."""
    union = builders.union(staff_count=300, female_staff_count=2)
    women = [person(union, sex="F") for _ in range(2)]
    rows = [line(union, one, "FEM", 起保日期="2017-04-01") for one in women]
    found = imported(rows[:1])
    assert codes(found) == [(2, "单位编号", "GROUP_SIZE")]
    assert "女职工2人" in found.findings[0].message
    assert imported(rows[1:]).findings == ()
    unknown = builders.union(staff_count=300)
    row = line(unknown, person(unknown, sex="F"), "FEM", 起保日期="2017-04-01")
    assert imported([row]).findings == ()


def test_lines_join_the_open_batch_and_no_other(unit: Organisation, who: Person) -> None:
    handed_in = submitted(unit)
    imported([line(unit, who)])
    imported([line(unit, person(unit, name="王五"))])
    handed_in.refresh_from_db()
    assert handed_in.person_count == 1
    drafts = EnrolmentBatch.objects.filter(status="DRAFT")
    assert drafts.get().person_count == 2


def test_one_batch_per_unit_plan_day_and_campaign(unit: Organisation, who: Person) -> None:
    other = builders.union()
    rows = [
        line(unit, who),
        line(unit, who, "INPMED"),
        line(other, person(other)),
        line(unit, person(unit), 起保日期="2018-06-01"),
        line(unit, who, "ACC", 档次="T74"),
        line(unit, person(unit), "ACC", 档次="T74", 专项活动="BJQX-2018", 起保日期="2018-05-15"),
    ]
    assert imported(rows).created == 6
    numbers = EnrolmentBatch.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"CB2018-{number:06d}" for number in range(1, 7)]


@pytest.mark.parametrize("start", [date(2018, 2, 28), date(2020, 2, 29), date(2018, 12, 31)])
def test_the_cover_is_the_rules(unit: Organisation, who: Person, start: date) -> None:
    imported([line(unit, who, 起保日期=start.isoformat())])
    cover = Policy.objects.get().cover
    assert cover.lower == start
    assert cover.upper == ends_on(start, 12) + timedelta(days=1)


def test_a_roster_is_overtaken(unit: Organisation, who: Person) -> None:
    """Somebody enrols the person between the check and the writing."""
    theirs = batch(builders.union()).policies.get()

    def classify(staging: Staging, context: Context) -> None:
        ENROLMENTS.classify_sql(staging, context)
        Policy.objects.filter(pk=theirs.pk).update(member=who[0])

    kind = replace(ENROLMENTS, classify_sql=classify)
    file = workbook([line(unit, who)])
    with pytest.raises(RosterOvertaken):
        run(kind, file, context=Context(today=TODAY), commit=True)
    assert Policy.objects.count() == 1


@pytest.mark.parametrize(
    ("cells", "code"),
    [({"起保日期": "2019.1"}, "DATE"), ({"起保日期": "2010-05-01"}, "NOT_ON_SALE")],
)
def test_a_row_without_a_cover_overlaps_nothing(
    unit: Organisation, who: Person, cells: dict[str, Any], code: str
) -> None:
    imported([line(unit, who)])
    assert [found for _row, _column, found in codes(imported([line(unit, who, **cells)]))] == [code]
