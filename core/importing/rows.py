"""Turns the cells of a file into lines for the staging table, collecting what is wrong on the way.

Columns are read one at a time over a chunk of rows: the same few words fill most of them, so each
distinct cell is cleaned and checked once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

from core import crypto
from core.copy import NULL, copy_text
from core.excel.layout import Layout
from core.excel.reader import Chunk
from core.excel.text import Cell, clean
from core.importing.cells import CellError, is_error_value
from core.importing.codes import WARNINGS
from core.importing.columns import WRONG, Column, Env, Notice
from core.importing.kinds import Context, Kind, Row, no_row_checks
from core.importing.staging import staging_columns

CACHE_SIZE: Final = 20_000
Writer = Callable[[Any], str]  # a value as text for one staging column
Found = tuple[int, int, str, str, str]  # row, place of the column, code, message, advice
MISSING: Final = ("REQUIRED", "必填项，不能为空", "请补填")
ERROR_VALUE: Final = ("单元格是错误值（如 #N/A）", "请改为实际内容")


class Outcome(NamedTuple):
    """One cell read: value, its text for the staging columns, and what is wrong or remarkable."""

    value: Any
    text: str
    fault: Notice | None = None
    notice: Notice | None = None


class ColumnReader:
    """Reads the cells of one column."""

    def __init__(self, column: Column, env: Env, *, seal: bool) -> None:
        self.column, self.env = column, env
        first = 2 + len(column.tails) if column.secret else 1
        self._nothing = "\t".join([NULL] * (first + len(column.derive)))
        self.has_remarks = False  # whether any cell so far was wrong or remarkable
        self.absent = Outcome(None, self._nothing)
        missing = MISSING if column.required else None
        self._empty = Outcome(None, self._nothing, missing)
        self.has_remarks = missing is not None
        self._cache: dict[Any, Outcome] = {}
        derived = [_derived_writer(compute) for _, compute in column.derive.values()]
        self._writers = [*_value_writers(column, seal=seal), *derived]

    def read(self, cells: Sequence[Cell]) -> list[Outcome]:
        """Read the cells of a chunk."""
        cache, unknown = self._cache, self._unknown
        if len(cache) > CACHE_SIZE:
            cache.clear()
        if self.column.secret:  # hardly ever twice
            return [unknown(cell) for cell in cells]
        return [cache.get(cell) or unknown(cell) for cell in cells]

    def read_beside(self, cells: Sequence[Cell], others: Sequence[Outcome]) -> list[Outcome]:
        """Read a column whose cells are understood by those of another."""
        outcomes = []
        for cell, other in zip(cells, others, strict=True):
            self.env.other = WRONG if other.fault else other.value
            outcomes.append(self._outcome(cell))
        return outcomes

    def _unknown(self, cell: Cell) -> Outcome:
        outcome = self._outcome(cell)
        if not self.column.secret:
            self._cache[cell] = outcome
        return outcome

    def _outcome(self, cell: Cell) -> Outcome:
        if cell == "":
            return self._empty
        if isinstance(cell, str) and not cell.isalnum():  # most are letters and digits
            if is_error_value(cell):
                return self._wrong(self.column.error_code, *ERROR_VALUE)
            if not clean(cell):
                return self._empty
        try:
            value = self.column.parse(cell, self.env)
        except CellError as error:
            return self._wrong(error.code, error.message, error.advice)
        if value is None:
            return self._empty
        notice = self.column.warn(value) if self.column.warn else None
        self.has_remarks = self.has_remarks or notice is not None
        return Outcome(value, self._text(value), None, notice)

    def _wrong(self, code: str, message: str, advice: str) -> Outcome:
        self.has_remarks = True
        return Outcome(None, self._nothing, (code, message, advice))

    def _text(self, value: Any) -> str:
        return "\t".join([write(value) for write in self._writers])


def _value_writers(column: Column, *, seal: bool) -> list[Writer]:
    """What writes a value itself: as it is, or as hash, sealed value and hashes of its tails."""
    if column.secret is None:
        return [copy_text]
    sealed = crypto.sealer(column.secret)
    return [
        crypto.blinder(column.secret),
        (lambda value: copy_text(sealed(value))) if seal else (lambda value: NULL),
        *(_tail_writer(column.secret, tail) for tail in column.tails),
    ]


def _tail_writer(purpose: str, tail: int) -> Writer:
    blinded = lru_cache(CACHE_SIZE)(crypto.tail_blinder(purpose, tail))
    return lambda value: blinded(value[-tail:])


def _derived_writer(compute: Callable[[Any], Any]) -> Writer:
    return lambda value: copy_text(compute(value))


class RowReader:
    """Reads the chunks of one file.

    `staged` names the columns of the lines; `found` fills up while the lines are taken.
    `seal`: make the encrypted values too, for a run that may write.
    """

    def __init__(
        self, kind: Kind, context: Context, layout: Layout, *, epoch_1904: bool, seal: bool
    ) -> None:
        self._kind, self._context = kind, context
        self._names = list(layout.columns)  # in the order in which the chunks have them
        self._readers = [
            ColumnReader(column, Env(context.today, epoch_1904), seal=seal)
            for column in kind.columns
        ]
        self._places = {column.field: place for place, column in enumerate(kind.columns)}
        self._fields = [column.field for column in kind.columns]
        self._extra = [name for name, _ in kind.extra]
        self.staged = ["row_no", "wrong", *(name for name, _ in staging_columns(kind))]
        self.found: list[Found] = []

    def lines(self, chunks: Iterable[Chunk]) -> Iterator[str]:
        """Yield one line of COPY text per row."""
        checked = self._kind.check_row is not no_row_checks
        for chunk in chunks:
            columns = self._read(chunk)
            wrong = self._note(chunk.numbers, columns)
            extra = self._check(chunk.numbers, columns, wrong) if checked else None
            yield from self._join(chunk.numbers, columns, wrong, extra)

    def _read(self, chunk: Chunk) -> list[list[Outcome]]:
        columns: list[list[Outcome]] = []
        for reader in self._readers:
            column = reader.column
            if column.name not in self._names:
                columns.append([reader.absent] * len(chunk.numbers))
                continue
            cells = chunk.columns[self._names.index(column.name)]
            if column.depends is None:
                columns.append(reader.read(cells))
            else:
                others = columns[self._places[column.depends]]
                columns.append(reader.read_beside(cells, others))
        return columns

    def _note(
        self, numbers: Sequence[int], columns: Sequence[Sequence[Outcome]]
    ) -> dict[int, list[str]]:
        """Collect faults and notices; returns the wrong fields by position in the chunk."""
        wrong: dict[int, list[str]] = {}
        for place, outcomes in enumerate(columns):
            if not self._readers[place].has_remarks:
                continue
            field = self._fields[place]
            for position, (_, _, fault, notice) in enumerate(outcomes):
                if fault:
                    wrong.setdefault(position, []).append(field)
                    self.found.append((numbers[position], place, *fault))
                elif notice:
                    self.found.append((numbers[position], place, *notice))
        return wrong

    def _check(
        self,
        numbers: Sequence[int],
        columns: Sequence[Sequence[Outcome]],
        wrong: dict[int, list[str]],
    ) -> list[str]:
        """Run the kind's checks over several cells; returns the texts of the extra columns."""
        check, context, fields = self._kind.check_row, self._context, self._fields
        texts = []
        for position, outcomes in enumerate(zip(*columns, strict=True)):
            values = [outcome[0] for outcome in outcomes]
            row = Row(zip(fields, values, strict=True), numbers[position], wrong.get(position, ()))
            for problem in check(row, context):
                if problem.code not in WARNINGS:
                    wrong.setdefault(position, []).append(problem.field)
                place = self._places[problem.field]
                self.found.append(
                    (row.number, place, problem.code, problem.message, problem.advice)
                )
            texts.append("".join("\t" + copy_text(row.get(name)) for name in self._extra))
        return texts

    def _join(
        self,
        numbers: Sequence[int],
        columns: Sequence[Sequence[Outcome]],
        wrong: dict[int, list[str]],
        extra: list[str] | None,
    ) -> Iterator[str]:
        blank = ("\t" + NULL) * len(self._extra)
        texts_of = itemgetter(1)
        cells = [map(texts_of, outcomes) for outcomes in columns]
        for position, texts in enumerate(zip(*cells, strict=True)):
            fields = "{" + ",".join(wrong[position]) + "}" if position in wrong else "{}"
            end = extra[position] if extra is not None else blank
            yield f"{numbers[position]}\t{fields}\t" + "\t".join(texts) + end


def watched(
    chunks: Iterable[Chunk], progress: Callable[[int, int], None] | None, total: int
) -> Iterator[Chunk]:
    """Pass the chunks on and tell after each how far the reading is."""
    for chunk in chunks:
        yield chunk
        if progress:
            done = chunk.numbers[-1]
            progress(done, max(total, done))
