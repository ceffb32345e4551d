"""E30: a roster of 200,000 rows × 12 columns, whole and in four files: rows per second, memory.

`./run bench` prints one line each; BENCH_ROWS (default 200,000) sets the size. `peak` is what this
process and the largest of its reading processes needed at the most; the parser's limit is 4 GB of
address space. Nothing here passes or fails by time.
"""

import os
import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from core.excel.lists import write_list
from members.access import Viewer
from members.models import Member
from members.services.imports import import_directly
from tests import builders

ROWS = int(os.environ.get("BENCH_ROWS", "200000"))
HEADER = (
    "单位编号", "姓名", "证件类型", "证件号码", "性别", "出生日期", "手机号", "京卡卡号",
    "发卡日期", "入会日期", "状态", "备注",
)  # fmt: skip
DAY = date(2018, 3, 1)


def written(folder: Path, first: int, count: int) -> Path:
    def rows() -> Iterator[tuple[str, ...]]:
        for serial in range(first, first + count):
            number = builders.document_number(serial=serial)
            born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
            yield (
                "JT0101", "张三", "居民身份证", number, "男", born, f"138{serial:08d}",
                builders.card_number(serial), "2015-03-01", "2014-05-06", "在职", "",
            )  # fmt: skip

    path = folder / f"{first}-{count}.xlsx"
    path.write_bytes(write_list("会员花名册", HEADER, rows()))
    return path


def _megabytes(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", errors="ignore")
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
    return int(found[0]) / 1024 if found else 0


@contextmanager
def watched() -> Iterator[dict[str, float]]:
    """The most memory (MB) of this process and of one child while the block runs."""
    peak, over = {"main": 0.0, "parser": 0.0}, threading.Event()
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children")

    def watch() -> None:
        while not over.wait(0.05):
            peak["main"] = max(peak["main"], _megabytes(os.getpid()))
            for child in children.read_text("ascii").split():
                peak["parser"] = max(peak["parser"], _megabytes(int(child)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def bring_in(name: str, paths: list[Path], rows: int, *, commit: bool) -> None:
    with watched() as peak:
        started, seen = time.perf_counter(), 0
        for path in paths:
            result = import_directly(
                kind="members", path=path, options={}, by=Viewer.system(), on=DAY, commit=commit
            )
            assert not result.has_errors, result.findings[:3]
            seen += result.rows
        took = time.perf_counter() - started
    assert seen == rows
    size = sum(path.stat().st_size for path in paths) / 2**20
    sys.stdout.write(
        f"{name:<24}{rows:>9,} rows {size:5.1f} MB {took:7.2f} s {rows / took:>9,.0f} rows/s"
        f"  peak {peak['main']:,.0f} MB + parser {peak['parser']:,.0f} MB\n"
    )


@pytest.mark.django_db(transaction=True)
def test_a_large_file(tmp_path: Path, committed: None) -> None:
    builders.union("JT0101")
    whole = written(tmp_path, 1, ROWS)
    bring_in("checked whole", [whole], ROWS, commit=False)
    assert Member.objects.count() == 0
    quarter = ROWS // 4
    parts = [written(tmp_path, 1 + place * quarter, quarter) for place in range(4)]
    bring_in("imported in four files", parts, 4 * quarter, commit=True)
    assert Member.objects.count() == 4 * quarter
    bring_in("whole, unchanged", [whole], ROWS, commit=True)
    assert Member.objects.count() == ROWS
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"this process in all: {used:,.0f} MB at the most\n")
