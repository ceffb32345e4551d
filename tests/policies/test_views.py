"""The pages: what a clerk and an agent do in the browser."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from members.models import Organisation
from policies.models import AnnualTarget, EnrolmentBatch, Receipt, Remittance
from tests import builders
from tests.policies.builders import (
    TODAY,
    accepted,
    batch,
    imported,
    line,
    paid,
    person,
    receipt,
    remittance,
    remitted,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Organisation:
    return builders.union(name="天坛饭店工会")


@pytest.fixture
def office() -> Client:
    return builders.client_for(builders.user("enrolment"))


@pytest.fixture
def agent(unit: Organisation) -> Client:
    return builders.client_for(builders.user("agent", unit))


def shown(response: Any) -> str:
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


def link(batch: EnrolmentBatch) -> str:
    return reverse("policies:batch-detail", args=[batch.pk])


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_the_list_is_searched(office: Client, unit: Organisation) -> None:
    first, second = batch(unit), submitted(unit, plan="INPMED")
    page = shown(office.get(reverse("policies:batch-list")))
    assert link(first) in page
    assert link(second) in page
    found = shown(office.get(reverse("policies:batch-list"), {"status": "SUBMITTED"}))
    assert (link(first) in found, link(second) in found) == (False, True)
    for query in ({"plan": "INPALW"}, {"union": "天坛"}, {"number": first.number}):
        assert link(first) in shown(office.get(reverse("policies:batch-list"), query))
    nothing = shown(office.get(reverse("policies:batch-list"), {"union": "没有"}))
    assert "没有符合条件的批次" in nothing


def test_the_batches_of_an_import(office: Client, unit: Organisation) -> None:
    made = batch(unit)
    page = shown(office.get(reverse("policies:batch-list"), {"import": "77"}))
    assert link(made) not in page


def test_lists_ask_as_much_for_many_rows(office: Client) -> None:
    numbers = []
    for extra in (1, 8):
        for _ in range(extra):
            remitted(builders.union())
        counted = []
        for name in ("batch-list", "receipt-list", "remittance-list"):
            with CaptureQueriesContext(connection) as queries:
                shown(office.get(reverse(f"policies:{name}")))
            counted.append(len(queries))
        numbers.append(counted)
    assert numbers[0] == numbers[1]


def test_an_agent_submits_and_the_office_accepts(
    agent: Client, office: Client, unit: Organisation
) -> None:
    made = batch(unit, persons=2)
    detail = reverse("policies:batch-detail", args=[made.pk])
    page = shown(agent.get(detail))
    assert "人民币壹佰贰拾元整" in page
    assert "110101" not in page
    done = agent.post(
        reverse("policies:batch-submit"),
        {"pk": made.pk, "back": made.pk, "late_reason": "补报"},
        follow=True,
    )
    assert told(done) == ["已上报 1 个批次。"]
    assert agent.post(reverse("policies:batch-accept"), {"pk": made.pk}).status_code == 403
    done = office.post(reverse("policies:batch-accept"), {"pk": made.pk}, follow=True)
    assert told(done) == ["已受理 1 个批次。"]
    again = office.post(reverse("policies:batch-accept"), {"pk": made.pk}, follow=True)
    assert "本次操作未生效" in told(again)[0]


def test_all_of_the_search(office: Client, unit: Organisation) -> None:
    made = [submitted(unit), submitted(unit, plan="INPMED"), batch(unit, plan="CI")]
    address = reverse("policies:batch-accept") + "?status=SUBMITTED"
    done = office.post(address, {"all": "filter"}, follow=True)
    assert told(done) == ["已受理 2 个批次。"]
    states = EnrolmentBatch.objects.filter(pk__in=[row.pk for row in made]).order_by("pk")
    assert [row.status for row in states] == ["ACCEPTED", "ACCEPTED", "DRAFT"]


def test_a_batch_is_returned_and_withdrawn(
    agent: Client, office: Client, unit: Organisation
) -> None:
    made = submitted(unit)
    where = {"pk": made.pk, "back": made.pk}
    office.post(reverse("policies:batch-return"), {**where, "reason": "第3人姓名有误"})
    assert "第3人姓名有误" in shown(agent.get(reverse("policies:batch-detail", args=[made.pk])))
    agent.post(reverse("policies:batch-withdraw"), where)
    made.refresh_from_db()
    assert made.status == "WITHDRAWN"


def test_another_units_batch_is_not_found(agent: Client) -> None:
    foreign = batch(builders.union())
    for name in ("batch-detail", "batch-roster"):
        assert agent.get(reverse(f"policies:{name}", args=[foreign.pk])).status_code == 404
    assert agent.post(reverse("policies:batch-submit"), {"pk": foreign.pk}).status_code == 404


def test_lines_and_consents(agent: Client, unit: Organisation) -> None:
    who = person(unit)
    rows = [
        line(
            unit,
            who,
            "CHILD",
            子女姓名=f"小{name}",
            子女证件号码=builders.document_number(born_on=TODAY.replace(year=2010)),
            关系="父子",
        )
        for name in ("明", "红")
    ]
    made = EnrolmentBatch.objects.get(pk=imported(rows).summary["batch_ids"][0])
    detail = reverse("policies:batch-detail", args=[made.pk])
    assert "有 2 名子女尚未登记监护人同意书" in shown(agent.get(detail))
    consent = reverse("policies:batch-consent", args=[made.pk])
    wrong = agent.post(consent, {"consent_on": "2099-01-01", "consent_form": "A"})
    assert wrong.status_code == 422
    right = {"consent_on": "2018-03-01", "consent_form": "2018版"}
    assert told(agent.post(consent, right, follow=True)) == ["已登记 2 名子女的监护人同意书。"]
    remove = reverse("policies:batch-remove-lines", args=[made.pk])
    one = made.policies.order_by("pk")[0].pk
    assert told(agent.post(remove, {"pk": one}, follow=True)) == ["已移除 1 人。"]
    assert "不在该批次中" in told(agent.post(remove, {"pk": one}, follow=True))[0]


def test_a_payment_is_recorded_and_reversed(office: Client, unit: Organisation) -> None:
    first, second = accepted(unit), accepted(unit, plan="INPMED")
    assert unit.name in shown(office.get(reverse("policies:receipt-payer")))
    assert unit.name in shown(office.get(reverse("policies:receipt-payer"), {"payer": "天坛"}))
    address = reverse("policies:receipt-create", args=[unit.pk])
    assert first.number in shown(office.get(address))
    slip = {
        "pk": [first.pk, second.pk],
        "amount": "￥1,10.00",
        "received_on": "2018-03-01",
        "reference": "回单1",
    }
    wrong = office.post(address, {**slip, "amount": "100"})
    assert wrong.status_code == 422
    assert "相差 10.00 元" in wrong.content.decode()
    done = office.post(address, slip, follow=True)
    made = Receipt.objects.get()
    assert told(done) == [f"{made.number} 已登记。"]
    assert made.amount == Decimal("110.00")
    assert made.number in shown(office.get(reverse("policies:receipt-list")))
    undo = reverse("policies:receipt-reverse", args=[made.pk])
    assert told(office.post(undo, {"reason": "错"}, follow=True)) == [f"{made.number} 已冲销。"]
    assert "冲销" in told(office.post(undo, {"reason": "错"}, follow=True))[0]


def test_a_remittance_from_making_to_transfer(office: Client, unit: Organisation) -> None:
    made = paid(unit, persons=2)
    create = reverse("policies:remittance-create")
    assert made.number in shown(office.get(create))
    assert "请至少选择一个批次" in told(office.post(create, {}))[0]
    done = office.post(create, {"all": "filter"}, follow=True)
    sent = Remittance.objects.get()
    assert "120.00" in shown(done)
    remit = reverse("policies:remittance-remit", args=[sent.pk])
    assert office.post(remit, {"remitted_on": "x", "reference": ""}).status_code == 422
    early = office.post(remit, {"remitted_on": "2018-02-01", "reference": "1"})
    assert early.status_code == 422
    done = office.post(remit, {"remitted_on": clock.today(), "reference": "上缴1"}, follow=True)
    assert "已上缴" in told(done)[0]
    cancel = reverse("policies:remittance-cancel", args=[sent.pk])
    assert "不能改为" in told(office.post(cancel, follow=True))[0]


def test_a_remittance_is_cancelled(office: Client, unit: Organisation) -> None:
    made = remittance([paid(unit)])
    done = office.post(reverse("policies:remittance-cancel", args=[made.pk]), follow=True)
    assert told(done) == [f"{made.number} 已作废。"]


def test_the_target_page(office: Client) -> None:
    address = reverse("policies:target-detail")
    given = {"year": "2018", "amount": "6,370,000", "remitted_before": ""}
    done = office.post(address, given, follow=True)
    assert "637.00" in shown(done)
    assert AnnualTarget.objects.get().amount == Decimal("6370000.00")
    assert office.post(address, {"year": "1"}).status_code == 422
    refused = office.post(address, {**given, "amount": "-1"})
    assert refused.status_code == 422


def test_the_agents_steps(agent: Client, unit: Organisation) -> None:
    draft, handed_in = batch(unit), submitted(unit, plan="INPMED")
    page = shown(agent.get(reverse("policies:enrol-start")))
    assert draft.number in page
    assert handed_in.number in page


def test_panels(office: Client, unit: Organisation) -> None:
    made = remitted(unit)
    member = made.policies.get().member
    union_panel = shown(office.get(reverse("policies:unit-panel", args=[unit.pk])))
    assert made.number in union_panel
    person_panel = shown(office.get(reverse("policies:member-panel", args=[member.pk])))
    assert "￥60.00" in person_panel
    receipt([accepted(unit, plan="CI")])


def test_plan_pages(office: Client) -> None:
    assert "INPMED-2018" in shown(office.get(reverse("policies:plan-list")))
    page = shown(office.get(reverse("policies:plan-detail", args=["INPMED-2018"])))
    assert "待确认" in page
    for code in ("CI-2018-1Y", "ACC-2017", "SECREIMB-2017", "CI-2005-3Y", "FEM-2018-1Y"):
        shown(office.get(reverse("policies:plan-detail", args=[code])))
    assert office.get(reverse("policies:plan-detail", args=["X"])).status_code == 404
