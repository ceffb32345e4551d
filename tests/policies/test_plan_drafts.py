"""A version of a plan is drafted by one person and published by another, then never changes."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import AuditEvent
from members.access import Viewer
from policies import plans
from policies.models import PlanVersion
from policies.rules.drafts import changed, fields_of
from policies.services import plans as services
from tests import builders
from tests.policies.builders import (
    START,
    TODAY,
    batch,
    clerk,
    codes,
    imported,
    line,
    person,
    plan_draft,
    plan_proposed,
)

pytestmark = pytest.mark.django_db
FIRST = date(2030, 1, 1)
AT = datetime(2029, 12, 1, tzinfo=UTC)


def published(code: str = "INPALW-2030", by: Viewer | None = None, on: date = TODAY) -> PlanVersion:
    by = by or builders.viewer_as("approver")
    return services.publish(code=code, by=by, on=on, at=AT)


def test_from_a_draft_to_what_is_sold() -> None:
    draft = plan_draft()
    terms = deepcopy(draft.parameters)
    terms["price"]["per_share"] = "66.00"
    services.change_draft(code=draft.code, parameters=terms, by=clerk(), on=TODAY)
    services.propose(code=draft.code, by=clerk(), on=TODAY)
    assert plans.version_on(family="INPALW", day=FIRST).code == "INPALW-2018"
    published()
    assert plans.version_on(family="INPALW", day=FIRST).code == "INPALW-2030"
    assert plans.terms_on(family="INPALW", day=FIRST).per_share == Decimal("66.00")
    before = plans.version_on(family="INPALW", day=FIRST - timedelta(days=1))
    assert (before.code, before.on_sale.upper) == ("INPALW-2018", FIRST)
    acts = AuditEvent.objects.filter(subject="plan:INPALW-2030").order_by("pk")
    assert [event.action for event in acts] == [
        "plan.draft",
        "plan.change",
        "plan.propose",
        "plan.publish",
    ]


def test_a_draft_is_not_sold_and_not_priced() -> None:
    plan_draft("INPALW-2018X", date(2018, 3, 15))
    union = builders.union()
    result = imported([line(union, person(union), "INPALW")])
    assert result.written
    assert batch(union).plan_version.code == "INPALW-2018"
    by_code = imported([line(union, person(union), "INPALW-2018X")])
    assert not by_code.written, codes(by_code)
    with pytest.raises(PlanVersion.DoesNotExist):
        plans.terms_of(code="INPALW-2018X")
    assert "INPALW-2018X" not in plans.all_versions().values_list("code", flat=True)


def test_two_persons_publish() -> None:
    both = builders.user("enrolment")
    # the rights are never held together by role, so the rule is tried with the system's own reach
    maker = builders.viewer(both)
    plan_draft(by=maker)
    services.propose(code="INPALW-2030", by=maker, on=TODAY)
    mighty = Viewer(user_id=both.pk, username="x", name="x", is_system=True)
    with pytest.raises(services.SamePerson):
        published(by=mighty)
    with pytest.raises(services.SamePerson):
        published(by=Viewer.system())
    with pytest.raises(services.PlanNotForDistrict):
        published(by=maker)
    rows = PlanVersion.objects.filter(code="INPALW-2030")
    assert rows.get().status == "PROPOSED"
    with pytest.raises(IntegrityError, match="plan_published_by_another"), transaction.atomic():
        rows.update(
            status="PUBLISHED", published_at=AT, published_by=both.pk, on_sale=rows.get().on_sale
        )


def test_who_drafted_last_does_not_publish_either() -> None:
    plan_draft()
    other = builders.user("approver")
    PlanVersion.objects.filter(code="INPALW-2030").update(drafted_by=other)
    services.propose(code="INPALW-2030", by=clerk(), on=TODAY)
    with pytest.raises(services.SamePerson):
        published(by=builders.viewer(other))


def _twice(_unused: object = None) -> None:
    plan_proposed()
    published()
    plan_proposed("INPALW-2030B", FIRST)
    published("INPALW-2030B")


def _earlier() -> None:
    plan_proposed("INPALW-2017X", date(2017, 1, 1))
    published("INPALW-2017X")


def _over_covers() -> None:
    batch(builders.union(), start=START)
    plan_proposed("INPALW-2018X", START)
    published("INPALW-2018X")


def _late_reimbursement() -> None:
    draft = plan_draft("SECREIMB-2018X", date(2018, 1, 1), based_on="SECREIMB-2017")
    services.propose(code=draft.code, by=clerk(), on=TODAY)
    published(draft.code)


@pytest.mark.parametrize("act", [_twice, _earlier, _over_covers, _late_reimbursement])
def test_the_first_day_has_to_fit(act: Callable[[], None]) -> None:
    with pytest.raises(services.SaleTaken):
        act()


def test_moves_that_are_refused() -> None:
    plan_draft()
    with pytest.raises(services.PlanMoveNotAllowed):
        published()
    with pytest.raises(services.CodeTaken):
        plan_draft()
    with pytest.raises(services.CodeTaken):
        plan_draft("a b", based_on="INPALW-2018")
    services.propose(code="INPALW-2030", by=clerk(), on=TODAY)
    for act in (services.propose, services.discard_draft):
        with pytest.raises(services.PlanMoveNotAllowed):
            act(code="INPALW-2030", by=clerk(), on=TODAY)
    boss = builders.viewer_as("approver")
    with pytest.raises(services.ReturnReasonMissing):
        services.give_back(code="INPALW-2030", reason=" ", by=boss, on=TODAY)
    services.give_back(code="INPALW-2030", reason="价格有误", by=boss, on=TODAY)
    draft = PlanVersion.objects.get(code="INPALW-2030")
    assert (draft.status, draft.return_reason) == ("DRAFT", "价格有误")
    street = builders.viewer_as("coordinator", builders.union(kind="STREET"))
    with pytest.raises(services.PlanNotForDistrict):
        services.propose(code="INPALW-2030", by=street, on=TODAY)
    services.discard_draft(code="INPALW-2030", by=clerk(), on=TODAY)
    assert not PlanVersion.objects.filter(code="INPALW-2030").exists()


def test_the_database_holds_the_states() -> None:
    plan_proposed()
    rows = PlanVersion.objects.filter(code="INPALW-2030")

    def refused(message: str, act: Callable[[], Any]) -> None:
        with pytest.raises(IntegrityError, match=message), transaction.atomic():
            act()

    refused("cannot change from PROPOSED", lambda: rows.update(name_zh="别名"))
    refused("cannot be deleted", rows.delete)
    refused("plan_published_iff_published_at", lambda: rows.update(status="PUBLISHED"))
    rows.update(status="DRAFT")
    refused("cannot change from DRAFT", lambda: rows.update(status="PUBLISHED", published_at=AT))
    rows.update(name_zh="别名")  # a draft may change


def test_every_value_of_every_version_survives_the_form() -> None:
    for version in plans.all_versions():
        parameters = version.parameters
        fields = fields_of(parameters)
        same = changed(
            parameters,
            {field.path: field.value for field in fields},
            {field.path: field.evidence for field in fields},
        )
        assert same == parameters, version.code
        assert any(field.path != "name_zh" for field in fields)


def test_a_draft_in_the_browser() -> None:
    desk = builders.client_for(builders.user("enrolment"))
    given = {"based_on": "ACC-2017", "code": "ACC-2031", "effective_from": "2031-01-01"}
    done = desk.post(reverse("policies:draft-create"), given, follow=True)
    form = done.context["form"]
    page = done.content.decode()
    assert "T26：身故及丧葬" in page
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"v:benefit.tiers.0.price": "￥28", "e:benefit.tiers.0.price": "D", "excludes": ["CI"]}
    edit = reverse("policies:draft-edit", args=["ACC-2031"])
    wrong = desk.post(edit, {**sent, "v:shares.max": "many"})
    assert wrong.status_code == 422
    assert "有数字填写不正确" in wrong.content.decode()
    saved = desk.post(edit, sent, follow=True).content.decode()
    assert "￥28 / ￥50" in saved
    assert "重大疾病" in saved  # not together with it
    terms = PlanVersion.objects.get(code="ACC-2031").parameters
    assert terms["benefit"]["tiers"][0]["price"] == "28.00"
    assert terms["evidence"]["benefit.tiers.T26.price"] == "D"
    assert terms["excludes"] == ["CI"]
    desk.post(reverse("policies:draft-propose", args=["ACC-2031"]))
    assert desk.post(reverse("policies:draft-publish", args=["ACC-2031"])).status_code == 403
    boss = builders.client_for(builders.user("approver"))
    assert "待发布活动版本" in boss.get(reverse("home")).content.decode()
    done = boss.post(reverse("policies:draft-publish", args=["ACC-2031"]), follow=True)
    assert "ACC-2031 已发布。" in [str(message) for message in done.context["messages"]]
    assert desk.get(edit).status_code == 404


def test_only_the_district_s_preparers_see_a_draft() -> None:
    plan_draft()
    address = reverse("policies:plan-detail", args=["INPALW-2030"])
    for role, status in (("enrolment", 200), ("approver", 200), ("leader", 404), ("finance", 404)):
        client = builders.client_for(builders.user(role))
        assert client.get(address).status_code == status
        listed = "INPALW-2030" in client.get(reverse("policies:plan-list")).content.decode()
        assert listed is (status == 200)
