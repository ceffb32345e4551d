"""Rosters of the demo district beside the floor: reading the same workbook and COPYing its rows.

`./run bench` prints one line each; BENCH_SCALE (default 0.2: 34,000 members) sets the size. Nothing
here passes or fails by time: seconds are printed, ratios to the floor of the same run are compared.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction
from python_calamine import CalamineWorkbook

from core.copy import copy_rows
from core.excel.lists import write_list
from members.access import Viewer
from members.models import Member
from members.services.imports import import_directly
from policies.models import Policy
from reports.demo import workbooks
from reports.demo.district import district

SCALE = float(os.environ.get("BENCH_SCALE", "0.2"))
DAY = date(2017, 12, 20)


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


def tell(name: str, rows: int, took: float, least: float) -> None:
    speed = f"{took:7.2f} s {rows / took:>9,.0f} rows/s  {took / least:5.1f} × floor"
    sys.stdout.write(f"{name:<28}{rows:>9,} rows {speed}\n")


@pytest.mark.django_db(transaction=True)
def test_rosters(tmp_path: Path) -> None:
    home = district(SCALE)
    import_directly(
        kind="unions", path=write(tmp_path, "单位名录", workbooks.UNIONS, workbooks.unions(SCALE)),
        options={}, by=Viewer.system(), on=DAY, commit=True,
    )  # fmt: skip
    people = write(
        tmp_path, "会员花名册", workbooks.MEMBERS,
        (row for parent in home.parents for row in workbooks.members(SCALE, parent)),
    )  # fmt: skip
    least = floor(people, len(workbooks.MEMBERS))
    first = seconds(bring_in("members", people))
    count = Member.objects.count()
    assert count == sum(unit.members for unit in home.units)
    tell("会员花名册, floor", count, least, least)
    tell("会员花名册, first time", count, first, least)
    tell("会员花名册, unchanged", count, seconds(bring_in("members", people)), least)
    assert Member.objects.count() == count
    covers = write(
        tmp_path, "参保名单", workbooks.ENROLMENTS,
        (row for parent in home.parents for row in workbooks.enrolments(SCALE, parent)),
    )  # fmt: skip
    least = floor(covers, len(workbooks.ENROLMENTS))
    took = seconds(bring_in("enrolments", covers))
    tell("参保名单, floor", Policy.objects.count(), least, least)
    tell("参保名单, first time", Policy.objects.count(), took, least)
