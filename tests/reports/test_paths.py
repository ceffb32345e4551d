"""I8: the path of every status is read from the trail of writes and held against the moves."""

import re
from typing import Any

import pytest
from django.db import connection

from claims.states import CLAIM_MOVES, PAYOUT_MOVES, QUARTER_MOVES
from policies.models import EnrolmentBatch, Remittance
from policies.states import BATCH_MOVES, REMITTANCE_MOVES
from reports.selectors.invariants import FOLDER, invariants
from tests import builders
from tests.policies.builders import batch, paid, remitted

MOVES: dict[str, Any] = {
    "batch": BATCH_MOVES,
    "remittance": REMITTANCE_MOVES,
    "claim": CLAIM_MOVES,
    "payout": PAYOUT_MOVES,
    "quarter": QUARTER_MOVES,
}


def broken() -> list[tuple[str, str]]:
    (i8,) = (each for each in invariants() if each.code == "I8")
    return [(row.row, row.found) for row in i8.broken()]


def test_the_sql_knows_the_moves_and_no_others() -> None:
    sql = (FOLDER / "i08_status_paths_are_legal.sql").read_text("utf-8")
    said = set(re.findall(r"\('(\w+)', '\w+', '(\w+)', '(\w+)'\)", sql))
    assert said == {
        (kind, str(was), str(to))
        for kind, moves in MOVES.items()
        for was, allowed in moves.items()
        for to in allowed
    }


@pytest.mark.django_db
def test_the_usual_way_is_legal_and_a_leap_is_named() -> None:
    good, other = remitted(builders.union()), paid(builders.union())
    assert broken() == []
    EnrolmentBatch.objects.filter(pk=other.pk).update(status="EFFECTIVE")
    EnrolmentBatch.objects.filter(pk=other.pk).update(status="ACCEPTED")
    assert broken() == [(f"batch:{other.pk}", "EFFECTIVE became ACCEPTED")]
    leapt = batch(builders.union())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE policies_enrolmentbatch SET status = 'PAID', accepted_on = '2018-03-01'"
            " WHERE id = %s", [leapt.pk],
        )  # fmt: skip
    assert (f"batch:{leapt.pk}", "DRAFT became PAID") in broken()
    sent = Remittance.objects.get(lines__batch=good)
    Remittance.objects.filter(pk=sent.pk).update(status="DRAFT", remitted_on=None)
    assert (f"remittance:{sent.pk}", "REMITTED became DRAFT") in broken()
