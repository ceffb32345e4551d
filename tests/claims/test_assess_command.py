"""`manage.py assess`: answers, exit codes and the one line of error (assessment contract §5)."""

import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from claims.management.commands.assess import Command
from tests.claims.rules.builders import (
    CATALOGUE_FILE,
    catalogue_document,
    member,
    outpatient,
    policy,
    scenario,
    stay,
)

Capture = pytest.CaptureFixture[str]
EXAMPLE = scenario(
    [policy(starts_on="2018-03-01")],
    [stay("2018-05-02", "2018-05-12", "4300.00", filed_on="2018-06-01")],
    [member(outpatient("2018-02-11", "2413.00"))],
)
ANSWER = {
    "claims": [
        {
            "id": "c1",
            "policy": "p1",
            "decision": "payable",
            "codes": [],
            "amount": "1800.00",
            "steps": ["INPMED-2018, stay 1 of 2018", "(4300.00 − 1300.00) × 0.60 = 1800.00"],
        }
    ],
    "settlements": [
        {
            "insured": "m1",
            "year": 2018,
            "quarters": [
                {
                    "quarter": 1,
                    "base_ytd": "613.00",
                    "due_ytd": "122.60",
                    "pay": "122.60",
                    "carried": "0.00",
                }
            ],
            "ignored": [],
        }
    ],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "scenario.json"


def run(*arguments: str | Path) -> None:
    Command().run_from_argv(["manage.py", "assess", *map(str, arguments)])


def answer_of(capsys: Capture, *arguments: str | Path) -> Any:
    run(*arguments)
    captured = capsys.readouterr()
    assert captured.err == ""
    return json.loads(captured.out)


def refusal_of(capsys: Capture, *arguments: str | Path) -> str:
    """The one line on standard error; nothing is on standard output and the exit code is 2."""
    with pytest.raises(SystemExit) as exit_:
        run(*arguments)
    captured = capsys.readouterr()
    assert (exit_.value.code, captured.out) == (2, "")
    assert captured.err.count("\n") == 1
    return captured.err


def written(file: Path, document: object) -> Path:
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def test_one_scenario_gives_one_answer(file: Path, capsys: Capture) -> None:
    assert answer_of(capsys, written(file, EXAMPLE)) == ANSWER


def test_a_list_gives_a_list(file: Path, capsys: Capture) -> None:
    assert answer_of(capsys, written(file, [EXAMPLE, {}])) == [
        ANSWER,
        {"claims": [], "settlements": []},
    ]
    assert answer_of(capsys, written(file, [])) == []


def test_a_dash_reads_standard_input(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO(json.dumps(EXAMPLE).encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(content))

    assert answer_of(capsys, "-") == ANSWER


def test_a_byte_order_mark_is_no_fault(file: Path, capsys: Capture) -> None:
    file.write_text(json.dumps(EXAMPLE), encoding="utf-8-sig")

    assert answer_of(capsys, file) == ANSWER


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (EXAMPLE | {"claims": [{"id": "c1"}]}, "claims[0].insured: "),
        ([EXAMPLE, EXAMPLE | {"claims": 7}], "[1].claims: "),
        ([EXAMPLE, 7], "[1]: "),
        ([[EXAMPLE]], "[0]: "),
        (7, "{file}: "),
        (None, "{file}: "),
    ],
)
def test_a_malformed_scenario_is_named_by_its_place(
    document: object, place: str, file: Path, capsys: Capture
) -> None:
    refusal = refusal_of(capsys, written(file, document))

    assert refusal.startswith(place.format(file=file))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b"\xff\xfe",
        b"NaN",
        b'{"claims": [Infinity]}',
        b"[" * 20_000,
        b'{"year": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "open", "quotes", "utf-16", "nan", "infinity", "deep", "long"],
)
def test_a_file_that_is_no_json_is_named(content: bytes, file: Path, capsys: Capture) -> None:
    file.write_bytes(content)

    assert refusal_of(capsys, file).startswith(f"{file}: ")


