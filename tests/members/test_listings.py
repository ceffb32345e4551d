"""What a person sets for a list is kept for him alone; searches are kept, shared, and forgotten."""

import io
import re

import pytest
from django.db import IntegrityError
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from core import lists
from core.models import AuditEvent
from members.filters import IMPORTS, MEMBERS
from members.models import ListSetting, Organisation, SavedFilter, User
from members.selectors.listings import shown_list
from members.services import listings as services
from tests import builders

pytestmark = pytest.mark.django_db
LIST = reverse("members:member-list")


@pytest.fixture
def unit() -> Organisation:
    street = builders.union("JT01", kind="STREET", name="天坛街道总工会")
    made = builders.union("JT0101", parent=street, name="天坛饭店工会")
    builders.member(made, name="张三")
    return made


@pytest.fixture
def clerk(unit: Organisation) -> User:
    return builders.user("enrolment", full_name="钱参保")


def page(client: Client, query: str = "") -> str:
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return answer.content.decode()


def headers(client: Client) -> list[str]:
    return re.findall(r"<th scope=\"col\"[^>]*>(?:<a [^>]*>)?([^<]+)", page(client))


def choose(client: Client, **data: object) -> None:
    sent = {"back": LIST, **data}
    answer = client.post(reverse("members:list-display", args=["members"]), sent)
    assert answer["Location"] == LIST


