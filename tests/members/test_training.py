"""Trainings: from the plan to the register; who came, of which units, counted once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import AuditEvent
from core.periods import Period
from members.access import Viewer
from members.models import Organisation, TrainingAttendee, TrainingSession
from members.selectors import training as selectors
from members.services import training
from members.services.training import BadLine, NoOrganiser, NotYet, StillAttended, WrongMove
from reports.definitions import report_named
from reports.selectors.scope import scope_for
from tests import builders

ON = date(2018, 3, 1)


@pytest.fixture
def street(db: None) -> Organisation:
    made = builders.union("TT", kind="STREET", name="天坛街道总工会")
    builders.union("TT001", made, name="天坛饭店工会")
    builders.union("TT002", made, name="天坛公园工会")
    return made


def planned(street: Organisation, by: Viewer, *, day: date = ON) -> TrainingSession:
    return training.plan(
        organiser_id=street.pk, title="参保培训", held_on=day, place="会议室", hours=Decimal("1.5"),
        content="", by=by, on=ON,
    )  # fmt: skip


def held(street: Organisation, by: Viewer) -> TrainingSession:
    return training.move(session_id=planned(street, by).pk, to="HELD", by=by, on=ON)


def test_from_the_plan_to_the_register(street: Organisation) -> None:
    by = builders.viewer_as("coordinator", street)
    first, second = held(street, by), held(street, by)
    for session, text in ((first, "TT001 钱多 孙少\ntt002：李一"), (second, "TT001 钱多")):
        training.add_attendees(session_id=session.pk, text=text, by=by, on=ON)
    assert training.add_attendees(session_id=first.pk, text="TT001，钱多", by=by, on=ON) == 0
    scope = scope_for(Viewer.system(), "TT")
    document = report_named("training").filled(scope, Period(2018), date(2019, 1, 1)).document()
    assert document["figures"] == {
        "sessions": 2, "person_times": 4, "units_reached": 2, "reach": "1.0000",
    }  # fmt: skip
    assert [row[4:] for row in document["rows"]] == [[3, 2], [1, 1]]
    assert document["totals"] == {"person_times": 4, "units_reached": 2}
    of_unit = report_named("training").filled(
        scope_for(Viewer.system(), "TT002"), Period(2018), date(2019, 1, 1)
    )
    assert dict(of_unit.figures)["person_times"] == 1


def test_moves(street: Organisation) -> None:
    by = builders.viewer_as("coordinator", street)
    later = planned(street, by, day=date(2018, 4, 1))
    with pytest.raises(NotYet):
        training.move(session_id=later.pk, to="HELD", by=by, on=ON)
    with pytest.raises(WrongMove):
        training.add_attendees(session_id=later.pk, text="TT001 钱多", by=by, on=ON)
    training.move(session_id=later.pk, to="CANCELLED", by=by, on=ON)
    with pytest.raises(WrongMove):
        training.move(session_id=later.pk, to="HELD", by=by, on=ON)
    session = held(street, by)
    training.add_attendees(session_id=session.pk, text="TT001 钱多", by=by, on=ON)
    with pytest.raises(StillAttended):
        training.move(session_id=session.pk, to="PLANNED", by=by, on=ON)
    training.remove_attendee(
        session_id=session.pk, attendee_id=session.attendees.get().pk, by=by, on=ON
    )
    assert training.move(session_id=session.pk, to="PLANNED", by=by, on=ON).status == "PLANNED"
    assert AuditEvent.objects.filter(action="training.strike").count() == 1


@pytest.mark.parametrize("text", ["TT001", "DHS001 李四", "ZZ 李四", " \n "])
def test_a_bad_line_writes_nothing(street: Organisation, text: str) -> None:
    builders.union("DHS001")
    by = builders.viewer_as("coordinator", street)
    session = held(street, by)
    with pytest.raises(BadLine):
        training.add_attendees(session_id=session.pk, text=f"TT001 钱多\n{text}"
                               if text.strip() else text, by=by, on=ON)  # fmt: skip
    assert not TrainingAttendee.objects.exists()


def test_each_sees_his_own_and_those_he_came_to(street: Organisation) -> None:
    elsewhere = builders.union("DHS", kind="STREET")
    district = builders.viewer_as("enrolment")
    by = builders.viewer_as("coordinator", street)
    own, whole = planned(street, by), held(builders.district(), district)
    training.add_attendees(session_id=whole.pk, text="TT001 钱多", by=district, on=ON)
    agent = builders.viewer_as("agent", Organisation.objects.get(code="TT001"))
    assert set(selectors.visible_trainings(agent)) == {whole}
    assert set(selectors.visible_trainings(by)) == {own, whole}
    stranger = builders.viewer_as("coordinator", elsewhere)
    assert not selectors.visible_trainings(stranger).exists()
    with pytest.raises(NoOrganiser):
        planned(street, stranger)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("training_status_known", {"status": "LATER"}),
        ("training_takes_time", {"hours": 0}),
    ],
)
def test_constraints(street: Organisation, name: str, change: dict[str, Any]) -> None:
    made = planned(street, builders.viewer_as("coordinator", street))
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        TrainingSession.objects.filter(pk=made.pk).update(**change)


def test_attendees_are_named_once(street: Organisation) -> None:
    made = planned(street, builders.viewer_as("coordinator", street))
    for name, names in (("attendee_has_a_name", [""]), ("attendee_once", ["钱多", "钱多"])):
        rows = [TrainingAttendee(session=made, organisation=street, name=one) for one in names]
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            TrainingAttendee.objects.bulk_create(rows)


def test_pages(street: Organisation) -> None:
    client = builders.client_for(builders.user("coordinator", street))
    given = {
        "organiser_id": street.pk, "title": "参保培训", "held_on": "2018-03-01", "place": "会议室",
        "hours": "2",
    }  # fmt: skip
    assert client.post(reverse("members:training-create"), given).status_code == 302
    session = TrainingSession.objects.get()
    page = reverse("members:training-detail", args=[session.pk])
    client.post(reverse("members:training-move", args=[session.pk]), {"to": "HELD"})
    attend = reverse("members:training-attend", args=[session.pk])
    assert client.post(attend, {"text": "ZZ 李四"}).status_code == 422
    client.post(attend, {"text": "TT001 钱多"})
    assert "钱多" in client.get(page).content.decode()
    assert "参保培训" in client.get(reverse("members:training-list")).content.decode()
