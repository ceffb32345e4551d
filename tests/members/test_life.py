"""The life of a membership: registering, status, card, children, transfers; every refusal too."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.urls import reverse

from members.models import (
    Child,
    Guardian,
    Member,
    MemberCard,
    MembershipEvent,
    Organisation,
    Transfer,
)
from members.permissions import Role
from members.selectors import life
from members.services import cards, children, people, transfers
from members.services.people import Person
from members.states import CardReason, MemberStatus, Relation
from tests import builders
from tests.members.builders import brought_in, codes, roster

pytestmark = pytest.mark.django_db
ON = date(2018, 3, 1)


class Two:
    """Two unions under different streets, each with its agent, and a member of the first."""

    def __init__(self) -> None:
        self.old = builders.union("A01", name="甲厂工会")
        self.new = builders.union("B01", name="乙厂工会")
        self.old_agent = builders.viewer_as(Role.AGENT, self.old)
        self.new_agent = builders.viewer_as(Role.AGENT, self.new)
        self.clerk = builders.viewer_as(Role.ENROLMENT)
        self.number = builders.document_number()
        self.member = builders.member(self.old, number=self.number)

    def ask_out(self) -> Transfer:
        return transfers.ask_out(
            member_id=self.member.pk, target_code="B01", reason="调动", by=self.old_agent, on=ON
        )


@pytest.fixture
def two() -> Two:
    return Two()


def kinds(member: Member) -> list[str]:
    return list(member.events.order_by("pk").values_list("kind", flat=True))


def test_registering_fills_sex_and_birthday(two: Two) -> None:
    number = builders.document_number(sex="F", born_on=date(1985, 6, 15))
    made = people.register(
        union_code="a01", person=Person("李 梅", "RESIDENT", number), by=two.old_agent, on=ON
    )
    assert (made.sex, made.organisation) == ("F", two.old)
    assert made.born_on.year == 1985
    assert kinds(made) == ["JOINED"]


def test_who_is_registered_elsewhere_is_not_told_where(two: Two) -> None:
    person = Person("张三", "RESIDENT", two.number)
    with pytest.raises(people.AlreadyRegistered) as told:
        people.register(union_code="B01", person=person, by=two.new_agent, on=ON)
    assert "甲厂" not in str(told.value)
    assert two.member.name not in str(told.value)
    with pytest.raises(people.AlreadyRegistered, match="甲厂工会"):
        people.register(union_code="A01", person=person, by=two.old_agent, on=ON)
    assert Member.objects.count() == 1


def test_nobody_registers_for_a_foreign_union(two: Two) -> None:
    person = Person("张三", "RESIDENT", builders.document_number())
    with pytest.raises(people.UnknownUnion):
        people.register(union_code="B01", person=person, by=two.old_agent, on=ON)


def test_the_way_of_a_status_and_back(two: Two) -> None:
    def move(to: MemberStatus, day: date) -> None:
        people.move(
            member_id=two.member.pk, to=to, happened_on=day, reason="", by=two.old_agent, on=ON
        )

    move(MemberStatus.RETIRED, date(2018, 1, 1))
    with pytest.raises(people.WrongDay):
        move(MemberStatus.DIED, date(2017, 12, 31))
    with pytest.raises(people.WrongDay):
        move(MemberStatus.DIED, date(2018, 3, 2))
    move(MemberStatus.DIED, date(2018, 2, 1))
    with pytest.raises(people.NoSuchMove):
        move(MemberStatus.IN_SERVICE, ON)
    people.correct(member_id=two.member.pk, reason="误登", by=two.old_agent, on=ON)
    two.member.refresh_from_db()
    assert two.member.status == "RETIRED"
    people.correct(member_id=two.member.pk, reason="误登", by=two.old_agent, on=ON)
    two.member.refresh_from_db()
    assert two.member.status == "IN_SERVICE"
    with pytest.raises(people.NothingToCorrect):
        people.correct(member_id=two.member.pk, reason="误登", by=two.old_agent, on=ON)
    assert kinds(two.member) == ["RETIRED", "DIED", "CORRECTED", "CORRECTED"]


def test_another_name_wants_a_reason(two: Two) -> None:
    change: dict[str, Any] = {
        "member_id": two.member.pk, "name": "张三丰", "phone": "", "joined_on": None,
        "category": "MODEL_WORKER", "note": "", "by": two.old_agent, "on": ON,
    }  # fmt: skip
    with pytest.raises(people.ReasonMissing):
        people.edit(reason="", **change)
    assert people.edit(reason="更名证明", **change).initials == "zsf"


def test_another_category_counts_from_a_day(two: Two) -> None:
    change: dict[str, Any] = {
        "member_id": two.member.pk, "name": two.member.name, "phone": None, "joined_on": None,
        "note": "", "reason": "证书", "by": two.old_agent, "on": ON,
    }  # fmt: skip
    with pytest.raises(people.WrongDay):
        people.edit(category="MODEL_WORKER", category_on=ON + timedelta(days=1), **change)
    assert not two.member.events.exists()
    people.edit(category="MODEL_WORKER", category_on=ON - timedelta(days=9), **change)
    people.edit(category="MODEL_WORKER", **change)
    event = two.member.events.get()
    assert (event.kind, event.on) == ("CATEGORY", ON - timedelta(days=9))
    assert event.categories == ("普通", "劳模")
    # a retirement of an earlier day may still be recorded
    people.move(
        member_id=two.member.pk, to=MemberStatus.RETIRED, happened_on=ON - timedelta(days=20),
        reason="", by=two.old_agent, on=ON,
    )  # fmt: skip


def test_the_masked_telephone_stays_and_an_empty_one_clears_it(two: Two) -> None:
    client = builders.client_for(builders.user("enrolment"))
    address = reverse("members:member-edit", args=[two.member.pk])
    fields = {"name": two.member.name, "category": "ORDINARY", "note": ""}

    def typed(phone: str) -> Member:
        assert client.post(address, {**fields, "phone": phone}).status_code == 302
        return Member.objects.get(pk=two.member.pk)

    first = typed("13812345678").phone_index
    assert first
    shown = client.get(address).context["form"]["phone"].value()
    assert shown == "138****5678"
    assert typed(shown).phone_index == first
    assert typed("").phone_sealed is None


def test_the_menu_counts_what_waits_for_an_answer(two: Two) -> None:
    two.ask_out()

    def badges(union: Organisation) -> set[int | None]:
        client = builders.client_for(builders.user("coordinator", union))
        nav = client.get(reverse("members:transfer-list")).context["nav"]
        return {item.badge for item in nav} - {None}

    assert badges(two.new) == {1}
    assert badges(two.old) == set()


def test_a_replaced_card_stays_its_owners(two: Two) -> None:
    first, second = builders.card_number(), builders.card_number()

    def give(member: Member, number: str) -> None:
        cards.change_card(
            member_id=member.pk, number=number, issued_on=None, reason=CardReason.LOST,
            by=two.clerk, on=ON,
        )  # fmt: skip

    give(two.member, first)
    give(two.member, second)
    other = builders.member(two.new)
    for taken in (first, second):
        with pytest.raises(cards.CardTaken):
            give(other, taken)
    with pytest.raises(cards.WrongCard):
        give(two.member, second)
    give(two.member, first)  # found again
    assert MemberCard.objects.filter(member=two.member).count() == 2
    held = MemberCard.objects.first()
    assert held is not None
    with pytest.raises(IntegrityError, match="card_of_one_member"), transaction.atomic():
        MemberCard.objects.create(
            member=other, card_index=held.card_index, card_sealed=held.card_sealed, replaced_on=ON,
            reason="LOST",
        )  # fmt: skip


def consent(two: Two, member: Member, number: str, name: str = "张小") -> Guardian:
    return children.consent(
        member_id=member.pk, name=name, number=number, relation=Relation.MOTHER, consent_on=ON,
        consent_form="V1", by=two.clerk, on=ON,
    )  # fmt: skip


def test_a_child_has_one_record_and_two_guardians(two: Two) -> None:
    number = builders.document_number(born_on=date(2010, 5, 1))
    link = consent(two, two.member, number)
    consent(two, builders.member(two.new), number)
    assert Child.objects.count() == 1
    with pytest.raises(children.WrongConsent):
        consent(two, two.member, number)
    children.withdraw(guardian_id=link.pk, member_id=two.member.pk, by=two.old_agent, on=ON)
    assert life.consented_children().count() == 1
    consent(two, two.member, number)
    assert Guardian.objects.count() == 3


def test_a_wrong_child_stores_nothing(two: Two) -> None:
    number = builders.document_number(born_on=date(2010, 5, 1))
    for wrong in (builders.document_number(), number[:-1] + ("1" if number[-1] != "1" else "2")):
        with pytest.raises(children.WrongChild):
            consent(two, two.member, wrong)
    assert not Child.objects.exists()
    consent(two, two.member, number)
    with pytest.raises(children.WrongChild):
        consent(two, builders.member(two.new), number, name="别人")
    assert Guardian.objects.count() == 1


def test_the_other_union_consents(two: Two) -> None:
    asked = two.ask_out()
    assert life.awaiting(two.new_agent).get() == asked
    assert not life.awaiting(two.old_agent).exists()
    with pytest.raises(transfers.NotYours):
        transfers.consent(transfer_id=asked.pk, by=two.old_agent, on=ON)
    with pytest.raises(transfers.OpenTransfer):
        two.ask_out()
    transfers.consent(transfer_id=asked.pk, by=two.new_agent, on=ON)
    two.member.refresh_from_db()
    assert two.member.organisation == two.new
    assert kinds(two.member) == ["TRANSFERRED"]
    with pytest.raises(transfers.TransferSettled):
        transfers.withdraw(transfer_id=asked.pk, by=two.old_agent, on=ON)


def test_the_new_union_asks_and_is_refused(two: Two) -> None:
    asked = transfers.ask_in(
        number=two.number, target_code="B01", reason="入职", by=two.new_agent, on=ON
    )
    with pytest.raises(transfers.ReasonMissing):
        transfers.refuse(transfer_id=asked.pk, reason=" ", by=two.old_agent, on=ON)
    transfers.refuse(transfer_id=asked.pk, reason="仍在职", by=two.old_agent, on=ON)
    two.member.refresh_from_db()
    assert two.member.organisation == two.old
    assert kinds(two.member) == []


def test_who_is_above_both_transfers_at_once(two: Two) -> None:
    made = transfers.ask_out(
        member_id=two.member.pk, target_code="B01", reason="调动", by=two.clerk, on=ON
    )
    assert made.status == "DONE"


def test_a_third_union_sees_no_transfer(two: Two) -> None:
    asked = two.ask_out()
    third = builders.viewer_as(Role.AGENT, builders.union("C01"))
    with pytest.raises(ObjectDoesNotExist):
        transfers.consent(transfer_id=asked.pk, by=third, on=ON)
    assert not life.visible_transfers(third).exists()


def test_the_dead_and_the_moved_are_not_transferred(two: Two) -> None:
    asked = two.ask_out()
    Member.objects.filter(pk=two.member.pk).update(organisation=builders.union("C01"))
    with pytest.raises(transfers.NotMovable):
        transfers.consent(transfer_id=asked.pk, by=two.new_agent, on=ON)
    transfers.withdraw(transfer_id=asked.pk, by=two.old_agent, on=ON)
    Member.objects.filter(pk=two.member.pk).update(status="DIED", organisation=two.old)
    with pytest.raises(transfers.NotMovable):
        two.ask_out()


def test_a_roster_writes_the_life_too(two: Two, tmp_path: Path) -> None:
    old_card, new_card = builders.card_number(), builders.card_number()
    number = builders.document_number()
    person = builders.member(two.old, number=number, card=old_card)
    row = {
        "单位编号": "B01",
        "姓名": "张三",
        "证件号码": number,
        "京卡卡号": new_card,
        "状态": "退休",
        "医疗类别": "劳模",
    }
    brought_in("members", roster(row), tmp_path)
    events = MembershipEvent.objects.filter(member=person).order_by("kind")
    assert [(e.kind, e.origin) for e in events] == [
        ("CATEGORY", "ROSTER"),
        ("RETIRED", "ROSTER"),
        ("TRANSFERRED", "ROSTER"),
    ]
    assert events[0].categories == ("普通", "劳模")
    assert events[2].source == two.old
    assert person.former_cards.get().reason == "ROSTER"
    brought_in("members", roster(row), tmp_path)
    assert person.events.count() == 3
    thief = {**row, "证件号码": two.number, "京卡卡号": old_card}
    assert (2, "京卡卡号", "CARD_SHARED") in codes(brought_in("members", roster(thief), tmp_path))


BREAKING: list[tuple[str, type[Any], dict[str, Any]]] = [
    ("event_kind_known", MembershipEvent, {"kind": "LOST"}),
    ("event_origin_known", MembershipEvent, {"origin": "X"}),
    ("event_transfer_between_unions", MembershipEvent, {"source": None}),
    ("event_correction_of_an_event", MembershipEvent, {"kind": "CORRECTED"}),
    ("transfer_status_known", Transfer, {"status": "X"}),
    ("transfer_side_known", Transfer, {"asked_side": "X"}),
    ("transfer_settled_with_day", Transfer, {"settled_on": None}),
    ("guardian_relation_known", Guardian, {"relation": "X"}),
    ("guardian_form_named", Guardian, {"consent_form": ""}),
    ("guardian_withdrawn_after_consent", Guardian, {"withdrawn_on": date(2018, 2, 1)}),
    ("card_reason_known", MemberCard, {"reason": "X"}),
]


@pytest.mark.parametrize(("name", "model", "values"), BREAKING)
def test_every_constraint(two: Two, name: str, model: type[Any], values: dict[str, Any]) -> None:
    transfers.ask_out(
        member_id=two.member.pk, target_code="B01", reason="调动", by=two.clerk, on=ON
    )
    consent(two, two.member, builders.document_number(born_on=date(2010, 5, 1)))
    for _time in range(2):
        cards.change_card(
            member_id=two.member.pk, number=builders.card_number(), issued_on=None,
            reason=CardReason.LOST, by=two.clerk, on=ON,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.update(**values)


def test_unique_rows(two: Two) -> None:
    asked = two.ask_out()
    asked.pk = None
    with pytest.raises(IntegrityError, match="transfer_open_once"), transaction.atomic():
        asked.save(force_insert=True)
    rows = Transfer.objects.all()
    with pytest.raises(IntegrityError, match="transfer_between_two_unions"), transaction.atomic():
        rows.update(target=two.old)
    link = consent(two, two.member, builders.document_number(born_on=date(2010, 5, 1)))
    link.pk = None
    with pytest.raises(IntegrityError, match="guardian_once"), transaction.atomic():
        link.save(force_insert=True)