def test_files_that_cannot_be_read_are_named(tmp_path: Path, capsys: Capture) -> None:
    for name in (tmp_path / "missing.json", tmp_path):
        assert refusal_of(capsys, name).startswith(f"{name}: ")


@pytest.mark.parametrize("arguments", [(), ("a.json", "b.json"), ("a.json", "--plan", "x")])
def test_wrong_arguments_are_one_line_too(arguments: tuple[str, ...], capsys: Capture) -> None:
    assert refusal_of(capsys, *arguments)


def test_the_options_of_all_commands_change_nothing(file: Path, capsys: Capture) -> None:
    assert answer_of(capsys, written(file, EXAMPLE), "--json", "--as", "nobody") == ANSWER


def test_another_catalogue_replaces_the_shipped_one(file: Path, capsys: Capture) -> None:
    changed = yaml.safe_load(CATALOGUE_FILE.read_text("utf-8"))
    changed["plans"][1]["benefit"]["rates"] = ["0.10"]
    other = file.with_suffix(".yaml")
    other.write_text(yaml.safe_dump(changed, allow_unicode=True), encoding="utf-8")

    answer = answer_of(capsys, written(file, EXAMPLE), "--catalogue", other)

    assert answer["claims"][0]["amount"] == "300.00"


def test_a_catalogue_may_be_json(file: Path, capsys: Capture) -> None:
    other = file.with_suffix(".yaml")
    other.write_text(json.dumps(catalogue_document()), encoding="utf-8")

    assert answer_of(capsys, written(file, EXAMPLE), "--catalogue", other) == ANSWER


@pytest.mark.parametrize(
    "content",
    [
        "",
        "plans: [",
        "[" * 20_000,
        "schema: mutual-aid-plan-catalogue/1",
        "day: 2018-13-45",
        CATALOGUE_FILE.read_text("utf-8").replace("unit: years", "unit: months"),
        CATALOGUE_FILE.read_text("utf-8").replace('per_day: "40.00"', "per_day: 40.00"),
        CATALOGUE_FILE.read_text("utf-8").replace("per_day:", "perday:"),
    ],
    ids=["empty", "open", "deep", "keys", "date", "unit", "number", "unknown"],
)
def test_a_faulty_catalogue_is_named(content: str, file: Path, capsys: Capture) -> None:
    other = file.with_suffix(".yaml")
    other.write_text(content, encoding="utf-8")

    refusal = refusal_of(capsys, written(file, EXAMPLE), "--catalogue", other)

    assert refusal.startswith(f"{other}: ")


def test_a_missing_catalogue_is_named(file: Path, capsys: Capture) -> None:
    missing = file.with_suffix(".yaml")

    assert refusal_of(capsys, written(file, EXAMPLE), "--catalogue", missing).startswith(
        f"{missing}: "
    )


@pytest.mark.slow
def test_the_shell_sees_exit_codes_without_any_database(file: Path) -> None:
    def shell(document: object) -> "subprocess.CompletedProcess[str]":
        nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "LC_ALL": "C"}
        return subprocess.run(
            [sys.executable, "manage.py", "assess", written(file, document)],
            cwd=settings.BASE_DIR,
            env=os.environ | nowhere,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    good, bad = shell(EXAMPLE), shell({"claims": [{}]})

    assert (good.returncode, json.loads(good.stdout), good.stderr) == (0, ANSWER, "")
    assert (bad.returncode, bad.stdout, bad.stderr) == (2, "", "claims[0].id: missing\n")


@pytest.mark.slow
def test_ten_thousand_scenarios_stream_through_one_call(file: Path, capsys: Capture) -> None:
    written(file, [EXAMPLE] * 10_000)

    began = time.perf_counter()
    answer = answer_of(capsys, file)

    assert time.perf_counter() - began < 20
    assert len(answer) == 10_000
    assert answer[-1] == ANSWER


def test_the_example_of_the_contract_page_is_true(file: Path, capsys: Capture) -> None:
    page = (Path(settings.BASE_DIR) / "docs" / "assessment.md").read_text("utf-8")
    question, answer = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.S)]

    assert answer_of(capsys, written(file, question)) == answer
