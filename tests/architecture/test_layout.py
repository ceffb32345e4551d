"""The rules of the house that no linter knows: sizes, names, rooms, what must never be written."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("core", "members", "ledger", "policies", "claims", "reports")
ROOMS = {*APPS, "config", "templates", "static", "tests", "docs", ".ci"}
LAUNCHER = ("run", "config/supervisor.py", "config/local.py", "config/launcher.py")
STDLIB = sys.stdlib_module_names
LONGEST_FILE = 400  # lines
LONGEST_SCRIPT = 200  # lines of static/app.js
LONGEST_FUNCTION = 50  # lines; 30 is the aim
MONEY_MAY_MEET_FLOAT = {
    # what a library only speaks in floats; each with the reason
    "core/excel": "a cell arrives as a float and leaves as a number format",
    "core/charts": "coordinates of a drawing, not money",
}


def sources(*folders: str) -> Iterator[Path]:
    """The Python files of our own below the folders, migrations left out."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def everything() -> Iterator[Path]:
    """Every text file that we wrote, wherever it lies."""
    kinds = {".py", ".md", ".toml", ".yml", ".yaml", ".html", ".css", ".js", ".sql", ".po", ".txt"}
    for room in sorted(ROOMS):
        yield from (path for path in sorted((ROOT / room).rglob("*")) if path.suffix in kinds)
    yield from (path for path in sorted(ROOT.iterdir()) if path.is_file())
    yield ROOT / ".ci" / "run"


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_files_are_short() -> None:
    long = {
        short(path): lines
        for path in (*sources(*APPS, "config", "tests"), ROOT / "run")
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}
    for script in (ROOT / "static").glob("*.js"):
        assert len(script.read_text("utf-8").splitlines()) <= LONGEST_SCRIPT, script.name


def test_functions_are_short() -> None:
    long = {}
    for path in (*sources(*APPS, "config", "tests"), ROOT / "run"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long[f"{short(path)}:{node.name}"] = lines
    assert long == {}


def test_rooms_are_those_of_the_house() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == {*APPS, "config", "tests"}
    names = {path.stem for path in sources(*APPS)} | {path.parent.name for path in sources(*APPS)}
    assert names & {"utils", "util", "common", "helpers", "misc", "signals"} == set()


def test_migrations_have_names() -> None:
    names = [path.stem for path in ROOT.glob("*/migrations/[0-9]*.py")]
    assert names
    machine_made = re.compile(r"\d{4}_(auto_|alter_.*_and_more)|.*_and_more$")
    assert [name for name in names if machine_made.match(name)] == []


def test_nothing_is_deleted_by_cascade() -> None:
    found = [short(p) for p in sources(*APPS) if "models.CASCADE" in p.read_text("utf-8")]
    assert found == []


def test_no_float_near_money() -> None:
    found = []
    for path in sources(*APPS):
        if short(path).startswith(tuple(MONEY_MAY_MEET_FLOAT)):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float":
                found.append(f"{short(path)}:{node.lineno}")
            if isinstance(node, ast.Attribute) and node.attr == "FloatField":
                found.append(f"{short(path)}:{node.lineno}")
    assert found == []


def test_the_launcher_needs_nothing_but_python() -> None:
    ours = {"config.supervisor", "config.local"}
    for name in LAUNCHER:
        imported: set[str] = set()
        for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            if isinstance(node, ast.ImportFrom):
                imported.add(str(node.module))
        foreign = {module for module in imported - ours if module.split(".")[0] not in STDLIB}
        assert foreign == set(), name


def test_nothing_points_outside_the_repository() -> None:
    """No machine's paths, no registry's address: what is committed must work anywhere."""
    foreign = re.compile(r"/work/|/root/|\.\./shared|files\.pythonhosted|pypi\.org|--index-url")
    found = []
    for path in everything():
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if foreign.search(line.replace("--no-emit-index-url", "")):
                found.append(f"{short(path)}:{number}")
    assert found == []


def test_nothing_is_left_for_later() -> None:
    word = re.compile(r"\b(TODO|FIXME|XXX)\b")
    found = [
        f"{short(path)}:{number}"
        for path in sources(*APPS, "config", "tests")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if word.search(line)
    ]
    assert found == []


def test_packages_are_pinned_with_hashes_and_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = {re.split(r"[<>=\[]", text)[0] for text in project["project"]["dependencies"]}
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text("utf-8")
        pins = dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))
        assert declared <= set(pins), name
        assert text.count("--hash=sha256:") >= len(pins)
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lines = text.split("dependencies = [")[1].split("\n]")[0].strip().splitlines()
    assert [line for line in lines if "#" not in line] == []
    assert not (ROOT / "uv.lock").exists()
