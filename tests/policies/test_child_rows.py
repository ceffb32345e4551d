"""The children's plan in 参保名单: the child is the insured, its columns are checked only there."""

from datetime import date
from typing import Any

import pytest

from members.models import Child, Organisation
from policies.models import EnrolmentBatch, Policy
from tests import builders
from tests.policies.builders import Person, codes, imported, line, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Organisation:
    return builders.union(name="天坛饭店工会")


@pytest.fixture
def who(unit: Organisation) -> Person:
    return person(unit)


def child(born_on: date = date(2010, 6, 1), sex: str = "M") -> str:
    return builders.document_number(born_on=born_on, sex=sex)


def child_line(unit: Organisation, who: Person, **cells: Any) -> dict[str, Any]:
    given = {"子女姓名": "张小", "子女证件号码": child(), "关系": "父子", **cells}
    return line(unit, who, "CHILD", **given)


def test_a_child_is_the_insured(unit: Organisation, who: Person) -> None:
    number = child()
    result = imported([child_line(unit, who, 子女证件号码=number)])
    assert result.findings == ()
    policy = Policy.objects.get()
    assert policy.child is not None
    assert (policy.child.name, policy.child.sex, policy.relation) == ("张小", "M", "父子")
    assert policy.tier == "STD"
    other = builders.union()
    mother = person(other, name="李丽", sex="F")
    second = imported([child_line(other, mother, 子女证件号码=number, 关系="母子")])
    assert codes(second) == [(2, "子女证件号码", "DUPLICATE_COVER")]
    assert Child.objects.count() == 1


def test_two_children_of_one_member(unit: Organisation, who: Person) -> None:
    assert imported([child_line(unit, who), child_line(unit, who)]).created == 2
    assert EnrolmentBatch.objects.get().person_count == 2


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"子女姓名": None}, "子女姓名", "REQUIRED"),
        ({"子女证件号码": None}, "子女证件号码", "REQUIRED"),
        ({"关系": None}, "关系", "GUARDIAN"),
        ({"关系": "叔侄"}, "关系", "CHOICE"),
        ({"子女证件号码": "110101201006010011"}, "子女证件号码", "ID_CHECK"),
        ({"子女证件号码": "E12345678"}, "子女证件号码", "ID_FORMAT"),
        ({"子女证件号码": child(date(2000, 3, 1))}, "子女证件号码", "AGE"),
        ({"子女证件号码": child(date(2018, 6, 1))}, "子女证件号码", "ID_DATE"),
    ],
)
def test_child_columns(
    unit: Organisation, who: Person, cells: dict[str, Any], column: str, code: str
) -> None:
    assert codes(imported([child_line(unit, who, **cells)])) == [(2, column, code)]
    assert not Child.objects.exists()


def test_the_childs_number_is_not_the_members(unit: Organisation) -> None:
    who = person(unit)
    result = imported([child_line(unit, who, 子女证件号码=who[1])])
    assert codes(result) == [(2, "子女证件号码", "GUARDIAN")]


def test_child_columns_are_ignored_in_other_plans(unit: Organisation, who: Person) -> None:
    row = line(unit, who, 子女姓名="长" * 200, 子女证件号码="12", 关系="叔侄")
    assert imported([row]).findings == ()
    assert Policy.objects.get().relation == ""
