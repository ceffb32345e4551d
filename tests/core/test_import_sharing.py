"""A long file is cleaned by two processes: the lines and findings of one, and no silence."""

import multiprocessing
from collections.abc import Callable, Iterator

import pytest

from core.excel.layout import Layout
from core.excel.reader import Chunk
from core.importing.rows import RowReader
from core.importing.sharing import MANY, cleaned
from tests.core.people import CONTEXT, KIND, PERSON, WOMAN

NAMES = ("单位编号", "姓名", "证件号码", "性别", "份数", "备注")
LAYOUT = Layout(
    sheet=0, sheet_name="表", header_row=1, last_column=len(NAMES),
    columns={name: place for place, name in enumerate(NAMES, 1)},
)  # fmt: skip


def reader() -> RowReader:
    return RowReader(KIND, CONTEXT, LAYOUT, epoch_1904=False, seal=False)


def chunks(count: int, size: int = 50) -> Iterator[Chunk]:
    """Rows of which every seventh has a wrong number and every eleventh a sex that is not his."""
    for first in range(2, 2 + count * size, size):
        numbers = range(first, first + size)
        people = [PERSON if row % 2 else WOMAN for row in numbers]
        yield Chunk(
            numbers,
            [
                [f"DC{row}" for row in numbers],
                [f"张{row}" for row in numbers],
                [person[:17] + "5" if row % 7 == 0 else person
                 for row, person in zip(numbers, people, strict=True)],
                ["女" if (row % 2 == 0) ^ (row % 11 == 0) else "男" for row in numbers],
                [str(row % 5) for row in numbers],
                ["字" * 501 if row == 60 else "" for row in numbers],
            ],
        )  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 2, 5, 8])
def test_two_processes_read_what_one_reads(count: int) -> None:
    alone, together = reader(), reader()
    expected = list(alone.lines(chunks(count)))
    with cleaned(together, chunks(count), total=MANY) as lines:
        assert list(lines) == expected
    assert sorted(together.found) == sorted(alone.found)
    assert len(together.found) >= 10 * count
    assert multiprocessing.active_children() == []


def test_a_short_file_starts_no_process() -> None:
    with cleaned(reader(), chunks(2), total=MANY - 1) as lines:
        next(iter(lines))
        assert multiprocessing.active_children() == []


def broken(place: int) -> Iterator[Chunk]:
    """Five chunks, one of which lacks a column."""
    for number, chunk in enumerate(chunks(5)):
        yield Chunk(chunk.numbers, chunk.columns[:2]) if number == place else chunk


@pytest.mark.parametrize("place", [0, 1, 2, 3, 4])  # even ones are the helper's
def test_what_one_of_them_cannot_read_is_raised(place: int) -> None:
    with pytest.raises(IndexError), cleaned(reader(), broken(place), total=MANY) as lines:
        list(lines)
    assert multiprocessing.active_children() == []


def stopped(after: int, stop: Callable[[], None]) -> Iterator[Chunk]:
    for number, chunk in enumerate(chunks(9)):
        if number == after:
            stop()
        yield chunk


def test_a_killed_helper_is_noticed() -> None:
    def kill() -> None:
        [helper] = multiprocessing.active_children()
        helper.kill()
        helper.join()

    with pytest.raises(OSError), cleaned(reader(), stopped(4, kill), total=MANY) as lines:  # noqa: PT011
        list(lines)


def test_a_cancelled_reading_leaves_no_process() -> None:
    class Cancelled(Exception):
        pass

    def cancel() -> None:
        raise Cancelled

    with pytest.raises(Cancelled), cleaned(reader(), stopped(3, cancel), total=MANY) as lines:
        list(lines)
    assert multiprocessing.active_children() == []
