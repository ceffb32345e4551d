"""The office's working days on a claim; they stand still while the unit looks for papers."""

from datetime import date

import pytest

from claims.selectors.clocks import age_of, days_to_file
from claims.services import casework
from tests import builders
from tests.claims import builders as make

pytestmark = pytest.mark.django_db
FRIDAY = make.DAY  # 2018-06-01; the Dragon Boat Festival is Monday 18 June


def _age(claim, today):
    claim.refresh_from_db()
    return age_of(claim, today)


@pytest.mark.parametrize(
    ("today", "used", "kind"),
    [
        (FRIDAY, 0, "ok"), (date(2018, 6, 11), 6, "ok"), (date(2018, 6, 12), 7, "wait"),
        (date(2018, 6, 15), 10, "wait"), (date(2018, 6, 18), 10, "wait"),
        (date(2018, 6, 19), 11, "error"),
    ],
)  # fmt: skip
def test_ten_working_days_turn_amber_then_red(today, used, kind):
    age = _age(make.filed(), today)
    assert (age.used, age.limit, age.kind, age.is_confirmed) == (used, 10, kind, True)


def test_the_clock_stands_while_papers_are_looked_for_and_runs_on_after():
    claim = make.filed()
    asked, handed_in = date(2018, 6, 5), date(2018, 6, 15)
    casework.ask_for_papers(
        claim_ids=[claim.pk], papers="缺清单", by=builders.viewer_as("reviewer"), on=asked
    )
    age = _age(claim, date(2018, 6, 14))
    assert (age.used, age.stands) == (2, True)
    casework.hand_in(claim_ids=[claim.pk], by=builders.viewer_as("agent"), on=handed_in)
    age = _age(claim, date(2018, 6, 19))
    assert (claim.clock_stopped_days, age.used, age.stands) == (8, 3, False)


def test_a_bulk_review_that_asks_for_papers_stops_the_clock_too():
    claim = make.filed(scans=[])
    casework.review(claim_ids=[claim.pk], by=builders.viewer_as("reviewer"), on=FRIDAY)
    assert _age(claim, date(2018, 9, 3)).used == 0


def test_claims_handed_in_together_stood_each_its_own_days():
    reviewer, claims = builders.viewer_as("reviewer"), [make.filed(), make.filed()]
    for claim, day in zip(claims, (date(2018, 6, 4), date(2018, 6, 6)), strict=True):
        casework.ask_for_papers(claim_ids=[claim.pk], papers="缺清单", by=reviewer, on=day)
    ids = [claim.pk for claim in claims]
    casework.hand_in(claim_ids=ids, by=builders.viewer_as("agent"), on=date(2018, 6, 8))
    for claim in claims:
        claim.refresh_from_db()
    assert [claim.clock_stopped_days for claim in claims] == [4, 2]


def test_a_refusal_stops_the_clock_and_an_appeal_starts_it_anew():
    claim = make.filed()
    casework.refuse(
        claim_ids=[claim.pk], reason="非住院", by=builders.viewer_as("reviewer"),
        on=date(2018, 6, 5),
    )  # fmt: skip
    assert _age(claim, date(2018, 9, 3)).used == 2
    casework.appeal(
        claim_id=claim.pk, words="有新证明", by=builders.viewer_as("agent"), on=date(2018, 9, 3)
    )
    assert _age(claim, date(2018, 9, 4)).used == 1


def test_a_year_whose_days_off_are_unknown_is_marked():
    claim = make.filed()
    assert not _age(claim, date(2020, 1, 2)).is_confirmed


def test_the_working_days_from_discharge_to_filing_stand_beside_the_limit_of_the_app():
    assert days_to_file(make.filed()) == (15, 30)  # Saturday 12 May to 1 June
