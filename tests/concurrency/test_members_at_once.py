"""Many people do the same to one person at the same moment: exact counts, nobody fails."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from django.db import connection, transaction

from core.models import AuditEvent
from members.access import Viewer
from members.models import Member, MembershipEvent, Transfer
from members.permissions import Role
from members.services import people, transfers
from members.services.people import Person
from policies.models import Policy
from tests import builders
from tests.concurrency.crowd import crowd, deadlocks, told
from tests.policies.builders import imported, line, person

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed")]
ON = date(2018, 3, 1)
CROWD, ROUNDS = 200, 200


def test_two_hundred_register_one_person() -> None:
    union = builders.union("A01")
    by, number = builders.viewer_as(Role.AGENT, union), builders.document_number()
    act = partial(
        people.register, union_code="A01", person=Person("张三", "RESIDENT", number), by=by, on=ON
    )
    ends, times = crowd([act] * CROWD)
    told("register", ends, times)
    assert ends == Counter(done=1, AlreadyRegistered=CROWD - 1)
    assert Member.objects.count() == MembershipEvent.objects.count() == 1
    assert AuditEvent.objects.filter(action="member.register").count() == 1
    assert deadlocks() == 0


def test_looking_before_inserting_is_not_enough() -> None:
    """The negative control: the same crowd without the constraint makes twins."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE scratch_person (number text)")

    def look_and_insert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*), pg_sleep(0.05) FROM scratch_person")
            row = cursor.fetchone()
            if row and row[0] == 0:
                cursor.execute("INSERT INTO scratch_person VALUES ('1')")

    try:
        crowd([look_and_insert] * 20)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM scratch_person")
            assert cursor.fetchone()[0] > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE scratch_person")


def test_two_hundred_enrol_one_member_from_two_unions() -> None:
    """E01: one cover, the others are told (COVER_OVERLAP or an unchanged line), no deadlock."""
    unions = [builders.union("A01"), builders.union("B01")]
    who = person(unions[0])
    results = []

    def enrol(union: object) -> None:
        results.append(imported([line(union, who)]))  # type: ignore[arg-type]

    ends, times = crowd([partial(enrol, unions[n % 2]) for n in range(CROWD)])
    told("enrol", ends, times)
    assert ends["done"] + ends["RosterOvertaken"] == CROWD  # the latter are told to try again
    assert Policy.objects.filter(withdrawn_on__isnull=True).count() == 1
    assert sum(result.created for result in results) == 1
    assert all(result.created or result.unchanged or result.findings for result in results)
    assert deadlocks() == 0


class Race:
    """One open transfer and what may be done to it by either side."""

    def __init__(self) -> None:
        self.old, self.new = builders.union("A01"), builders.union("B01")
        self.old_agent = builders.viewer_as(Role.AGENT, self.old)
        self.new_agent = builders.viewer_as(Role.AGENT, self.new)
        self.colleague = builders.viewer_as(Role.AGENT, self.new)

    def asked(self) -> Transfer:
        member = builders.member(self.old)
        return transfers.ask_out(
            member_id=member.pk, target_code="B01", reason="调动", by=self.old_agent, on=ON
        )

    def acts(self, transfer: Transfer) -> list[list[Callable[[], object]]]:
        def act(service: Callable[..., object], by: Viewer, **more: str) -> Callable[[], object]:
            return partial(service, transfer_id=transfer.pk, by=by, on=ON, **more)

        consent = act(transfers.consent, self.new_agent)
        return [
            [consent, act(transfers.withdraw, self.old_agent)],
            [consent, act(transfers.consent, self.colleague)],
            [consent, act(transfers.refuse, self.colleague, reason="不同意")],
        ]


def test_two_agents_race_on_one_transfer() -> None:
    """200 seeded rounds: one outcome each, an event for every consent, the other is told."""
    race, chance, ends, times = Race(), random.Random(2018), Counter[str](), list[float]()
    for _round in range(ROUNDS):
        pair = chance.choice(race.acts(race.asked()))
        chance.shuffle(pair)
        ended, took = crowd(pair)
        ends += ended
        times += took
    told("transfer", ends, sorted(times))
    assert ends == Counter(done=ROUNDS, TransferSettled=ROUNDS)
    done = Transfer.objects.filter(status="DONE").count()
    assert 0 < done < ROUNDS
    assert MembershipEvent.objects.filter(kind="TRANSFERRED").count() == done
    assert Member.objects.filter(organisation=race.new).count() == done
    assert not Transfer.objects.filter(status="ASKED").exists()
    assert deadlocks() == 0


def test_without_the_lock_both_would_win() -> None:
    """The negative control: read, decide and write without locking; both sides succeed."""
    race = Race()
    transfer = race.asked()

    def settle(to: str) -> None:
        with transaction.atomic():
            seen = Transfer.objects.get(pk=transfer.pk)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.1)")
            if seen.status == "ASKED":
                Transfer.objects.filter(pk=seen.pk).update(status=to, settled_on=ON)
                won.append(to)

    won: list[str] = []
    crowd([partial(settle, "DONE"), partial(settle, "WITHDRAWN")])
    assert len(won) == 2
