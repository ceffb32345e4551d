"""E35: formulas in cells, sheet names and file names of what comes in go out as words."""

import io
from email.message import Message
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from members.access import Viewer
from members.models import ImportRun, Organisation, RoleGrant
from members.services import imports
from tests import builders
from tests.abuse.access import asked, calls
from tests.members.builders import ON, ROSTER_HEADER, worked

pytestmark = pytest.mark.django_db
FORMULAS = (
    "=1+1", "==1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1",
    '=HYPERLINK("http://zqx.test";"x")', '=WEBSERVICE("http://zqx.test")', "＝1+1", "=DDE(1)",
    "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "%0A=1+1", "|calc", ";=1+1", ",=1+1",
)  # fmt: skip
SHEETS = (
    "=1+1",
    "+1+1",
    "@SUM",
    "-1+1",
    "=cmd|calc",
    "a'!A1+1",
    "Sheet1'!A1",
    '"x',
    "&<>",
    "一" * 31,
)
NAMES = ("=1+1.{}", "@SUM(1).{}", "=cmd|' /C calc'!A0.{}", 'a";filename="x.exe.{}', "-1+1 .{}",
         "a\r\nX-Evil: 1.{}", "../../=1+1.{}", "\u202egpj.{}", "%0d%0aX-Evil: 1.{}")  # fmt: skip


@pytest.fixture
def agent() -> Viewer:
    return builders.viewer_as("agent", builders.union("JT0101"))


@pytest.fixture
def client(agent: Viewer) -> Client:
    return builders.client_for(RoleGrant.objects.get(user__username=agent.username).user)


def rows() -> list[list[str]]:
    """A wrong row per formula: it stands in the name, in the number and in the note."""
    header = [name.rstrip("*") for name in ROSTER_HEADER]
    cells = [
        {"单位编号": "JT0101", "姓名": text, "证件号码": text, "备注": text} for text in FORMULAS
    ]
    return [header, *([row.get(name, "") for name in header] for row in cells)]


def xlsx(sheet: str) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows():
        page.append([None] * len(row))
        for place, text in enumerate(row, start=1):
            cell = page.cell(page.max_row, place)
            cell.value, cell.data_type = text.replace("\r", ""), "s"
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def csv(delimiter: str, encoding: str = "utf-8-sig") -> bytes:
    lines = [['"' + text.replace('"', '""') + '"' for text in row] for row in rows()]
    return "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)


def checked(agent: Viewer, content: bytes, name: str) -> ImportRun:
    unit = Organisation.objects.get(code="JT0101")
    run = worked(
        imports.receive(kind="members", name=name, content=content, options={},
                        organisation_id=unit.pk, by=agent, on=ON)
    )  # fmt: skip
    assert (run.status, run.rows) == ("CHECKED", len(FORMULAS))
    assert run.wrong == len(FORMULAS)
    return run


def taken(client: Client, run: ImportRun, what: str) -> tuple[bytes, Any]:
    answer: Any = client.get(reverse(f"members:import-{what}", args=[run.pk]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content), answer.headers


def live(content: bytes) -> list[str]:
    """What Excel would compute or fetch: formulas in cells, names, links, rules of sheets."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = [f"{sheet.title}!{cell.coordinate}" for sheet in book for row in sheet.iter_rows()
             for cell in row if cell.data_type == "f" or cell.hyperlink]  # fmt: skip
    return found + [name for name in book.defined_names if not name.startswith("_xlnm.")]


@pytest.mark.parametrize("sheet", SHEETS)
def test_sheet_names_and_cells_come_back_as_words(
    client: Client, agent: Viewer, sheet: str
) -> None:
    content, _headers = taken(client, checked(agent, xlsx(sheet), "a.xlsx"), "errors")
    assert live(content) == []
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == [sheet]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_cells_of_text_files_come_back_as_words(
    client: Client, agent: Viewer, delimiter: str, encoding: str
) -> None:
    run = checked(agent, csv(delimiter, encoding), "a.csv")
    content, headers = taken(client, run, "errors")
    assert "spreadsheetml" in headers["Content-Type"]  # never a text file of ours
    assert live(content) == []
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "=1+1" in cells
    assert "=cmd|' /C calc'!A0" in cells


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_file_names_come_back_as_words(
    client: Client, agent: Viewer, name: str, suffix: str
) -> None:
    content = xlsx("花名册") if suffix == "xlsx" else csv(",")
    run = checked(agent, content, name.format(suffix))
    for what in ("original", "errors"):
        given, headers = taken(client, run, what)
        disposition = headers["Content-Disposition"]
        assert disposition.startswith("attachment;")
        assert "X-Evil" not in headers
        assert not set("\r\n\u202e") & set(disposition)
        read = Message()
        read["Content-Disposition"] = disposition
        if what == "original":  # one name, whatever quotes it holds
            assert read.get_filename() == run.file.name
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert live(given) == [] if what == "errors" else given == content
    page = client.get(reverse("members:import-detail", args=[run.pk])).content.decode()
    assert "\u202e" not in page


def test_a_live_formula_is_seen() -> None:
    """The control: the same text as a formula, a link and a name."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["=1+1", "x"])
    page["B1"].hyperlink = "http://zqx.test"
    book.defined_names["evil"] = openpyxl.workbook.defined_name.DefinedName(
        "evil", attr_text="Sheet!$A$1"
    )
    held = io.BytesIO()
    book.save(held)
    assert live(held.getvalue()) == ["Sheet!A1", "Sheet!B1", "evil"]


@pytest.mark.slow
def test_no_page_gives_a_text_file_of_ours(
    world: dict[str, Any], clients: dict[str, Client]
) -> None:
    """There is nothing to quote where no text file is written; the user's own comes back."""
    kinds = set()
    for call in calls(world, "get"):
        if call.name == "members:import-original":
            continue
        kinds.add(asked(clients[call.who], call, "get", call.data).headers["Content-Type"])
    assert any("spreadsheetml" in kind for kind in kinds)
    assert not [kind for kind in kinds if kind.startswith(("text/csv", "text/tab", "text/plain"))]
