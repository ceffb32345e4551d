"""Participation as plain SQL counts it, by hand for one street, and its sentences on every form."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from members.models import Organisation
from reports.definitions.participation import FIGURES
from tests import builders
from tests.reports.test_golden import DAYS, PERIODS, ours, rows, window
from tests.reports.test_rendering import excel, filled, pdf_text
from tests.reports.world import a_year


@pytest.fixture
def year(db: None) -> dict[str, Any]:
    return a_year()


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("period", PERIODS)
def test_every_figure_is_that_of_plain_sql(year: Any, period: str, as_of: date) -> None:
    Organisation.objects.filter(pk=year["dhs1"].pk).update(closed_on=date(2019, 1, 1))
    for union in ("DC", "TT", "TT001", "DHS"):
        (golden,) = rows("participation", union=union, **window(period, as_of))
        assert ours("participation", period, as_of, union) == golden


def test_a_street_by_hand(year: Any) -> None:
    """天坛: 55 employees, 5 members in service, 3 with a card; 3 insured, 2 of them twice."""
    assert ours("participation", "2018", date(2019, 6, 30), "TT") == {
        "workers": 55, "members": 5, "persons": 3, "enrolments": 5, "plans_per_head": "1.6667",
        "of_workers": "0.0545", "of_members": "0.6000", "card_rate": "0.6000",
        "units": 2, "covered_units": 1, "unit_coverage": "0.5000",
    }  # fmt: skip


def test_the_sentences_stand_under_the_figures_on_every_form(year: Any) -> None:
    report = filled("participation")
    page = builders.client_for(builders.user("leader")).get(
        reverse("reports:report-list") + "?report=participation&year=2018&quarter=0"
    )
    paper = "".join("".join(pdf_text("participation", report)).split())
    book = excel("participation", report)
    cells = {str(cell) for sheet in book for row in sheet.values for cell in row if cell}
    for figure in FIGURES:
        said = str(figure.definition)
        assert said in page.content.decode()
        assert said.replace(" ", "") in paper
        assert any(said in cell for cell in cells)
