"""Every figure of the reports, recomputed by SQL files that share no line with the program."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from core.periods import Period
from members.access import Viewer
from members.selectors import district
from policies.models import Policy
from policies.selectors import expiries, season
from reports.definitions import report_named
from reports.definitions.base import plain
from reports.selectors.scope import scope_for
from tests.reports import builders as make
from tests.reports.world import a_year

GOLDEN = Path(__file__).parent / "golden"
DAYS = (date(2018, 3, 31), date(2018, 7, 15), date(2019, 6, 30))
PERIODS = ("2018", "2018Q1", "2018Q2", "2018Q3", "2018Q4", "2017")


@pytest.fixture(autouse=True)
def _year(db: None) -> None:
    a_year()


def rows(name: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute((GOLDEN / f"{name}.sql").read_text("utf-8"), parameters)
        assert cursor.description is not None
        keys = [column.name for column in cursor.description]
        return (plain(dict(zip(keys, row, strict=True))) for row in cursor.fetchall())


def ours(name: str, period: str, as_of: date, union: str | None = None) -> dict[str, Any]:
    scope = scope_for(Viewer.system(), union)
    filled = report_named(name).filled(scope, Period.parse(period), as_of)
    figures: dict[str, Any] = filled.document()["figures"]
    return figures


def window(text: str, as_of: date) -> dict[str, Any]:
    period = Period.parse(text)
    return {
        "first": period.first_day, "last": min(period.last_day, as_of), "as_of": as_of,
        "period_end": period.last_day,
    }  # fmt: skip


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("year", [2017, 2018])
def test_annual_of_the_district(year: int, as_of: date) -> None:
    (golden,) = rows("annual_district", year=year, as_of=as_of)
    figures = ours("annual", str(year), as_of)
    assert {key: figures[key] for key in golden} == golden
    campaigns = {row.pop("code"): row for row in rows("annual_campaigns", year=year, as_of=as_of)}
    assert {code: figures["campaign"][code] for code in campaigns} == campaigns


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("union", ["TT", "DHS", "TT001", "TT002", "DHS001"])
def test_annual_of_a_union(union: str, as_of: date) -> None:
    (golden,) = rows("annual_union", year=2018, as_of=as_of, union=union)
    assert ours("annual", "2018", as_of, union) == golden


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("period", PERIODS)
def test_remittance(period: str, as_of: date) -> None:
    golden = {row.pop("family"): row for row in rows("remittance", **window(period, as_of))}
    figures = ours("remittance", period, as_of)
    assert figures["by_family"] == golden


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("period", PERIODS)
def test_payout_summary(period: str, as_of: date) -> None:
    days = window(period, as_of)
    golden = {row.pop("family"): row for row in rows("payout_claims", **days)}
    (rest,) = rows("payout_rest", **days)
    reimbursed = {key: rest.pop(key) for key in ("person_times", "persons", "paid")}
    assert ours("payout_summary", period, as_of) == {
        "claims_by_family": golden,
        "reimbursements": reimbursed,
        **rest,
    }


@pytest.mark.parametrize("year", [2017, 2018])
def test_season_board(year: int) -> None:
    golden = {row.pop("name"): row for row in rows("season", year=year)}
    board = season(node=district(), year=year, as_of=date(year, 12, 31))
    names = ("open", "submitted", "due", "received", "units", "enrolled_units")
    shown = {
        row.label: {
            **{name: getattr(row.stages, name) for name in names},
            "remitted": row.progress.remitted,
        }
        for row in board.rows
        if row.union
    }
    assert {label: plain(row) for label, row in shown.items()} == golden
    assert sum(Decimal(row["due"]) for row in golden.values()) == board.total.stages.due


@pytest.mark.parametrize("year", [2018, 2019])
def test_renewals(year: int) -> None:
    _some_renew()
    golden = list(rows("renewals", year=year))
    months, _whole = expiries.calendar(Viewer.system(), expiries.Asked(year))
    shown = [
        {"month": month.number, "family": family, "expiring": cell.expiring,
         "renewed": cell.renewed}
        for month in months
        for family, cell in sorted(month.cells.items())
        if cell.expiring
    ]  # fmt: skip
    assert shown == golden
    assert year == 2018 or any(row["renewed"] for row in golden)


def _some_renew() -> None:
    """Every second cover of the year goes on from the day after its last."""
    for policy in Policy.objects.filter(child=None).order_by("pk")[::2]:
        make.batch(
            policy.batch.organisation, policy.family, [(policy.member, 1)],
            accepted_on=date(2019, 1, 5), starts_on=policy.cover.upper, tier=policy.tier,
        )  # fmt: skip
