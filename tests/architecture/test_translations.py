"""Every sentence that the program says exists in Chinese, and no template says one past gettext."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
APPS = ("config", "core", "members", "ledger", "policies", "claims", "reports")
# function name -> (positions of msgids, position of the context)
FUNCTIONS: dict[str, tuple[tuple[int, ...], int | None]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), ((0,), None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ((0, 1), None)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1,), 0)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, 2), 0)),
}
CHINESE = re.compile(r"[\u3400-\u9fff]")
# papers are Chinese in either language, and so is a language's own name in the switch
PAPERS = ("templates/print/", "templates/components/signoff.html")
Message = tuple[str | None, str]  # context, msgid


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def messages_in(source: str) -> Iterator[Message]:
    """The messages of Python source, as gettext's own extraction would find them."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or _called(node) not in FUNCTIONS:
            continue
        positions, context_at = FUNCTIONS[_called(node)]
        if len(node.args) <= positions[0]:
            continue
        context = None if context_at is None else _text(node.args[context_at])
        message = _text(node.args[positions[0]])
        if message:
            yield context, message


def python_files() -> list[Path]:
    return [
        path
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def template_files() -> list[Path]:
    return sorted(ROOT.glob("templates/**/*.html")) + sorted(ROOT.glob("*/templates/**/*.html"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def template_messages(path: Path) -> Iterator[Message]:
    """templatize leaves Python calls between X's, as xgettext expects them."""
    python = templatize(path.read_text(encoding="utf-8"), origin=name(path))
    calls = re.findall(
        r"\b(?:n|p|np)?gettext\((?:[^()\"']|u?\"(?:[^\"\\]|\\.)*\"|u?'(?:[^'\\]|\\.)*')*\)"
        r"|(?<!\w)_\((?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')\)",
        python,
    )
    for call in calls:
        yield from messages_in(call.strip())


def used() -> dict[Message, str]:
    """Every message in use and the file that says it."""
    found: dict[Message, str] = {}
    for path in python_files():
        for message in messages_in(path.read_text(encoding="utf-8")):
            found.setdefault(message, name(path))
    for path in template_files():
        for message in template_messages(path):
            found.setdefault(message, name(path))
    return found


def catalogues() -> list[Path]:
    return sorted(ROOT.glob("*/locale/zh_Hans/LC_MESSAGES/django.po"))


def test_every_message_is_translated() -> None:
    known: set[Message] = set()
    for path in catalogues():
        known |= {(e.msgctxt, e.msgid) for e in polib.pofile(str(path)) if e.translated()}
    missing = sorted(f"{where}: {said[1]!r}" for said, where in used().items() if said not in known)
    assert not missing, "\n".join(["no Chinese for:", *missing])


@pytest.mark.parametrize("path", catalogues(), ids=name)
def test_catalogue_is_complete_and_consistent(path: Path) -> None:
    catalogue = polib.pofile(str(path), check_for_duplicates=True)
    fuzzy = [entry.msgid for entry in catalogue.fuzzy_entries()]
    empty = [entry.msgid for entry in catalogue.untranslated_entries()]
    field = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
    differing = [
        entry.msgid
        for entry in catalogue
        if not entry.msgid_plural
        and set(field.findall(entry.msgid)) != set(field.findall(entry.msgstr))
    ]
    assert (fuzzy, empty, differing) == ([], [], [])


def test_no_message_has_two_meanings() -> None:
    """The catalogues are merged at run time: the same msgid must say the same everywhere."""
    said: dict[Message, str] = {}
    clashes = []
    for path in catalogues():
        for entry in polib.pofile(str(path)):
            first = said.setdefault((entry.msgctxt, entry.msgid), entry.msgstr)
            if first != entry.msgstr:
                clashes.append(f"{entry.msgid!r}: {first} / {entry.msgstr} ({name(path)})")
    assert not clashes, "\n".join(clashes)


def is_paper(path: Path, text: str) -> bool:
    return name(path).startswith(PAPERS) or '{% extends "print/' in text


def test_templates_leave_the_wording_to_the_catalogue() -> None:
    direct = []
    for path in template_files():
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            if CHINESE.search(line) and 'lang="zh-hans"' not in line and not is_paper(path, text):
                direct.append(f"{name(path)}:{number}: {line.strip()}")
    assert not direct, "\n".join(direct)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("_('a')", [(None, "a")]),
        ("pgettext('menu', 'open')", [("menu", "open")]),
        ("ngettext('%d row', '%d rows', 3)", [(None, "%d row")]),
        ("text_of('a')", []),
        ("translation.gettext('a' 'b')", [(None, "ab")]),
    ],
)
def test_messages_in(source: str, expected: list[Message]) -> None:
    assert list(messages_in(source)) == expected
