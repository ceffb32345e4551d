"""Templates: filled with what is stored, and read again by their stamp."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from core.excel.stamp import STAMP, Stamp, read_stamp
from core.models import AuditEvent
from members.access import Viewer
from members.models import ImportRun, Organisation, RoleGrant
from members.services import imports
from members.services.templates import template_for
from tests import builders
from tests.members.builders import directory, received, roster, worked

pytestmark = pytest.mark.django_db
OLDER, ELSEWHERE = "此模板是旧版", "此模板属于单位"


@pytest.fixture
def unit() -> Organisation:
    return builders.union("JT0101", name="天坛饭店工会")


@pytest.fixture
def agent(unit: Organisation) -> Viewer:
    return builders.viewer_as("agent", unit)


def row() -> dict[str, str]:
    return {"单位编号": "JT0101", "姓名": "张三", "证件号码": builders.document_number()}


def stamped(stamp: Stamp, *, checksum: str = "") -> bytes:
    """A filled roster that carries the stamp; `checksum`: one that somebody typed."""
    book = load_workbook(BytesIO(roster(row())))
    sheet = book.create_sheet(STAMP)
    sheet.sheet_state = "veryHidden"
    for line in (*stamp.lines()[:3], ("checksum", checksum or stamp.checksum())):
        sheet.append(line)
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def page_of(unit: Organisation, agent: Viewer, content: bytes, name: str = "a.xlsx") -> str:
    run = worked(received(unit, content, by=agent, name=name))
    assert (run.status, run.created) == ("CHECKED", 1)  # a hint, never a refusal
    client = builders.client_for(RoleGrant.objects.get(user__username=agent.username).user)
    return client.get(reverse("members:import-detail", args=[run.pk])).content.decode()


@pytest.mark.parametrize(
    ("stamp", "older", "elsewhere"),
    [
        (Stamp("members", "1", "JT0101"), False, False),
        (Stamp("members", "0", "JT0101"), True, False),
        (Stamp("members", "1", "JT0102"), False, True),
        (Stamp("members", "0", "GONE"), True, True),
        (Stamp("members", "1"), False, False),
        (Stamp("members", "x", "JT0101"), False, False),
    ],
)
def test_the_stamp_gives_a_hint(
    unit: Organisation, agent: Viewer, stamp: Stamp, older: bool, elsewhere: bool
) -> None:
    builders.union("JT0102")
    shown = page_of(unit, agent, stamped(stamp))
    assert (OLDER in shown, ELSEWHERE in shown) == (older, elsewhere)


def test_a_stamp_changed_by_hand_says_nothing(unit: Organisation, agent: Viewer) -> None:
    shown = page_of(unit, agent, stamped(Stamp("members", "0", "JT0102"), checksum="12345678"))
    assert (OLDER in shown, ELSEWHERE in shown) == (False, False)
    assert read_stamp({}) is None


def test_the_district_takes_the_templates_of_its_unions(unit: Organisation) -> None:
    clerk = builders.viewer_as("enrolment")
    shown = page_of(builders.district(), clerk, stamped(Stamp("members", "1", "JT0101")))
    assert ELSEWHERE not in shown


def test_our_own_template_is_recognised(unit: Organisation, agent: Viewer) -> None:
    content = template_for("members", choices={}, unit_code="JT0102")
    run = worked(received(unit, content, by=agent))
    assert (run.status, run.template_version, run.template_unit) == ("CHECKED", "1", "JT0102")


def test_the_directory_comes_filled_and_back_unchanged(unit: Organisation) -> None:
    street = builders.union("TT", kind="STREET", name="天坛街道总工会")
    builders.union("TT01", street, staff_count=30, female_staff_count=12, contact_name="李敏")
    client = builders.client_for(builders.user("enrolment"))
    upload = reverse("members:import-upload", args=["unions"])
    address = reverse("members:import-template", args=["unions"]) + "?filled=unions"
    assert address in client.get(upload).content.decode()
    content = client.get(address).content
    answer = client.post(upload, {"file": SimpleUploadedFile("a.xlsx", content)})
    assert answer.status_code == 302
    run = worked(ImportRun.objects.get())
    assert (run.rows, run.unchanged, run.wrong) == (3, 3, 0)
    assert AuditEvent.objects.get(action="union.template").details["lines"] == 3


def test_a_changed_row_of_the_filled_directory_is_the_only_one(unit: Organisation) -> None:
    clerk = builders.viewer_as("enrolment")
    builders.union("TT01", name="甲工会")
    changed = directory(
        {"单位编号": "TT01", "单位名称": "甲工会", "单位类型": "基层", "联系人": "王敏"},
        {"单位编号": "JT0101", "单位名称": "天坛饭店工会", "单位类型": "基层"},
    )
    run = worked(received(builders.district(), changed, by=clerk, kind="unions"))
    assert (run.updated, run.unchanged) == (1, 1)


@pytest.mark.parametrize("kind", ["unions", "members", "claims", "settlements"])
def test_every_upload_page_offers_its_template(kind: str) -> None:
    people = [builders.user(role) for role in ("enrolment", "reviewer", "agent")]
    able = [
        person for person in people if builders.viewer(person).can(imports.permission_for(kind))
    ]
    client = builders.client_for(able[0])
    address = reverse("members:import-template", args=[kind])
    assert address in client.get(reverse("members:import-upload", args=[kind])).content.decode()
    answer = client.get(address)
    assert imports.kind_named(kind).title in load_workbook(BytesIO(answer.content)).sheetnames
