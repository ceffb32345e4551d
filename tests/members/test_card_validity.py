"""Until when a card is valid: set with the card, mended on the record, unknown after a roster."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from members.access import Viewer
from members.models import Member, Organisation, User
from members.services import cards, people
from members.states import CardReason
from tests import builders
from tests.members.builders import brought_in, roster

pytestmark = pytest.mark.django_db
ON = date(2018, 3, 1)
DAY = timedelta(days=1)


@pytest.fixture
def clerk() -> Viewer:
    return builders.viewer_as("enrolment")


@pytest.fixture
def member(unit: Organisation) -> Member:
    return builders.member(unit)


def give(member: Member, clerk: Viewer, until: date | None = None) -> None:
    cards.change_card(
        member_id=member.pk, number=builders.card_number(), issued_on=ON, valid_until=until,
        reason=CardReason.LOST, by=clerk, on=ON,
    )  # fmt: skip
    member.refresh_from_db()


def test_a_card_expires_after_its_last_day_and_a_new_one_has_its_own(
    member: Member, clerk: Viewer
) -> None:
    with pytest.raises(cards.WrongDay):
        give(member, clerk, ON - DAY)
    give(member, clerk, ON + DAY)
    assert [member.card_expired(ON + days * DAY) for days in (0, 1, 2)] == [False, False, True]
    give(member, clerk)
    assert (member.card_valid_until, member.card_expired(ON + 999 * DAY)) == (None, False)
    assert member.former_cards.get().valid_until == ON + DAY


def test_the_validity_is_filled_in_later_and_mended(member: Member, clerk: Viewer) -> None:
    def edit(until: date | None) -> date | None:
        return people.edit(
            member_id=member.pk, name=member.name, phone=None, joined_on=None, note="", reason="",
            category="ORDINARY", card_valid_until=until, by=clerk, on=ON,
        ).card_valid_until  # fmt: skip

    assert edit(ON) is None  # there is no card
    give(member, clerk)
    with pytest.raises(cards.WrongDay):
        edit(ON - DAY)
    assert edit(ON) == ON
    assert edit(None) is None


def test_the_database_knows_no_validity_without_a_card(member: Member) -> None:
    with pytest.raises(IntegrityError, match="valid_until_of_a_card"), transaction.atomic():
        Member.objects.filter(pk=member.pk).update(card_valid_until=ON)


def test_a_roster_knows_no_validity_of_another_card(unit: Organisation, tmp_path: Path) -> None:
    card, number = builders.card_number(), builders.document_number()
    person = builders.member(unit, number=number, card=card)
    Member.objects.filter(pk=person.pk).update(card_valid_until=ON)
    row: dict[str, Any] = {"单位编号": unit.code, "姓名": person.name, "证件号码": number}
    brought_in("members", roster({**row, "京卡卡号": card, "备注": "同一张卡"}), tmp_path)
    person.refresh_from_db()
    assert (person.card_valid_until, person.note) == (ON, "同一张卡")
    brought_in("members", roster({**row, "京卡卡号": builders.card_number()}), tmp_path)
    person.refresh_from_db()
    assert person.card_valid_until is None
    assert person.former_cards.get().valid_until == ON


@pytest.mark.parametrize(
    ("until", "shown", "hidden"),
    [
        (date(2000, 1, 1), "卡已过期", "京卡有效期尚未确认"),
        (date(2999, 1, 1), "有效期至 2999-01-01", "卡已过期"),
        (None, "京卡有效期尚未确认", "卡已过期"),
    ],
)
def test_the_pages_of_a_person_say_it(
    unit: Organisation, clerk: Viewer, until: date | None, shown: str, hidden: str
) -> None:
    person = builders.member(unit, card=builders.card_number())
    Member.objects.filter(pk=person.pk).update(card_valid_until=until)
    client = builders.client_for(User.objects.get(username=clerk.username))

    def text(page: str) -> str:
        answer = client.get(reverse(f"members:{page}", args=[person.pk]))
        return " ".join(answer.content.decode().split())

    for page in ("member-detail", "member-life"):
        assert shown in text(page), page
        assert hidden not in text(page), page
    assert "京卡有效期至" in text("member-edit")
