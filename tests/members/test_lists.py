"""Lists and pages of unions, members, accounts, jobs and the trail: scope, searching, queries."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from core import crypto, jobs
from core.models import AuditEvent
from members import selectors
from members.access import Viewer
from members.models import Organisation
from members.services import lists
from members.services.trail import verify_trail
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def street() -> Organisation:
    return builders.union("JT01", kind="STREET", name="天坛街道总工会")


@pytest.fixture
def unit(street: Organisation) -> Organisation:
    return builders.union("JT0101", parent=street, name="天坛饭店工会")


def clerk() -> Client:
    return builders.client_for(builders.user("enrolment"))


def text(client: Client, name: str, query: str = "", *args: Any) -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def names(role: str, unit: Organisation, **query: str) -> list[str]:
    client = builders.client_for(builders.user(role, unit))
    answer = client.get(reverse("members:member-list"), query)
    return [member.name for member in answer.context["page"]]


def test_members_are_sorted_by_pinyin_and_cut_to_the_scope(unit: Organisation) -> None:
    for name in ("单雄信", "张三", "任飘零", "安宁"):
        builders.member(unit, name=name)
    builders.member(builders.union("X"), name="别人")
    assert names("agent", unit) == ["安宁", "任飘零", "单雄信", "张三"]


@pytest.mark.parametrize(
    ("query", "found"),
    [({"q": "张"}, ["张三"]), ({"q": "zs"}, ["张三"]), ({"q": "李"}, []),
     ({"status": "RETIRED"}, []), ({"union": "天坛饭店"}, ["张三"]),
     ({"union": "jt0101"}, ["张三"]), ({"union": "X"}, []),
     ({"category": "ORDINARY"}, ["张三"])],
)  # fmt: skip
def test_searching_members(unit: Organisation, query: dict[str, str], found: list[str]) -> None:
    builders.member(unit, name="张三")
    assert names("agent", unit, **query) == found


def test_a_whole_number_finds_its_holder_in_scope(unit: Organisation) -> None:
    number, card = builders.document_number(), builders.card_number()
    member = builders.member(unit, number=number, card=card)
    client = builders.client_for(builders.user("agent", unit))
    address = reverse("members:member-detail", args=[member.pk])
    for typed in (number, number.lower(), f" {number[:6]} {number[6:]} ", card):
        answer = client.post(reverse("members:member-find"), {"text": typed})
        assert answer["Location"] == address
    stranger = builders.client_for(builders.user("agent", builders.union("X")))
    answer = stranger.post(reverse("members:member-find"), {"text": number})
    assert answer["Location"] == reverse("members:member-list")


def test_numbers_are_masked_everywhere(unit: Organisation) -> None:
    number, card = builders.document_number(), builders.card_number()
    member = builders.member(unit, number=number, card=card, phone="13812345678")
    shown = text(clerk(), "members:member-list") + text(
        clerk(), "members:member-detail", "", member.pk
    )
    for secret in (number, card, "13812345678"):
        assert secret not in shown
        assert secret[3:-4] not in shown
    assert f"110***********{number[-4:]}" in shown


def test_the_tree_begins_at_ones_own_place(street: Organisation, unit: Organisation) -> None:
    builders.union("JT02", kind="STREET")
    viewer = builders.viewer_as("coordinator", street)
    (top,) = selectors.branches(viewer)
    assert (top.pk, top.child_count) == (street.pk, 1)
    assert [branch.pk for branch in selectors.branches(viewer, street.pk)] == [unit.pk]
    (district,) = selectors.branches(builders.viewer_as("enrolment"))
    assert (district.name, district.child_count) == ("东城区总工会", 2)


def test_unions_under_a_node(street: Organisation, unit: Organisation) -> None:
    builders.union("JT02", kind="STREET")
    answer = clerk().get(reverse("members:organisation-list"), {"under": street.pk})
    assert [union.code for union in answer.context["page"]] == ["JT01", "JT0101"]


def test_a_unions_page_counts_its_members(unit: Organisation) -> None:
    builders.member(unit)
    builders.member(unit, name="李四")
    answer = clerk().get(reverse("members:organisation-detail", args=[unit.pk]))
    assert ("会员人数", 2) in answer.context["facts"]


def test_accounts_by_union_and_role(unit: Organisation) -> None:
    builders.user("agent", unit, username="ma")
    builders.user("coordinator", unit, username="sun")
    client = builders.client_for(builders.user("auditor"))
    answer = client.get(reverse("members:user-list"), {"role": "agent", "union": "JT0101"})
    assert [user.username for user in answer.context["page"]] == ["ma"]


def test_a_coordinator_sees_no_accounts_elsewhere(street: Organisation) -> None:
    elsewhere = builders.user("agent", builders.union("X"))
    client = builders.client_for(builders.user("coordinator", street))
    assert client.get(reverse("members:user-detail", args=[elsewhere.pk])).status_code == 404
    assert elsewhere.username not in text(client, "members:user-list")


def test_the_trail_is_searched_by_record_person_and_act() -> None:
    wang = builders.user("enrolment", username="wang")
    AuditEvent.objects.create(action="batch.accept", subject="batch:17", by_id=wang.pk)
    AuditEvent.objects.create(action="user.sign_in", subject="user:3", by_id=None)
    client = builders.client_for(builders.user("auditor"))
    for query in ({"subject": "batch:17"}, {"by": "wang"}, {"action": "batch."}):
        answer = client.get(reverse("members:audit-list"), query)
        assert [row["event"].subject for row in answer.context["rows"]] == ["batch:17"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "write"}, ["batch:17"]),
        ({"kind": "login", "subject": "user:0"}, ["user:0"]),
        ({"kind": "refused"}, ["user:4", "page:members:job-list"]),
        ({"union": "天坛"}, ["batch:17"]),
        ({"since": "2099-01-01"}, []),
        ({"until": "2000-01-01"}, []),
    ],
)
def test_the_trail_is_searched_by_kind_union_and_days(
    unit: Organisation, query: dict[str, str], found: list[str]
) -> None:
    AuditEvent.objects.create(action="batch.accept", subject="batch:17", path=unit.path)
    AuditEvent.objects.create(action="user.sign_in", subject="user:0")
    AuditEvent.objects.create(action="user.sign_in_refused", subject="user:4")
    AuditEvent.objects.create(action="access.refused", subject="page:members:job-list")
    answer = builders.client_for(builders.user("auditor")).get(reverse("members:audit-list"), query)
    assert [row["event"].subject for row in reversed(answer.context["rows"])] == found


def test_the_trail_says_whether_it_holds() -> None:
    client = builders.client_for(builders.user("auditor"))
    assert "尚未核验" in client.get(reverse("members:audit-list")).content.decode()
    proof = verify_trail(by=Viewer.system())
    shown = client.get(reverse("members:audit-list")).content.decode()
    assert proof.head[:16] in shown
    assert "完好" in shown


def test_ones_own_job_shows_its_progress_to_oneself_only(unit: Organisation) -> None:
    agent = builders.user("agent", unit)
    job = jobs.enqueue(kind="members.tasks.check_import", key="x", requested_by_id=agent.pk)
    address = reverse("members:job-progress", args=[job.pk]) + "?next=//evil.example/"
    assert builders.client_for(agent).get(address).context["done_url"] == ""
    assert builders.client_for(builders.user("agent", unit)).get(address).status_code == 404


def test_the_navigation_follows_the_role(unit: Organisation) -> None:
    agent = builders.client_for(builders.user("agent", unit))
    items = agent.get(reverse("members:member-list")).context["nav"]
    urls = [item.url for item in items]
    assert reverse("members:audit-list") not in urls
    assert reverse("members:user-list") not in urls
    assert [item.url for item in items if item.active] == [reverse("members:member-list")]
    auditor = builders.client_for(builders.user("auditor"))
    shown = [item.url for item in auditor.get(reverse("members:audit-list")).context["nav"]]
    assert reverse("members:audit-list") in shown
    assert reverse("members:import-list") not in shown


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("members:organisation-list", "enrolment"),
        ("members:member-list", "enrolment"),
        ("members:user-list", "auditor"),
        ("members:job-list", "enrolment"),
        ("members:audit-list", "auditor"),
    ],
)
def test_lists_take_the_same_queries_however_long(
    name: str, role: str, unit: Organisation, django_assert_max_num_queries: Any
) -> None:
    for number in range(25):
        builders.member(builders.union(f"V{number}", parent=unit))
        user = builders.user("agent", unit)
        AuditEvent.objects.create(action="user.sign_in", subject=f"user:{user.pk}", by_id=user.pk)
        jobs.enqueue(kind="members.tasks.check_import", key=str(number), requested_by_id=user.pk)
    client = builders.client_for(builders.user(role))
    with django_assert_max_num_queries(13):
        text(client, name)


def test_the_export_is_what_is_filtered_with_masked_numbers(unit: Organisation) -> None:
    member = builders.member(unit, name="张三", card=builders.card_number())
    builders.member(unit, name="李四")
    number = crypto.unseal(member.document_sealed, "id")
    client = builders.client_for(builders.user("agent", unit))
    answer = client.post(reverse("members:member-export") + "?q=zs&status=IN_SERVICE")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.values)
    assert [row[2] for row in rows[1:]] == ["张三"]
    assert rows[1][5] == selectors.masked_document(member)
    assert number not in str(rows)
    event = AuditEvent.objects.get(action="member.export")
    assert event.details == {"count": 1, "searched": "q, status"}


def test_a_list_too_long_for_one_workbook_is_refused(
    unit: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST", 1)
    for name in ("张三", "李四"):
        builders.member(unit, name=name)
    client = builders.client_for(builders.user("agent", unit))
    answer = client.post(reverse("members:member-export"), follow=True)
    assert "超过一次导出上限1人" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="member.export").exists()
