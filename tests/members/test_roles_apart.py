"""Roles that control each other are never held together; agents are invited many at a time."""

from itertools import combinations
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import AuditEvent
from members import selectors
from members.models import RoleGrant, User
from members.permissions import APART, Role
from members.services import accounts
from tests import builders

pytestmark = pytest.mark.django_db
PAIRS = [frozenset(pair) for pair in combinations(Role, 2)]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "+".join(sorted(pair)))
def test_service_and_database_refuse_the_same_pairs(pair: frozenset[Role]) -> None:
    first, second = sorted(pair)
    user, admin = builders.user(first), builders.viewer_as("admin")
    district = builders.district()
    if pair not in APART:
        accounts.give_role(user_id=user.pk, role=second, organisation_id=district.pk, by=admin)
        return
    with pytest.raises(accounts.KeptApart, match="不能兼任"):
        accounts.give_role(user_id=user.pk, role=second, organisation_id=district.pk, by=admin)
    with pytest.raises(IntegrityError, match="grant_roles_apart"), transaction.atomic():
        RoleGrant.objects.create(user=user, role=second, organisation=district)
    assert [grant.role for grant in user.grants.all()] == [first]


def test_the_same_role_at_two_unions_is_no_conflict() -> None:
    user = builders.user("agent", builders.union())
    given = accounts.give_role(
        user_id=user.pk, role=Role.AGENT, organisation_id=builders.union().pk,
        by=builders.viewer_as("admin"),
    )  # fmt: skip
    assert given.user_id == user.pk


def test_a_role_is_not_changed_into_one_that_must_stay_apart() -> None:
    user = builders.user("enrolment")
    other = RoleGrant.objects.create(user=user, role="reviewer", organisation=builders.district())
    with pytest.raises(IntegrityError, match="grant_roles_apart"), transaction.atomic():
        RoleGrant.objects.filter(pk=other.pk).update(role="finance")


def test_the_page_says_why() -> None:
    user = builders.user("enrolment")
    client = builders.client_for(builders.user("admin"))
    address = reverse("members:grant-create", args=[user.pk])
    sent = {"role": "finance", "organisation": "DC"}
    page = client.post(address, sent, follow=True).content.decode()
    assert "同一账号不能兼任“财务”和“参保经办”：同一人既核定应收应付、又经手资金。" in page


@pytest.fixture
def street() -> Any:
    made = builders.union("JT01", kind="STREET")
    for number in range(4):
        builders.union(f"JT010{number}", parent=made, name=f"第{number}工会")
    builders.user("agent", made.children.get(code="JT0100"), username="jt0101")
    builders.union("JT0201", parent=builders.union("JT02", kind="STREET"))
    return made


def test_agents_for_all_units_ticked_in_one_go(street: Any) -> None:
    client = builders.client_for(builders.user("coordinator", street))
    page = client.get(reverse("members:agents-missing"))
    units = list(page.context["page"])
    assert [unit.code for unit in units] == ["JT0101", "JT0102", "JT0103"]
    assert (
        reverse("members:agents-missing")
        in client.get(reverse("members:user-list")).content.decode()
    )
    answer = client.post(reverse("members:agents-missing"), {"pk": [units[0].pk, units[1].pk]})
    made = answer.context["made"]
    assert [new.user.username for new in made] == ["jt0101-2", "jt0102"]
    shown = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    for new in made:
        account = User.objects.get(username=new.user.username)
        assert account.check_password(new.password)
        assert account.must_change_password
        assert new.password in shown
        assert new.union_name in shown
    assert "http://testserver/" in shown
    assert AuditEvent.objects.filter(action="user.create").count() == 2
    assert [u.code for u in client.get(reverse("members:agents-missing")).context["page"]] == [
        "JT0103"
    ]


def test_nobody_is_invited_for_a_unit_elsewhere_or_twice(street: Any) -> None:
    viewer = builders.viewer_as("coordinator", street)
    elsewhere = selectors.visible_organisations(builders.viewer_as("admin")).get(code="JT0201")
    has_one = street.children.get(code="JT0100")
    with pytest.raises(accounts.NoUnitChosen):
        accounts.invite_agents(organisation_ids=[elsewhere.pk, has_one.pk], by=viewer)
    assert not AuditEvent.objects.filter(action="user.create").exists()


def test_the_number_of_queries_does_not_grow(
    street: Any, django_assert_max_num_queries: Any
) -> None:
    viewer = builders.viewer_as("coordinator", street)
    ids = [unit.pk for unit in street.children.all()]
    with django_assert_max_num_queries(9):
        assert len(accounts.invite_agents(organisation_ids=ids, by=viewer)) == 3


def test_an_invited_name_is_free_however_many_are_taken() -> None:
    for name in ("tt1", "tt1-2", "tt10"):
        builders.user("agent", username=name)
    assert selectors.free_usernames(["TT1", "TT1", "TT10", "TT2"]) == [
        "tt1-3", "tt1-4", "tt10-2", "tt2",
    ]  # fmt: skip
