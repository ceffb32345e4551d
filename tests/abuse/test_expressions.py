"""E36: no regular expression of ours takes long over a text that was made to make it so."""

import ast
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("config", "core", "members", "ledger", "policies", "claims", "reports")
USES = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
LONG = 5_000
SIGNS = ("a", "A", "0", " ", "-", ".", "_", "\t", "\n", "<", '"', "'", "(", "一", "，", "a ", "0-",
         "0.", "<a", '<c r="', "a@", "\\", "%", "/", "<row ", "0,", "aA0")  # fmt: skip
SECONDS = 2.0  # of this process alone: the machine may be busy


def expressions() -> Iterator[tuple[str, str | bytes]]:
    """(file:line, pattern) of every expression that the sources write down."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and node.args and _is_expression(node.func):
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", first.value


def _is_expression(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        return (isinstance(called.value, ast.Name) and called.value.id == "re"
                and called.attr in USES)  # fmt: skip
    return isinstance(called, ast.Name) and called.id == "RegexValidator"


class TooSlow(Exception):
    """The time is over."""


def _over(_number: int, _frame: FrameType | None) -> None:
    raise TooSlow


def slow_on(pattern: str | bytes) -> str:
    """The sign that a long text of which keeps the expression busy, or nothing."""
    compiled: re.Pattern[Any] = re.compile(pattern)
    before = signal.signal(signal.SIGVTALRM, _over)
    try:
        for sign in SIGNS:
            for end in ("", "!"):
                text = (sign * LONG)[:LONG] + end
                signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
                compiled.search(text.encode() if isinstance(pattern, bytes) else text)
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except TooSlow:
        return repr(sign)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return ""


def test_no_expression_goes_round_and_round() -> None:
    found = list(expressions())
    assert len(found) > 30
    slow = [f"{where} {pattern!r} on {sign}" for where, pattern in found
            if (sign := slow_on(pattern))]  # fmt: skip
    assert slow == []


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(\s*x?)*$", r"(\d+-?)*$", r"^(([a-z])+.)+[A-Z]$"])
def test_one_that_does_is_seen(pattern: str) -> None:
    assert slow_on(pattern)
