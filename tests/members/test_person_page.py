"""一人一档: the page, its tabs, the neighbours in the list, and how many queries it takes."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from members.models import Member, Organisation
from tests import builders
from tests.claims import builders as claims
from tests.policies.test_views import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Organisation:
    street = builders.union("JT01", kind="STREET", name="天坛街道总工会")
    return builders.union("JT0101", parent=street, name="天坛饭店工会")


def page(client: Client, member: Member, query: str = "") -> str:
    return shown(client.get(reverse("members:member-detail", args=[member.pk]) + query))


def office() -> Client:
    return builders.client_for(builders.user("enrolment"))


def test_header_and_tabs(unit: Organisation) -> None:
    member = builders.member(unit, name="张三", card=builders.card_number())
    text = page(office(), member)
    assert "天坛街道总工会 ›" in text
    assert reverse("policies:member-panel", args=[member.pk]) in text
    assert reverse("claims:member-claimable", args=[member.pk]) in text
    assert "本人档案没有人工变更" in page(office(), member, "?tab=changes")
    assert reverse("claims:member-panel", args=[member.pk]) in page(office(), member, "?tab=claims")


def test_previous_and_next_are_those_of_the_list(unit: Organisation) -> None:
    first, second, third = (builders.member(unit, name=name) for name in ("安宁", "白云", "程平"))
    builders.member(builders.union("X"), name="白板")
    query = "?union=JT0101"
    text = page(office(), second, query)
    before, after = (reverse("members:member-detail", args=[each.pk]) for each in (first, third))
    assert f'rel="prev" href="{before}{query}"' in " ".join(text.split())
    assert f'rel="next" href="{after}{query}"' in " ".join(text.split())
    turned = " ".join(page(office(), second, query + "&sort=-name").split())
    assert f'rel="prev" href="{after}?' in turned
    assert 'rel="prev"' not in page(office(), first, query)
    assert 'rel="next"' not in page(office(), second)


def grid(client: Client, member: Member) -> str:
    return shown(client.get(reverse("policies:member-panel", args=[member.pk])))


def test_a_year_without_a_plan_on_sale_is_a_gap(unit: Organisation) -> None:
    member = builders.member(unit, sex="F", born_on=date(1985, 5, 1))
    claims.cover(member, "INPMED", starts_on=date(2018, 3, 1))
    claims.cover(member, "INPMED", starts_on=date(2020, 3, 1))
    rows = grid(office(), member).split("<tr>")
    year = next(row for row in rows if 'row">2020' in row)
    missed = next(row for row in rows if 'row">2019' in row)
    assert "￥50.00" in year
    assert "保至2019-02-28" in missed
    assert "未参保" in missed  # the other plans were on sale


def test_who_could_not_have_joined_leaves_no_gap(unit: Organisation) -> None:
    child = builders.member(unit, born_on=date(2020, 1, 1))
    assert 'class="wrap gap"' not in grid(office(), child)
    assert 'class="wrap gap"' in grid(office(), builders.member(unit))
    later = builders.member(unit, joined_on=date(2100, 1, 1))
    assert 'class="wrap gap"' not in grid(office(), later)


def test_another_unions_cover_is_no_gap_and_stays_unnamed(unit: Organisation) -> None:
    old = builders.union("B1", name="北新桥工会")
    member = builders.member(old)
    policy = claims.cover(member, "INPMED", starts_on=date(2018, 3, 1))
    Member.objects.filter(pk=member.pk).update(organisation=unit)
    agent = builders.client_for(builders.user("agent", unit))
    text = grid(agent, member)
    assert "已由其他单位参保" in text
    assert "北新桥" not in text
    assert policy.batch.number not in text
    assert "北新桥工会" in grid(office(), member)


def test_what_is_claimable_and_the_counts() -> None:
    member = claims.filed().member
    text = shown(office().get(reverse("claims:member-claimable", args=[member.pk])))
    counts = re.findall(r'<span id="count-(\w+)"[^>]*>(\d+)</span>', text)
    assert counts == [("enrolment", "1"), ("claims", "1"), ("reimbursement", "0")]
    assert "还可申请" in text


def test_the_page_with_its_panels_takes_few_queries(unit: Organisation) -> None:
    member = builders.member(unit)
    child = claims.child_of(member)
    today = clock.today()
    for family in ("INPMED", "INPALW", "CI", "ACC"):
        claims.cover(member, family, starts_on=today.replace(day=1))
    claims.cover(member, "CHILD", child=child, starts_on=today.replace(day=1))
    client = office()
    addresses = (
        reverse("members:member-detail", args=[member.pk]) + "?union=JT0101",
        reverse("policies:member-panel", args=[member.pk]),
        reverse("claims:member-claimable", args=[member.pk]),
    )
    for address in addresses:  # the terms of published versions are parsed once per process
        client.get(address)
    with CaptureQueriesContext(connection) as found:
        texts = [shown(client.get(address)) for address in addresses]
    assert texts[2].count("<h3>") >= 5
    # who is asking (session, account, roles) is read once in each of the three requests
    asking = ('"members_session"', '"members_user"', '"members_rolegrant"', "SAVEPOINT")
    own = [
        query["sql"]
        for query in found.captured_queries
        if not any(name in query["sql"].partition("WHERE")[0] for name in asking)
    ]
    assert len(own) <= 22, "\n".join(sql[:150] for sql in own)
