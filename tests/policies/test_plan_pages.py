"""The pages of the catalogue: comparing, drafting, publishing."""

import re
from typing import Any

import pytest
from django.urls import reverse

from policies import plans, selectors
from tests import builders
from tests.policies.builders import TODAY

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
