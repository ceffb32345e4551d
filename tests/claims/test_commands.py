"""The commands of this room: one JSON document, exit codes, one line on stderr."""

import io
import json
import sys
from collections.abc import Callable

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import OutputWrapper

from tests import builders
from tests.claims import builders as make
from tests.claims.imports.files import csv_of
from tests.claims.imports.test_settlements_file import HEADER, row

pytestmark = pytest.mark.django_db
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(monkeypatch, capsys) -> Say:
    """Run a command as the command line would, on this test's connection."""

    def run(*arguments: str) -> tuple[int, str, str]:
        name = arguments[0]
        command = load_command_class(get_commands()[name], name)
        monkeypatch.setattr("members.management.plain_command.connections", _Open())
        out, code = io.StringIO(), 0
        command.stdout = OutputWrapper(out)
        try:
            command.run_from_argv([sys.argv[0], *arguments])
        except SystemExit as left:
            code = int(left.code or 0)
        return code, out.getvalue(), capsys.readouterr().err

    return run


class _Open:
    def close_all(self) -> None:
        """The test goes on with this connection."""


def test_settlements(say, tmp_path):
    member = builders.member(builders.union())
    path = str(csv_of(tmp_path, HEADER, [row(member)]))
    code, said, _err = say("import_settlements", path, "--quarter", "2018Q1", "--json")
    assert code == 0
    assert json.loads(said) == {
        "rows": 1, "created": 1, "updated": 0, "unchanged": 0, "errors": [], "error_workbook": None,
    }  # fmt: skip


def test_a_wrong_row_is_exit_code_1(say, tmp_path):
    member = builders.member(builders.union())
    path = str(csv_of(tmp_path, HEADER, [row(member, 结算日期="2018-04-01")]))
    code, said, _err = say("import_settlements", path, "--quarter", "2018Q1", "--json")
    error = json.loads(said)["errors"][0]
    assert code == 1
    assert (error["row"], error["column"], error["code"]) == (2, "结算日期", "WRONG_QUARTER")
    assert error["level"] == "error"


@pytest.mark.parametrize("quarter", ["2018Q5", "2018", "Q1", "2011Q1"])
def test_a_quarter_that_cannot_be_is_exit_code_2(say, tmp_path, quarter):
    member = builders.member(builders.union())
    path = str(csv_of(tmp_path, HEADER, [row(member)]))
    code, said, err = say("import_settlements", path, "--quarter", quarter, "--json")
    assert (code, said, err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("import_settlements", "nothing.xlsx", "--quarter", "2018Q1"),
        ("import_settlements", "nothing.xlsx"),
        ("import_claims", "nothing.xlsx"),
        ("import_claims", "nothing.xlsx", "--as", "nobody"),
        ("list_payments", "--as", "nobody"),
    ],
)
def test_unusable_arguments_are_one_line(say, arguments):
    code, said, err = say(*arguments)
    assert (code, said, err.count("\n")) == (2, "", 1)


def test_the_list_of_payments(say):
    made = make.payout()
    payment = made.payments.get()
    code, said, _err = say("list_payments", "--unpaid", "--json")
    assert code == 0
    assert json.loads(said) == [
        {
            "payment": payment.number,
            "claim": str(payment.claim),
            "amount": "1800.00",
            "status": "PENDING",
        }
    ]
    _code, said, _err = say("list_payments")
    assert payment.number in said
