"""Writing the workbooks of the demo year and handing them to the imports, two at a time."""

import multiprocessing
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connections

from core.errors import RuleViolation
from core.excel.lists import write_list
from members.access import Viewer
from members.services.imports import import_directly
from reports.demo import workbooks
from reports.demo.process import begin

TITLES = {
    "unions": "单位名录",
    "members": "会员花名册",
    "enrolments": "参保名单",
    "claims": "理赔申请",
    "settlements": "二次报销结算",
}


class WrongRows(RuleViolation):
    """A workbook of the demo has a wrong row: the generator and the rules disagree."""


@dataclass(frozen=True)
class Book:
    """One workbook: its kind, its street, sector or quarter, and the day of its import."""

    kind: str
    scale: float
    on: date
    part: str = ""
    options: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{TITLES[self.kind]}{self.part and '_' + self.part}.xlsx"


def write(book: Book, folder: Path) -> Path:
    """Write the workbook into the folder."""
    columns, rows = _contents(book)
    path = folder / book.name
    path.write_bytes(write_list(TITLES[book.kind], columns, rows))
    return path


def _contents(book: Book) -> tuple[tuple[str, ...], Iterable[workbooks.Cells]]:
    match book.kind:
        case "unions":
            return workbooks.UNIONS, workbooks.unions(book.scale)
        case "members":
            return workbooks.MEMBERS, workbooks.members(book.scale, book.part)
        case "enrolments":
            return workbooks.ENROLMENTS, workbooks.enrolments(book.scale, book.part)
        case "claims":
            return workbooks.CLAIMS, workbooks.claims(book.scale)
        case _:
            return workbooks.SETTLEMENTS, workbooks.settlements(book.scale, int(book.part[-1]))


def bring_in(book: Book) -> int:
    """Write one workbook and import it as the command would; returns its rows."""
    with TemporaryDirectory() as folder:
        result = import_directly(
            kind=book.kind,
            path=write(book, Path(folder)),
            options=book.options,
            by=Viewer.system(),
            on=book.on,
            commit=True,
            skip_errors=False,
        )
    wrong = [found for found in result.findings if found.level == "error"]
    if wrong:
        raise WrongRows(f"{book.name}: {wrong[0].message}")
    return result.rows


def bring_in_all(books: Iterable[Book], *, workers: int) -> int:
    """Import many workbooks that do not depend on each other; returns their rows."""
    books = list(books)
    if workers < 2 or len(books) < 2:
        return sum(map(bring_in, books))
    connections.close_all()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=begin) as pool:
        return sum(pool.map(bring_in, books))
