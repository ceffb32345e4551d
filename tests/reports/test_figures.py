"""The figures of the reports over a small year that can be counted by hand."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from core.periods import Period
from members.access import Viewer
from reports.definitions import REPORTS, report_named
from reports.definitions.base import Filled, Kind, WrongPeriod
from reports.definitions.shown import shown_table
from reports.selectors.scope import NoSuchUnion, scope_for
from reports.services.freezing import document_of, frozen, thawed
from tests import builders
from tests.reports import builders as make
from tests.reports.world import a_year

D = Decimal
LATER = date(2019, 6, 30)


@pytest.fixture
def year(db: None) -> dict[str, Any]:
    return a_year()


def fill(name: str, period: str, union: str | None = None, as_of: date = LATER) -> Filled:
    scope = scope_for(Viewer.system(), union)
    return report_named(name).filled(scope, Period.parse(period), as_of)


def test_the_district_s_year(year: dict[str, Any]) -> None:
    assert fill("annual", "2018").document()["figures"] == {
        "workers": 75,
        "members": 8,
        "remitted": "682.00",
        "target": "1000.00",
        "completion": "0.6820",
        "remitted_last_year": "600.00",
        "growth": "0.1367",
        "claims": 3,
        "claims_paid": "20900.00",
        "campaign": {
            "BJQX-2018": {"members": 3, "contributions": "222.00", "claims": 1, "paid": "500.00"}
        },
        "reimbursements": 4,
        "reimbursed": "180.75",
        "reimbursements_by_quarter": {"2018Q1": 2, "2018Q2": 2, "2018Q3": 0, "2018Q4": 0},
    }


def test_a_street_s_year(year: dict[str, Any]) -> None:
    assert fill("annual", "2018", "TT").document()["figures"] == {
        "workers": 55,
        "members": 5,
        "units": 2,
        "enrolled_persons": 3,
        "enrolments": 5,
        "contributions": "360.00",
        "plans": 2,
        "participation": "0.6000",
        "card_rate": "0.6000",
        "claims": 2,
        "claims_paid": "20400.00",
        "verified": 3,
    }


def test_a_parent_of_two_insured_children_is_one_person(year: dict[str, Any]) -> None:
    figures = fill("annual", "2018", "DHS").figures
    assert (figures["enrolled_persons"], figures["enrolments"], figures["plans"]) == (3, 5, 2)


def test_the_branches_sum_to_the_district(year: dict[str, Any]) -> None:
    filled = fill("annual", "2018")
    table = filled.tables[0]
    assert [row["code"] for row in table.rows] == ["DHS", "TT"]
    assert table.totals["contributions"] == D("682.00")
    assert table.totals["enrolled_persons"] == 6
    assert table.totals["claims_paid"] == filled.figures["claims_paid"]
    assert table.totals["reimbursed"] == filled.figures["reimbursed"]


def test_remittance_of_a_quarter(year: dict[str, Any]) -> None:
    figures = fill("remittance", "2018Q1").document()["figures"]
    assert figures["total"] == "240.00"
    assert figures["by_family"]["CI"] == {
        "units": 1, "persons": 3, "shares": 6, "due": "240.00", "received": "240.00",
        "remitted": "240.00", "difference": "0.00",
    }  # fmt: skip
    assert figures["by_family"]["ACC"] == {
        "units": 1, "persons": 2, "shares": 2, "due": "52.00", "received": "0.00",
        "remitted": "0.00", "difference": "52.00",
    }  # fmt: skip
    assert list(figures["by_family"]) == ["INPMED", "INPALW", "CI", "FEM", "ACC", "CHILD"]


def test_remittance_counts_units_and_persons_once(year: dict[str, Any]) -> None:
    filled = fill("remittance", "2018")
    assert filled.figures["by_family"]["CHILD"]["persons"] == 2
    totals = filled.tables[0].totals
    assert (totals["units"], totals["persons"], totals["shares"]) == (3, 10, 15)
    assert (totals["due"], totals["received"], totals["remitted"]) == (D(734), D(734), D(682))
    assert sum(row["due"] for row in filled.tables[1].rows) == D(734)


def test_payouts_of_a_quarter(year: dict[str, Any]) -> None:
    figures = fill("payout_summary", "2018Q2").document()["figures"]
    assert figures["claims_by_family"]["INPALW"] == {"claims": 1, "persons": 1, "paid": "400.00"}
    assert figures["claims_by_family"]["CI"] == {"claims": 0, "persons": 0, "paid": "0.00"}
    assert figures["reimbursements"] == {"person_times": 2, "persons": 2, "paid": "60.25"}
    assert (figures["returned"], figures["paid_again"], figures["net"]) == (
        "0.00",
        "0.00",
        "460.25",
    )


def test_a_returned_payment_counts_where_it_was_made_and_made_again(year: dict[str, Any]) -> None:
    third, fourth = fill("payout_summary", "2018Q3"), fill("payout_summary", "2018Q4")
    assert third.figures["claims_by_family"]["ACC"] == {
        "claims": 0,
        "persons": 0,
        "paid": D("500.00"),
    }
    assert (third.figures["returned"], third.figures["net"]) == (D("500.00"), D("0.00"))
    assert fourth.figures["claims_by_family"]["ACC"] == {"claims": 1, "persons": 1, "paid": D(0)}
    assert (fourth.figures["paid_again"], fourth.figures["net"]) == (D("500.00"), D("500.00"))


def test_payouts_compare_with_the_quarter_before_and_sum_up_the_year(year: dict[str, Any]) -> None:
    rows = {row["family"]: row for row in fill("payout_summary", "2018Q2").tables[0].rows}
    assert rows["CI"]["on_previous"] == D("-1.0000")
    assert rows["CI"]["cumulative"] == D("20000.00")
    assert rows["SECREIMB"]["on_previous"] == D("-0.5000")
    assert rows["SECREIMB"]["cumulative"] == D("180.75")
    assert rows["SECREIMB"]["requested"] == D("320.50")


def test_as_of_cuts_by_the_valid_day(year: dict[str, Any]) -> None:
    figures = fill("annual", "2018", as_of=date(2018, 6, 30)).document()["figures"]
    assert figures["remitted"] == "582.00"
    assert figures["claims"] == 2
    assert figures["reimbursements"] == 2  # the second quarter was paid out on 1 August


def test_last_year_s_own_remittances_come_before_the_entered_sum(year: dict[str, Any]) -> None:
    made = make.batch(year["tt2"], "CI", [(year["b"][0], 1)], accepted_on=date(2017, 3, 1))
    make.remit([made], date(2017, 4, 1))
    assert fill("annual", "2018").figures["remitted_last_year"] == D("40.00")


def test_an_empty_year_has_no_rates(year: dict[str, Any]) -> None:
    figures = fill("annual", "2030").document()["figures"]
    assert figures["target"] is None
    assert figures["completion"] is None
    assert figures["remitted"] == "0.00"


def test_unit_ledger_runs_a_balance(year: dict[str, Any]) -> None:
    filled = fill("unit_ledger", "2018", "TT002")
    document = filled.document()
    assert [row[6] for row in document["rows"]] == ["52.00", "0.00"]
    assert document["totals"]["balance"] == "0.00"
    assert document["figures"]["due"] == "52.00"


@pytest.mark.parametrize("name", REPORTS)
def test_every_figure_has_a_title_and_a_definition(name: str, year: dict[str, Any]) -> None:
    report = REPORTS[name]
    known = {figure.key for figure in report.figures}
    for union in (None, "TT", "TT001"):
        assert set(fill(name, "2018", union).figures) <= known
    assert all(str(figure.definition).endswith((".", "。")) for figure in report.figures)


@pytest.mark.parametrize("name", REPORTS)
def test_a_document_has_the_contract_s_keys(name: str, year: dict[str, Any]) -> None:
    document = fill(name, "2018", "TT").document()
    assert list(document) == [
        "report", "period", "union", "as_of", "figures", "columns", "rows", "totals",
    ]  # fmt: skip
    assert all(len(row) == len(document["columns"]) for row in document["rows"])
    kinds = {column.key: column.kind for column in fill(name, "2018", "TT").tables[0].columns}
    for row in document["rows"]:
        for key, value in zip(document["columns"], row, strict=True):
            assert isinstance(value, int | None) if kinds[key] is Kind.COUNT else True
            assert isinstance(value, str | None) if kinds[key] is Kind.MONEY else True


def test_a_year_only_report_refuses_a_quarter(year: dict[str, Any]) -> None:
    with pytest.raises(WrongPeriod, match="按年度出"):
        fill("annual", "2018Q1")


def test_nobody_sees_beyond_the_subtree(year: dict[str, Any]) -> None:
    agent = builders.viewer_as("agent", year["tt1"])
    assert scope_for(agent).code == "TT001"
    for code in ("TT", "TT002", "DHS", "nothing"):
        with pytest.raises(NoSuchUnion):
            scope_for(agent, code)


def test_an_administrator_sees_no_figures(year: dict[str, Any]) -> None:
    with pytest.raises(NoSuchUnion):
        scope_for(builders.viewer_as("admin"))


@pytest.mark.parametrize("name", REPORTS)
def test_freezing_loses_nothing(name: str, year: dict[str, Any]) -> None:
    filled = fill(name, "2018", "TT")
    kept = json.loads(json.dumps(frozen(filled), ensure_ascii=False))
    again = thawed(REPORTS[name], kept)
    assert again.document() == filled.document() == document_of(kept)
    with translation.override("zh-hans"):
        shown = [shown_table(table) for table in filled.tables]
        assert [shown_table(table) for table in again.tables] == shown


@pytest.mark.parametrize(
    ("name", "most"),
    [("annual", 42), ("remittance", 14), ("payout_summary", 30), ("unit_ledger", 13)],
)
def test_the_number_of_queries_does_not_grow_with_the_rows(
    name: str, most: int, year: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(most) as few:
        fill(name, "2018")
    for number in range(3):
        unit = builders.union(f"TT10{number}", year["tt"])
        made = make.batch(unit, "CI", [(builders.member(unit), 1)], accepted_on=date(2018, 2, 1))
        make.receive(made, date(2018, 2, 2))
        make.remit([made], date(2018, 3, 1))
    with django_assert_max_num_queries(len(few)):
        fill(name, "2018")
