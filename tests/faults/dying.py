"""An act in a process of its own that dies at a named point, as by a power cut (os._exit)."""

import os
import sys
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

from core.errors import RuleViolation

DIED, DONE, REFUSED, BROKEN = 9, 0, 3, 4
WRITES = ("INSERT", "UPDATE", "DELETE")


def in_a_process(act: Callable[[], object], *, point: str = "", write: int = 0) -> int:
    """Do the act in a forked process on a connection of its own; its exit code.

    `point`: `after_effect` dies after the write with the number `write`, `before_commit` and
    `after_commit` on either side of the COMMIT. An act that returns ends with DONE.
    """
    connections.close_all()  # the child must not speak on the parent's line
    child = os.fork()
    if child == 0:
        _live_and_die(act, point, write)
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _live_and_die(act: Callable[[], object], point: str, write: int) -> None:
    """In the child: never returns."""
    code = BROKEN
    try:
        _set_trap(point)
        with connection.execute_wrapper(_Writes(write if point == "after_effect" else 0)):
            act()
        code = DONE
    except RuleViolation:
        code = REFUSED
    except BaseException as broken:  # noqa: BLE001 - the parent's tests must not run twice
        sys.stderr.write(f"{broken!r}\n")
    finally:
        os._exit(code)


def _set_trap(point: str) -> None:
    commit = connection.commit

    def dying_commit() -> None:
        if point == "before_commit":
            os._exit(DIED)
        commit()
        if point == "after_commit":
            os._exit(DIED)

    connection.commit = dying_commit  # type: ignore[method-assign]


class _Writes:
    """Counts the writing statements and dies when the one with the number has been executed."""

    def __init__(self, last: int) -> None:
        self.last, self.seen = last, 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if str(sql).lstrip().upper().startswith(WRITES):
            self.seen += 1
            if self.seen == self.last:
                os._exit(DIED)
        return result
