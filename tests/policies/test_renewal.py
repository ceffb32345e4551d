"""The renewal: who stays on which terms, who leaves and why, who joins, what is confirmed."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent
from members.models import Member, MembershipEvent, Organisation
from policies.models import EnrolmentBatch, Policy
from policies.rules.renewal import Leaving
from policies.selectors.renewal import next_start, renewal_of
from policies.services.renewal import (
    NobodyChosen,
    RenewalChanged,
    UnionGone,
    confirm_renewal,
)
from tests import builders
from tests.policies.builders import Person, imported, line, person

pytestmark = pytest.mark.django_db
LAST, START, TODAY = date(2018, 3, 1), date(2019, 3, 1), date(2019, 2, 1)


@pytest.fixture
def unit() -> Organisation:
    return builders.union(name="天坛饭店工会")


def insured(
    union: Organisation, people: list[Person], plan: str = "INPALW", day: date = LAST, **cells: Any
) -> None:
    """Covers that the district has accepted."""
    rows = [line(union, who, plan, **{"起保日期": day.isoformat(), **cells}) for who in people]
    result = imported(rows, on=day)
    assert result.written, result.findings
    EnrolmentBatch.objects.filter(pk__in=result.summary["batch_ids"]).update(
        status="ACCEPTED", accepted_on=day
    )


def confirm(unit: Organisation, keys: list[str] | None = None, **changes: Any) -> Any:
    found = renewal_of(unit, START)
    ticked = [each.key for plan in found.plans for each in (*plan.stays, *plan.newcomers)]
    given = {
        "organisation_id": unit.pk, "starts_on": START, "digest": found.digest,
        "chosen": ticked if keys is None else keys, "by": builders.viewer_as("agent", unit),
        "on": TODAY,
    }  # fmt: skip
    return confirm_renewal(**{**given, **changes})


def test_shares_tier_risk_and_funder_are_carried_over(unit: Organisation) -> None:
    clerk, driver, two = (person(unit, name=name) for name in ("周一", "吴二", "郑三"))
    insured(unit, [clerk], "ACC", 档次="T50", 出资方="行政")
    insured(unit, [driver], "ACC", 档次="T26", 职业风险="高风险")
    insured(unit, [two], "CI", 份数=2, 出资方="个人")
    confirm(unit)
    made = {
        row.member.name: (row.family, row.shares, row.tier, row.high_risk, row.funder)
        for row in Policy.objects.filter(cover__startswith=START).select_related("member")
    }
    assert made == {
        "周一": ("ACC", 1, "T50", False, "ADMINISTRATION"),
        "吴二": ("ACC", 1, "T26", True, "UNION"),
        "郑三": ("CI", 2, "", False, "MEMBER"),
    }
    first, second = (
        Policy.objects.get(member=driver[0], cover__startswith=day).amount for day in (LAST, START)
    )
    assert first == second  # the price of high risk is still paid


def test_everybody_who_leaves_has_a_reason(unit: Organisation) -> None:
    names = ("周退休", "吴离职", "郑去世", "王调出", "冯超龄", "陈已续", "褚外单位", "卫在册")
    ages = {"冯超龄": date(1952, 6, 1)}
    people = [person(unit, name=name, born_on=ages.get(name, date(1980, 1, 15))) for name in names]
    retired, left, died, moved, _old, again, elsewhere, _stays = (who[0] for who in people)
    insured(unit, people)
    other = builders.union(name="花市小学工会")
    for member, status in ((retired, "RETIRED"), (left, "LEFT"), (died, "DIED")):
        Member.objects.filter(pk=member.pk).update(status=status)
    Member.objects.filter(pk=moved.pk).update(organisation=other)
    insured(unit, [people[5]], day=START)
    insured(other, [people[6]], day=START)
    (plan,) = renewal_of(unit, START).plans
    assert {each.member.name: each.reason for each in plan.leaves} == {
        "周退休": Leaving.RETIRED,
        "吴离职": Leaving.LEFT,
        "郑去世": Leaving.DIED,
        "王调出": Leaving.MOVED,
        "冯超龄": Leaving.AGE,
        "陈已续": Leaving.RUNNING,
        "褚外单位": Leaving.ELSEWHERE,
    }
    where = {each.member.name: each.where for each in plan.leaves if each.where}
    assert where == {"王调出": "花市小学工会", "褚外单位": "花市小学工会"}
    assert [each.member.name for each in plan.stays] == ["卫在册"]
    assert not {again.pk, elsewhere.pk} & {each.member.pk for each in plan.joins}


def test_newcomers_are_told_from_those_who_took_no_part(unit: Organisation) -> None:
    insured(unit, [person(unit, name="周一"), person(unit, name="吴二")], "CI", 份数=2)
    person(unit, name="老职工", joined_on=date(2010, 1, 1))
    person(unit, name="新职工", joined_on=date(2018, 9, 1))
    came, _number = person(unit, name="调入者", joined_on=date(2010, 1, 1))
    MembershipEvent.objects.create(
        member=came, kind="TRANSFERRED", source=builders.union(), target=unit, on=date(2018, 10, 1)
    )
    person(unit, name="退休者", status="RETIRED", joined_on=date(2018, 9, 1))
    (plan,) = renewal_of(unit, START).plans
    assert {each.member.name for each in plan.newcomers} == {"新职工", "调入者"}
    assert [each.member.name for each in plan.others] == ["老职工"]
    assert {each.choice.shares for each in plan.newcomers} == {2}  # as most have


def test_a_tier_that_is_gone_is_shown_as_changed(unit: Organisation) -> None:
    insured(unit, [person(unit)], "ACC", 档次="T50")
    with connection.cursor() as cursor:  # behind the back of policy_stays
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE policies_policy SET tier = 'T60'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    (plan,) = renewal_of(unit, START).plans
    assert plan.stays[0].choice.tier == "T26"
    assert plan.stays[0].is_changed


def test_children_are_renewed_with_their_parents(unit: Organisation) -> None:
    who = person(unit)
    number = builders.document_number(born_on=date(2010, 5, 1))
    cells: dict[str, Any] = {"子女姓名": "张小", "子女证件号码": number, "关系": "父子", "档次": ""}
    insured(unit, [who], "CHILD", **cells)
    confirm(unit)
    assert Policy.objects.filter(family="CHILD", child__name="张小").count() == 2


def test_what_is_confirmed_is_what_was_shown(unit: Organisation) -> None:
    insured(unit, [person(unit, name="周一"), person(unit, name="吴二")])
    shown = renewal_of(unit, START).digest
    Member.objects.filter(name="周一").update(status="LEFT")
    with pytest.raises(RenewalChanged):
        confirm(unit, digest=shown)
    with pytest.raises(RenewalChanged):
        confirm(unit, keys=["INPALW-1-0"])
    with pytest.raises(NobodyChosen):
        confirm(unit, keys=[])
    with pytest.raises(UnionGone):
        confirm(unit, by=builders.viewer_as("agent", builders.union()))
    assert not Policy.objects.filter(cover__startswith=START).exists()
    assert confirm(unit).lines == 1
    event = AuditEvent.objects.get(action="batch.renew")
    assert (event.details["kept"], event.details["left_out"]) == ("1", "1")


def test_who_is_not_ticked_is_left_out_and_counted(unit: Organisation) -> None:
    insured(unit, [person(unit, name="周一"), person(unit, name="吴二")])
    (plan,) = renewal_of(unit, START).plans
    done = confirm(unit, keys=[plan.stays[0].key])
    assert done.lines == 1
    assert EnrolmentBatch.objects.get(pk=done.batch_ids[0]).person_count == 1
    assert AuditEvent.objects.get(action="batch.renew").details["left_out"] == "1"


def test_the_next_first_day_follows_the_covers(unit: Organisation) -> None:
    assert next_start(unit.path, TODAY) == date(2019, 3, 1)  # nobody yet: the next month
    insured(unit, [person(unit)], day=date(2018, 7, 1))
    assert next_start(unit.path, TODAY) == date(2019, 7, 1)
    assert next_start(unit.path, date(2019, 9, 3)) == date(2019, 10, 1)  # lapsed


def test_a_union_of_many_takes_no_more_queries(unit: Organisation) -> None:
    insured(unit, [person(unit)])
    with CaptureQueriesContext(connection) as for_one:
        renewal_of(unit, START)
    insured(unit, [person(unit) for _ in range(125)])
    with CaptureQueriesContext(connection) as for_many:
        assert renewal_of(unit, START).stays == 126
    assert len(for_one) == len(for_many) <= 6
    other = builders.union()
    insured(other, [person(other), person(other)])
    with CaptureQueriesContext(connection) as for_two:
        assert confirm(other).lines == 2
    with CaptureQueriesContext(connection) as for_all:
        assert confirm(unit).lines == 126
    assert len(for_two) == len(for_all)
