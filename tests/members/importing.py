"""An agent of a unit and the workbooks that she imports: shared by the tests of imports."""

import pytest
from django.test import Client
from django.urls import reverse

from members.access import Viewer
from members.models import ImportRun, Organisation, RoleGrant
from members.services import imports
from tests import builders
from tests.members.builders import received, roster, worked

GOOD = builders.document_number(serial=91001)
OTHER = builders.document_number(serial=91002)


@pytest.fixture
def unit() -> Organisation:
    return builders.union("JT0101", name="天坛饭店工会")


@pytest.fixture
def agent(unit: Organisation) -> Viewer:
    return builders.viewer_as("agent", unit)


@pytest.fixture
def agent_client(agent: Viewer) -> Client:
    return builders.client_for(RoleGrant.objects.get(user__username=agent.username).user)


def row(number: str = GOOD, name: str = "张三", **more: str) -> dict[str, str]:
    return {"单位编号": "JT0101", "姓名": name, "证件号码": number, **more}


def page(client: Client, name: str, run: ImportRun) -> str:
    answer = client.get(reverse(f"members:import-{name}", args=[run.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def imported(unit: Organisation, agent: Viewer, *rows: dict[str, str]) -> ImportRun:
    return imported_file(unit, agent, roster(*rows))


def imported_file(
    unit: Organisation, by: Viewer, content: bytes, kind: str = "members", **options: str
) -> ImportRun:
    """A workbook imported as by the pages: uploaded, checked, asked for, written."""
    run = worked(received(unit, content, by=by, kind=kind, options=options))
    run = worked(imports.request_apply(run_id=run.pk, skip_errors=False, by=by))
    assert run.status == "APPLIED"
    return run
