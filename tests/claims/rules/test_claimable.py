"""今年还可申请: what is left of a cover, and the parameter it comes from."""

from datetime import date
from decimal import Decimal
from typing import Any

from claims.rules.claimable import Claimable, claimable, claimable_secondary
from claims.rules.cover import Covers
from claims.rules.scenario import parse_scenario
from tests.claims.rules.builders import (
    Json,
    allowance,
    answers,
    catalogue,
    catalogue_with,
    claim,
    policy,
    scenario,
)

TODAY = date(2018, 7, 1)


def left_of(held: Json, *claims: Json, today: date = TODAY, before: Any = ()) -> dict[str, Any]:
    """code -> values of the lines of the last policy."""
    policies = [*before, held]
    covers = Covers(parse_scenario(scenario(policies, []), catalogue()).policies, catalogue())
    cover = next(each for each in covers.on(today) if each.policy.id == held["id"])
    return lines(claimable(cover, answers(policies, *claims), today))


def lines(found: Claimable) -> dict[str, Any]:
    return {line.code: dict(line.values) for line in found.lines}


def test_days_and_cap_are_used_up_by_payable_claims() -> None:
    stay = allowance("2018-05-01", "2018-05-11")
    outcome = answers([policy("INPALW-2018")], stay)[0]
    left = left_of(policy("INPALW-2018"), stay)
    assert outcome.paid_days == 9
    assert left["days"] == {"left": 171, "used": 9}
    assert left["cap"] == {"left": Decimal("6840.00"), "used": Decimal("360.00")}
    assert left["file_by"] == {"day": date(2020, 7, 1)}


def test_refused_claims_use_nothing_up() -> None:
    late = allowance("2018-05-01", "2018-05-11", filed_on="2020-05-02")
    assert left_of(policy("INPALW-2018"), late)["days"]["left"] == 180


def test_a_cap_the_catalogue_does_not_know_is_said_to_be_unknown() -> None:
    assert left_of(policy())["no_limit"]["left"] is None


def test_waiting_and_reduced_days() -> None:
    held = policy("FEM-2018-1Y", starts_on="2018-06-15")
    left = left_of(held)
    assert left["waiting"] == {"day": date(2018, 7, 15)}
    assert left["reduced"] == {"day": date(2018, 8, 14)}
    over = left_of(held, today=date(2018, 8, 14))
    assert over["waited"] == {"day": date(2018, 7, 15)}
    assert "reduced" not in over


def test_an_unbroken_renewal_does_not_wait() -> None:
    first = policy("FEM-2018-1Y", id="p0", starts_on="2017-06-15")
    assert "waived" in left_of(policy("FEM-2018-1Y", starts_on="2018-06-15"), before=[first])


def test_a_paid_lump_sum_ends_the_cover() -> None:
    held = policy("FEM-2018-1Y")
    ill = claim("FEM", "2018-05-01", stage="full", illness="x")
    assert left_of(held)["lump_sum"] == {"left": Decimal("15000.00")}
    assert set(left_of(held, ill)) == {"ended"}


def test_an_accident_cover_names_the_tier() -> None:
    assert left_of(policy("ACC-2017"))["death"] == {"left": Decimal("60000.00")}


def test_what_the_year_leaves_of_the_secondary_reimbursement() -> None:
    known = {"SECREIMB-2017.benefit.max_per_year": "3000.00"}
    terms = catalogue_with(known).secondary_in(2018)
    assert terms is not None
    found = claimable_secondary(terms, privileged=False, paid=Decimal("3200.00"), quarter=3)
    assert lines(found)["year_left"] == {"left": Decimal("0.00"), "used": Decimal("3200.00")}
    assert lines(found)["quarter"] == {"quarter": 3}
