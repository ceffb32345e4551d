"""The commands: exit codes, one line on stderr, JSON on stdout, the error workbook."""

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import load_command_class
from openpyxl import load_workbook

from members.management.plain_command import PlainCommand
from members.models import ImportRun, Member, User
from tests import builders
from tests.members.builders import roster

pytestmark = pytest.mark.django_db
GOOD = builders.document_number(serial=92001)


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command as the command line does, but in this transaction."""
    monkeypatch.setattr("members.management.plain_command.connections.close_all", lambda: None)

    def run(name: str, *arguments: object) -> Ran:
        capsys.readouterr()
        command = load_command_class("members", name)
        assert isinstance(command, PlainCommand)
        command.stdout._out = sys.stdout  # type: ignore[attr-defined]
        code = 0
        try:
            command.run_from_argv(["manage.py", name, *map(str, arguments)])
        except SystemExit as left:
            code = int(left.code or 0)
        return Ran(code, *capsys.readouterr())

    return run


def file(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "花名册.xlsx"
    path.write_bytes(roster(*rows))
    return path


def row(**cells: Any) -> dict[str, Any]:
    return {"单位编号": "JT0101", "姓名": "张三", "证件号码": GOOD, **cells}


def test_a_dry_run_and_the_import(call: Any, tmp_path: Path) -> None:
    builders.union("JT0101")
    path = file(tmp_path, row())
    expected = {"rows": 1, "created": 1, "updated": 0, "unchanged": 0, "error_workbook": None}
    dry = call("import_members", path, "--json")
    assert (dry.code, dry.err, Member.objects.count()) == (0, "", 0)
    assert dry.json() == {**expected, "errors": dry.json()["errors"]}
    done = call("import_members", path, "--json", "--commit")
    assert (done.code, done.json(), Member.objects.count()) == (0, dry.json(), 1)
    again = call("import_members", path, "--json", "--commit").json()
    assert (again["created"], again["unchanged"]) == (0, 1)


def test_wrong_rows_exit_with_1_and_return_the_workbook(call: Any, tmp_path: Path) -> None:
    builders.union("JT0101")
    path = file(tmp_path, row(状态="?"), row(证件号码=builders.document_number(), 姓名="李四"))
    ran = call("import_members", path, "--json", "--commit")
    assert (ran.code, Member.objects.count(), ImportRun.objects.count()) == (1, 0, 0)
    errors = [found for found in ran.json()["errors"] if found["level"] == "error"]
    assert [(e["row"], e["column"], e["code"]) for e in errors] == [(2, "状态", "CHOICE")]
    assert "第2行" in errors[0]["message"]
    sheet = load_workbook(ran.json()["error_workbook"]).worksheets[0]
    assert [cell.value for cell in sheet[1]][-3:] == ["校验结果", "错误原因", "修改建议"]
    ran = call("import_members", path, "--json", "--commit", "--skip-errors")
    assert (ran.code, Member.objects.count(), ran.json()["created"]) == (1, 1, 1)
    assert call("import_members", path, "--skip-errors").code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.xlsx"], [], ["missing.xlsx", "--as", "nobody"], ["missing.xlsx", "--wrong"],
    ],
)  # fmt: skip
def test_unusable_arguments_are_one_line(call: Any, arguments: list[str]) -> None:
    ran = call("import_members", *arguments, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err


def test_a_file_that_is_no_workbook(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(b"hello")
    ran = call("import_members", path, "--json")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


def test_on_behalf_of_an_agent(call: Any, tmp_path: Path) -> None:
    unit = builders.union("JT0101")
    builders.union("JT0201")
    builders.user("agent", unit, username="ma")
    path = file(tmp_path, row(单位编号="JT0201"))
    errors = call("import_members", path, "--json", "--as", "ma").json()["errors"]
    assert [(e["column"], e["code"]) for e in errors] == [("单位编号", "UNION_OUT_OF_SCOPE")]


def test_who_may_not_import_is_told_so(call: Any, tmp_path: Path) -> None:
    builders.user("leader", username="liu")
    ran = call("import_members", file(tmp_path, row()), "--json", "--as", "liu")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


def test_a_new_account(call: Any) -> None:
    builders.union("JT0101")
    arguments = ("--role", "agent", "--union", "JT0101", "--name", "马超")
    ran = call("create_user", "ma", *arguments, "--json")
    assert ran.code == 0
    user = User.objects.get(username="ma")
    assert user.check_password(ran.json()["password"])
    assert (user.full_name, user.grants.get().organisation.code) == ("马超", "JT0101")
    again = call("create_user", "ma", *arguments, "--json")
    assert (again.code, again.out, again.err.count("\n")) == (2, "", 1)
    unknown = call("create_user", "li", "--role", "agent", "--union", "XX")
    assert (unknown.code, unknown.out, User.objects.filter(username="li").count()) == (2, "", 0)


def test_the_template_can_be_imported_as_it_is(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    assert call("export_template", "members", path).code == 0
    ran = call("import_members", path, "--json")
    assert (ran.code, ran.json()["rows"]) == (0, 0)
    assert call("export_template", "nothing", path).code == 2
    assert call("export_template", "members", tmp_path / "no" / "x.xlsx").code == 2
