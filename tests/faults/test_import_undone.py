"""An import taken back as a whole, with real transactions: all of it, or nothing and a sentence."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connections
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent
from members.access import Viewer
from members.models import ImportRun, Member, Organisation
from members.services import imports, undo
from policies.models import EnrolmentBatch, Policy
from policies.services import enrolment
from tests import builders
from tests.members.builders import directory
from tests.members.importing import GOOD, OTHER, imported, imported_file, page, row
from tests.policies.builders import TODAY, line, workbook
from tests.policies.builders import imported as enrolled

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed")]


def test_new_people_go_and_changed_ones_are_set_back(
    agent_client: Client, unit: Organisation, agent: Viewer
) -> None:
    known = builders.member(unit, number=OTHER, name="李四")
    run = imported(unit, agent, row(), row(OTHER, "李四", 备注="新"))
    shown = page(agent_client, "undo", run)
    assert "将删除新增的 1 条，还原更新的 1 条" in shown
    assert Member.objects.count() == 2  # it was only tried
    agent_client.post(reverse("members:import-undo", args=[run.pk]), {"reason": "传错了表"})
    run.refresh_from_db()
    assert (run.status, run.undone_by_id, run.undone_at is not None) == (
        "UNDONE",
        agent.user_id,
        True,
    )
    assert list(Member.objects.values_list("pk", "note")) == [(known.pk, "")]
    event = AuditEvent.objects.get(action="import.undo")
    assert (event.details["removed"], event.details["restored"]) == (1, 1)
    assert "整批撤销" in page(agent_client, "detail", run)


def test_an_undo_needs_a_reason(agent_client: Client, unit: Organisation, agent: Viewer) -> None:
    run = imported(unit, agent, row())
    answer = agent_client.post(reverse("members:import-undo", args=[run.pk]), {"reason": ""})
    assert (answer.status_code, Member.objects.count()) == (422, 1)


def test_rows_changed_since_keep_the_import(
    agent_client: Client, unit: Organisation, agent: Viewer
) -> None:
    run = imported(unit, agent, row())
    imported(unit, agent, row(备注="后来"))
    with pytest.raises(undo.NotUndoable):
        undo.undo(run_id=run.pk, reason="x", by=agent)
    shown = page(agent_client, "undo", run)
    assert "不能再整批撤销" in shown
    assert "<b>张三</b>" in shown
    run.refresh_from_db()
    assert (run.status, Member.objects.count()) == ("APPLIED", 1)


def test_people_in_use_keep_the_import(
    agent_client: Client, unit: Organisation, agent: Viewer
) -> None:
    run = imported(unit, agent, row())
    member = Member.objects.get()
    assert enrolled([line(unit, (member, GOOD))]).written
    with pytest.raises(undo.NotUndoable):
        undo.undo(run_id=run.pk, reason="x", by=agent)
    shown = page(agent_client, "undo", run)
    assert "已被使用" in shown
    assert "<b>张三</b>" in shown
    assert Member.objects.count() == 1


def test_at_most_ten_are_named_and_nobody_elsewhere(
    agent_client: Client, unit: Organisation, agent: Viewer
) -> None:
    rows = [row(builders.document_number(), f"王{place}") for place in "甲乙丙丁戊己庚辛壬癸子丑"]
    run = imported(unit, agent, *rows)
    Member.objects.update(note="后来")
    Member.objects.filter(name="王甲").update(organisation=builders.union("X"))
    people = undo.preview(run_id=run.pk, by=agent).people
    assert (len(people), "王甲" in people) == (10, False)
    assert len(undo.preview(run_id=run.pk, by=Viewer.system()).people) == 10


@pytest.mark.parametrize("trial", range(5))
def test_of_an_undo_and_an_enrolment_at_once_one_wins(
    unit: Organisation, agent: Viewer, trial: int
) -> None:
    run = imported(unit, agent, row())
    member, together = Member.objects.get(), Barrier(2)

    def enrol() -> bool:
        together.wait()
        try:
            return enrolled([line(unit, (member, GOOD))]).written
        except IntegrityError:
            return False
        finally:
            connections.close_all()

    def take_back() -> bool:
        together.wait()
        try:
            undo.undo(run_id=run.pk, reason="x", by=agent)
        except undo.NotUndoable:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(enrol), pool.submit(take_back)
        outcome = (first.result(), second.result())
    assert sum(outcome) == 1
    assert (Policy.objects.count(), Member.objects.count()) == ((1, 1) if outcome[0] else (0, 0))


def test_an_import_is_undone_once(unit: Organisation, agent: Viewer) -> None:
    run = imported(unit, agent, row())
    undo.undo(run_id=run.pk, reason="x", by=agent)
    with pytest.raises(imports.CannotMove):
        undo.undo(run_id=run.pk, reason="x", by=agent)


def test_unions_are_undone_too() -> None:
    clerk = builders.viewer_as("enrolment", Organisation.objects.get(code="DC"))
    home = Organisation.objects.get(code="DC")
    content = directory({"单位编号": "X1", "单位名称": "新街道工会", "单位类型": "街道"})
    run = imported_file(home, clerk, content, "unions")
    undo.undo(run_id=run.pk, reason="x", by=clerk)
    assert not Organisation.objects.filter(code="X1").exists()


def test_an_enrolment_is_undone_while_its_batch_is_a_draft(
    agent_client: Client, unit: Organisation, agent: Viewer
) -> None:
    run = enrolment_imported(unit, agent)
    assert (undo.preview(run_id=run.pk, by=agent).removed, Policy.objects.count()) == (2, 1)
    assert "将删除新增的 2 条" in page(agent_client, "undo", run)  # the batch and its line
    undo.undo(run_id=run.pk, reason="x", by=agent)
    assert (Policy.objects.count(), EnrolmentBatch.objects.count()) == (0, 0)


def enrolment_imported(unit: Organisation, agent: Viewer) -> ImportRun:
    imported(unit, agent, row())
    content = workbook([line(unit, (Member.objects.get(), GOOD))]).content
    return imported_file(unit, agent, content, "enrolments")


def test_a_submitted_batch_keeps_the_enrolment_and_the_preview_says_so(
    agent_client: Client, unit: Organisation, agent: Viewer
) -> None:
    run = enrolment_imported(unit, agent)
    enrolment.submit(batch_ids=[EnrolmentBatch.objects.get().pk], by=agent, on=TODAY)
    assert "不能再整批撤销" in page(agent_client, "undo", run)
    assert (Policy.objects.count(), EnrolmentBatch.objects.count()) == (1, 1)


def test_a_line_changed_since_names_the_person(
    agent_client: Client, unit: Organisation, agent: Viewer
) -> None:
    run = enrolment_imported(unit, agent)
    member = Member.objects.get()
    imported_file(
        unit, agent, workbook([line(unit, (member, GOOD), 备注="后来")]).content, "enrolments"
    )
    preview = undo.preview(run_id=run.pk, by=agent)
    assert (list(preview.people), Policy.objects.count()) == (["张三"], 1)
    assert "<b>张三</b>" in page(agent_client, "undo", run)
