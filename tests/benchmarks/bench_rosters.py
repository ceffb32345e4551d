"""Rosters of the demo district beside the floor: reading the same workbook and COPYing its rows.

`./run bench -k rosters` prints one line each, with the floor of the same workbook and what
django-import-export takes for a sample; BENCH_SCALE (default 0.2: 34,000 members) sets the size.
Nothing here passes or fails by time: seconds are printed, ratios of the same run are compared.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models import F
from python_calamine import CalamineWorkbook

from core.copy import copy_rows
from core.excel.lists import write_list
from core.excel.reader import open_workbook
from core.excel.upload import Upload
from core.importing.header import find_table
from core.importing.kinds import Kind
from members.access import Viewer
from members.imports.roster import MEMBERS
from members.models import Member
from members.services.imports import import_directly
from policies.models import Policy
from reports.demo import workbooks
from reports.demo.district import district
from tests.benchmarks import import_export_roster

SCALE = float(os.environ.get("BENCH_SCALE", "0.2"))
DAY = date(2017, 12, 20)
SAMPLE = 5_000
COMMAND = """
import sys
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
print(open("/proc/self/status").read())
"""


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def write(
    folder: Path, title: str, columns: tuple[str, ...], rows: Iterable[workbooks.Cells]
) -> Path:
    path = folder / f"{title}.xlsx"
    path.write_bytes(write_list(title, columns, rows))
    return path


def floor(path: Path, columns: int) -> float:
    """Parse and COPY as text: what no import of this workbook can be faster than."""

    def work() -> None:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        names = [f"c{place}" for place in range(columns)]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE floor ({', '.join(f'{name} text' for name in names)})"
                " ON COMMIT DROP"
            )
            copy_rows(cursor, "floor", names, ([str(cell) for cell in row] for row in rows[1:]))

    return seconds(work)


def bring_in(kind: str, path: Path) -> Callable[[], object]:
    return lambda: import_directly(
        kind=kind, path=path, options={}, by=Viewer.system(), on=DAY, commit=True
    )


def command_memory(path: Path, environment: dict[str, str]) -> float:
    """The most memory that `import_members` holds in a process of its own, in MB."""
    argv = [sys.executable, "-c", COMMAND, "import_members", str(path), "--commit"]
    done = subprocess.run(argv, env=environment, stdout=subprocess.PIPE, check=True)
    return megabytes(done.stdout.decode())


def megabytes(status: str) -> float:
    """The peak in the text of /proc/<process>/status."""
    return int(re.findall(r"VmHWM:\s+([0-9]+) kB", status)[0]) / 1024


def parser_memory(kind: Kind, path: Path) -> float:
    """The most memory that the process which parses the workbook holds, in MB."""
    with open_workbook(Upload.from_path(path)) as book:
        _head, layout = find_table(kind.columns, book.heads)
        places = list(layout.columns.values())
        for _chunk in book.rows(layout.sheet, header_row=layout.header_row, columns=places):
            pass
        status = Path(f"/proc/{book.process.pid}/status")
        return megabytes(status.read_text(encoding="ascii"))


def one_in_a_hundred_changed(rows: Iterable[workbooks.Cells]) -> Iterator[workbooks.Cells]:
    """The roster with another telephone in every hundredth row."""
    phone = workbooks.MEMBERS.index("手机号")
    for number, row in enumerate(rows):
        if number % 100 == 0:
            row = (*row[:phone], f"198{number:08d}", *row[phone + 1 :])
        yield row


def tell(name: str, rows: int, took: float, least: float) -> None:
    speed = f"{took:7.2f} s {rows / took:>9,.0f} rows/s  {took / least:5.1f} × floor"
    sys.stdout.write(f"{name:<28}{rows:>9,} rows {speed}\n")


def unions_of(folder: Path) -> None:
    import_directly(
        kind="unions", path=write(folder, "单位名录", workbooks.UNIONS, workbooks.unions(SCALE)),
        options={}, by=Viewer.system(), on=DAY, commit=True,
    )  # fmt: skip


def people_of() -> Iterator[workbooks.Cells]:
    return (row for parent in district(SCALE).parents for row in workbooks.members(SCALE, parent))


@pytest.mark.django_db(transaction=True)
def test_rosters_of_members(tmp_path: Path, environment: dict[str, str]) -> None:
    unions_of(tmp_path)
    people = write(tmp_path, "会员花名册", workbooks.MEMBERS, people_of())
    changed = write(
        tmp_path, "改动", workbooks.MEMBERS, one_in_a_hundred_changed(people_of())
    )  # fmt: skip
    count = sum(unit.members for unit in district(SCALE).units)
    sample = write(tmp_path, "样本", workbooks.MEMBERS, islice(people_of(), SAMPLE))
    theirs = import_export_roster.seconds_for(sample, on=DAY, expected=min(SAMPLE, count))
    least = min(floor(people, len(workbooks.MEMBERS)) for _round in range(3))
    tell("会员花名册, floor", count, least, least)
    for name, path in (("first time", people), ("unchanged", people), ("1 % changed", changed)):
        tell(f"会员花名册, {name}", count, seconds(bring_in("members", path)), least)
        assert Member.objects.count() == count
    assert Member.objects.filter(updated_at__gt=F("created_at")).count() == -(-count // 100)
    main, parser = command_memory(changed, environment), parser_memory(MEMBERS, people)
    sys.stdout.write(f"{'':<28}peak of the command {main:.0f} MB, of its parser {parser:.0f} MB\n")
    rows = min(SAMPLE, count)
    tell("django-import-export, sample", rows, theirs, least * rows / count)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_rosters_of_covers(tmp_path: Path) -> None:
    home = district(SCALE)
    unions_of(tmp_path)
    bring_in("members", write(tmp_path, "会员花名册", workbooks.MEMBERS, people_of()))()
    covers = write(
        tmp_path, "参保名单", workbooks.ENROLMENTS,
        (row for parent in home.parents for row in workbooks.enrolments(SCALE, parent)),
    )  # fmt: skip
    least = floor(covers, len(workbooks.ENROLMENTS))
    took = seconds(bring_in("enrolments", covers))
    tell("参保名单, floor", Policy.objects.count(), least, least)
    tell("参保名单, first time", Policy.objects.count(), took, least)