def keep(client: Client, name: str, query: str, **data: str) -> str:
    """Keep a search as the menu does; what the list says about it afterwards."""
    address = reverse("members:filter-create", args=["members"])
    answer = client.post(address, {"name": name, "query": query, "back": LIST, **data}, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


# ------------------------------------------------------------------ columns


def test_chosen_columns_stay_and_are_seen_by_nobody_else(clerk: User) -> None:
    client = builders.client_for(clerk)
    assert headers(client)[:3] == ["姓名", "性别", "证件号码"]
    choose(client, column=["union", "status"], density="compact")
    assert headers(client) == ["姓名", "单位", "状态"] == headers(builders.client_for(clerk))
    assert 'class="data compact"' in page(client)
    other = builders.client_for(builders.user("enrolment"))
    assert len(headers(other)) == 8
    assert 'class="data standard"' in page(other)


def test_the_defaults_come_back(clerk: User) -> None:
    client = builders.client_for(clerk)
    choose(client, column=[], density="roomy")
    assert headers(client) == ["姓名"]
    choose(client, reset="1")
    assert len(headers(client)) == 8
    assert not ListSetting.objects.exists()


def test_unknown_columns_heights_and_lists_change_nothing(clerk: User) -> None:
    client = builders.client_for(clerk)
    choose(client, column=["password", "sex", "'; DROP"], density="99px")
    kept = ListSetting.objects.get()
    assert (kept.density, "password" in kept.hidden) == ("standard", False)
    assert headers(client) == ["姓名", "性别"]
    address = reverse("members:list-display", args=["salaries"])
    assert client.post(address, {"column": "sex"}).status_code == 404


def test_a_column_that_is_gone_is_no_harm(clerk: User) -> None:
    ListSetting.objects.create(user=clerk, listing="members", hidden=["old"], density="standard")
    assert len(headers(builders.client_for(clerk))) == 8


def test_a_form_leads_to_no_other_site(clerk: User) -> None:
    client = builders.client_for(clerk)
    address = reverse("members:list-display", args=["members"])
    for back in ("https://example.com/", "//example.com/", ""):
        assert client.post(address, {"back": back})["Location"] == "/"


def test_the_export_has_all_columns(clerk: User) -> None:
    client = builders.client_for(clerk)
    exported = []
    for shown in (["sex"], []):
        choose(client, column=shown, density="compact")
        content = client.post(reverse("members:member-export")).content
        sheet = load_workbook(io.BytesIO(content)).active
        assert sheet is not None
        exported.append(next(iter(sheet.values)))
    assert exported[0] == exported[1]
    assert {"姓名", "性别", "证件号码"} <= set(exported[1])


# ------------------------------------------------------------------ scope


@pytest.mark.parametrize(
    ("grants", "words"),
    [
        ([("coordinator", "JT01")], "范围：天坛街道总工会 及下级"),
        ([("agent", "JT0101")], "范围：天坛饭店工会 及下级"),
        ([("coordinator", "JT01"), ("agent", "JT0101")], "范围：天坛街道总工会 及下级"),
        ([("agent", "A"), ("agent", "B"), ("agent", "C")], "范围：A工会、B工会等3家单位 及下级"),
        ([("agent", "A"), ("leader", "JT01")], "范围：A工会 及下级"),  # of whose members he sees
    ],
)
def test_a_list_says_whose_rows_it_shows(
    unit: Organisation, grants: list[tuple[str, str]], words: str
) -> None:
    for code in "ABC":
        builders.union(code)
    role, code = grants[0]
    user = builders.user(role, Organisation.objects.get(code=code))
    for role, code in grants[1:]:
        user.grants.create(role=role, organisation=Organisation.objects.get(code=code))
    assert words in re.sub(r"\s+", " ", page(builders.client_for(user)))


# ------------------------------------------------------------------ kept searches


def test_a_search_is_kept_and_opened(clerk: User) -> None:
    client = builders.client_for(clerk)
    told = keep(client, "退休张姓", "q=张&status=RETIRED&page=7&sort=-name&nonsense=1&category=X")
    assert told == "筛选“退休张姓”已保存。"
    kept = SavedFilter.objects.get()
    assert QueryDict(kept.query).dict() == {"q": "张", "status": "RETIRED", "sort": "-name"}
    assert "退休张姓" in page(client)
    answer = client.get(reverse("members:filter-open", args=[kept.pk]))
    assert answer["Location"] == f"{LIST}?{kept.query}"
    assert 'aria-current="true"' in page(client, f"?{kept.query}&page=2")
    assert 'aria-current="true"' not in page(client, "?q=张")
    assert AuditEvent.objects.get(action="filter.save").by_id == clerk.pk


def test_a_kept_search_is_checked_again_when_it_is_used(clerk: User) -> None:
    kept = SavedFilter.objects.create(
        owner=clerk, listing="members", name="旧", query="q=张&status=GONE&sought=abc&drop=1"
    )
    client = builders.client_for(clerk)
    answer = client.get(reverse("members:filter-open", args=[kept.pk]))
    assert QueryDict(answer["Location"].partition("?")[2]).dict() == {"q": "张"}


@pytest.mark.parametrize(
    "query",
    [
        "sought=0a1b2c3d",
        "q=110101198001150037",
        "q=110101 19800115 0037",
        "union=6222020200012345678",
        "q=１１０１０１１９８００１１５００３７",
    ],
)
def test_a_search_for_a_number_is_not_kept(clerk: User, query: str) -> None:
    told = keep(builders.client_for(clerk), "某人", f"status=RETIRED&{query}")
    assert told == "按证件号码、卡号查人的条件不能保存。"
    assert not SavedFilter.objects.exists()


def test_what_cannot_be_kept(clerk: User) -> None:
    client = builders.client_for(clerk)
    assert keep(client, "", "q=张") == "请填写筛选名称。"
    assert keep(client, "110101198001150037", "q=张") == "名称中不能含证件号码、卡号或电话号码。"
    for query in ("", "page=3", "status=NONE"):
        assert keep(client, "空", query) == "没有可保存的条件，请先填写条件并点“搜索”。"
    keep(client, "张", "q=张")
    assert keep(client, "张", "q=王") == "您已有名为“张”的筛选，请换一个名称。"
    for number in range(services.MOST - 1):
        keep(client, f"第{number}个", "q=王")
    assert keep(client, "多", "q=王") == "每个列表最多保存20个筛选，请先删除不用的。"
    assert SavedFilter.objects.count() == services.MOST


def test_the_database_takes_no_number(clerk: User) -> None:
    with pytest.raises(IntegrityError, match="filter_without_numbers"):
        SavedFilter.objects.create(owner=clerk, listing="members", name="a", query="q=12345678")


def test_the_database_takes_no_height_and_no_name_twice(clerk: User) -> None:
    with pytest.raises(IntegrityError, match="list_setting_density_known"):
        ListSetting.objects.create(user=clerk, listing="members", density="huge")


def test_a_search_of_somebody_else_is_not_there(clerk: User) -> None:
    keep(builders.client_for(clerk), "常用张姓", "q=张")
    kept = SavedFilter.objects.get()
    colleague = builders.client_for(builders.user("enrolment"))
    assert "常用张姓" not in page(colleague)
    assert colleague.get(reverse("members:filter-open", args=[kept.pk])).status_code == 404
    for act in ("members:filter-rename", "members:filter-delete"):
        assert colleague.post(reverse(act, args=[kept.pk]), {"name": "x"}).status_code == 404
    assert SavedFilter.objects.get().name == "常用张姓"


def test_a_shared_search_is_seen_by_the_office_and_deleted_by_owner_or_administrator(
    clerk: User, unit: Organisation
) -> None:
    keep(builders.client_for(clerk), "全办", "q=张", shared="1")
    kept = SavedFilter.objects.get()
    open_it, delete = (
        reverse(f"members:filter-{act}", args=[kept.pk]) for act in ("open", "delete")
    )
    colleague = builders.client_for(builders.user("reviewer"))
    assert "全办" in page(colleague)
    assert "由钱参保共享给全办" in page(colleague)
    assert colleague.get(open_it).status_code == 302
    colleague.post(delete)
    assert SavedFilter.objects.filter(pk=kept.pk).exists()
    agent = builders.client_for(builders.user("agent", unit))
    assert agent.get(open_it).status_code == 404
    admin = builders.client_for(builders.user("admin"))
    assert "全办" in admin.get(reverse("members:filter-list")).content.decode()
    admin.post(delete)
    assert not SavedFilter.objects.exists()


def test_only_the_district_shares(unit: Organisation) -> None:
    client = builders.client_for(builders.user("agent", unit))
    assert "全办共享" not in page(client, "?q=张")
    keep(client, "偷偷共享", "q=张", shared="1")
    assert not SavedFilter.objects.get().is_shared


def test_a_search_is_renamed_and_deleted(clerk: User) -> None:
    client = builders.client_for(clerk)
    keep(client, "甲", "q=张")
    keep(client, "乙", "q=王")
    first = SavedFilter.objects.get(name="甲")
    rename = reverse("members:filter-rename", args=[first.pk])
    client.post(rename, {"name": "乙"})
    client.post(rename, {"name": "丙"})
    assert sorted(SavedFilter.objects.values_list("name", flat=True)) == ["丙", "乙"]
    client.post(reverse("members:filter-delete", args=[first.pk]))
    assert SavedFilter.objects.get().name == "乙"
    assert AuditEvent.objects.filter(action="filter.delete", by_id=clerk.pk).count() == 1


def test_two_lists_keep_their_own(clerk: User) -> None:
    viewer = builders.viewer(clerk)
    for listing in (MEMBERS, IMPORTS):
        services.keep_filter(listing=listing, name="同名", query="q=a", is_shared=False, by=viewer)
    shown = shown_list(MEMBERS, viewer, QueryDict("q=a"))
    assert [kept.row.listing for kept in shown.kept] == ["members"]


def test_every_list_that_keeps_searches_has_a_form() -> None:
    for name in ("members", "unions", "imports", "batches", "claims", "receipts", "payouts"):
        found = lists.listing(name)
        assert found.view
        assert lists.kept_query(found, QueryDict("nothing=1&page=2")) == ""
