"""A wrong workbook corrected on the page, a check or an import cancelled, an import undone."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse

from core import jobs, masks
from core.models import AuditEvent, JobRun
from members.access import Viewer
from members.models import ImportRun, Member, Organisation
from members.services import corrections, imports
from members.states import ImportStatus
from tests import builders
from tests.members.builders import ON, received, roster, worked
from tests.members.importing import GOOD, OTHER, imported, page, row

pytestmark = pytest.mark.django_db
WRONG = GOOD[:17] + ("1" if GOOD[17] != "1" else "2")


# ------------------------------------------------------------------ corrected on the page


def test_a_wrong_number_is_corrected_and_imported(
    agent_client: Client, unit: Organisation, agent: Viewer
) -> None:
    run = worked(received(unit, roster(row(WRONG), row(OTHER, "李四")), by=agent, name="名册.xlsx"))
    shown = page(agent_client, "fix", run)
    assert WRONG in shown  # he typed it and must find his mistake
    assert OTHER not in shown  # a right row shows nothing
    issue = run.issues.get(level="error")
    answer = agent_client.post(
        reverse("members:import-fix", args=[run.pk]), {f"cell-{issue.pk}": f" {GOOD} "}
    )
    corrected = ImportRun.objects.get(corrects=run)
    assert answer.headers["Location"] == reverse("members:import-detail", args=[corrected.pk])
    run.refresh_from_db()
    assert (run.status, corrected.file.name) == ("DISCARDED", "名册（更正）.xlsx")
    assert corrected.file.sha256 != run.file.sha256
    corrected = worked(corrected)
    assert (corrected.status, corrected.wrong, corrected.created) == ("CHECKED", 0, 2)
    assert run.number in page(agent_client, "detail", corrected)
    assert corrected.number in page(agent_client, "detail", run)
    for text in (str(list(AuditEvent.objects.values())), str(list(JobRun.objects.values()))):
        assert WRONG not in text
        assert GOOD not in text


def test_others_see_the_wrong_number_masked_and_may_still_correct_it(
    unit: Organisation, agent: Viewer
) -> None:
    run = worked(received(unit, roster(row(WRONG)), by=agent))
    other = builders.viewer_as("coordinator", Organisation.objects.get(code="DC"))
    issues = [issue.pk for issue in run.issues.filter(level="error")]
    (cell,) = corrections.open_cells(run_id=run.pk, issues=issues, by=other)
    assert (cell.text, cell.hint) == ("", masks.masked(WRONG, "id"))
    with pytest.raises(corrections.NothingChanged):
        corrections.correct(run_id=run.pk, texts={issues[0]: ""}, by=other, on=ON)
    corrected = corrections.correct(run_id=run.pk, texts={issues[0]: GOOD}, by=other, on=ON)
    assert worked(corrected).wrong == 0


def test_only_wrong_cells_of_this_workbook_can_be_changed(
    unit: Organisation, agent: Viewer
) -> None:
    run = worked(received(unit, roster(row(WRONG)), by=agent))
    foreign = worked(received(unit, roster(row(WRONG)), by=agent)).issues.get(level="error")
    warning = run.issues.filter(level="warning").values_list("pk", flat=True)
    with pytest.raises(corrections.NothingChanged):
        corrections.correct(
            run_id=run.pk, texts=dict.fromkeys([foreign.pk, *warning], "x"), by=agent, on=ON
        )
    run.refresh_from_db()
    assert run.status == "CHECKED"


def test_an_imported_workbook_is_not_corrected(
    agent_client: Client, unit: Organisation, agent: Viewer
) -> None:
    run = imported(unit, agent, row())
    with pytest.raises(imports.CannotMove):
        corrections.correct(run_id=run.pk, texts={1: "x"}, by=agent, on=ON)
    answer = agent_client.get(reverse("members:import-fix", args=[run.pk]))
    assert answer.status_code == 302


def test_a_long_workbook_is_corrected_in_excel(unit: Organisation, agent: Viewer) -> None:
    run = worked(received(unit, roster(row(WRONG)), by=agent))
    ImportRun.objects.filter(pk=run.pk).update(rows=20_001)
    with pytest.raises(corrections.TooLarge):
        corrections.open_cells(run_id=run.pk, issues=[], by=agent)


# ------------------------------------------------------------------ cancelled


def test_a_waiting_check_is_cancelled(
    agent_client: Client, unit: Organisation, agent: Viewer
) -> None:
    run = received(unit, roster(row()), by=agent)
    answer = agent_client.post(reverse("members:import-cancel", args=[run.pk]), follow=True)
    assert "已取消，没有写入任何数据" in answer.content.decode()
    run = worked(run)  # the bell rings in vain
    assert (run.status, run.rows) == ("CANCELLED", 0)
    assert run.job is not None
    assert run.job.status == "CANCELLED"


def test_a_waiting_import_is_cancelled_and_can_be_asked_for_again(
    unit: Organisation, agent: Viewer
) -> None:
    run = worked(received(unit, roster(row()), by=agent))
    imports.request_apply(run_id=run.pk, skip_errors=False, by=agent)
    run = imports.cancel(run_id=run.pk, by=agent)
    assert (worked(run).status, Member.objects.count()) == ("CHECKED", 0)
    run = worked(imports.request_apply(run_id=run.pk, skip_errors=False, by=agent))
    assert (run.status, Member.objects.count()) == ("APPLIED", 1)


def test_what_was_written_when_the_cancel_came_is_rolled_back(
    unit: Organisation, agent: Viewer
) -> None:
    run = worked(received(unit, roster(row()), by=agent))
    run = imports.request_apply(run_id=run.pk, skip_errors=False, by=agent)
    assert run.job is not None

    def step(job: JobRun) -> jobs.Chunk:
        chunk = imports.apply(job, on=ON)
        assert Member.objects.count() == 1
        jobs.cancel(job.pk)
        return chunk

    jobs.run(run.job.pk, step)
    run.refresh_from_db()
    assert (Member.objects.count(), run.applied_at) == (0, None)


def test_what_is_over_cannot_be_cancelled(unit: Organisation, agent: Viewer) -> None:
    run = worked(received(unit, roster(row()), by=agent))
    with pytest.raises(imports.CannotMove):
        imports.cancel(run_id=run.pk, by=agent)


# ------------------------------------------------------------------ constraints


def test_a_workbook_corrects_another_one(unit: Organisation, agent: Viewer) -> None:
    run = received(unit, roster(row()), by=agent)
    with pytest.raises(IntegrityError, match="import_corrects_another"), transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(corrects=F("id"))


@pytest.mark.parametrize("status", [ImportStatus.UNDONE])
def test_an_undone_import_has_its_moment(
    unit: Organisation, agent: Viewer, status: ImportStatus
) -> None:
    run = received(unit, roster(row()), by=agent)
    with pytest.raises(IntegrityError, match="import_undone_with_its_moment"), transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(status=status)
