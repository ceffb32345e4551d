"""The main path through the pages: from a roster to the quarterly report, person by person.

Every function is one act of one person. Nothing but the small district is made by services; what
the pages show is compared with sums taken from the tables at the end.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.browser.benefit_acts import (
    finance_closes_the_quarter,
    finance_makes_a_payout_of_the_claim,
    the_agent_files_a_claim,
    the_approver_approves,
    the_approver_pays,
    the_clerk_computes,
    the_clerk_imports_the_settlements,
    the_closed_figures_equal_the_tables,
    the_present_quarter_is_on_the_screen_and_in_files,
    the_quarter_is_approved_and_paid,
    the_reviewer_reviews,
)
from tests.browser.conftest import Newcomer
from tests.browser.enrolment_acts import (
    finance_makes_the_remittance,
    finance_prints_the_statement_and_remits,
    the_administrator_makes_an_account,
    the_agent_changes_the_password,
    the_agent_fills_the_template,
    the_agent_imports_and_submits,
    the_agent_mends_the_returned_workbook,
    the_agent_uploads_and_sees_what_is_wrong,
    the_books_balance,
    the_clerk_accepts,
    the_clerk_records_the_payment,
)
from tests.browser.journey import PAID_CLAIM, Journey

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_from_a_roster_to_the_quarterly_report(
    newcomer: Newcomer,
    signed_in: Newcomer,
    worker: None,
    tmp_path: Path,
    tally: Counter[str],
    record_property: Any,
) -> None:
    journey = Journey(newcomer, signed_in, tmp_path, tally)
    with journey.part("1 an account"):
        username, password = the_administrator_makes_an_account(journey)
        the_agent_changes_the_password(journey, username, password)
    with journey.part("2 a roster"):
        roster = the_agent_fills_the_template(journey, username)
        the_agent_uploads_and_sees_what_is_wrong(journey, username, roster)
        mended = the_agent_mends_the_returned_workbook(journey, username)
        the_agent_imports_and_submits(journey, username, mended)
    with journey.part("3 the money"):
        the_clerk_accepts(journey)
        the_clerk_records_the_payment(journey)
        finance_makes_the_remittance(journey)
        finance_prints_the_statement_and_remits(journey)
        the_books_balance(journey)
    with journey.part("4 a claim"):
        the_agent_files_a_claim(journey, username)
        the_reviewer_reviews(journey)
        the_approver_approves(journey)
        finance_makes_a_payout_of_the_claim(journey)
        the_approver_pays(journey, PAID_CLAIM)
    with journey.part("5 a quarter"):
        the_clerk_imports_the_settlements(journey)
        the_clerk_computes(journey)
        the_quarter_is_approved_and_paid(journey)
    with journey.part("6 the reports"):
        finance_closes_the_quarter(journey)
        the_closed_figures_equal_the_tables(journey)
        the_present_quarter_is_on_the_screen_and_in_files(journey)
    record_property("clicks", dict(tally))
