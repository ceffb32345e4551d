"""Cleaning a long file in two processes: every other chunk is read by a copy of this one.

Reading cells is most of the work of an import and keeps one core busy; the parser has done its part
before the first row comes, so the other core is free.
"""

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Final

from core.excel.reader import Chunk
from core.importing.rows import RowReader

MANY: Final = 10_000  # rows; below, starting a process costs more than it saves


@contextmanager
def cleaned(reader: RowReader, chunks: Iterable[Chunk], *, total: int) -> Iterator[Iterable[str]]:
    """The lines of all chunks in their order, read by two processes when `total` rows are many.

    What is found in either is in `reader.found` when the lines are taken.
    """
    if total < MANY or len(os.sched_getaffinity(0)) < 2:
        yield reader.lines(chunks)
        return
    ours, theirs = multiprocessing.Pipe()
    # a fork, because the reader and its keys are here already; it never touches the database
    helper = multiprocessing.get_context("fork").Process(target=_help, args=(reader, ours, theirs))
    helper.start()
    theirs.close()
    try:
        yield _in_turns(reader, iter(chunks), ours)
    finally:
        helper.kill()
        helper.join()


def _in_turns(reader: RowReader, chunks: Iterator[Chunk], helper: Connection) -> Iterator[str]:
    """The helper always has a chunk to read while this process reads the next and writes both."""
    given = next(chunks, None)
    if given:
        helper.send(given)
    while given:
        own = next(chunks, None)
        own_lines = list(reader.lines([own])) if own else []
        answer = helper.recv()
        if isinstance(answer, Exception):
            raise answer
        lines, found = answer
        reader.found += found
        given = next(chunks, None) if own else None
        if given:
            helper.send(given)
        yield from lines
        yield from own_lines


def _help(reader: RowReader, theirs_end: Connection, end: Connection) -> None:
    theirs_end.close()  # else the end of the other process would not be noticed
    try:
        while True:
            chunk = end.recv()
            reader.found.clear()
            try:
                lines = list(reader.lines([chunk]))
            except Exception as error:  # noqa: BLE001 the other process raises it
                end.send(error)
            else:
                end.send((lines, reader.found))
    except EOFError:
        return
