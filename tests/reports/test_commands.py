"""The commands as other programs call them: JSON on stdout, one line on stderr, exit codes."""

import json
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, load_command_class

from members.models import User
from reports.models import QuarterClosing
from tests import builders
from tests.reports.world import a_year


@pytest.fixture
def year(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr("core.clock.today", lambda: date(2019, 6, 30))
    # a command closes its connections when it ends; this test's one stays
    monkeypatch.setattr("members.management.plain_command.connections.close_all", lambda: None)
    return a_year()


def answer(*arguments: str) -> Any:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return json.loads(out.getvalue())


def refused(capsys: pytest.CaptureFixture[str], name: str, *arguments: str) -> str:
    """The one line on stderr of a command line that cannot be used."""
    command = load_command_class("reports", name)
    with pytest.raises(SystemExit) as exit_:
        command.run_from_argv(["manage.py", name, *arguments])
    got = capsys.readouterr()
    assert exit_.value.code == 2
    assert got.out == ""
    assert got.err.count("\n") == 1
    return got.err


def test_report_as_json(year: dict[str, Any]) -> None:
    document = answer("report", "remittance", "--period", "2018Q1", "--json")
    assert list(document) == [
        "report", "period", "union", "as_of", "figures", "columns", "rows", "totals",
    ]  # fmt: skip
    assert (document["report"], document["period"], document["union"]) == (
        "remittance", "2018Q1", "DC",
    )  # fmt: skip
    assert document["as_of"] == "2019-06-30"
    assert document["figures"]["total"] == "240.00"
    assert document["totals"]["due"] == "292.00"


def test_report_of_a_union_as_known_on_a_day(year: dict[str, Any]) -> None:
    asked = ["--period", "2018", "--union", "TT", "--as-of", "2018-03-31", "--json"]
    document = answer("report", "annual", *asked)
    assert document["figures"]["claims"] == 1
    assert document["figures"]["enrolments"] == 3


def test_report_as_somebody(year: dict[str, Any]) -> None:
    agent = builders.user("agent", year["tt1"], username="agent-tt1")
    asked = ["--period", "2018", "--as", agent.username, "--json"]
    assert answer("report", "annual", *asked)["union"] == "TT001"


def test_report_in_words_with_the_article(year: dict[str, Any]) -> None:
    out = StringIO()
    call_command("report", "annual", "--period", "2018", stdout=out)
    assert "上缴会费（元）\t682.00" in out.getvalue()
    assert "有效会员17万\t8\t不一致" in out.getvalue()


def test_report_as_a_file(year: dict[str, Any], tmp_path: Path) -> None:
    out = StringIO()
    asked = ["--period", "2018Q1", "--format", "xlsx", "--out", str(tmp_path)]
    call_command("report", "payout_summary", *asked, stdout=out)
    (path,) = tmp_path.iterdir()
    assert out.getvalue() == f"{path}\n"
    assert path.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["annual"], "--period"),
        (["nothing", "--period", "2018"], "nothing"),
        (["annual", "--period", "2018Q5"], "2018Q5"),
        (["annual", "--period", "2018Q1"], "2018"),
        (["annual", "--period", "2018", "--union", "XX"], "XX"),
        (["annual", "--period", "2018", "--as", "nobody"], "nobody"),
        (["annual", "--period", "2018", "--as-of", "2018-02-30"], "2018-02-30"),
        (["annual", "--period", "2018", "--format", "doc"], "doc"),
        (["annual", "--period", "2018", "--format", "pdf", "--out", "/no/such/folder"], "/no/such"),
        (["annual", "--period", "2018", "--nonsense"], "--nonsense"),
    ],
)
def test_report_refuses_in_one_line(
    year: dict[str, Any], capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert said in refused(capsys, "report", *arguments)


def test_report_is_not_for_an_administrator(
    year: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    admin = builders.user("admin", username="boss")
    assert "boss" in refused(capsys, "report", "annual", "--period", "2018", "--as", admin.username)


def test_nobody_reports_on_a_foreign_unit(
    year: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    builders.user("agent", year["tt1"], username="agent-tt1")
    asked = ["annual", "--period", "2018", "--union", "DHS001", "--as", "agent-tt1"]
    assert "DHS001" in refused(capsys, "report", *asked)


def test_a_locked_account_is_nobody(
    year: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    User.objects.filter(pk=builders.user("leader", username="gone").pk).update(is_active=False)
    assert "gone" in refused(capsys, "report", "annual", "--period", "2018", "--as", "gone")


@pytest.mark.slow
def test_close_quarter_closes_and_then_only_shows(year: dict[str, Any]) -> None:
    first = answer("close_quarter", "2018Q1", "--json")
    assert (first["quarter"], first["status"]) == ("2018Q1", "CLOSED")
    assert first["reports"]["payout_summary"]["figures"]["net"] == "20120.50"
    assert len(first["files"]) == 4
    assert answer("close_quarter", "2018Q1", "--json") == first
    assert QuarterClosing.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["2018"], "2018"), (["2018Q5"], "2018Q5"), (["2030Q1"], "2030-03-31"), ([], "2018Q1")],
)
def test_close_quarter_refuses_in_one_line(
    year: dict[str, Any], capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert said in refused(capsys, "close_quarter", *arguments)
    assert not QuarterClosing.objects.exists()


def test_close_quarter_is_not_for_everybody(
    year: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    builders.user("leader", username="boss")
    refused(capsys, "close_quarter", "2018Q1", "--as", "boss")
    assert not QuarterClosing.objects.exists()


def test_the_command_line_ends_well(
    year: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    command = load_command_class("reports", "report")
    command.run_from_argv([sys.argv[0], "report", "remittance", "--period", "2018", "--json"])
    assert json.loads(capsys.readouterr().out)["figures"]["total"] == "682.00"
