"""An upload on its way: received, checked by a job, imported by a job, put aside; its pages."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from core import masks
from core.importing import UnusableFile
from core.models import AuditEvent, JobRun
from members.access import Viewer
from members.models import ImportRun, Member, Organisation, RoleGrant
from members.services import imports
from members.services.jobs import NothingToContinue, retry
from members.states import MOVES, ImportStatus
from tests import builders
from tests.members.builders import ON, received, roster, worked

pytestmark = pytest.mark.django_db
GOOD = builders.document_number(serial=91001)
WRONG = GOOD[:17] + ("1" if GOOD[17] != "1" else "2")


@pytest.fixture
def unit() -> Organisation:
    return builders.union("JT0101", name="天坛饭店工会")


@pytest.fixture
def agent(unit: Organisation) -> Viewer:
    return builders.viewer_as("agent", unit)


@pytest.fixture
def client(agent: Viewer) -> Client:
    account = RoleGrant.objects.get(user__username=agent.username).user
    return builders.client_for(account)


def row(number: str = GOOD, name: str = "张三") -> dict[str, str]:
    return {"单位编号": "JT0101", "姓名": name, "证件号码": number}


def actions(run: ImportRun) -> list[str]:
    found = AuditEvent.objects.filter(subject=f"import:{run.pk}").order_by("pk")
    return list(found.values_list("action", flat=True))


def test_a_good_roster_is_checked_and_imported(unit: Organisation, agent: Viewer) -> None:
    run = received(unit, roster(row()), by=agent)
    assert (run.status, run.number, run.job is not None) == ("CHECKING", "DR2018-000001", True)
    run = worked(run)
    assert (run.status, run.rows, run.created, run.wrong, run.warned) == ("CHECKED", 1, 1, 0, 1)
    assert Member.objects.count() == 0
    run = worked(imports.request_apply(run_id=run.pk, skip_errors=False, by=agent))
    assert (run.status, run.created, run.applied_at is not None) == ("APPLIED", 1, True)
    assert Member.objects.get().organisation == unit
    assert actions(run) == ["import.receive", "import.check", "import.request", "import.apply"]


def test_a_job_run_twice_changes_nothing(unit: Organisation, agent: Viewer) -> None:
    run = worked(received(unit, roster(row()), by=agent))
    run = worked(imports.request_apply(run_id=run.pk, skip_errors=False, by=agent))
    events = AuditEvent.objects.count()
    JobRun.objects.filter(key=f"import:{run.pk}").update(status="QUEUED")  # as after a lost answer
    assert worked(run).status == "APPLIED"
    assert (Member.objects.count(), AuditEvent.objects.count()) == (1, events)


def test_wrong_rows_need_a_decision(unit: Organisation, agent: Viewer) -> None:
    other = builders.document_number()
    run = worked(received(unit, roster(row(WRONG), row(other, "李四")), by=agent))
    with pytest.raises(imports.HasErrors):
        imports.request_apply(run_id=run.pk, skip_errors=False, by=agent)
    run.refresh_from_db()
    assert (run.status, Member.objects.count()) == ("CHECKED", 0)
    run = worked(imports.request_apply(run_id=run.pk, skip_errors=True, by=agent))
    assert (run.status, run.created, run.wrong) == ("APPLIED", 1, 1)
    assert Member.objects.get().name == "李四"


def test_rows_that_became_wrong_send_it_back(unit: Organisation, agent: Viewer) -> None:
    run = worked(received(unit, roster(row()), by=agent))
    builders.member(unit, number=GOOD, name="别人")
    run = worked(imports.request_apply(run_id=run.pk, skip_errors=False, by=agent))
    assert (run.status, run.wrong) == ("CHECKED", 1)
    assert list(run.issues.values_list("code", flat=True)) == ["NAME_MISMATCH"]
    assert "import.apply" not in actions(run)


def test_an_unusable_file_says_why(unit: Organisation, agent: Viewer) -> None:
    run = worked(received(unit, b"<html>", by=agent, name="花名册.xls"))
    assert run.status == "REFUSED"
    assert run.refusal


def test_a_file_over_the_limit_is_not_kept(unit: Organisation, agent: Viewer) -> None:
    with pytest.raises(UnusableFile, match="20 MB"):
        received(unit, b"0" * (20 * 2**20 + 1), by=agent)
    assert ImportRun.objects.count() == 0


def test_nothing_to_write_is_not_imported(unit: Organisation, agent: Viewer) -> None:
    builders.member(unit, number=GOOD, name="张三")
    run = worked(received(unit, roster(row()), by=agent))
    with pytest.raises(imports.NothingToImport):
        imports.request_apply(run_id=run.pk, skip_errors=False, by=agent)


def test_a_new_try_puts_the_old_one_aside(unit: Organisation, agent: Viewer) -> None:
    old = worked(received(unit, roster(row(WRONG)), by=agent))
    imports.receive(
        kind="members", name="b.xlsx", content=roster(row()), options={},
        organisation_id=unit.pk, by=agent, on=ON, replaces=str(old.pk),
    )  # fmt: skip
    old.refresh_from_db()
    assert old.status == "DISCARDED"


@pytest.mark.parametrize(
    "status", [s for s in ImportStatus if s not in MOVES[ImportStatus.CHECKED]]
)
def test_only_a_checked_import_can_be_imported(
    unit: Organisation, agent: Viewer, status: ImportStatus
) -> None:
    run = received(unit, roster(row()), by=agent)
    undone_at = run.uploaded_at if status == ImportStatus.UNDONE else None
    ImportRun.objects.filter(pk=run.pk).update(status=status, created=1, undone_at=undone_at)
    if status == ImportStatus.CHECKED:
        return
    with pytest.raises(imports.CannotMove):
        imports.request_apply(run_id=run.pk, skip_errors=True, by=agent)
    run.refresh_from_db()
    assert run.status == status


def test_a_failed_job_is_continued_once(unit: Organisation, agent: Viewer) -> None:
    run = received(unit, roster(row()), by=agent)
    JobRun.objects.filter(key=f"import:{run.pk}").update(status="FAILED", error="…", attempts=3)
    assert run.job_id is not None
    job = retry(job_id=run.job_id, by=agent)
    assert (job.status, job.attempts, job.error) == ("QUEUED", 0, "")
    with pytest.raises(NothingToContinue):
        retry(job_id=run.job_id, by=agent)
    assert worked(run).status == "CHECKED"


def test_no_number_in_findings_files_or_trail(unit: Organisation, agent: Viewer) -> None:
    run = worked(received(unit, roster(row(WRONG)), by=agent))
    issue = run.issues.get()
    assert (issue.label, issue.value) == ("张三", masks.document(WRONG))
    assert WRONG[6:14] not in issue.message + issue.advice
    for text in (str(list(AuditEvent.objects.values())), str(list(JobRun.objects.values()))):
        assert WRONG not in text


# ------------------------------------------------------------------ pages


def upload(client: Client, content: bytes, name: str = "花名册.xlsx", query: str = "") -> ImportRun:
    address = reverse("members:import-upload", args=["members"]) + query
    answer = client.post(address, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.latest("pk")


def downloaded(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def page(client: Client, run: ImportRun, query: str = "") -> str:
    answer = client.get(reverse("members:import-detail", args=[run.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_whole_way_on_the_pages(client: Client, unit: Organisation) -> None:
    other = builders.document_number()
    run = upload(client, roster(row(WRONG), row(other, "李四")))
    assert "hx-get" in page(client, run)  # the progress bar asks
    worked(run)
    shown = page(client, run)
    assert "仅导入正确的 1 行" in shown
    assert "末位应为" in shown
    assert masks.document(WRONG) in shown
    assert WRONG not in shown
    assert "证件号码末位不对" in page(client, run, "?cause=ID_CHECK")
    done = client.get(reverse("members:import-progress", args=[run.pk]), HTTP_HX_REQUEST="true")
    assert done.headers["HX-Redirect"] == reverse("members:import-detail", args=[run.pk])
    client.post(reverse("members:import-apply", args=[run.pk]) + "?only=correct")
    run.refresh_from_db()
    assert run.status == "APPLYING"
    worked(run)
    assert "已导入：新增 1，更新 0，未变 0，跳过错误 1 行" in page(client, run)


def test_the_very_same_file_is_recognised(client: Client, unit: Organisation) -> None:
    content = roster(row())
    run = worked(upload(client, content))
    client.post(reverse("members:import-apply", args=[run.pk]))
    run.refresh_from_db()
    worked(run)
    again = worked(upload(client, content))
    shown = page(client, again)
    assert "此文件已于" in shown
    assert run.number in shown
    assert "本表没有需要写入的内容" in shown


def test_wrong_rows_are_not_imported_by_the_plain_button(
    client: Client, unit: Organisation
) -> None:
    run = worked(upload(client, roster(row(WRONG))))
    answer = client.post(reverse("members:import-apply", args=[run.pk]), follow=True)
    assert "还有错误的行" in answer.content.decode()
    run.refresh_from_db()
    assert run.status == "CHECKED"


def test_the_downloads(client: Client, unit: Organisation) -> None:
    content = roster(row(WRONG))
    run = worked(upload(client, content))
    original = client.get(reverse("members:import-original", args=[run.pk]))
    assert downloaded(original) == content
    marked = client.get(reverse("members:import-errors", args=[run.pk]))
    book = load_workbook(BytesIO(downloaded(marked)))
    header = [cell.value for cell in book.worksheets[0][1]]
    assert header[-3:] == ["校验结果", "错误原因", "修改建议"]
    assert actions(run)[-2:] == ["import.download", "import.download"]


def test_the_marked_workbook_goes_through_when_corrected(
    client: Client, unit: Organisation
) -> None:
    run = worked(upload(client, roster(row(WRONG))))
    marked = client.get(reverse("members:import-errors", args=[run.pk]))
    book = load_workbook(BytesIO(downloaded(marked)))
    book.worksheets[0].cell(row=2, column=4).value = GOOD
    held = BytesIO()
    book.save(held)
    again = worked(upload(client, held.getvalue(), query=f"?replaces={run.pk}"))
    assert (again.status, again.wrong, again.created) == ("CHECKED", 0, 1)
    run.refresh_from_db()
    assert run.status == "DISCARDED"


def test_the_template_is_the_units_own(client: Client, unit: Organisation) -> None:
    answer = client.get(reverse("members:import-template", args=["members"]))
    assert "JT0101.xlsx" in answer["Content-Disposition"]
    book = load_workbook(BytesIO(answer.content))
    assert [cell.value for cell in book.worksheets[0][1]][:2] == ["单位编号*", "姓名*"]


def test_the_filled_roster_comes_back_unchanged(client: Client, unit: Organisation) -> None:
    builders.member(unit, number=GOOD, name="张三", phone="13800000001")
    address = reverse("members:import-template", args=["members"]) + "?filled=members"
    content = client.get(address).content
    run = worked(upload(client, content))
    assert (run.rows, run.unchanged, run.wrong) == (1, 1, 0)
    assert AuditEvent.objects.get(action="member.template").details["lines"] == 1


@pytest.mark.parametrize("name", ["detail", "progress", "original", "errors"])
def test_nobody_sees_the_imports_of_others(client: Client, unit: Organisation, name: str) -> None:
    run = worked(upload(client, roster(row(WRONG))))
    stranger = builders.client_for(builders.user("agent", builders.union("X")))
    assert stranger.get(reverse(f"members:import-{name}", args=[run.pk])).status_code == 404


def test_an_empty_choice_is_told_at_its_field(client: Client) -> None:
    answer = client.post(reverse("members:import-upload", args=["members"]))
    assert answer.status_code == 422
    assert "请选择要上传的表格" in answer.content.decode()


def test_a_quarter_goes_with_the_settlements() -> None:
    client = builders.client_for(builders.user("reviewer"))
    address = reverse("members:import-upload", args=["settlements"])
    file = SimpleUploadedFile("a.xlsx", b"x")
    wrong = client.post(address, {"file": file, "quarter": "2018Q5"})
    assert wrong.status_code == 422
    file = SimpleUploadedFile("a.xlsx", b"x")
    assert client.post(address, {"file": file, "quarter": "2018Q1"}).status_code == 302
    assert ImportRun.objects.get().options == {"quarter": "2018Q1"}


def test_pages_of_an_import_cost_the_same_however_long_the_list(
    client: Client, unit: Organisation, django_assert_max_num_queries: Any
) -> None:
    rows = [row(WRONG)] + [row(builders.document_number(), f"王{n}") for n in range(40)]
    run = worked(upload(client, roster(*rows)))
    with django_assert_max_num_queries(16):
        page(client, run)
    with django_assert_max_num_queries(12):  # with the bell, the list's setting, kept searches
        client.get(reverse("members:import-list"))
