"""What an import needs to know of one kind of workbook: its columns, its checks, its effect."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from core.importing.columns import Column
from core.importing.staging import Staging

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Context:
    """Who imports what for whom; everything a check may depend on beside the file and the tables.

    `scope_paths`: paths of the union subtrees the requester may write to; None is the whole tree.
    `today`: the civil day of the import. `options`: the kind's own, such as the quarter.
    """

    today: date
    scope_paths: tuple[str, ...] | None = None
    requested_by_id: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding of a check over the cells of one row, at the staging field of the cell to blame.

    `message` says what is wrong and `advice` what to do; the place is put before them.
    """

    field: str
    code: str
    message: str
    advice: str = ""
    level: Level = "error"


class Row(dict[str, Any]):
    """The right cells of one row by staging field; `wrong` holds the fields that are not.

    Empty and absent cells are None, so `row["shares"] is None and row.right("shares")` is an
    empty cell. A check may put values into the kind's `extra` fields.
    """

    __slots__ = ("number", "wrong")

    def __init__(self, values: Iterable[tuple[str, Any]], number: int, wrong: Sequence[str]):
        super().__init__(values)
        self.number = number
        self.wrong = wrong

    def right(self, *fields: str) -> bool:
        """Tell whether none of the fields has an error of its own."""
        return not self.wrong or not any(name in self.wrong for name in fields)


@dataclass(frozen=True, slots=True)
class Template:
    """What the template workbook says beside the columns: notes and examples of 填写说明."""

    notes: tuple[str, ...] = ()
    example: Mapping[str, str] = field(default_factory=dict)


def no_row_checks(row: Row, context: Context) -> Iterable[Problem]:
    """Find nothing: the kind has no check that needs several cells of a row."""
    return ()


def nothing_beside(xact: int, by_id: int | None) -> None:
    """See to nothing: what the kind writes stands in its `undo_tables` alone."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of workbook.

    `name`: the command's word (`members`). `title`: the Chinese name (会员花名册).
    `key_columns`: staging columns that together name a record; with `duplicate_column` (a
    contract column) set, later rows of one key get DUPLICATE_IN_FILE there before `check_sql`.
    `extra`: further staging columns (name, SQL type), filled by `check_row` or by SQL.
    `check_row`: checks over the cells of one row, in Python.
    `check_sql`: checks across rows and tables, by `staging.flag` and its sisters.
    `classify_sql`: sets `action` to 'create', 'update' or 'unchanged' on `staging.good` rows.
    `undo_tables`: the tables that `apply` writes, where an import can be taken back as a whole.
    `undo_people`: of these tables the column that holds the member's id, to name who is in the way.
    `undo_beside`: further tables it writes, which `before_undo` (transaction, user) sees to: called
    first, it locks what hangs on the rows and raises changes.InTheWay where they are in use.
    `apply`: writes; only rows with `staging.good` may be used; runs in the same transaction.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key_columns: tuple[str, ...]
    check_sql: Callable[[Staging, Context], None]
    classify_sql: Callable[[Staging, Context], None]
    apply: Callable[[Staging, Context], None]
    undo_tables: tuple[str, ...] = ()
    undo_people: Mapping[str, str] = field(default_factory=dict)
    undo_beside: tuple[str, ...] = ()
    before_undo: Callable[[int, int | None], None] = nothing_beside
    duplicate_column: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    check_row: Callable[[Row, Context], Iterable[Problem]] = no_row_checks
    template: Template = field(default_factory=Template)
