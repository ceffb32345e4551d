"""Two people bring in the same roster at the same moment: nobody is there twice, nobody fails."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connections

from core.importing import Result
from members.models import ImportRun, Member
from tests import builders
from tests.members.builders import brought_in, roster

PEOPLE = 200


@pytest.mark.slow
@pytest.mark.usefixtures("committed")
def test_the_same_people_at_once(tmp_path: Path) -> None:
    builders.union("JT0101")
    rows = [
        {
            "单位编号": "JT0101",
            "姓名": "张三",
            "证件号码": builders.document_number(serial=95000 + n),
        }
        for n in range(PEOPLE)
    ]
    content, together = roster(*rows), Barrier(2)

    def bring_in(who: int) -> Result:
        folder = tmp_path / str(who)
        folder.mkdir()
        together.wait()
        try:
            return brought_in("members", content, folder)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(bring_in, range(2)))
    assert Member.objects.count() == PEOPLE
    assert sum(result.created for result in results) == PEOPLE
    assert sum(result.unchanged for result in results) == PEOPLE
    numbers = set(ImportRun.objects.values_list("number", flat=True))
    assert numbers == {"DR2018-000001", "DR2018-000002"}
