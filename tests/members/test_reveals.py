"""Whole numbers: only by POST, with a reason, inside the scope, written down, so many a day."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.models import AuditEvent
from members.models import Member, Organisation
from members.services import reveals
from members.services.reveals import Asked
from members.states import Number, RevealReason
from tests import builders

DOCUMENT, CARD, PHONE = builders.document_number(), builders.card_number(), "13800131234"
ASKED = Asked(Number.DOCUMENT, RevealReason.CLAIM)


@pytest.fixture
def unit(db: None) -> Organisation:
    return builders.union("JT0101", name="天坛饭店工会")


@pytest.fixture
def member(unit: Organisation) -> Member:
    return builders.member(unit, number=DOCUMENT, card=CARD, phone=PHONE)


@pytest.fixture
def agent(unit: Organisation) -> Client:
    return builders.client_for(builders.user("agent", unit))


def ask(client: Client, member: Member, **data: str) -> Any:
    sent = {"what": "document", "reason": "claim", **data}
    return client.post(
        reverse("members:member-reveal", args=[member.pk]), sent, headers={"HX-Request": "true"}
    )


@pytest.mark.parametrize(
    ("what", "number"), [("document", DOCUMENT), ("card", CARD), ("phone", PHONE)]
)
def test_a_whole_number_with_a_reason(
    agent: Client, member: Member, what: str, number: str
) -> None:
    answer = ask(agent, member, what=what)
    assert answer.status_code == 200
    assert number in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert "今日还可查看49次" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(action="member.reveal")
    assert event.subject == f"member:{member.pk}"
    assert event.path == member.organisation.path
    assert event.details == {"seen": what, "reason": "claim", "note": ""}


def test_the_trail_says_in_words_what_was_looked_at(agent: Client, member: Member) -> None:
    ask(agent, member, reason="other", note=f"单位来电 {DOCUMENT}")
    event = AuditEvent.objects.get(action="member.reveal")
    assert DOCUMENT not in str(event.details)
    auditor = builders.client_for(builders.user("auditor"))
    page = auditor.get(reverse("members:audit-list")).content.decode()
    for words in ("查看完整号码", "证件号码", "其他（请说明）", "单位来电"):
        assert words in page


@pytest.mark.parametrize(
    "wrong",
    [{"reason": ""}, {"reason": "curiosity"}, {"what": ""}, {"what": "document_sealed"},
     {"reason": "other", "note": ""}, {"reason": "other", "note": "  "}],
)  # fmt: skip
def test_without_a_reason_there_is_no_number(
    agent: Client, member: Member, wrong: dict[str, str]
) -> None:
    answer = ask(agent, member, **wrong)
    assert answer.status_code == 422
    assert DOCUMENT not in answer.content.decode()
    assert not AuditEvent.objects.filter(action="member.reveal").exists()


def test_what_is_not_there_costs_nothing(agent: Client, unit: Organisation) -> None:
    answer = ask(agent, builders.member(unit), what="card")
    assert answer.status_code == 422
    assert "没有登记" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="member.reveal").exists()


def test_the_page_offers_it_to_those_who_may(agent: Client, member: Member) -> None:
    address = reverse("members:member-detail", args=[member.pk])
    page = agent.get(address).content.decode()
    assert page.count("显示30秒") == 3
    assert not any(number in page for number in (DOCUMENT, CARD, PHONE))
    auditor = builders.client_for(builders.user("auditor"))
    assert "显示30秒" not in auditor.get(address).content.decode()


def test_a_number_is_in_no_address(agent: Client, member: Member) -> None:
    address = reverse("members:member-reveal", args=[member.pk])
    assert agent.get(address, {"what": "document", "reason": "claim"}).status_code == 405


def test_without_the_script_it_is_a_page(agent: Client, member: Member) -> None:
    answer = agent.post(
        reverse("members:member-reveal", args=[member.pk]), {"what": "document", "reason": "claim"}
    )
    assert "<html" in answer.content.decode()
    assert DOCUMENT in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"


def test_over_the_quota_a_sentence_and_tomorrow_again(
    member: Member, unit: Organisation, settings: Any
) -> None:
    settings.REVEALS_PER_DAY = 2
    account = builders.user("agent", unit)
    viewer, today = builders.viewer(account), clock.today()
    left = [
        reveals.reveal_member(member_id=member.pk, asked=ASKED, by=viewer, on=today).left
        for _ in range(2)
    ]
    assert left == [1, 0]
    answer = ask(builders.client_for(account), member)
    assert answer.status_code == 422
    assert "已查看2个完整号码" in answer.content.decode()
    assert AuditEvent.objects.filter(action="member.reveal").count() == 2
    colleague = builders.viewer_as("agent", unit)
    reveals.reveal_member(member_id=member.pk, asked=ASKED, by=colleague, on=today)
    tomorrow = today + timedelta(days=1)
    reveals.reveal_member(member_id=member.pk, asked=ASKED, by=viewer, on=tomorrow)


def test_outside_the_scope_there_is_nobody(member: Member) -> None:
    stranger = builders.viewer_as("agent", builders.union("JT0201"))
    with pytest.raises(Member.DoesNotExist):
        reveals.reveal_member(member_id=member.pk, asked=ASKED, by=stranger, on=clock.today())
