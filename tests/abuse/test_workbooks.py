"""E20–E29: every file of the table through the import, its outcome and what it leaves behind."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.identity import check_character
from core.importing import UnusableFile
from core.models import StoredFile
from members.access import Viewer
from members.models import ImportRun, Member, Organisation
from members.services.imports import import_directly
from tests import builders
from tests.abuse.workbooks import NUMBERS, Case, cells, duplicates, layouts, refused
from tests.core.hostile import one_cell
from tests.members.builders import ON, codes, worked

pytestmark = pytest.mark.django_db
CASES = {
    case.name: case
    for case in (*refused.CASES, *layouts.CASES, *cells.CASES, *duplicates.CASES)
}  # fmt: skip
LEAST = {"E20": 3, "E21": 7, "E22": 10, "E23": 2, "E24": 14, "E25": 12, "E26": 11, "E27": 10,
         "E28": 3, "E29": 1}  # fmt: skip
ON_THE_PAGE = (
    "E20-ratio", "E21-xxe", "E22-last-corner", "E25-encrypted", "E27-utf-16",
    "E24-two-header-rows", "E26-number", "E29-thirty-rows",
)  # fmt: skip


@pytest.fixture(autouse=True)
def world() -> None:
    unions = {
        "JT0101": builders.union("JT0101", name="天坛饭店工会"),
        "JT0201": builders.union("JT0201", name="不该说出的工会"),
    }
    for place, name, union, card in duplicates.STORED:
        builders.member(
            unions[union], name=name, number=NUMBERS[place], card=card
        )  # fmt: skip


def left_behind() -> tuple[int, int, int]:
    return ImportRun.objects.count(), StoredFile.objects.count(), Member.objects.count()


def brought(case: Case, folder: Path, *, commit: bool = False) -> Any:
    path = folder / case.file
    path.write_bytes(case.made())
    return import_directly(
        kind="members", path=path, options={}, by=Viewer.system(), on=ON, commit=commit,
        skip_errors=commit,
    )  # fmt: skip


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.refusal])
def test_it_is_refused_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    case, before = CASES[name], left_behind()
    with pytest.raises(UnusableFile, match=case.refusal) as refusal:
        brought(case, tmp_path, commit=True)
    assert "\n" not in str(refusal.value)
    assert left_behind() == before


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.refusal])
def test_it_is_read_right(name: str, tmp_path: Path) -> None:
    case, before = CASES[name], left_behind()
    result = brought(case, tmp_path)
    assert (result.rows, codes(result)) == (case.rows, list(case.errors))
    assert left_behind() == before
    if case.names or case.days:
        known = set(Member.objects.values_list("pk", flat=True))
        brought(case, tmp_path, commit=True)
        made = Member.objects.exclude(pk__in=known)
        if case.names:
            assert sorted(made.values_list("name", flat=True)) == sorted(case.names)
        if case.days:
            assert sorted(day.isoformat() for day in made.values_list("joined_on", flat=True)
                          if day) == sorted(case.days)  # fmt: skip


@pytest.mark.parametrize("name", ON_THE_PAGE)
def test_the_page_says_the_same(name: str) -> None:
    case, before = CASES[name], Member.objects.count()
    client = builders.client_for(builders.user("enrolment"))
    file = SimpleUploadedFile(case.file, case.made())
    answer = client.post(reverse("members:import-upload", args=["members"]), {"file": file})
    assert answer.status_code == 302
    run = worked(ImportRun.objects.get())
    shown = client.get(reverse("members:import-detail", args=[run.pk])).content.decode()
    if case.refusal:
        assert (run.status, run.refusal in shown) == ("REFUSED", True)
        assert case.refusal in run.refusal
    else:
        assert (run.status, run.rows) == ("CHECKED", case.rows)
        found = run.issues.filter(level="error").values_list("row", "column", "code")
        assert list(found) == list(case.errors)
    assert Member.objects.count() == before


def test_a_name_elsewhere_is_not_told_to_an_agent(tmp_path: Path) -> None:
    agent = builders.viewer_as("agent", Organisation.objects.get(code="JT0101"))
    path = tmp_path / "a.xlsx"
    path.write_bytes(CASES["E29-thirty-rows"].made())
    result = import_directly(kind="members", path=path, options={}, by=agent, on=ON)
    assert "不该说出的工会" not in str(result.findings)
    assert (21, "单位编号", "UNION_OUT_OF_SCOPE") in codes(result)


def test_the_table_holds_every_experiment(record_testsuite_property: Callable[..., None]) -> None:
    counted = Counter(case.experiment for case in CASES.values())
    for experiment, count in sorted(counted.items()):
        sys.stdout.write(f"{experiment}: {count} files\n")
        record_testsuite_property(f"workbooks {experiment}", count)
    sys.stdout.write(f"in all {len(CASES)} files\n")
    assert all(counted[experiment] >= least for experiment, least in LEAST.items()), counted


# ------------------------------------------------------------------ what happens without the guard

UNGUARDED = """
import resource, sys
from python_calamine import CalamineWorkbook
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30,) * 2)
CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
"""


def test_without_the_guard_a_far_cell_kills_the_process(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(one_cell("XFD1048576"))
    done = subprocess.run(
        [sys.executable, "-c", UNGUARDED, str(path)],
        cwd=settings.BASE_DIR, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode < 0


def test_the_check_digit_alone_lets_rounded_numbers_through() -> None:
    passed = 0
    for serial in range(1000):
        number = builders.document_number(serial=serial + 1)
        rounded = number[:15] + "000"
        passed += check_character(rounded[:17]) == rounded[17]
    assert passed > 50  # about one in eleven; the import refuses them by the type of the cell
