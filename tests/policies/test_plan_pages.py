"""The pages of the catalogue: comparing, drafting, publishing."""

import json
import re
from datetime import date
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import reverse

from policies import plans, selectors
from policies.rules.document import Malformed
from policies.rules.questions import parse_questions, parse_sources
from tests import builders
from tests.policies.builders import TODAY, accepted, batch, receipt

pytestmark = pytest.mark.django_db


def cells(response: Any) -> list[list[str]]:
    """The text of every cell of the page's tables, row by row."""
    rows = re.findall(r"<tr>(.*?)</tr>", response.content.decode(), re.DOTALL)
    found = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<.*?>", " ", cell).split()) for cell in row] for row in found]


def test_two_versions_side_by_side() -> None:
    client = builders.client_for(builders.user("leader"))
    page = client.get(reverse("policies:plan-compare"), {"a": "INPALW-2011", "b": "INPALW-2018"})
    rows = {row[0]: row[1:] for row in cells(page) if len(row) == 4}
    assert rows["每次住院不给付天数"] == ["3 天", "1 天 待确认", "▲ 不一致"]
    assert rows["每日津贴"] == ["￥40", "￥40", ""]
    only = client.get(
        reverse("policies:plan-compare"), {"a": "INPALW-2011", "b": "INPALW-2018", "only": "1"}
    )
    labels = [row[0] for row in cells(only)]
    assert "每次住院不给付天数" in labels
    assert "每日津贴" not in labels


def test_versions_of_different_plans_compare_too() -> None:
    left, right = (plans.all_versions().get(code=code) for code in ("INPALW-2018", "ACC-2017"))
    groups = dict(selectors.compared(left, right, today=TODAY))
    lacking = [row for rows in groups.values() for row in rows if row.left is None]
    assert lacking  # what only the accident plan has
    assert all(row.differs for row in lacking)


@pytest.mark.parametrize("query", [{}, {"a": "INPALW-2011"}, {"a": "x", "b": "y"}])
def test_nothing_chosen_yet(query: dict[str, str]) -> None:
    client = builders.client_for(builders.user("leader"))
    assert client.get(reverse("policies:plan-compare"), query).status_code == 200


def test_all_fourteen_versions_of_the_file_are_loaded() -> None:
    document = yaml.safe_load(plans.CATALOGUE.read_text(encoding="utf-8"))
    parts = ("plans", "secondary_reimbursement", "other_free_plans")
    written = {row["code"]: row for part in parts for row in document[part]}
    loaded = {row.code: row.parameters for row in plans.all_versions()}
    assert loaded == json.loads(json.dumps(written))  # numbers as keys are text in the database
    assert len(loaded) == 14


def test_every_version_has_a_page_with_sources_and_questions() -> None:
    client = builders.client_for(builders.user("leader"))
    for version in plans.all_versions():
        page = client.get(reverse("policies:plan-detail", args=[version.code])).content.decode()
        assert "来源" in page
        for code in version.parameters["sources"]:
            assert f">{code}</th>" in page
            assert plans.sources()[code].text.split("《")[0].split("&")[0][:20] in page
        asked = [q.zh for q in plans.questions() if version.family in q.families]
        assert asked
        assert all(question in page for question in asked)


def test_the_free_plan_is_shown_and_never_sold() -> None:
    client = builders.client_for(builders.user("enrolment"))
    page = client.get(reverse("policies:plan-detail", args=["NONWORK-2016"])).content.decode()
    assert "￥20,000" in page
    assert "起草新版本" not in page
    assert "NONWORK-2016" not in plans.paid_versions().values_list("code", flat=True)
    assert client.get(reverse("policies:draft-create")).content.decode().count("NONWORK") == 0


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"schema": "mutual-aid-plan-questions/1", "questions": [{"zh": "x", "en": "y"}]},
         "questions[0].families"),
        ({"schema": "mutual-aid-plan-questions/1",
          "questions": [{"families": ["X"], "zh": "x", "en": "y"}]}, "questions[0].families[0]"),
        ({"schema": "x"}, "schema"),
    ],
)  # fmt: skip
def test_a_fault_in_the_questions_is_named(document: object, place: str) -> None:
    with pytest.raises(Malformed) as fault:
        parse_questions(document)
    assert fault.value.place == place


def test_a_fault_in_the_sources_is_named() -> None:
    document = {"schema": "mutual-aid-plan-sources/1", "sources": {"S1": {"text": "x"}}}
    with pytest.raises(Malformed, match=r"^sources\.S1\.date: missing"):
        parse_sources(document)


def test_an_unconfirmed_price_wears_its_badge_where_it_is_used() -> None:
    """住院医疗 costs what nobody has confirmed, 住院津贴 what stands in an official text."""
    unit = builders.union()
    desk = builders.client_for(builders.user("enrolment"))
    agent = builders.client_for(builders.user("agent", unit))

    def badges(client: Client, name: str, *args: int) -> int:
        page = client.get(reverse(name, args=args)).content.decode()
        return page.count("badge-unconfirmed")

    sure = accepted(unit, plan="INPALW")
    assert badges(desk, "policies:batch-detail", sure.pk) == 0
    assert badges(desk, "policies:receipt-create", unit.pk) == 0
    on_offer = badges(agent, "policies:enrol-start")
    unsure = accepted(unit, plan="INPMED")
    assert badges(desk, "policies:batch-detail", unsure.pk) == 1
    assert badges(desk, "policies:receipt-create", unit.pk) == 1
    paid_in = receipt([sure, unsure])
    assert badges(desk, "policies:receipt-detail", paid_in.pk) == 1
    assert on_offer >= 1
    batch(unit, plan="INPMED", start=date(2019, 6, 1))
    assert badges(agent, "policies:enrol-start") == on_offer + 1
