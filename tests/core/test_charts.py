"""Charts are well-formed SVG, to scale, without style sheets, and say their figures in words."""

import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest

from core import charts

SVG = "{http://www.w3.org/2000/svg}"
QUARTERS = ["一季度", "二季度", "三季度", "四季度"]


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def words(svg: str) -> list[str]:
    return [node.text or "" for node in read(svg).iter(f"{SVG}text")]


def widths(svg: str) -> list[Decimal]:
    return [Decimal(node.attrib["width"]) for node in read(svg).iter(f"{SVG}rect")]


def test_bars_stand_from_the_longest_down_and_to_scale() -> None:
    svg = charts.bars([("甲", Decimal(50)), ("乙", Decimal(100)), ("丙", Decimal(25))], unit="%")
    assert words(svg) == ["乙", "100%", "甲", "50%", "丙", "25%"]
    long, middle, short = widths(svg)
    assert abs(middle * 2 - long) <= Decimal("0.2")
    assert abs(short * 4 - long) <= Decimal("0.4")


def test_bars_keep_the_order_that_is_asked_for() -> None:
    svg = charts.bars([("甲", Decimal(1)), ("乙", Decimal(2))], keep_order=True)
    assert words(svg) == ["甲", "1", "乙", "2"]


def test_one_bar_is_highlighted() -> None:
    svg = charts.bars([("甲", Decimal(1)), ("乙", Decimal(2))], highlight="甲")
    assert svg.count(charts.HIGHLIGHT) == 1


def test_every_mark_has_a_tooltip_with_the_exact_figure() -> None:
    svg = charts.grouped_bars(QUARTERS[:1], {"理赔": [Decimal("1234.50")]}, unit="元")
    assert "一季度 理赔 1,234.5元" in [node.text for node in read(svg).iter(f"{SVG}title")]


def test_grouped_bars_have_a_bar_for_each_series_and_group() -> None:
    series = {
        "理赔": [Decimal(n) for n in (1, 2, 3, 4)],
        "报销": [Decimal(n) for n in (5, 6, 7, 8)],
    }
    svg = charts.grouped_bars(QUARTERS, series)
    assert len(widths(svg)) == 8 + 2  # the bars and the legend
    assert set(QUARTERS) <= set(words(svg))


def test_a_line_has_a_point_for_each_year() -> None:
    svg = charts.line(["2017", "2018"], [Decimal(500), Decimal(692)], unit="万元")
    points = [Decimal(node.attrib["cy"]) for node in read(svg).iter(f"{SVG}circle")]
    assert len(points) == 2
    assert points[1] < points[0]


@pytest.mark.parametrize(
    ("value", "target", "said"),
    [("692.2", "637", "108.67%"), ("0", "637", "0.00%"), ("5", "0", "—")],
)
def test_the_thermometer_says_how_far(value: str, target: str, said: str) -> None:
    svg = charts.thermometer(value=Decimal(value), target=Decimal(target), unit="万元")
    assert words(svg)[0] == said


@pytest.mark.parametrize(
    "svg",
    [
        charts.bars([]),
        charts.bars([("甲", Decimal(0))]),
        charts.bars([("<b>&", Decimal(-3))]),
        charts.grouped_bars([], {}),
        charts.line([], []),
    ],
)
def test_nothing_zero_and_negative_still_draw(svg: str) -> None:
    assert all(width >= 0 for width in widths(svg))
    assert "style" not in svg
    assert "Noto Sans SC" in svg
