"""What the access table needs of this room."""

from datetime import date
from decimal import Decimal
from typing import Any

from core import jobs, lists
from members.models import Contact, RoleGrant, TrainingSession
from members.services import children, listings, merging, notices, transfers
from members.services import training as trainings
from members.services.notices import Words
from members.states import Relation
from tests import builders
from tests.members.builders import ON, received, roster, worked


def a_training(world: dict[str, Any]) -> TrainingSession:
    """Held by the unit, with somebody of its own."""
    coordinator = builders.viewer_as("coordinator", world["unit"])
    made = trainings.plan(
        organiser_id=world["unit"].pk, title="代办员培训", held_on=ON, place="三楼会议室",
        hours=Decimal(2), content="", by=coordinator, on=ON,
    )  # fmt: skip
    trainings.move(session_id=made.pk, to="HELD", by=coordinator, on=ON)
    trainings.add_attendees(session_id=made.pk, text="JT0101 钱多", by=coordinator, on=ON)
    return made


def kept_search(agent: Any) -> int:
    return listings.keep_filter(
        listing=lists.listing("members"),
        name="张",
        query="q=张",
        is_shared=False,
        by=builders.viewer(agent),
    ).pk


def build(world: dict[str, Any]) -> dict[str, object]:
    agent = world["users"]["agent"]
    good = {"单位编号": "JT0101", "姓名": "王五", "证件号码": builders.document_number()}
    bad = {"单位编号": "JT9999", "姓名": "赵六", "证件号码": builders.document_number()}
    run = worked(received(world["unit"], roster(good, bad), by=builders.viewer(agent)))
    assert run.status == "CHECKED"
    twins = [builders.member(world["unit"], name="双双") for _ in range(4)]
    proposed = merging.propose(
        kept_id=twins[2].pk, gone_id=twins[3].pk, fields=[], reason="同一人",
        by=builders.viewer_as("enrolment"),
    )  # fmt: skip
    builders.union("JT0301", name="前门饭店工会")  # a third party: nobody of the cast is there
    moving = builders.member(world["unit"], name="孙七")
    transfer = transfers.ask_out(
        member_id=moving.pk, target_code="JT0301", reason="工作调动",
        by=builders.viewer(agent), on=ON,
    )  # fmt: skip
    child = builders.document_number(born_on=date(2010, 5, 1))
    guardian = children.consent(
        member_id=world["member"].pk, name="张小", number=child, relation=Relation.FATHER,
        consent_on=ON, consent_form="V1", by=builders.viewer(agent), on=ON,
    )  # fmt: skip
    notice = notices.send(
        organisation_ids=[world["unit"].pk], kind="GENERAL", words=Words("通知", "内容。", {}),
        by=builders.viewer_as("enrolment"), on=ON,
    )  # fmt: skip
    training = a_training(world)
    return {
        # a number, not a record: kept searches belong to a person and to no place in the tree
        "agents_filter": kept_search(agent),
        "notice": notice,
        "training": training,
        "attendee": training.attendees.get(),
        "contact": Contact.objects.create(organisation=world["unit"], name="孙八"),
        "twin": twins[0],
        "other_twin": twins[1],
        "proposed_merge": proposed,
        "open_transfer": transfer,
        "guardian": guardian,
        "agent_account": agent,
        "agent_grant": RoleGrant.objects.get(user=agent),
        "checked_import": run,
        "agents_job": jobs.enqueue(
            kind="members.tasks.check_import", key="import:0", requested_by_id=agent.pk
        ),
    }
