"""Accounts: made, reset, locked, given roles; signing in; the first password."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent
from members.models import Organisation, RoleGrant, User
from members.permissions import Role
from members.services import accounts
from tests import builders

pytestmark = pytest.mark.django_db


def actions(user: User) -> list[str]:
    found = AuditEvent.objects.filter(subject=f"user:{user.pk}").order_by("pk")
    return list(found.values_list("action", flat=True))


def made(by_role: str = "admin", union: Organisation | None = None) -> accounts.NewPassword:
    return accounts.create_account(
        username="zhang", full_name="张明", role=Role.AGENT,
        organisation_id=(union or builders.union()).pk, by=builders.viewer_as(by_role),
    )  # fmt: skip


def nothing_made() -> bool:
    return not User.objects.filter(username="zhang").exists()


def test_an_account_has_one_role_and_a_password_to_be_changed() -> None:
    union = builders.union()
    new = made(union=union)
    assert new.user.check_password(new.password)
    assert new.user.must_change_password
    assert [(g.role, g.organisation) for g in new.user.grants.all()] == [("agent", union)]
    assert actions(new.user) == ["user.create"]
    assert new.password not in str(list(AuditEvent.objects.values()))
    assert new.password not in repr(new)


def test_one_time_passwords_differ_and_read_well() -> None:
    given = {accounts.one_time_password() for _time in range(200)}
    assert len(given) == 200
    assert all(len(word) == 19 and not set(word) & set("0o1liI") for word in given)


def test_a_taken_name_is_refused() -> None:
    made()
    with pytest.raises(accounts.NameTaken, match="zhang"):
        made()
    assert User.objects.filter(username="zhang").count() == 1


def test_a_coordinator_makes_agents_only() -> None:
    street = builders.union("JT01", kind="STREET")
    unit = builders.union("JT0101", parent=street)
    viewer = builders.viewer_as("coordinator", street)
    with pytest.raises(accounts.MayNotGive):
        accounts.create_account(
            username="zhang", full_name="", role=Role.FINANCE, organisation_id=unit.pk, by=viewer
        )
    assert nothing_made()


def test_a_coordinator_makes_nobody_elsewhere() -> None:
    street = builders.union("JT01", kind="STREET")
    elsewhere = builders.union("JT02", kind="STREET")
    with pytest.raises(Organisation.DoesNotExist):
        accounts.create_account(
            username="zhang", full_name="", role=Role.AGENT, organisation_id=elsewhere.pk,
            by=builders.viewer_as("coordinator", street),
        )  # fmt: skip
    assert nothing_made()


def test_a_clerk_makes_nobody() -> None:
    with pytest.raises(Organisation.DoesNotExist):
        made(by_role="enrolment")
    assert nothing_made()


def test_a_coordinator_does_not_reset_his_superiors() -> None:
    street = builders.union("JT01", kind="STREET")
    superior = builders.user("admin", street)
    before = superior.password
    with pytest.raises(User.DoesNotExist):
        accounts.reset_password(user_id=superior.pk, by=builders.viewer_as("coordinator", street))
    superior.refresh_from_db()
    assert superior.password == before


def test_an_agent_with_a_role_elsewhere_is_not_the_coordinators_to_reset() -> None:
    street = builders.union("JT01", kind="STREET")
    agent = builders.user("agent", builders.union("JT0101", parent=street))
    RoleGrant.objects.create(user=agent, role="leader", organisation=builders.district())
    with pytest.raises(User.DoesNotExist):
        accounts.reset_password(user_id=agent.pk, by=builders.viewer_as("coordinator", street))


def test_reset_gives_a_new_first_password() -> None:
    agent = builders.user("agent")
    new = accounts.reset_password(user_id=agent.pk, by=builders.viewer_as("admin"))
    agent.refresh_from_db()
    assert agent.check_password(new.password)
    assert agent.must_change_password
    assert actions(agent) == ["user.reset_password"]


def test_nobody_locks_himself() -> None:
    admin = builders.user("admin")
    with pytest.raises(accounts.OwnAccount):
        accounts.set_active(user_id=admin.pk, active=False, by=builders.viewer(admin))
    admin.refresh_from_db()
    assert admin.is_active


def test_a_locked_account_is_out_at_its_next_click() -> None:
    agent = builders.user("agent", builders.union())
    client = builders.client_for(agent)
    assert client.get(reverse("members:organisation-list")).status_code == 200
    accounts.set_active(user_id=agent.pk, active=False, by=builders.viewer_as("admin"))
    assert client.get(reverse("members:organisation-list")).status_code == 302
    assert actions(agent) == ["user.deactivate"]


def test_the_last_role_stays() -> None:
    agent = builders.user("agent")
    with pytest.raises(accounts.LastRole):
        accounts.take_role(grant_id=agent.grants.get().pk, by=builders.viewer_as("admin"))
    assert agent.grants.count() == 1


def test_roles_are_given_and_taken() -> None:
    agent, union = builders.user("agent"), builders.union()
    admin = builders.viewer_as("admin")
    given = accounts.give_role(
        user_id=agent.pk, role=Role.COORDINATOR, organisation_id=union.pk, by=admin
    )
    accounts.take_role(grant_id=given.pk, by=admin)
    assert list(agent.grants.values_list("role", flat=True)) == ["agent"]
    assert actions(agent) == ["user.give_role", "user.take_role"]


def test_the_first_password_must_be_changed() -> None:
    user = builders.user("agent", builders.union(), must_change_password=True)
    user.set_password(builders.PASSWORD)
    user.save()
    client = builders.client_for(user)
    away = client.get(reverse("members:organisation-list"))
    assert (away.status_code, away["Location"]) == (302, reverse("members:password"))
    assert "当前密码由他人发放" in client.get(away["Location"]).content.decode()
    new = "yong ding men wai 2019"
    answer = client.post(
        reverse("members:password"), {"old": builders.PASSWORD, "new": new, "again": new}
    )
    assert answer.status_code == 302
    assert client.get(reverse("members:organisation-list")).status_code == 200
    user.refresh_from_db()
    assert user.check_password(new)
    assert actions(user) == ["user.change_password"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("wrong", "yong ding men wai 2019", "现在的密码不正确"),
        (builders.PASSWORD, builders.PASSWORD, "不能与现在的密码相同"),
        (builders.PASSWORD, "short", "密码太短，至少要 12 个字符"),
        (builders.PASSWORD, "202020202020", "密码只包含数字"),
        (builders.PASSWORD, "dongcheng-gonghui-2026", "容易被猜中"),
        (builders.PASSWORD, "东城区总工会2018年互助", "容易被猜中"),
    ],
)
def test_weak_passwords_are_refused_in_a_sentence(old: str, new: str, sentence: str) -> None:
    user = builders.user("agent", builders.union(), must_change_password=True)
    user.set_password(builders.PASSWORD)
    user.save()
    answer = builders.client_for(user).post(
        reverse("members:password"), {"old": old, "new": new, "again": new}
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(builders.PASSWORD)
    assert actions(user) == []


def test_the_new_password_is_typed_twice() -> None:
    user = builders.user("agent", builders.union())
    answer = builders.client_for(user).post(
        reverse("members:password"), {"old": "x", "new": "abcdefghijklm", "again": "abcdefghijkln"}
    )
    assert answer.status_code == 422
    assert "两次输入的新密码不一致" in answer.content.decode()


def test_sign_in_page_leads_where_one_wanted_to_go() -> None:
    user = builders.user("agent", builders.union(), username="ma")
    user.set_password(builders.PASSWORD)
    user.save()
    page = reverse("members:login")
    sent = {"username": "ma", "password": builders.PASSWORD, "next": "/people/"}
    assert Client().post(page, sent)["Location"] == "/people/"
    sent["next"] = "https://evil.example/"
    assert Client().post(page, sent)["Location"] == reverse("home")
    sent["password"] = "no"
    refused = Client().post(page, sent)
    assert refused.status_code == 422
    assert "用户名或密码不正确" in refused.content.decode()


def test_an_agent_for_a_unit_in_two_clicks() -> None:
    unit = builders.union("JT0101", name="天坛饭店工会")
    client = builders.client_for(builders.user("admin"))
    page = client.get(reverse("members:organisation-detail", args=[unit.pk])).content.decode()
    address = reverse("members:user-create", args=[unit.pk])
    assert address in page
    form = client.get(address)
    assert form.context["form"].initial["username"] == "jt0101"
    answer = client.post(address, {"username": "jt0101", "full_name": "钱多", "role": "agent"})
    account = User.objects.get(username="jt0101")
    shown = answer.context["made"][0].password
    assert account.check_password(shown)
    assert shown in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    again = client.get(reverse("members:user-detail", args=[account.pk]))
    assert shown not in again.content.decode()
    assert client.get(address).context["form"].initial["username"] == "jt0101-2"
