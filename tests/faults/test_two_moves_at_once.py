"""Two unions are moved at the same moment, each under the other."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connections

from members.models import Organisation
from members.services import organisations as acts
from tests import builders

ON = date(2018, 6, 1)


@pytest.mark.slow
@pytest.mark.usefixtures("committed")
def test_two_moves_at_once_leave_one_tree() -> None:
    """A under B while B goes under A: one is refused, and every path follows its parents."""
    clerk = builders.viewer_as("enrolment")
    refused = []
    for turn in range(10):
        one = builders.union(f"G{turn}A", kind="GROUP")
        two = builders.union(f"G{turn}B", kind="GROUP")
        gate = Barrier(2)

        def move(union: Organisation, under: Organisation, gate: Barrier = gate) -> None:
            try:
                gate.wait()
                acts.move(union_id=union.pk, parent_id=under.pk, by=clerk, on=ON)
            except acts.WrongPlace:
                refused.append(union.code)
            finally:
                connections.close_all()

        threads = [Thread(target=move, args=pair) for pair in ((one, two), (two, one))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(refused) == 10
    for union in Organisation.objects.exclude(parent=None).select_related("parent"):
        assert union.parent is not None
        assert union.path == f"{union.parent.path}{union.pk:04d}/"
